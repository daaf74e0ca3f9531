//! Targets and where they were seen.

use entente_trust::Country;
use serde::{Deserialize, Serialize};

use super::{Body, name_fits, text_fits};
use crate::Identifier;
use crate::board::{Evaluation, Handling, Position, TargetId, TargetKind, TargetStatus};
use crate::limits::{MAX_IDENTIFIERS, MAX_LINKS};

/// That two targets have to do with each other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The other target.
    pub to: TargetId,
    /// How, in a few words: "drives", "consignee".
    pub relation: String,
}

/// A new target, or a change of some of its fields; those left out stay as they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetChange {
    /// The target.
    pub target: TargetId,
    /// Sequence number up to which the author had seen the board; 0 if not known.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seen: u64,
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
    /// The team that is on it; empty takes it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// How good the source and the information are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// What may be done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// Free notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Identifiers that it has from now on too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_identifiers: Vec<Identifier>,
    /// Identifiers that it has no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_identifiers: Vec<Identifier>,
    /// Links that it has from now on too; one to each target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_links: Vec<Link>,
    /// Targets to which it has no link any longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_links: Vec<TargetId>,
    /// Of a target that was in a compartment before: digest of what was agreed on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<[u8; 32]>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde wants a reference
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl TargetChange {
    /// A change of nothing, to be filled in.
    #[must_use]
    pub fn of(target: TargetId) -> Self {
        Self {
            target,
            seen: 0,
            kind: None,
            name: None,
            status: None,
            priority: None,
            owner: None,
            team: None,
            evaluation: None,
            handling: None,
            notes: None,
            add_identifiers: Vec::new(),
            remove_identifiers: Vec::new(),
            add_links: Vec::new(),
            remove_links: Vec::new(),
            promoted: None,
        }
    }
}

/// A target was seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Which.
    pub target: TargetId,
    /// When, Unix milliseconds.
    pub seen_at_ms: u64,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How, and what it was doing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Body for TargetChange {
    fn fits(&self) -> bool {
        let names = [&self.name, &self.team];
        names.into_iter().flatten().all(|name| name_fits(name))
            && self.notes.as_ref().is_none_or(|notes| text_fits(notes))
            && self.priority.is_none_or(|level| (1..=5).contains(&level))
            && self
                .evaluation
                .is_none_or(|it| (1..=4).contains(&it.information))
            && self.add_identifiers.len() <= MAX_IDENTIFIERS
            && self.remove_identifiers.len() <= MAX_IDENTIFIERS
            && self.add_links.len() <= MAX_LINKS
            && self.remove_links.len() <= MAX_LINKS
            && self.add_links.iter().all(|link| name_fits(&link.relation))
    }
}

impl Body for Sighting {
    fn fits(&self) -> bool {
        text_fits(&self.note) && self.position.is_none_or(|place| place.is_on_earth())
    }
}
