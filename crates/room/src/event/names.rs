//! What an event names that must be somewhere already.

use super::Event;
use crate::board::{CheckId, HitId, TargetId};

impl Event {
    /// Targets, the one that it may make among them.
    #[must_use]
    pub fn targets(&self) -> Vec<TargetId> {
        match self {
            Self::Target(change) => {
                let links = change.add_links.iter().map(|link| link.to);
                let links = links.chain(change.remove_links.iter().copied());
                links.chain([change.target]).collect()
            }
            Self::Sighting(sighting) => vec![sighting.target],
            Self::Hit(raised) => raised.target.into_iter().collect(),
            Self::Custody(step) => vec![step.target],
            Self::CustodyAlarm(alarm) => vec![alarm.target],
            Self::Document(shared) => shared.target.into_iter().collect(),
            Self::Promote(wanted) => vec![wanted.target],
            _ => Vec::new(),
        }
    }

    /// Targets that may be the room's if this is said in a compartment.
    #[must_use]
    pub fn targets_beside(&self) -> Vec<TargetId> {
        match self {
            Self::Target(change) => change.add_links.iter().map(|link| link.to).collect(),
            Self::Hit(raised) => raised.target.into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Hits.
    #[must_use]
    pub fn hits(&self) -> Vec<HitId> {
        match self {
            Self::Hit(raised) => vec![raised.hit],
            Self::Acknowledge(acknowledgement) => vec![acknowledgement.hit],
            Self::Verdict(verdict) => vec![verdict.hit],
            Self::Action(action) => vec![action.hit],
            Self::Reopen(reopening) => vec![reopening.hit],
            Self::Escalate(escalation) => vec![escalation.hit],
            Self::Delivered(receipt) => receipt.hits.clone(),
            _ => Vec::new(),
        }
    }

    /// A check request.
    #[must_use]
    pub const fn check_request(&self) -> Option<CheckId> {
        match self {
            Self::CheckAnswer(answer) => Some(answer.check),
            _ => None,
        }
    }
}
