//! Phases, tasks, H-hour, go/no-go, abort, custody.

use entente_protocol::limits::MAX_AUTHORITIES;
use entente_trust::Country;
use serde::{Deserialize, Serialize};

use super::{Body, name_fits, text_fits};
use crate::board::{Choice, CustodyMove, Position, TargetId, TaskState};
use crate::playbook::Span;

/// A phase begins.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseBegun {
    /// Its id in the playbook.
    pub phase: String,
    /// Why it begins although its entry conditions are not met; none if they must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_spite: Option<String>,
    /// Sequence number of the abort that its author has seen, and in spite of which it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_abort: Option<u64>,
    /// The countries that take part; those of the charter if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<Country>,
}

impl PhaseBegun {
    /// A phase whose conditions are met.
    #[must_use]
    pub fn of(phase: &str) -> Self {
        Self {
            phase: phase.to_owned(),
            in_spite: None,
            after_abort: None,
            countries: Vec::new(),
        }
    }
}

/// A task moved on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskStep {
    /// Its id in the playbook.
    pub task: String,
    /// For whose team; none for all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// What it is now.
    pub state: TaskState,
    /// To whom, why, or how.
    #[serde(default)]
    pub note: String,
}

/// The H-hour is set, or taken back.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HHour {
    /// When, Unix milliseconds.
    pub at_ms: Option<u64>,
    /// Sequence number of the abort that its author has seen, and in spite of which it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_abort: Option<u64>,
}

impl HHour {
    /// As nothing was called off.
    #[must_use]
    pub const fn at(at_ms: Option<u64>) -> Self {
        Self {
            at_ms,
            after_abort: None,
        }
    }
}

/// The countries are asked: go or no go?
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteCall {
    /// Digest of the plan that is voted on.
    pub plan: [u8; 32],
    /// Who is asked.
    pub countries: Vec<Country>,
}

/// A country's answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Digest of the plan that the voter sees.
    pub plan: [u8; 32],
    /// Go, no go, or hold.
    pub choice: Choice,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// The operation is called off.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abort {
    /// Why.
    pub reason: String,
}

/// A delivery in custody: taken over, handed over, reported.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyStep {
    /// What is delivered.
    pub target: TargetId,
    /// What happened.
    pub step: CustodyMove,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How often this leg is reported on from now, if not as the playbook says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_every: Option<Span>,
    /// Seals, condition, names.
    #[serde(default)]
    pub note: String,
}

/// The holder of a delivery has not reported in time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyAlarm {
    /// What is delivered.
    pub target: TargetId,
}

impl Body for PhaseBegun {
    fn fits(&self) -> bool {
        name_fits(&self.phase)
            && self.in_spite.as_ref().is_none_or(|why| text_fits(why))
            && self.countries.len() <= MAX_AUTHORITIES
    }
}

impl Body for TaskStep {
    fn fits(&self) -> bool {
        name_fits(&self.task) && text_fits(&self.note)
    }
}

impl Body for HHour {
    fn fits(&self) -> bool {
        true
    }
}

impl Body for VoteCall {
    fn fits(&self) -> bool {
        (1..=MAX_AUTHORITIES).contains(&self.countries.len())
    }
}

impl Body for Vote {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}

impl Body for Abort {
    fn fits(&self) -> bool {
        text_fits(&self.reason)
    }
}

impl Body for CustodyStep {
    fn fits(&self) -> bool {
        text_fits(&self.note) && self.position.is_none_or(|place| place.is_on_earth())
    }
}

impl Body for CustodyAlarm {
    fn fits(&self) -> bool {
        true
    }
}
