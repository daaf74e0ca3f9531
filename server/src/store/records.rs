//! What goes into the store and comes out of it, whichever engine keeps it.

use core::fmt;

use entente_delivery::RoomRecord;
use entente_protocol::{BlobId, DeviceId, Fingerprint, PushEndpoint, RoomId, WelcomeDelivery};
use entente_trust::Accreditation;

use super::{StoreError, Within};

/// What a room's effects rest on. If it is not so any more, nothing of them is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// There is no such room yet.
    New,
    /// The room is open, and this is its highest sequence number.
    Head(u64),
    /// A compartment that is not there yet.
    NewWithin(Within),
    /// The compartment is open, this is its highest sequence number, and the room above is open and has not changed since.
    HeadWithin(u64, Within),
}

impl Basis {
    /// Of a room that is there: by its head, and by the room above if it is a compartment.
    #[must_use]
    pub fn of(head: u64, above: Option<(RoomId, u64)>) -> Self {
        match above {
            None => Self::Head(head),
            Some((parent, turn)) => Self::HeadWithin(head, Within { parent, turn }),
        }
    }

    pub(super) fn is_new(self) -> bool {
        matches!(self, Self::New | Self::NewWithin(_))
    }

    pub(super) fn head(self) -> Option<u64> {
        match self {
            Self::Head(head) | Self::HeadWithin(head, _) => Some(head),
            Self::New | Self::NewWithin(_) => None,
        }
    }

    pub(super) fn within(self) -> Option<Within> {
        match self {
            Self::NewWithin(within) | Self::HeadWithin(_, within) => Some(within),
            Self::New | Self::Head(_) => None,
        }
    }
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
    /// Of a compartment: the last turn of the room above.
    pub(crate) turn_above: Option<u64>,
}

/// Where a device wants to be pushed, and when it last was, Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) endpoint: PushEndpoint,
    pub(crate) pushed_ms: u64,
}

/// How much of a room is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kept {
    /// All that is promised.
    All = 0,
    /// What was said is being shredded.
    Going = 1,
    /// How it ended, for devices that were off.
    End = 2,
    /// That it was.
    Nothing = 3,
}

impl Kept {
    pub(super) fn from_number(number: i64) -> Result<Self, StoreError> {
        match number {
            0 => Ok(Self::All),
            1 => Ok(Self::Going),
            2 => Ok(Self::End),
            3 => Ok(Self::Nothing),
            _ => Err(StoreError::Damaged("state of a room")),
        }
    }
}

/// A room of which something must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) room: RoomId,
    pub(crate) kept: Kept,
    /// End of its time box, Unix milliseconds.
    pub(crate) closes_at_ms: u64,
    /// When what was said must be gone, Unix milliseconds.
    pub(crate) shred_at_ms: u64,
    /// When the rest must be, Unix milliseconds.
    pub(crate) forget_at_ms: u64,
}

/// What a room has that its members have said.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) messages: u64,
    /// Their bytes.
    pub(crate) message_bytes: u64,
    /// Photos and documents.
    pub(crate) blobs: u64,
}

/// A step of forgetting a room, or of noting what will be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The digest of the messages from one place to another goes into the audit log; `audited` is how far it was.
    Note {
        audited: u64,
        from: u64,
        to: u64,
        digest: Fingerprint,
    },
    /// From now on nothing is added to it.
    Begin,
    /// So many messages go.
    Messages { most: u32 },
    /// Nothing of what was said is left.
    End,
    /// The rest goes.
    Rest,
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditRow {
    pub(crate) id: u64,
    /// Digest of the row before it, whichever room that one is about; zeros before the first.
    pub(crate) before: Fingerprint,
    pub(crate) time_ms: u64,
    pub(crate) entry: String,
    pub(crate) digest: Fingerprint,
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
