//! What can happen in an exercise. The fields are those of the commands of the same names.

use entente_room::playbook::Span;
use entente_room::{
    Answer, Choice, Evaluation, Handling, Identifier, TargetKind, TargetStatus, TaskState,
};
use entente_trust::Country;
use serde::Deserialize;

/// Before a target's name: the hit that a feed has raised of it.
pub(super) const FEED_PREFIX: &str = "feed:";

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // see above
pub enum Step {
    /// The exercise's clock goes on to here, counted from the beginning.
    At(Span),
    /// The room is opened.
    Open { by: String },
    /// Devices get seats.
    Admit { by: String, devices: Vec<String> },
    /// Somebody speaks.
    Say {
        by: String,
        text: String,
        #[serde(default)]
        urgent: bool,
    },
    /// A target is put on the board, or changed.
    Target(TargetStep),
    /// A target was seen.
    Sighting {
        by: String,
        target: String,
        #[serde(default)]
        at: Option<[f64; 2]>,
        #[serde(default)]
        note: String,
    },
    /// An officer shares its place.
    Position { by: String, at: [f64; 2] },
    /// A hit is raised.
    Hit {
        by: String,
        hit: String,
        identifier: Identifier,
        #[serde(default)]
        target: Option<String>,
        #[serde(default)]
        at: Option<[f64; 2]>,
        #[serde(default)]
        note: String,
    },
    /// A hit is acknowledged.
    Acknowledge(OfHit),
    /// A hit is confirmed.
    Confirm(OfHit),
    /// A hit is false.
    False(OfHit),
    /// Something was done about a hit.
    Action(OfHit),
    /// A hit that was closed is taken up again.
    Reopen(OfHit),
    /// Other countries are asked.
    Check {
        by: String,
        check: String,
        identifier: Identifier,
        of: Vec<Country>,
        #[serde(default)]
        note: String,
    },
    /// A country answers.
    Answer {
        by: String,
        check: String,
        answer: Answer,
        #[serde(default)]
        note: String,
    },
    /// An agent reads lines of a feed.
    Feed {
        by: String,
        format: String,
        lines: Vec<String>,
    },
    /// A phase begins.
    Phase {
        by: String,
        phase: String,
        #[serde(default)]
        in_spite: Option<String>,
        /// The operation was called off, which `by` has seen, and goes on.
        #[serde(default)]
        after_abort: bool,
    },
    /// A task moves on.
    Task {
        by: String,
        task: String,
        #[serde(default)]
        of: Option<Country>,
        state: TaskState,
        #[serde(default)]
        note: String,
    },
    /// The H-hour is set, counted from now on the exercise's clock.
    HHour {
        by: String,
        after: Span,
        #[serde(default)]
        after_abort: bool,
    },
    /// Everybody waits for the H-hour.
    WaitForHHour {},
    /// The countries are asked: go or no go?
    CallVote { by: String, of: Vec<Country> },
    /// A country votes.
    Vote {
        by: String,
        choice: Choice,
        #[serde(default)]
        note: String,
    },
    /// The operation is called off.
    Abort { by: String, reason: String },
    /// Goods in custody.
    Custody {
        by: String,
        target: String,
        step: CustodyWord,
        #[serde(default)]
        to: Option<Country>,
        /// How often this leg is reported on, if not as the playbook says.
        #[serde(default)]
        every: Option<Span>,
        #[serde(default)]
        note: String,
    },
    /// A device loses its seat.
    Remove { by: String, device: String },
    /// The time box ends later, counted from now.
    Extend { by: String, time_box: String },
    /// This must be refused by every board, for this reason.
    Refused { why: String, step: Box<Self> },
    /// Everybody in the room must have the same board.
    Agree {},
    /// The time box ends now.
    Close { by: String },
}

/// A target and what is said of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // see above
pub struct TargetStep {
    pub by: String,
    pub target: String,
    #[serde(default)]
    pub kind: Option<TargetKind>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub status: Option<TargetStatus>,
    #[serde(default)]
    pub priority: Option<u8>,
    #[serde(default)]
    pub owner: Option<Country>,
    #[serde(default)]
    pub team: Option<String>,
    #[serde(default)]
    pub evaluation: Option<String>,
    #[serde(default)]
    pub handling: Option<Handling>,
    #[serde(default)]
    pub notes: Option<String>,
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// Another target of the script, and how they hang together.
    #[serde(default)]
    pub link: Option<(String, String)>,
}

impl TargetStep {
    /// The evaluation, if it is one.
    #[must_use]
    pub fn evaluated(&self) -> Option<Evaluation> {
        Evaluation::from_name(self.evaluation.as_deref()?)
    }
}

/// Something said of a hit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // see above
pub struct OfHit {
    pub by: String,
    pub hit: String,
    #[serde(default)]
    pub note: String,
}

/// What happens to goods in custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // see above
pub enum CustodyWord {
    Take,
    Offer,
    Accept,
    Refuse,
    CheckIn,
    Close,
}

impl Step {
    /// Who does it, if it is one device.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::At(_) | Self::WaitForHHour {} | Self::Agree {} => None,
            Self::Refused { step, .. } => step.by(),
            Self::Target(TargetStep { by, .. })
            | Self::Acknowledge(OfHit { by, .. })
            | Self::Confirm(OfHit { by, .. })
            | Self::False(OfHit { by, .. })
            | Self::Action(OfHit { by, .. })
            | Self::Reopen(OfHit { by, .. })
            | Self::Open { by }
            | Self::Admit { by, .. }
            | Self::Say { by, .. }
            | Self::Sighting { by, .. }
            | Self::Position { by, .. }
            | Self::Hit { by, .. }
            | Self::Check { by, .. }
            | Self::Answer { by, .. }
            | Self::Feed { by, .. }
            | Self::Phase { by, .. }
            | Self::Task { by, .. }
            | Self::HHour { by, .. }
            | Self::CallVote { by, .. }
            | Self::Vote { by, .. }
            | Self::Abort { by, .. }
            | Self::Custody { by, .. }
            | Self::Remove { by, .. }
            | Self::Extend { by, .. }
            | Self::Close { by } => Some(by),
        }
    }

    /// The target that it needs, if it is not the one that puts it on the board.
    #[must_use]
    pub fn needs_target(&self) -> Option<&str> {
        match self {
            Self::Hit { target, .. } => target.as_deref(),
            Self::Sighting { target, .. } | Self::Custody { target, .. } => Some(target),
            Self::Target(TargetStep {
                link: Some((to, _)),
                ..
            }) => Some(to),
            _ => None,
        }
    }

    /// The hit that it needs.
    #[must_use]
    pub fn needs_hit(&self) -> Option<&str> {
        match self {
            Self::Acknowledge(of)
            | Self::Confirm(of)
            | Self::False(of)
            | Self::Action(of)
            | Self::Reopen(of) => Some(&of.hit),
            _ => None,
        }
    }
}
