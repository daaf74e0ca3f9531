//! What an event did to the board, or why it did nothing.

use serde::{Deserialize, Serialize};

use super::{HitId, Overtaken, TargetId};

/// What an event did to the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// The event is not about the board.
    Untouched,
    /// A target is new.
    TargetAdded(TargetId),
    /// A target changed; in these fields it replaced what its author had not seen.
    TargetChanged(TargetId, Vec<Overtaken>),
    /// A hit is new.
    HitRaised(HitId),
    /// What was seen belongs to a hit that was open already.
    HitFolded(HitId),
    /// A hit was acknowledged for the author's country; false if it had been already.
    HitAcknowledged(HitId, bool),
    /// It did what it says.
    Done,
}

/// What an event did, and whether it made a vote void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it did.
    pub applied: Applied,
    /// Whether it changed the plan that countries had voted on.
    pub voided_votes: bool,
}

impl Outcome {
    /// What a change has replaced unseen; none if it has replaced nothing.
    #[must_use]
    pub fn overtaken(&self) -> Option<Vec<Overtaken>> {
        match &self.applied {
            Applied::TargetChanged(_, all) if !all.is_empty() => Some(all.clone()),
            _ => None,
        }
    }
}

/// Why an event did nothing to the board. Every member decides alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejected {
    /// Not for this role.
    #[error("not for this role")]
    Role,
    /// A new target needs a kind and a name.
    #[error("a new target needs a kind and a name")]
    Incomplete,
    /// The named target is not on the board.
    #[error("the target is not on the board")]
    UnknownTarget,
    /// The named hit is not on the board.
    #[error("the hit is not on the board")]
    UnknownHit,
    /// The named check request is not on the board.
    #[error("the check request is not on the board")]
    UnknownCheck,
    /// Somebody was first: the id is taken, or it was said already.
    #[error("the id is taken, or it was said already")]
    Taken,
    /// Over a named limit.
    #[error("the board is full")]
    Full,
    /// A target can't go from where it stands to there.
    #[error("the status may not follow on the present one")]
    Transition,
    /// Before something that comes first.
    #[error("something else comes first")]
    Order,
    /// The author's country was not asked.
    #[error("the country was not asked")]
    NotAsked,
    /// Seen in the future.
    #[error("the time is in the future")]
    Future,
    /// An H-hour in the past.
    #[error("the time is in the past")]
    Past,
    /// The playbook has no such phase or task.
    #[error("the playbook has nothing of this name")]
    NotInPlaybook,
    /// Entry conditions of a phase, or tasks that come first.
    #[error("conditions are not met")]
    Conditions,
    /// The plan is not the one that the author saw.
    #[error("the plan has changed")]
    OtherPlan,
    /// The operation was called off.
    #[error("the operation was called off")]
    Aborted,
    /// An amendment that may not follow on the charter, or a signature that does not verify.
    #[error("not a permitted amendment, or not signed by a coordinator")]
    Amendment,
    /// Plan, votes and announcements are the room's, not a compartment's.
    #[error("it belongs into the room, not into a compartment")]
    RoomOnly,
    /// Promotions are asked for and agreed to in a compartment.
    #[error("it belongs into a compartment, not into the room")]
    CompartmentOnly,
    /// Something else is said than what its digest is of.
    #[error("it is not what was agreed on")]
    NotAsAgreed,
}

impl Rejected {
    /// Every reason.
    pub const ALL: [Self; 20] = [
        Self::Role,
        Self::Incomplete,
        Self::UnknownTarget,
        Self::UnknownHit,
        Self::UnknownCheck,
        Self::Taken,
        Self::Full,
        Self::Transition,
        Self::Order,
        Self::NotAsked,
        Self::Future,
        Self::Past,
        Self::NotInPlaybook,
        Self::Conditions,
        Self::OtherPlan,
        Self::Aborted,
        Self::Amendment,
        Self::RoomOnly,
        Self::CompartmentOnly,
        Self::NotAsAgreed,
    ];

    /// The snake-case name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Incomplete => "incomplete",
            Self::UnknownTarget => "unknown_target",
            Self::UnknownHit => "unknown_hit",
            Self::UnknownCheck => "unknown_check",
            Self::Taken => "taken",
            Self::Full => "full",
            Self::Transition => "transition",
            Self::Order => "order",
            Self::NotAsked => "not_asked",
            Self::Future => "future",
            Self::Past => "past",
            Self::NotInPlaybook => "not_in_playbook",
            Self::Conditions => "conditions",
            Self::OtherPlan => "other_plan",
            Self::Aborted => "aborted",
            Self::Amendment => "amendment",
            Self::RoomOnly => "room_only",
            Self::CompartmentOnly => "compartment_only",
            Self::NotAsAgreed => "not_as_agreed",
        }
    }
}
