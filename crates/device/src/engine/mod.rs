//! The engine keeps one device's rooms going: it connects and reconnects, follows, decrypts, sends
//! what waits, retries what lost a race, and closes rooms when their time is over.
//!
//! One task owns everything; others talk to it through [`Engine`].

mod actor;
mod commit_job;
mod compartments;
mod duties;
mod error;
mod handle;
mod incoming;
mod joining;
mod key_packages;
mod opening;
pub(crate) mod records;
mod resync;
mod saving;
mod slot;
mod time;
mod work;

use entente_protocol::{ErrorCode, Fingerprint, RoomId};
use entente_room::{Author, Notice};
use serde::Serialize;

pub use commit_job::Wish;
pub use error::EngineError;
pub use handle::{Engine, RoomSpec};
pub use time::{Clock, MAX_UNCERTAINTY_MS};

/// Events that a slow listener may be behind before it loses the oldest.
pub const EVENT_QUEUE: usize = 4_096;

/// Something to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EngineEvent {
    /// The hub is there.
    Connected {
        /// The hub's clock minus this device's, milliseconds.
        clock_offset_ms: i64,
    },
    /// The hub's clock is further from this device's than honest clocks are.
    HubClock {
        /// The hub's clock minus this device's, milliseconds.
        difference_ms: i64,
    },
    /// The hub answers so slowly that its time is not known well enough to strike by.
    ClockUncertain {
        /// How wrong this device's idea of the hub's time can be, milliseconds.
        uncertainty_ms: u64,
    },
    /// The hub is gone, or refused; the engine tries again by itself.
    Disconnected {
        /// Why, if the hub said so.
        code: Option<ErrorCode>,
    },
    /// Everything that the hub had of a room was applied.
    CaughtUp {
        /// The room.
        room: RoomId,
        /// Sequence number.
        seq: u64,
    },
    /// Something happened in a room.
    Room {
        /// The room.
        room: RoomId,
        /// What.
        #[serde(flatten)]
        notice: Notice,
    },
    /// A room was joined; what it says of that comes as a notice.
    Joined {
        /// The room.
        room: RoomId,
        /// How long the work on the invitation took, milliseconds.
        took_ms: u64,
    },
    /// An invitation by a device of an authority that this one does not trust. Nothing was joined;
    /// the invitation waits at the hub.
    UnknownInviter {
        /// The room.
        room: RoomId,
        /// Who invites, as its certificate says.
        inviter: Author,
        /// Its authority's root.
        authority: Fingerprint,
    },
    /// An invitation was not accepted.
    JoinRefused {
        /// The room.
        room: RoomId,
        /// The rule, in words of the program.
        reason: String,
    },
    /// The hub won't pass a request to join on; the device asks no more.
    AskRefused {
        /// The room.
        room: RoomId,
        /// Why.
        code: ErrorCode,
    },
    /// The hub does not serve this room to this device.
    HubRefused {
        /// The room.
        room: RoomId,
        /// Why.
        code: ErrorCode,
    },
    /// An event was given up: no retry could help.
    GivenUp {
        /// The room.
        room: RoomId,
        /// Why.
        code: ErrorCode,
    },
    /// The device's state could not be stored; the engine has stopped.
    Stopped {
        /// Why.
        reason: String,
    },
}
