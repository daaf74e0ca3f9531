//! What a member's device does: sealing and opening a text, commits, joining, loading a long night's board.
//! `make bench-room`
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../tests/room/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use entente_protocol::{Delivery, WelcomeDelivery};
use entente_room::{
    CommitWish, Event, Identity, KeyStore, Say, Session, Sighting, TargetChange, TargetId,
    TargetKind,
};
use entente_trust::issue::{AccreditationRequest, accredit};
use entente_trust::{Accreditation, DeviceSigner, Role};
use support::{Country, NOW, World};

const SEATS: [usize; 4] = [10, 50, 200, 1_000];
const POST_QUANTUM: u16 = 0x004f;
const TEXT_BYTES: usize = 1_024;
const BOARD_EVENTS: usize = 10_000;

/// What a device has stored: keys and values.
type Records = Vec<(Vec<u8>, Vec<u8>)>;

fn say() -> Event {
    Event::Say(Say {
        text: "x".repeat(TEXT_BYTES),
        urgent: false,
        reply_to: None,
    })
}

fn identity(country: &Country, number: usize) -> Arc<Identity> {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let signer = DeviceSigner::from_seed(&seed);
    let request = AccreditationRequest {
        device_key: signer.public_key(),
        officer: format!("JO-{number}"),
        callsign: format!("Member {number}"),
        role: Role::Coordinator,
        not_before_ms: *NOW - 3_600_000,
        not_after_ms: *NOW + 24 * 3_600_000,
    };
    let leaf = accredit(&country.key, &country.authority, &request, [9; 16]).unwrap();
    let chain = [leaf, country.authority.der().to_vec()];
    Arc::new(Identity::new(signer, Accreditation::from_chain(&chain).unwrap()).unwrap())
}

/// A room of so many seats. Members 0 and 1 are there, the others' seats are taken by devices that are away.
struct Stage {
    world: World,
    welcome: WelcomeDelivery,
    /// The key packages of member 1, before its welcome used one.
    keys: Records,
}

impl Stage {
    fn of(seats: usize) -> Self {
        let country = Country::new("JO", 1, *NOW);
        let mut world = World::open(POST_QUANTUM, &[&country], identity(&country, 0), *NOW);
        let joiner = world.add_member(identity(&country, 1));
        let mut wanted = Vec::new();
        let mut keys = KeyStore::default();
        for number in 1..seats {
            let identity = identity(&country, number);
            let mut store = KeyStore::default();
            let made = store
                .generate(&identity, POST_QUANTUM, 1, false, *NOW)
                .unwrap();
            wanted.push((identity.device(), made.once[0].clone()));
            if number == 1 {
                keys = store;
            }
        }
        let records: Vec<(Vec<u8>, Vec<u8>)> = keys
            .take_changes()
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect();
        world.members[joiner].keys = keys;
        world.commit(0, CommitWish::Admit(wanted)).unwrap();
        let device = world.members[joiner].identity.device();
        let waiting = world.welcomes.iter().find(|(who, _)| *who == device);
        let welcome = waiting.unwrap().1.clone();
        world.settle();
        Self {
            world,
            welcome,
            keys: records,
        }
    }

    /// The newest message, taken by member 0.
    fn delivered(&mut self) -> Delivery {
        let delivery = self.world.delivery(self.world.log.len() - 1);
        self.world.catch_up(0);
        delivery
    }

    fn receive(&mut self, delivery: &Delivery) {
        black_box(self.world.members[1].session().receive(delivery).unwrap());
    }
}

#[allow(clippy::disallowed_methods)]
fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn messages(c: &mut Criterion) {
    let mut group = c.benchmark_group("text of 1 KiB");
    group.throughput(Throughput::Elements(1));
    for seats in SEATS {
        let mut stage = Stage::of(seats);
        group.bench_function(BenchmarkId::new("seal", seats), |b| {
            let session = stage.world.members[0].session();
            b.iter(|| black_box(session.ephemeral(&say(), *NOW).unwrap()));
        });
        group.bench_function(BenchmarkId::new("open", seats), |b| {
            b.iter_custom(|iterations| {
                let mut total = Duration::ZERO;
                for _ in 0..iterations {
                    stage.world.say(0, say());
                    stage.world.flush(0);
                    let delivery = stage.delivered();
                    total += timed(|| stage.receive(&delivery));
                }
                total
            });
        });
    }
    group.finish();
}

fn epochs(c: &mut Criterion) {
    let mut group = c.benchmark_group("epochs");
    group.sample_size(10);
    for seats in SEATS {
        let mut stage = Stage::of(seats);
        group.bench_function(BenchmarkId::new("join", seats), |b| {
            let trusted = stage.world.trusted.clone();
            let identity = stage.world.members[1].identity.clone();
            b.iter_custom(|iterations| {
                let mut total = Duration::ZERO;
                for _ in 0..iterations {
                    let mut keys = KeyStore::load(stage.keys.clone());
                    let identity = identity.clone();
                    total += timed(|| {
                        let joined =
                            Session::join(identity, &mut keys, &stage.welcome, &trusted, *NOW);
                        black_box(joined.unwrap());
                    });
                }
                total
            });
        });
        group.bench_function(BenchmarkId::new("make a commit", seats), |b| {
            b.iter_custom(|iterations| {
                let session = stage.world.members[0].session();
                let mut total = Duration::ZERO;
                for _ in 0..iterations {
                    total += timed(|| {
                        black_box(session.commit(CommitWish::Update, *NOW).unwrap());
                    });
                    session.drop_commit();
                }
                total
            });
        });
        group.bench_function(BenchmarkId::new("take a commit", seats), |b| {
            b.iter_custom(|iterations| {
                let mut total = Duration::ZERO;
                for _ in 0..iterations {
                    stage.world.commit(0, CommitWish::Update).unwrap();
                    let delivery = stage.delivered();
                    total += timed(|| stage.receive(&delivery));
                }
                total
            });
        });
    }
    group.finish();
}

/// A night of sightings on a hundred targets, as the second member's device keeps it.
fn long_night() -> (Arc<Identity>, Records) {
    let mut stage = Stage::of(10);
    let target = |number: usize| TargetId::from_bytes([u8::try_from(number % 100).unwrap(); 16]);
    for number in 0..BOARD_EVENTS {
        let event = if number < 100 {
            Event::Target(TargetChange {
                kind: Some(TargetKind::Vehicle),
                name: Some(format!("target {number}")),
                ..TargetChange::of(target(number))
            })
        } else {
            Event::Sighting(Sighting {
                target: target(number),
                seen_at_ms: *NOW,
                position: None,
                note: format!("sighting {number}"),
            })
        };
        stage.world.say(0, event);
        stage.world.flush(0);
        let delivery = stage.delivered();
        stage.receive(&delivery);
        if number % 256 == 0 {
            stage.world.members[1].persist();
        }
    }
    let member = &mut stage.world.members[1];
    member.persist();
    let records: BTreeMap<_, _> = member.records.clone();
    (member.identity.clone(), records.into_iter().collect())
}

fn board(c: &mut Criterion) {
    let mut group = c.benchmark_group("board");
    group.sample_size(10);
    let (identity, records) = long_night();
    group.bench_function("load 10,000 events", |b| {
        b.iter_custom(|iterations| {
            let mut total = Duration::ZERO;
            for _ in 0..iterations {
                let (identity, records) = (identity.clone(), records.clone());
                total += timed(|| {
                    black_box(Session::load(identity, records).unwrap());
                });
            }
            total
        });
    });
    group.finish();
}

criterion_group!(benches, messages, epochs, board);
criterion_main!(benches);
