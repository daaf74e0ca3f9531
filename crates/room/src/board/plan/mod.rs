//! The plan of an operation as it runs: phases, tasks, H-hour, votes, abort.

mod abort;
mod custody;
mod task;
mod vote;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Board, HitState, Rejected, Stamp};
use crate::playbook::{Condition, Playbook};
use crate::record::to_cbor;
use crate::{HHour, PhaseBegun};
use entente_trust::{Country, Role};

pub use abort::Aborted;
pub use custody::{Custody, CustodyMove, Leg, Report};
pub use task::{TaskKey, TaskProgress, TaskState};
pub use vote::{Choice, Decision, Poll, Voted};

/// A phase that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its id.
    pub phase: String,
    /// By whom, and when.
    pub stamp: Stamp,
    /// Why it began in spite of its entry conditions, if it did.
    pub in_spite: Option<String>,
}

/// The H-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetHHour {
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// By whom it was set, and when.
    pub stamp: Stamp,
}

/// How far the plan has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Phases in the order in which they began; the last is the present one.
    pub phases: Vec<Begun>,
    /// The countries that take part, as the present phase began.
    pub countries: BTreeSet<Country>,
    /// The H-hour, if it is set.
    pub h_hour: Option<SetHHour>,
    /// Tasks that somebody has said something about.
    pub tasks: BTreeMap<TaskKey, TaskProgress>,
    /// The vote that was called last.
    pub poll: Option<Poll>,
    /// Votes that were called before, oldest first, the last [`MAX_POLLS`].
    ///
    /// [`MAX_POLLS`]: crate::limits::MAX_POLLS
    pub past_polls: Vec<Poll>,
    /// When it was called off, by whom and why, oldest first, the last [`MAX_ABORTS`].
    ///
    /// [`MAX_ABORTS`]: crate::limits::MAX_ABORTS
    pub aborts: Vec<Aborted>,
}

/// Phases that may begin, again or anew.
const MAX_PHASE_CHANGES: usize = 256;

impl Plan {
    /// The present phase.
    #[must_use]
    pub fn phase(&self) -> Option<&Begun> {
        self.phases.last()
    }

    /// When a phase began last.
    #[must_use]
    pub fn begun(&self, phase: &str) -> Option<&Begun> {
        self.phases.iter().rev().find(|begun| begun.phase == phase)
    }
}

impl Board {
    /// How far the plan has come.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Digest of what countries vote on: phase, H-hour, and the targets that are more than nominated,
    /// each with kind, name, owner, team and identifiers. Where a target is and what is noted about it
    /// is not the plan, and changes all the time.
    #[must_use]
    pub fn plan_digest(&self) -> [u8; 32] {
        let targets: Vec<_> = self
            .targets
            .iter()
            .filter(|(_, target)| target.status.value.is_planned())
            .map(|(id, target)| {
                (
                    id,
                    target.kind.value,
                    &target.name.value,
                    target.owner.value,
                    &target.team.value,
                    target.identifiers.keys().collect::<Vec<_>>(),
                )
            })
            .collect();
        let phase = self.plan.phase().map(|begun| &begun.phase);
        let h_hour = self.plan.h_hour.map(|set| set.at_ms);
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Plan");
        hash.update(to_cbor(&(phase, h_hour, targets)));
        hash.finalize().into()
    }

    pub(super) fn begin_phase(&mut self, begun: &PhaseBegun, stamp: Stamp) -> Result<(), Rejected> {
        only_coordinators(stamp)?;
        let playbook = self.playbook.clone();
        let phase = playbook
            .phase(&begun.phase)
            .ok_or(Rejected::NotInPlaybook)?;
        // What was called off may be brought to its end, whatever had been planned, and stays called off.
        let is_end = phase.closing && self.plan.aborted().is_some();
        if !is_end {
            self.plan.check_aborted(begun.after_abort)?;
        }
        let is_ready = is_end || phase.entry.iter().all(|it| self.is_met(it, stamp.time_ms));
        if !is_ready && begun.in_spite.is_none() {
            return Err(Rejected::Conditions);
        }
        let was_go = self.decision() == Decision::Go;
        if self.plan.phases.len() >= MAX_PHASE_CHANGES {
            return Err(Rejected::Full);
        }
        self.plan.phases.push(Begun {
            phase: begun.phase.clone(),
            stamp,
            in_spite: begun.in_spite.clone().filter(|_| !is_ready),
        });
        if !begun.countries.is_empty() {
            self.plan.countries = begun.countries.iter().copied().collect();
        }
        let asks_for_go = phase.entry.contains(&Condition::Go(true));
        if asks_for_go
            && was_go
            && let Some(poll) = &mut self.plan.poll
        {
            poll.carried_out.get_or_insert(stamp);
        }
        if !is_end {
            self.plan.resume(stamp);
        }
        Ok(())
    }

    /// Whether a condition of a phase is met now.
    #[must_use]
    pub fn is_met(&self, condition: &Condition, now_ms: u64) -> bool {
        let h_hour = self.plan.h_hour.map(|set| set.at_ms);
        match condition {
            Condition::PhaseBegun(phase) => self.plan.begun(phase).is_some(),
            Condition::TaskDone(task) => self.is_done(task),
            // A go that was carried out was a go to that, and to nothing that comes later.
            Condition::Go(wanted) => {
                let poll = self.plan.poll.as_ref();
                let is_fresh = poll.is_some_and(|poll| poll.carried_out.is_none());
                (is_fresh && self.decision() == Decision::Go) == *wanted
            }
            Condition::HHourSet(wanted) => h_hour.is_some() == *wanted,
            Condition::HHourPassed(wanted) => {
                h_hour.is_some_and(|at_ms| at_ms <= now_ms) == *wanted
            }
            Condition::Targets { status, at_least } => {
                let targets = self.targets.values();
                let count = targets
                    .filter(|target| target.status.value == *status)
                    .count();
                count >= *at_least as usize
            }
            Condition::HitsConfirmed(at_least) => {
                let hits = self
                    .hits
                    .values()
                    .filter(|hit| matches!(hit.state(), HitState::Confirmed | HitState::Actioned));
                hits.count() >= *at_least as usize
            }
        }
    }

    pub(super) fn set_h_hour(&mut self, h_hour: HHour, stamp: Stamp) -> Result<(), Rejected> {
        only_coordinators(stamp)?;
        if h_hour.at_ms.is_some_and(|at_ms| at_ms <= stamp.time_ms) {
            return Err(Rejected::Past);
        }
        // To set one is to go on; to take it back is not.
        if h_hour.at_ms.is_some() {
            self.plan.check_aborted(h_hour.after_abort)?;
            self.plan.resume(stamp);
        }
        self.plan.h_hour = h_hour.at_ms.map(|at_ms| SetHHour { at_ms, stamp });
        Ok(())
    }
}

fn only_coordinators(stamp: Stamp) -> Result<(), Rejected> {
    if stamp.role == Role::Coordinator {
        Ok(())
    } else {
        Err(Rejected::Role)
    }
}

/// The rules of a room without a playbook.
pub(super) fn no_playbook() -> Playbook {
    Playbook {
        version: crate::playbook::PLAYBOOK_VERSION,
        id: String::new(),
        title: crate::playbook::Text::default(),
        summary: None,
        roles: Vec::new(),
        targets: crate::playbook::TargetRules::default(),
        hits: crate::playbook::HitRules::default(),
        go_no_go: crate::playbook::GoNoGoRules::default(),
        abort: crate::playbook::AbortRules::default(),
        handling: crate::playbook::HandlingRules::default(),
        custody: None,
        phases: Vec::new(),
    }
}
