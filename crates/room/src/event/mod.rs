//! What is said in a room: one typed event in each application message, in CBOR (RFC 8949) as a map
//! `{"v": version, "k": kind, "b": body}`.

mod compartment;
mod document;
mod hit;
mod names;
mod plan;
mod promotion;
mod room;
mod target;

use ciborium::Value;
use entente_protocol::limits as wire;
use serde::{Deserialize, Serialize};

use crate::SnapshotPart;
use crate::record::to_cbor;

pub use compartment::CompartmentAnnounced;
pub use document::{BlobKey, DocumentShared};
pub use hit::{
    Acknowledgement, Action, CheckAnswer, CheckRequest, Delivered, Escalation, HitRaised,
    Reopening, Verdict,
};
pub use plan::{Abort, CustodyAlarm, CustodyStep, HHour, PhaseBegun, TaskStep, Vote, VoteCall};
pub use promotion::{PromotionAnswered, PromotionWanted};
pub use room::{
    AmendmentProposed, AmendmentSigned, Bridge, Dispute, LivePosition, Say, SnapshotWanted,
};
pub use target::{Link, Sighting, TargetChange};

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

/// An event of a kind or version that this client does not know; kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownEvent {
    /// Its kind.
    pub kind: String,
    /// Its version.
    pub version: u16,
    bytes: Vec<u8>,
}

/// The body of an event.
trait Body {
    /// Whether its texts and lists are within their limits.
    fn fits(&self) -> bool;
}

/// Whether a text is short enough.
fn text_fits(text: &str) -> bool {
    text.len() <= wire::MAX_TEXT_BYTES
}

/// Whether a name is short enough.
fn name_fits(name: &str) -> bool {
    name.len() <= wire::MAX_NAME_BYTES
}

#[derive(Serialize, Deserialize)]
struct Outer {
    v: u16,
    k: String,
    b: Value,
}

macro_rules! events {
    (
        board { $($on_board:ident($board_body:ty) = $board_name:literal,)* }
        other { $($beside:ident($other_body:ty) = $other_name:literal,)* }
    ) => {
        /// One event.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Event {
            $(
                #[doc = concat!("`", $board_name, "`")]
                $on_board($board_body),
            )*
            $(
                #[doc = concat!("`", $other_name, "`")]
                $beside($other_body),
            )*
            /// Anything newer.
            Unknown(UnknownEvent),
        }

        impl Event {
            /// The kinds of this version.
            pub const KINDS: &[&str] = &[$($board_name,)* $($other_name,)*];

            /// The kind's name on the wire.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$on_board(_) => $board_name,)*
                    $(Self::$beside(_) => $other_name,)*
                    Self::Unknown(unknown) => &unknown.kind,
                }
            }

            /// Whether it is about the board.
            #[must_use]
            pub const fn is_for_board(&self) -> bool {
                match self {
                    $(Self::$on_board(_) => true,)*
                    $(Self::$beside(_) => false,)*
                    Self::Unknown(_) => false,
                }
            }

            /// Checks the bounds of texts and lists.
            ///
            /// # Errors
            /// [`EventError::TooLarge`].
            pub fn check(&self) -> Result<(), EventError> {
                let fits = match self {
                    $(Self::$on_board(body) => body.fits(),)*
                    $(Self::$beside(body) => body.fits(),)*
                    Self::Unknown(_) => true,
                };
                if fits { Ok(()) } else { Err(EventError::TooLarge) }
            }

            /// Encodes the event.
            ///
            /// # Errors
            /// [`EventError::TooLarge`].
            pub fn encode(&self) -> Result<Vec<u8>, EventError> {
                self.check()?;
                let body = match self {
                    $(Self::$on_board(body) => Value::serialized(body),)*
                    $(Self::$beside(body) => Value::serialized(body),)*
                    Self::Unknown(unknown) => return Ok(unknown.bytes.clone()),
                };
                Ok(to_cbor(&Outer {
                    v: EVENT_VERSION,
                    k: self.kind().to_owned(),
                    b: body.map_err(|_| EventError::Malformed)?,
                }))
            }

            fn show<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                let mut shown = to.serialize_struct("Event", 2)?;
                shown.serialize_field("kind", self.kind())?;
                match self {
                    $(Self::$on_board(body) => shown.serialize_field("body", body)?,)*
                    $(Self::$beside(body) => shown.serialize_field("body", body)?,)*
                    Self::Unknown(_) => shown.skip_field("body")?,
                }
                shown.end()
            }

            fn of_body(kind: &str, body: &Value) -> Option<Result<Self, EventError>> {
                let event = match kind {
                    $($board_name => read(body).map(Self::$on_board),)*
                    $($other_name => read(body).map(Self::$beside),)*
                    _ => return None,
                };
                Some(event)
            }
        }
    };
}

events! {
    board {
        Target(TargetChange) = "target",
        Sighting(Sighting) = "sighting",
        Hit(HitRaised) = "hit",
        Delivered(Delivered) = "delivered",
        Acknowledge(Acknowledgement) = "acknowledge",
        Verdict(Verdict) = "verdict",
        Action(Action) = "action",
        Reopen(Reopening) = "reopen",
        Escalate(Escalation) = "escalate",
        Check(CheckRequest) = "check",
        CheckAnswer(CheckAnswer) = "check_answer",
        Phase(PhaseBegun) = "phase",
        Task(TaskStep) = "task",
        HHour(HHour) = "h_hour",
        VoteCall(VoteCall) = "vote_call",
        Vote(Vote) = "vote",
        Abort(Abort) = "abort",
        Custody(CustodyStep) = "custody",
        CustodyAlarm(CustodyAlarm) = "custody_alarm",
        Document(DocumentShared) = "document",
        Compartment(CompartmentAnnounced) = "compartment",
        Promote(PromotionWanted) = "promote",
        Promotion(PromotionAnswered) = "promotion",
    }
    other {
        Say(Say) = "say",
        Position(LivePosition) = "position",
        Snapshot(SnapshotPart) = "snapshot",
        SnapshotWanted(SnapshotWanted) = "snapshot_wanted",
        Dispute(Dispute) = "dispute",
        AmendmentProposed(AmendmentProposed) = "amendment",
        AmendmentSigned(AmendmentSigned) = "amendment_signature",
        Bridge(Bridge) = "bridge",
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, EventError> {
    value.deserialized().map_err(|_| EventError::Malformed)
}

impl Event {
    /// Decodes an event. What is newer than this client comes as [`Event::Unknown`].
    ///
    /// # Errors
    /// See [`EventError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EventError> {
        let mut rest = bytes;
        let outer: Outer = ciborium::from_reader(&mut rest).map_err(|_| EventError::Malformed)?;
        if !rest.is_empty() || outer.k.len() > wire::MAX_NAME_BYTES {
            return Err(EventError::Malformed);
        }
        let known = (outer.v == EVENT_VERSION)
            .then(|| Self::of_body(&outer.k, &outer.b))
            .flatten();
        let event = match known {
            Some(event) => event?,
            None => Self::Unknown(UnknownEvent {
                kind: outer.k,
                version: outer.v,
                bytes: bytes.to_vec(),
            }),
        };
        event.check()?;
        Ok(event)
    }
}

impl Event {
    /// Whether it should wake those who are not looking. The hub is told so much of it.
    #[must_use]
    pub const fn wakes(&self) -> bool {
        match self {
            Self::Say(say) => say.urgent,
            Self::Hit(hit) => !hit.quiet,
            Self::Check(_)
            | Self::VoteCall(_)
            | Self::HHour(_)
            | Self::Abort(_)
            | Self::CustodyAlarm(_)
            | Self::Reopen(_)
            | Self::Escalate(_) => true,
            _ => false,
        }
    }
}

/// For people and programs that watch: `{"kind": .., "body": ..}`.
impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.show(to)
    }
}

/// Events are plaintext: only their kind may be seen in a log.
impl core::fmt::Debug for Event {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Event({}, hidden)", self.kind())
    }
}
