//! A room that was played once: its hub's state and a member's, kept so that the same bytes mean the same in each run.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use entente_delivery::{Room, RoomRecord, SeatRecord};
use entente_protocol::{DeviceId, RoomId};
use entente_room::{Identity, KeyStore, Session};
use entente_trust::{Accreditation, DeviceSigner};
use serde::{Deserialize, Serialize};

/// Where it lies, from the root.
pub const FIXTURE: &str = "fuzz/room.cbor";

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(FIXTURE);
    let bytes = std::fs::read(path).expect("the kept room");
    ciborium::from_reader(&bytes[..]).expect("the kept room")
});

type Records = Vec<(Vec<u8>, Vec<u8>)>;

/// Hub and member of one room. Keys are made from the seeds; nothing here is secret.
#[derive(Serialize, Deserialize)]
pub struct Stage {
    /// The room's time.
    pub now_ms: u64,
    /// The room.
    pub room: RoomId,
    /// The hub's copy.
    pub head: u64,
    /// As in [`RoomRecord`].
    pub group_info: Vec<u8>,
    /// As in [`RoomRecord`].
    pub ratchet_tree: Vec<u8>,
    /// Device, leaf, since, last number, last place.
    pub seats: Vec<(DeviceId, u32, u64, u64, u64)>,
    /// Who sends to the hub: seed of its key, its chain.
    pub sender: (u8, Vec<Vec<u8>>),
    /// Who listens to the hub.
    pub listener: (u8, Vec<Vec<u8>>),
    /// The listener's session before it hears the deliveries of the corpus.
    pub session: Records,
    /// The listener's key packages.
    pub keys: Records,
}

impl Stage {
    /// The kept one.
    #[must_use]
    pub fn get() -> &'static Self {
        &STAGE
    }

    /// Who sends.
    #[must_use]
    pub fn sender(&self) -> Arc<Identity> {
        identity(&self.sender)
    }

    /// Who listens.
    #[must_use]
    pub fn listener(&self) -> Arc<Identity> {
        identity(&self.listener)
    }

    /// The hub's copy of the room.
    #[must_use]
    pub fn hub(&self) -> Room {
        let seat = |&(device, leaf, since_seq, last_number, last_seq)| SeatRecord {
            device,
            leaf,
            since_seq,
            last_number,
            last_seq,
        };
        Room::load(RoomRecord {
            room: self.room,
            head: self.head,
            closed: false,
            turn: 0,
            parent: None,
            group_info: self.group_info.clone(),
            ratchet_tree: self.ratchet_tree.clone(),
            seats: self.seats.iter().map(seat).collect(),
            revocations: Vec::new(),
            proposals: Vec::new(),
        })
        .unwrap()
    }

    /// The listener's session.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::load(self.listener(), self.session.clone()).unwrap()
    }

    /// The listener's key packages.
    #[must_use]
    pub fn keys(&self) -> KeyStore {
        KeyStore::load(self.keys.clone())
    }

    /// Whom the listener trusts: everybody in the room.
    #[must_use]
    pub fn trusted(&self) -> BTreeSet<entente_protocol::Fingerprint> {
        let charter = self.session();
        let authorities = charter.charter().authorities.iter();
        authorities.map(|authority| authority.root).collect()
    }
}

fn identity((seed, chain): &(u8, Vec<Vec<u8>>)) -> Arc<Identity> {
    let signer = DeviceSigner::from_seed(&[*seed; 32]);
    let accreditation = Accreditation::from_chain(chain).unwrap();
    Arc::new(Identity::new(signer, accreditation).unwrap())
}
