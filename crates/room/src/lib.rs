//! What happens inside a room, for members only: the MLS session, the typed events, the board, and
//! the transcript that keeps the hub honest.
//!
//! Push and pull: bytes and times go in; notices, frames to send and records to store come out.
//! There is no I/O and no clock here (openmls looks at one when it checks key packages), so the
//! command line and the browser run the same code. The hub never links this crate.

mod author;
mod board;
mod charter_text;
mod error;
mod event;
mod identifier;
mod identity;
mod key_store;
pub mod limits;
mod notice;
mod profile;
mod record;
mod safety_number;
mod session;
mod snapshot;
mod store;
mod transcript;

pub use author::Author;
pub use board::{
    Applied, Board, Field, Hit, HitId, Rejected, Stamp, Target, TargetId, TargetKind, TargetStatus,
};
pub use charter_text::CharterText;
pub use error::SessionError;
pub use event::{
    Acknowledgement, AmendmentProposed, AmendmentSigned, Dispute, Event, EventError, HitRaised,
    Say, SnapshotWanted, TargetChange, UnknownEvent,
};
pub use identifier::{Identifier, IdentifierKind};
pub use identity::Identity;
pub use key_store::{KeyPackages, KeyStore};
pub use notice::{Notice, SecurityEvent};
pub use record::Changes;
pub use safety_number::SafetyNumber;
pub use session::{Amendment, CharterChange, CommitWish, Ended, NewRoom, Session};
pub use snapshot::SnapshotPart;
