//! What goes into the store and comes out of it, whichever engine keeps it.

use core::fmt;

use entente_delivery::RoomRecord;
use entente_protocol::{BlobId, DeviceId, Fingerprint, PushEndpoint, RoomId, WelcomeDelivery};
use entente_trust::Accreditation;

/// What a room's effects rest on. If it is not so any more, nothing of them is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// There is no such room yet.
    New,
    /// The room is open, and this is its highest sequence number.
    Head(u64),
}

/// A room as it is stored.
#[derive(Debug)]
pub struct StoredRoom {
    /// For the state machine.
    pub record: RoomRecord,
    /// The oldest sequence number that is kept.
    pub oldest: u64,
}

/// A welcome that waits.
pub type StoredWelcome = WelcomeDelivery;

/// A device for the directory.
#[derive(Debug, Clone)]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// Its country, two letters.
    pub country: String,
    /// Its authority.
    pub authority: Fingerprint,
    /// Its chain in DER, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// When it was last here, Unix milliseconds.
    pub seen_ms: u64,
}

impl DeviceRow {
    /// Of a device that has just said hello.
    #[must_use]
    pub fn of(accreditation: &Accreditation, seen_ms: u64) -> Self {
        Self {
            device: accreditation.device(),
            country: accreditation.country().to_string(),
            authority: accreditation.root(),
            chain: accreditation.chain().to_vec(),
            seen_ms,
        }
    }
}

/// A key package to keep.
#[derive(Debug, Clone)]
pub struct KeyPackageRow {
    /// MLS ciphersuite.
    pub ciphersuite: u16,
    /// Whether it may be handed out more than once.
    pub last_resort: bool,
    /// End of its lifetime, Unix seconds.
    pub not_after_s: u64,
    /// KeyPackageRef.
    pub hash: Vec<u8>,
    /// The MLS KeyPackage.
    pub bytes: Vec<u8>,
}

/// A blob of a room.
pub(crate) type BlobKey = (RoomId, BlobId);

/// A blob as far as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlobRow {
    /// Who uploads it.
    pub(crate) device: DeviceId,
    /// How many chunks it has.
    pub(crate) chunks: u32,
    /// Chunks that are stored, from the first on.
    pub(crate) stored: u32,
}

/// Where a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) room: RoomId,
    pub(crate) head: u64,
    pub(crate) closed: bool,
}

/// Where a device wants to be pushed, and when it last was, Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) endpoint: PushEndpoint,
    pub(crate) pushed_ms: u64,
}

/// What became of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EnrolmentState {
    Unknown,
    Waiting,
    Refused,
    Answered(Vec<u8>),
}

/// The secret scalar of the hub's VAPID key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PushSecret(pub(crate) [u8; 32]);

impl fmt::Debug for PushSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushSecret(hidden)")
    }
}
