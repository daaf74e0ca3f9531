//! Tasks: assigned, accepted, done, blocked, overdue.

use std::collections::BTreeSet;

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::TaskStep;
use crate::board::target::named;
use crate::board::{Board, Noted, Rejected, Stamp};
use crate::limits::MAX_TASK_STEPS;
use crate::playbook::{Due, Playbook, TaskBy};

named! {
    /// Where a task stands.
    TaskState {
        Assigned = "assigned",
        Accepted = "accepted",
        Blocked = "blocked",
        Done = "done",
    }
}

/// A task of the playbook, for one country's people or for all together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskKey {
    /// Its id in the playbook.
    pub task: String,
    /// For whom; none for all together.
    pub country: Option<Country>,
}

/// What was said about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskProgress {
    /// Where it stands.
    pub state: TaskState,
    /// Every step, the last [`MAX_TASK_STEPS`].
    pub steps: Vec<(TaskState, Noted)>,
}

impl Plan {
    /// When a task must be done, Unix milliseconds; none if that is not known yet.
    #[must_use]
    pub fn due_ms(&self, playbook: &Playbook, task: &str) -> Option<u64> {
        let (phase, task) = playbook.task(task)?;
        match task.due? {
            Due::AfterPhase(span) => {
                let begun = self.begun(&phase.id)?;
                Some(span.after_ms(begun.stamp.time_ms))
            }
            Due::HHour(span) => Some(span.after_ms(self.h_hour?.at_ms)),
        }
    }

    /// What was said about a task, by country.
    fn progress(&self, task: &str) -> impl Iterator<Item = (Option<Country>, &TaskProgress)> {
        let of_task = self.tasks.iter().filter(move |(key, _)| key.task == task);
        of_task.map(|(key, progress)| (key.country, progress))
    }
}

impl Board {
    /// Whether a task is done. One for all: when all who have begun it are done with it. One for each:
    /// when every country that must, and every other that has begun it, is done.
    #[must_use]
    pub fn is_done(&self, task: &str) -> bool {
        let mut of_task = self.plan.progress(task).peekable();
        of_task.peek().is_some()
            && of_task.all(|(_, progress)| progress.state == TaskState::Done)
            && self.awaited(task).is_empty()
    }

    /// The countries that a task waits for and that have not done it.
    #[must_use]
    pub fn awaited(&self, task: &str) -> BTreeSet<Country> {
        let by = self.playbook.task(task).map(|(_, task)| task.by);
        let mut awaited = match by {
            None | Some(TaskBy::Once) => return BTreeSet::new(),
            Some(TaskBy::EachCountry) => self.plan.countries.clone(),
            Some(TaskBy::EachOwner) => self.owners(),
        };
        for (country, progress) in self.plan.progress(task) {
            if let Some(country) = country.filter(|_| progress.state == TaskState::Done) {
                awaited.remove(&country);
            }
        }
        awaited
    }

    /// The countries that answer for the targets of the plan.
    #[must_use]
    pub fn owners(&self) -> BTreeSet<Country> {
        let targets = self.targets.values();
        let planned = targets.filter(|target| target.status.value.is_planned());
        planned.map(|target| target.owner.value).collect()
    }

    /// Whether a task should be done by now and is not.
    #[must_use]
    pub fn is_overdue(&self, task: &str, now_ms: u64) -> bool {
        let due_ms = self.plan.due_ms(&self.playbook, task);
        due_ms.is_some_and(|due_ms| now_ms > due_ms) && !self.is_done(task)
    }

    pub(in crate::board) fn step_task(
        &mut self,
        step: &TaskStep,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let playbook = self.playbook.clone();
        let (_, task) = playbook.task(&step.task).ok_or(Rejected::NotInPlaybook)?;
        // A task for each country is said of one; who names none speaks for its own.
        let own = (task.by != TaskBy::Once).then_some(stamp.country);
        let country = step.country.or(own);
        let leads = matches!(stamp.role, Role::Coordinator | Role::Liaison);
        let is_theirs = country.is_none_or(|country| country == stamp.country);
        // Assigning is the leaders'; the rest belongs to who does it, or to their own leaders.
        let may = match step.state {
            TaskState::Assigned => stamp.role == Role::Coordinator || (leads && is_theirs),
            _ => {
                stamp.role == Role::Coordinator || (is_theirs && (leads || stamp.role == task.role))
            }
        };
        if !may {
            return Err(Rejected::Role);
        }
        if step.state == TaskState::Done && !task.needs.iter().all(|id| self.is_done(id)) {
            return Err(Rejected::Conditions);
        }
        let key = TaskKey {
            task: step.task.clone(),
            country,
        };
        let progress = self.plan.tasks.entry(key).or_insert_with(|| TaskProgress {
            state: step.state,
            steps: Vec::new(),
        });
        progress.state = step.state;
        let note = step.note.clone();
        progress.steps.push((step.state, Noted { stamp, note }));
        if progress.steps.len() > MAX_TASK_STEPS {
            progress.steps.remove(0);
        }
        Ok(())
    }
}
