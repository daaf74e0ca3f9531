//! Talk, places of members, and the room's own affairs.

use serde::{Deserialize, Serialize};

use super::{Body, name_fits, text_fits};
use crate::SnapshotPart;
use crate::board::Position;
use crate::limits::{MAX_CHARTER_BYTES, MAX_SIGNATURE_BYTES, STALE_AFTER_MS};
use crate::record::bytes;

/// Something said to all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// The text.
    pub text: String,
    /// Whether it should wake people.
    #[serde(default)]
    pub urgent: bool,
    /// What it answers, by its place in the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
}

/// Where the sender is now. Sent as an ephemeral message: it is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivePosition {
    /// Where.
    pub position: Position,
    /// When it was measured, Unix milliseconds.
    pub at_ms: u64,
}

impl LivePosition {
    /// How old it is, milliseconds.
    #[must_use]
    pub const fn age_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.at_ms)
    }

    /// Whether it is too old to act on.
    #[must_use]
    pub const fn is_stale(&self, now_ms: u64) -> bool {
        self.age_ms(now_ms) > STALE_AFTER_MS
    }
}

/// An agent carries things between the room and a system outside, or no longer does. It says so itself, at the start and to
/// whoever comes later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// What sort of system: `tak`.
    pub to: String,
    /// Which one, in words of the agent.
    pub name: String,
    /// False when it ends.
    pub on: bool,
}

impl Bridge {
    /// A TAK server.
    pub const TAK: &str = "tak";
}

/// A device needs a board: one that came back after a gap, or whose snapshot never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotWanted {
    /// 0 at first, one more with each try; decides who answers.
    pub attempt: u32,
}

/// A snapshot is not the board that this member had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The sequence number that the snapshot claims to stand for.
    pub as_of: u64,
    /// Board digest there, as this member computed it.
    pub digest: [u8; 32],
}

/// A coordinator proposes an amendment of the charter, signed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentProposed {
    /// TLS encoding of the charter.
    #[serde(with = "bytes")]
    pub charter: Vec<u8>,
    /// Ed25519 over the charter's signed bytes.
    #[serde(with = "bytes")]
    pub signature: Vec<u8>,
}

/// A coordinator signs an amendment that another one proposed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentSigned {
    /// Fingerprint of the charter.
    pub amendment: [u8; 32],
    /// Ed25519 over the charter's signed bytes.
    #[serde(with = "bytes")]
    pub signature: Vec<u8>,
}

impl Body for Say {
    fn fits(&self) -> bool {
        text_fits(&self.text)
    }
}

impl Body for LivePosition {
    fn fits(&self) -> bool {
        self.position.is_on_earth()
    }
}

impl Body for Bridge {
    fn fits(&self) -> bool {
        name_fits(&self.to) && name_fits(&self.name)
    }
}

impl Body for SnapshotPart {
    fn fits(&self) -> bool {
        self.is_within_limits()
    }
}

impl Body for SnapshotWanted {
    fn fits(&self) -> bool {
        true
    }
}

impl Body for Dispute {
    fn fits(&self) -> bool {
        true
    }
}

impl Body for AmendmentProposed {
    fn fits(&self) -> bool {
        self.charter.len() <= MAX_CHARTER_BYTES && self.signature.len() <= MAX_SIGNATURE_BYTES
    }
}

impl Body for AmendmentSigned {
    fn fits(&self) -> bool {
        self.signature.len() <= MAX_SIGNATURE_BYTES
    }
}
