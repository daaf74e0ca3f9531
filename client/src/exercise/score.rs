//! How well an exercise was played, on its own clock: read off the board that all members share.

use entente_room::playbook::{Due, Playbook};
use entente_room::{Board, Custody, Hit, HitState, Stamp, TaskState};
use serde::Serialize;

use super::script::Expected;

/// Which moment of the exercise's clock each place in the room's order belongs to.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// Places in the order after which a moment began, milliseconds from the beginning.
    moments: Vec<(u64, u64)>,
}

impl Timeline {
    /// What comes after `head` happens at `at_ms`.
    pub(super) fn go_on(&mut self, head: u64, at_ms: u64) {
        self.moments.push((head, at_ms));
    }

    fn at(&self, stamp: &Stamp) -> u64 {
        let after = self.moments.partition_point(|(head, _)| *head < stamp.seq);
        let moment = after.checked_sub(1).and_then(|last| self.moments.get(last));
        moment.map_or(0, |(_, at_ms)| *at_ms)
    }

    fn end(&self) -> u64 {
        self.moments.last().map_or(0, |(_, at_ms)| *at_ms)
    }
}

/// How well it went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Score {
    pub(super) hits: usize,
    pub(super) deadlines_met: usize,
    pub(super) deadlines_missed: usize,
    pub(super) mean_acknowledgement_ms: u64,
    pub(super) slowest_acknowledgement_ms: u64,
    pub(super) tasks_on_time: usize,
    pub(super) tasks_late: usize,
    /// Reports on goods in custody that did not come in time.
    pub(super) check_ins_missed: usize,
    /// Of 100: deadlines and tasks in time.
    pub(super) points: usize,
}

impl Score {
    pub(super) fn of(board: &Board, timeline: &Timeline, h_hour_ms: Option<u64>) -> Self {
        let mut score = Self {
            hits: board.hits().count(),
            ..Self::default()
        };
        let mut waits = Vec::new();
        for (_, hit) in board.hits() {
            waits.extend(score.judge_hit(hit, board.playbook(), timeline));
        }
        score.slowest_acknowledgement_ms = waits.iter().copied().max().unwrap_or(0);
        let count = u64::try_from(waits.len()).unwrap_or(u64::MAX);
        score.mean_acknowledgement_ms = waits.iter().sum::<u64>().checked_div(count).unwrap_or(0);
        score.judge_tasks(board, timeline, h_hour_ms);
        for (_, custody) in board.custody() {
            score.check_ins_missed += missed_check_ins(custody, timeline);
        }
        let good = score.deadlines_met + score.tasks_on_time;
        let bad = score.deadlines_missed + score.tasks_late + score.check_ins_missed;
        let all = good + bad;
        score.points = (good * 100).checked_div(all).unwrap_or(100);
        score
    }

    /// Counts the deadlines of a hit; returns how long it waited for its acknowledgement.
    fn judge_hit(&mut self, hit: &Hit, playbook: &Playbook, timeline: &Timeline) -> Option<u64> {
        let rules = &playbook.hits;
        let raised = timeline.at(&hit.raised);
        let answered = hit.answered.as_ref().map(|stamp| timeline.at(stamp));
        self.judge(raised, answered, rules.acknowledge_within.as_ms(), timeline);
        let verdict = hit
            .verdicts
            .first()
            .map(|verdict| timeline.at(&verdict.stamp));
        if let Some(answered) = answered {
            self.judge(answered, verdict, rules.decide_within.as_ms(), timeline);
        }
        let is_confirmed = matches!(hit.state(), HitState::Confirmed | HitState::Actioned);
        if let Some(verdict) = verdict.filter(|_| is_confirmed) {
            let acted = hit.actioned.as_ref().map(|acted| timeline.at(&acted.stamp));
            self.judge(verdict, acted, rules.act_within.as_ms(), timeline);
        }
        answered.map(|answered| answered.saturating_sub(raised))
    }

    fn judge(&mut self, since: u64, done: Option<u64>, within: u64, timeline: &Timeline) {
        let until = since.saturating_add(within);
        match done {
            Some(done) if done <= until => self.deadlines_met += 1,
            Some(_) => self.deadlines_missed += 1,
            None if timeline.end() > until => self.deadlines_missed += 1,
            // The exercise was over before the deadline.
            None => {}
        }
    }

    fn judge_tasks(&mut self, board: &Board, timeline: &Timeline, h_hour_ms: Option<u64>) {
        let plan = board.plan();
        for (phase, task) in board.playbook().tasks() {
            let Some(begun) = plan.begun(&phase.id) else {
                continue;
            };
            let due = match task.due {
                Some(Due::AfterPhase(span)) => span.after_ms(timeline.at(&begun.stamp)),
                Some(Due::HHour(span)) => match h_hour_ms {
                    Some(h_hour_ms) => span.after_ms(h_hour_ms),
                    None => continue,
                },
                None => continue,
            };
            let of_task = plan.tasks.iter().filter(|(key, _)| key.task == task.id);
            let done: Option<u64> = of_task
                .flat_map(|(_, progress)| &progress.steps)
                .filter(|(state, _)| *state == TaskState::Done)
                .map(|(_, noted)| timeline.at(&noted.stamp))
                .max();
            let done = done.filter(|_| board.is_done(&task.id));
            match done {
                Some(done) if done <= due => self.tasks_on_time += 1,
                Some(_) => self.tasks_late += 1,
                None if timeline.end() > due => self.tasks_late += 1,
                None => {}
            }
        }
    }

    /// What differs from what was expected, in words of the program.
    pub(super) fn differs_from(&self, expected: &Expected) -> Option<String> {
        let pairs = [
            ("hits", self.hits, expected.hits),
            ("deadlines_met", self.deadlines_met, expected.deadlines_met),
            (
                "deadlines_missed",
                self.deadlines_missed,
                expected.deadlines_missed,
            ),
            ("tasks_on_time", self.tasks_on_time, expected.tasks_on_time),
            ("tasks_late", self.tasks_late, expected.tasks_late),
            (
                "check_ins_missed",
                self.check_ins_missed,
                expected.check_ins_missed,
            ),
        ];
        let slowest = expected.slowest_acknowledgement.as_ms();
        let mut differences: Vec<String> = pairs
            .iter()
            .filter(|(_, found, wanted)| found != wanted)
            .map(|(what, found, wanted)| format!("{what}: {found}, not {wanted}"))
            .collect();
        if self.slowest_acknowledgement_ms != slowest {
            let found = self.slowest_acknowledgement_ms / 1_000;
            differences.push(format!(
                "slowest_acknowledgement: {found}s, not {}s",
                slowest / 1_000
            ));
        }
        (!differences.is_empty()).then(|| differences.join("; "))
    }
}

/// Reports that did not come, from the first to the end of custody or exercise.
fn missed_check_ins(custody: &Custody, timeline: &Timeline) -> usize {
    let closed = custody.closed.as_ref().map(|stamp| timeline.at(stamp));
    let end = closed.unwrap_or_else(|| timeline.end());
    let mut moments = custody.reports.iter();
    let mut missed = 0;
    let Some(mut last) = moments.next() else {
        return missed;
    };
    let mut judge = |report: &entente_room::Report, until: u64| {
        let waited = until.saturating_sub(timeline.at(&report.stamp));
        // What comes at the very moment is in time.
        let intervals = report
            .next_ms
            .and_then(|every| waited.saturating_sub(1).checked_div(every));
        missed += usize::try_from(intervals.unwrap_or(0)).unwrap_or(usize::MAX);
    };
    for report in moments {
        judge(last, timeline.at(&report.stamp));
        last = report;
    }
    judge(last, end);
    missed
}
