//! Tasks: assigned, accepted, done, blocked, overdue.

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::TaskStep;
use crate::board::target::named;
use crate::board::{Board, Noted, Rejected, Stamp};
use crate::limits::MAX_TASK_STEPS;
use crate::playbook::{Due, Playbook};

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
    /// Whether a task is done: for all together, or for every country that has begun it.
    #[must_use]
    pub fn is_done(&self, task: &str) -> bool {
        let mut any = false;
        let mut of_task = self.tasks.iter().filter(|(key, _)| key.task == task);
        let all = of_task.all(|(_, progress)| {
            any = true;
            progress.state == TaskState::Done
        });
        any && all
    }

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

    /// Whether a task should be done by now and is not.
    #[must_use]
    pub fn is_overdue(&self, playbook: &Playbook, task: &str, now_ms: u64) -> bool {
        let due_ms = self.due_ms(playbook, task);
        due_ms.is_some_and(|due_ms| now_ms > due_ms) && !self.is_done(task)
    }
}

impl Board {
    pub(in crate::board) fn step_task(
        &mut self,
        step: &TaskStep,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let playbook = self.playbook.clone();
        let (_, task) = playbook.task(&step.task).ok_or(Rejected::NotInPlaybook)?;
        let leads = matches!(stamp.role, Role::Coordinator | Role::Liaison);
        let is_theirs = step.country.is_none_or(|country| country == stamp.country);
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
        if step.state == TaskState::Done && !task.needs.iter().all(|id| self.plan.is_done(id)) {
            return Err(Rejected::Conditions);
        }
        let key = TaskKey {
            task: step.task.clone(),
            country: step.country,
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
