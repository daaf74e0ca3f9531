//! What is said in a room: one typed event in each application message, in CBOR (RFC 8949) as a map
//! `{"v": version, "k": kind, "b": body}`.

use ciborium::Value;
use entente_protocol::limits as wire;
use entente_trust::Country;
use serde::{Deserialize, Serialize};

use crate::board::{HitId, TargetId, TargetKind, TargetStatus};
use crate::limits::{MAX_CHARTER_BYTES, MAX_SIGNATURE_BYTES};
use crate::record::{bytes, to_cbor};
use crate::{Identifier, SnapshotPart};

/// Version of the events below.
const EVENT_VERSION: u16 = 1;

/// Bytes that are not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not CBOR of the outer map, or a body that is not of its kind.
    #[error("the event can't be read")]
    Malformed,
    /// A text or list is over its limit.
    #[error("the event is too large")]
    TooLarge,
}

/// Something said to all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// The text.
    pub text: String,
    /// Whether it should wake people.
    #[serde(default)]
    pub urgent: bool,
}

/// A new target, or a change of some of its fields; those left out stay as they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetChange {
    /// The target.
    pub target: TargetId,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TargetKind>,
    /// Its name on the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TargetStatus>,
    /// 1 (highest) to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// The country that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Country>,
    /// Free notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Identifiers that it has from now on too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_identifiers: Vec<Identifier>,
    /// Identifiers that it has no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_identifiers: Vec<Identifier>,
}

/// A sighting or check that matches an identifier.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitRaised {
    /// The hit.
    pub hit: HitId,
    /// What was seen.
    pub identifier: Identifier,
    /// The target, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetId>,
    /// Where and how.
    #[serde(default)]
    pub note: String,
}

/// A hit was seen by somebody who will act on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The hit.
    pub hit: HitId,
    /// What will be done.
    #[serde(default)]
    pub note: String,
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

/// An event of a kind or version that this client does not know; kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownEvent {
    /// Its kind.
    pub kind: String,
    /// Its version.
    pub version: u16,
    bytes: Vec<u8>,
}

/// One event.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// `say`
    Say(Say),
    /// `target`
    Target(TargetChange),
    /// `hit`
    Hit(HitRaised),
    /// `acknowledge`
    Acknowledge(Acknowledgement),
    /// `snapshot`
    Snapshot(SnapshotPart),
    /// `snapshot_wanted`
    SnapshotWanted(SnapshotWanted),
    /// `dispute`
    Dispute(Dispute),
    /// `amendment`
    AmendmentProposed(AmendmentProposed),
    /// `amendment_signature`
    AmendmentSigned(AmendmentSigned),
    /// Anything newer.
    Unknown(UnknownEvent),
}

#[derive(Serialize, Deserialize)]
struct Outer {
    v: u16,
    k: String,
    b: Value,
}

impl Event {
    /// The kind's name on the wire.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Say(_) => "say",
            Self::Target(_) => "target",
            Self::Hit(_) => "hit",
            Self::Acknowledge(_) => "acknowledge",
            Self::Snapshot(_) => "snapshot",
            Self::SnapshotWanted(_) => "snapshot_wanted",
            Self::Dispute(_) => "dispute",
            Self::AmendmentProposed(_) => "amendment",
            Self::AmendmentSigned(_) => "amendment_signature",
            Self::Unknown(unknown) => &unknown.kind,
        }
    }

    /// Checks the bounds of texts and lists.
    ///
    /// # Errors
    /// [`EventError::TooLarge`].
    pub fn check(&self) -> Result<(), EventError> {
        let fits = match self {
            Self::Say(say) => say.text.len() <= wire::MAX_TEXT_BYTES,
            Self::Target(change) => change.is_within_limits(),
            Self::Hit(hit) => hit.note.len() <= wire::MAX_TEXT_BYTES,
            Self::Acknowledge(ack) => ack.note.len() <= wire::MAX_TEXT_BYTES,
            Self::Snapshot(part) => part.is_within_limits(),
            Self::AmendmentProposed(proposed) => {
                proposed.charter.len() <= MAX_CHARTER_BYTES
                    && proposed.signature.len() <= MAX_SIGNATURE_BYTES
            }
            Self::AmendmentSigned(signed) => signed.signature.len() <= MAX_SIGNATURE_BYTES,
            Self::SnapshotWanted(_) | Self::Dispute(_) | Self::Unknown(_) => true,
        };
        if fits {
            Ok(())
        } else {
            Err(EventError::TooLarge)
        }
    }

    /// Encodes the event.
    ///
    /// # Errors
    /// [`EventError::TooLarge`].
    pub fn encode(&self) -> Result<Vec<u8>, EventError> {
        self.check()?;
        let body = match self {
            Self::Say(body) => Value::serialized(body),
            Self::Target(body) => Value::serialized(body),
            Self::Hit(body) => Value::serialized(body),
            Self::Acknowledge(body) => Value::serialized(body),
            Self::Snapshot(body) => Value::serialized(body),
            Self::SnapshotWanted(body) => Value::serialized(body),
            Self::Dispute(body) => Value::serialized(body),
            Self::AmendmentProposed(body) => Value::serialized(body),
            Self::AmendmentSigned(body) => Value::serialized(body),
            Self::Unknown(unknown) => return Ok(unknown.bytes.clone()),
        };
        let b = body.map_err(|_| EventError::Malformed)?;
        Ok(to_cbor(&Outer {
            v: EVENT_VERSION,
            k: self.kind().to_owned(),
            b,
        }))
    }

    /// Decodes an event. What is newer than this client comes as [`Event::Unknown`].
    ///
    /// # Errors
    /// See [`EventError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EventError> {
        fn body<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, EventError> {
            value.deserialized().map_err(|_| EventError::Malformed)
        }
        let mut rest = bytes;
        let outer: Outer = ciborium::from_reader(&mut rest).map_err(|_| EventError::Malformed)?;
        if !rest.is_empty() || outer.k.len() > wire::MAX_NAME_BYTES {
            return Err(EventError::Malformed);
        }
        let event = match (outer.v, outer.k.as_str()) {
            (EVENT_VERSION, "say") => Self::Say(body(&outer.b)?),
            (EVENT_VERSION, "target") => Self::Target(body(&outer.b)?),
            (EVENT_VERSION, "hit") => Self::Hit(body(&outer.b)?),
            (EVENT_VERSION, "acknowledge") => Self::Acknowledge(body(&outer.b)?),
            (EVENT_VERSION, "snapshot") => Self::Snapshot(body(&outer.b)?),
            (EVENT_VERSION, "snapshot_wanted") => Self::SnapshotWanted(body(&outer.b)?),
            (EVENT_VERSION, "dispute") => Self::Dispute(body(&outer.b)?),
            (EVENT_VERSION, "amendment") => Self::AmendmentProposed(body(&outer.b)?),
            (EVENT_VERSION, "amendment_signature") => Self::AmendmentSigned(body(&outer.b)?),
            (version, _) => Self::Unknown(UnknownEvent {
                kind: outer.k,
                version,
                bytes: bytes.to_vec(),
            }),
        };
        event.check()?;
        Ok(event)
    }
}

impl TargetChange {
    /// A change of nothing, to be filled in.
    #[must_use]
    pub fn of(target: TargetId) -> Self {
        Self {
            target,
            kind: None,
            name: None,
            status: None,
            priority: None,
            owner: None,
            notes: None,
            add_identifiers: Vec::new(),
            remove_identifiers: Vec::new(),
        }
    }

    fn is_within_limits(&self) -> bool {
        let max = crate::limits::MAX_IDENTIFIERS;
        self.name
            .as_ref()
            .is_none_or(|name| name.len() <= wire::MAX_NAME_BYTES)
            && self
                .notes
                .as_ref()
                .is_none_or(|notes| notes.len() <= wire::MAX_TEXT_BYTES)
            && self
                .priority
                .is_none_or(|priority| (1..=5).contains(&priority))
            && self.add_identifiers.len() <= max
            && self.remove_identifiers.len() <= max
    }
}

/// Events are plaintext: only their kind may be seen in a log.
impl core::fmt::Debug for Event {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Event({}, hidden)", self.kind())
    }
}
