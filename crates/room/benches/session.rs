//! What a member's device does: sealing and opening a text, commits, joining, loading a long night's board.
//! `make bench-room`
#![allow(missing_docs, clippy::unwrap_used)]

mod stage;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use entente_room::{
    CommitWish, Event, Identity, KeyStore, Session, Sighting, TargetChange, TargetId, TargetKind,
};
use stage::support::NOW;
use stage::{Records, Stage, say};

const SEATS: [usize; 4] = [10, 50, 200, 1_000];
const BOARD_EVENTS: usize = 10_000;

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
