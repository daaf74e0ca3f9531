//! The life of a hit, and check requests.

use entente_protocol::limits::MAX_AUTHORITIES;
use entente_trust::Country;
use serde::{Deserialize, Serialize};

use super::{Body, text_fits};
use crate::Identifier;
use crate::board::{Answer, CheckId, HitId, HitStage, Level, Matched, Position, TargetId};
use crate::limits::MAX_RECEIPT_HITS;

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
    /// Which of the target's identifiers, by which rule, and how surely; none if a person says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    /// Where it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// When it was seen last, Unix milliseconds; 0 for now.
    #[serde(default)]
    pub seen_at_ms: u64,
    /// How often since it was told last.
    #[serde(default = "once")]
    pub count: u32,
    /// Where and how.
    #[serde(default)]
    pub note: String,
    /// More of a hit that is closed, for its count: it wakes nobody, and is no hit by itself.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub quiet: bool,
}

const fn once() -> u32 {
    1
}

impl HitRaised {
    /// A hit that a person saw just now.
    #[must_use]
    pub fn seen(hit: HitId, identifier: Identifier, target: Option<TargetId>) -> Self {
        Self {
            hit,
            identifier,
            target,
            matched: None,
            position: None,
            seen_at_ms: 0,
            count: once(),
            note: String::new(),
            quiet: false,
        }
    }
}

/// Hits, or an abort, have reached this device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hits: Vec<HitId>,
    /// Sequence number of the abort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort: Option<u64>,
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

/// Whether a hit is what it seems.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The hit.
    pub hit: HitId,
    /// Confirmed, or false.
    pub confirmed: bool,
    /// How that is known.
    #[serde(default)]
    pub note: String,
}

/// Something was done about a confirmed hit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The hit.
    pub hit: HitId,
    /// What.
    #[serde(default)]
    pub note: String,
}

/// A hit that was false or done with is not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// The hit.
    pub hit: HitId,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// A deadline of a hit has passed: the next level is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// The hit.
    pub hit: HitId,
    /// What should have happened.
    pub stage: HitStage,
    /// Who is asked now.
    pub level: Level,
}

/// "Is this known to you?"
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRequest {
    /// The request.
    pub check: CheckId,
    /// What is asked about.
    pub identifier: Identifier,
    /// The countries that are asked.
    pub countries: Vec<Country>,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// What a country's records say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// The request.
    pub check: CheckId,
    /// Known, not known, or to be asked of a person.
    pub answer: Answer,
    /// What may be said about it.
    #[serde(default)]
    pub note: String,
}

impl Body for HitRaised {
    fn fits(&self) -> bool {
        text_fits(&self.note)
            && self.count >= 1
            && self.position.is_none_or(|place| place.is_on_earth())
            && self
                .matched
                .as_ref()
                .is_none_or(|matched| matched.certainty <= 100)
    }
}

impl Body for Delivered {
    fn fits(&self) -> bool {
        self.hits.len() <= MAX_RECEIPT_HITS
    }
}

impl Body for Acknowledgement {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}

impl Body for Verdict {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}

impl Body for Action {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}

impl Body for Reopening {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}

impl Body for Escalation {
    fn fits(&self) -> bool {
        true
    }
}

impl Body for CheckRequest {
    fn fits(&self) -> bool {
        text_fits(&self.note)
            && (1..=MAX_AUTHORITIES).contains(&self.countries.len())
            && !self.identifier.is_pattern()
    }
}

impl Body for CheckAnswer {
    fn fits(&self) -> bool {
        text_fits(&self.note)
    }
}
