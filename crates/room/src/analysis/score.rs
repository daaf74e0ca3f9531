//! How well a room was played, by its playbook's own deadlines and the hub's clock.

use entente_protocol::RoomId;
use serde::Serialize;

use crate::{Board, Custody, TaskState};

/// A task that was not done in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateTask {
    /// The room.
    pub room: RoomId,
    /// The task's name in the playbook.
    pub task: String,
    /// When it should have been done, Unix milliseconds.
    pub due_ms: u64,
    /// When it was; none if it never was.
    pub done_ms: Option<u64>,
}

/// What a room has scored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scored {
    /// The room; none for nothing.
    pub room: Option<RoomId>,
    /// Steps of hits in time.
    pub deadlines_met: usize,
    /// Steps of hits too late, or never.
    pub deadlines_missed: usize,
    /// Tasks done in time.
    pub tasks_on_time: usize,
    /// Tasks done late, or never.
    pub tasks_late: usize,
    /// Reports on goods in custody that did not come in time.
    pub check_ins_missed: usize,
    /// Of 100: all of these that were in time; 100 if nothing had a deadline.
    pub points: usize,
}

impl Scored {
    /// Of a room up to a moment; `met` and `missed` are the steps of its hits.
    pub(crate) fn of(
        (room, board, until_ms): (RoomId, &Board, u64),
        (met, missed): (usize, usize),
        late: &mut Vec<LateTask>,
    ) -> Self {
        let mut scored = Self {
            room: Some(room),
            deadlines_met: met,
            deadlines_missed: missed,
            ..Self::default()
        };
        for (_, task) in board.playbook().tasks() {
            let Some(due_ms) = board.plan().due_ms(board.playbook(), &task.id) else {
                continue;
            };
            match done_ms(board, &task.id) {
                Some(done_ms) if done_ms <= due_ms => scored.tasks_on_time += 1,
                None if until_ms <= due_ms => {}
                done_ms => {
                    scored.tasks_late += 1;
                    late.push(LateTask {
                        room,
                        task: task.id.clone(),
                        due_ms,
                        done_ms,
                    });
                }
            }
        }
        for (_, custody) in board.custody() {
            scored.check_ins_missed += missed_check_ins(custody, until_ms);
        }
        let good = scored.deadlines_met + scored.tasks_on_time;
        let bad = scored.deadlines_missed + scored.tasks_late + scored.check_ins_missed;
        scored.points = (good * 100).checked_div(good + bad).unwrap_or(100);
        scored
    }
}

/// When a task was done by all who had to.
fn done_ms(board: &Board, task: &str) -> Option<u64> {
    if !board.is_done(task) {
        return None;
    }
    let of_task = board
        .plan()
        .tasks
        .iter()
        .filter(|(key, _)| key.task == task);
    let steps = of_task.flat_map(|(_, progress)| &progress.steps);
    let done = steps.filter(|(state, _)| *state == TaskState::Done);
    done.map(|(_, noted)| noted.stamp.time_ms).max()
}

/// Reports that did not come, from the first to the end of custody or to a moment.
fn missed_check_ins(custody: &Custody, until_ms: u64) -> usize {
    let end_ms = custody.closed.map_or(until_ms, |stamp| stamp.time_ms);
    let next = custody.reports.iter().skip(1).map(|it| it.stamp.time_ms);
    let next = next.chain([end_ms]);
    let missed = custody.reports.iter().zip(next).map(|(report, next_ms)| {
        let waited_ms = next_ms.saturating_sub(report.stamp.time_ms);
        // What comes at the very moment is in time.
        let intervals = report
            .next_ms
            .and_then(|every_ms| waited_ms.saturating_sub(1).checked_div(every_ms));
        usize::try_from(intervals.unwrap_or(0)).unwrap_or(usize::MAX)
    });
    missed.fold(0, usize::saturating_add)
}
