//! A room of many seats to measure in, natively and as wasm.
#![allow(unreachable_pub, clippy::unwrap_used)]

#[path = "../../tests/room/support/mod.rs"]
pub mod support;

use std::sync::Arc;

use entente_protocol::{Delivery, WelcomeDelivery};
use entente_room::{CommitWish, Event, Identity, KeyStore, Say};
use entente_trust::issue::{AccreditationRequest, accredit};
use entente_trust::{Accreditation, DeviceSigner, Role};
use support::{Country, NOW, World};

pub const POST_QUANTUM: u16 = 0x004f;
const TEXT_BYTES: usize = 1_024;

/// What a device has stored: keys and values.
pub type Records = Vec<(Vec<u8>, Vec<u8>)>;

pub fn say() -> Event {
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
pub struct Stage {
    pub world: World,
    pub welcome: WelcomeDelivery,
    /// The key packages of member 1, before its welcome used one.
    pub keys: Records,
}

impl Stage {
    pub fn of(seats: usize) -> Self {
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
    pub fn delivered(&mut self) -> Delivery {
        let delivery = self.world.delivery(self.world.log.len() - 1);
        self.world.catch_up(0);
        delivery
    }

    pub fn receive(&mut self, delivery: &Delivery) {
        std::hint::black_box(self.world.members[1].session().receive(delivery).unwrap());
    }
}
