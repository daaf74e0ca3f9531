//! What happens inside a room, for members only: the MLS session, the typed events, the board, and
//! the transcript that keeps the hub honest.
//!
//! Push and pull: bytes and times go in; notices, frames to send and records to store come out.
//! There is no I/O and no clock here (openmls looks at one when it checks key packages), so the
//! command line and the browser run the same code. The hub never links this crate.

mod analysis;
mod author;
mod blob;
mod board;
mod charter_text;
mod error;
mod event;
mod identifier;
mod identity;
mod key_store;
pub mod limits;
mod matching;
mod notice;
pub mod playbook;
mod profile;
mod record;
mod safety_number;
mod session;
mod snapshot;
mod store;
mod transcript;

pub use analysis::{Analysis, Bond, LateTask, Missed, Node, Responses, Scored};
pub use author::Author;
pub use blob::{
    BlobError, ChunkPlace, DOCUMENT_CHUNK_BYTES, MAX_DOCUMENT_BYTES, chunks_of, open_chunk,
    seal_chunk,
};
pub use board::{
    Aborted, Announced, Answer, Answered, Applied, Begun, Board, Check as CheckState, CheckId,
    Choice, Custody, CustodyMove, Decision, Document, DocumentId, Escalated, Evaluation, Field,
    Handling, Hit, HitId, HitStage, HitState, Judged, Leg, Level, LinkTo, Matched, Noted, Outcome,
    Overtaken, Part, Plan, Poll, Position, Promotion, PromotionAnswer, Rejected, Reopened, Report,
    Seen, SetHHour, Setting, Source, Stamp, TakenOff, Target, TargetId, TargetKind, TargetStatus,
    TaskKey, TaskProgress, TaskState, Voted,
};
pub use charter_text::CharterText;
pub use error::SessionError;
pub use event::{
    Abort, Acknowledgement, Action, AmendmentProposed, AmendmentSigned, BlobKey, Bridge,
    CheckAnswer, CheckRequest, CompartmentAnnounced, CustodyAlarm, CustodyStep, Delivered, Dispute,
    DocumentShared, Escalation, Event, EventError, HHour, HitRaised, Link, LivePosition,
    PhaseBegun, PromotionAnswered, PromotionWanted, Reopening, Say, Sighting, SnapshotWanted,
    TargetChange, TaskStep, UnknownEvent, Verdict, Vote, VoteCall,
};
pub use identifier::{Check, Identifier, IdentifierError, IdentifierKind, Reading};
pub use identity::Identity;
pub use key_store::{KeyPackages, KeyStore};
pub use matching::{CERTAIN, Match, MatchRule, WatchList};
pub use notice::{About, Lost, Notice, SecurityEvent};
pub use record::{Changes, PERISHABLE};
pub use safety_number::SafetyNumber;
pub use session::{
    Amendment, Asker, Boards, CharterChange, CommitWish, Ended, Evidence, Found, KeptEntry,
    KeptEvent, NewCompartment, NewRoom, Placed, Session, Sitting,
};
pub use snapshot::SnapshotPart;
