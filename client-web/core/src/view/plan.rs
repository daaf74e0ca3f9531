//! The plan, and goods in custody.

use entente_protocol::RoomId;
use entente_room::playbook::{Condition, Phase, Task, Text};
use entente_room::{
    Board, Choice, Custody, Decision, Handling, Poll, Session, TargetId, TargetStatus, TaskState,
};
use entente_trust::Role;
use serde::Serialize;

use super::{Names, NotedView, Place, When, Who};

/// The plan.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct PlanView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playbook: Option<PlaybookView>,
    pub phases: Vec<PhaseView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h_hour: Option<HHourView>,
    pub digest: String,
    pub decision: Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<PollView>,
    pub past_polls: Vec<PollView>,
    pub needs_my_vote: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aborted: Option<NotedView>,
    pub aborted_delivered: Vec<Who>,
    pub aborted_waiting: Vec<Who>,
    pub past_aborts: Vec<PastAbort>,
    pub duties: Vec<DutyView>,
    pub abort_when: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling_default: Option<Handling>,
    pub handling_rules: Vec<Text>,
}

/// That it had been called off, and who took it up again.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PastAbort {
    pub stamp: When,
    pub note: String,
    pub resumed: When,
}

/// What a role does in such an operation.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DutyView {
    pub role: Role,
    pub duties: Text,
}

/// What the room goes by.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PlaybookView {
    pub id: String,
    pub title: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
}

/// The H-hour.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct HHourView {
    pub at_ms: u64,
    pub stamp: When,
}

/// A vote that was called.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PollView {
    pub called: When,
    pub votes: Vec<VoteView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub void_by: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried_out: Option<When>,
}

/// A country's vote, or that it is awaited.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct VoteView {
    pub country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<When>,
}

/// Where a phase stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PhaseState {
    Ahead,
    Now,
    Over,
}

/// A phase.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PhaseView {
    pub id: String,
    pub title: Text,
    pub state: PhaseState,
    /// It may begin after an abort, which stays in force.
    pub closing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_spite: Option<String>,
    pub entry: Vec<ConditionView>,
    pub tasks: Vec<TaskView>,
}

/// What must be true before a phase begins.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ConditionView {
    pub kind: &'static str,
    pub met: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TargetStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
}

/// A task.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct TaskView {
    pub id: String,
    pub title: Text,
    pub role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<u64>,
    pub overdue: bool,
    pub needs: Vec<Text>,
    pub progress: Vec<ProgressView>,
    pub by: &'static str,
    pub awaited: Vec<String>,
    pub done: bool,
}

/// Where a task stands.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ProgressView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    pub state: TaskState,
    pub note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<When>,
}

/// Goods in custody.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct CustodyView {
    pub target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub name: String,
    pub holder: String,
    pub taken: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered: Option<OfferView>,
    pub legs: Vec<LegView>,
    pub reported: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<u64>,
    pub alarms: Vec<When>,
    pub alarm_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<When>,
}

/// To whom goods are offered.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct OfferView {
    pub country: String,
    pub stamp: When,
}

/// A hand-over.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LegView {
    pub given: When,
    pub taken: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub note: String,
}

pub(super) fn plan(session: &Session, now_ms: u64) -> PlanView {
    let names = Names::of(session);
    let board = session.board();
    let (plan, playbook) = (board.plan(), board.playbook());
    let me = session.author(session.device());
    let poll = plan.poll.as_ref();
    let needs_my_vote = me.is_some_and(|me| {
        matches!(me.role, Role::Coordinator | Role::Liaison)
            && session.ended().is_none()
            && poll.is_some_and(|poll| {
                let is_open = poll.void_by.is_none() && poll.carried_out.is_none();
                is_open && matches!(poll.votes.get(&me.country), Some(None))
            })
    });
    let seats: Vec<_> = session.roster().seats().map(|(device, _)| device).collect();
    let hands = || {
        let people = seats.iter().filter_map(|device| names.device(*device));
        people.filter(|who| !matches!(who.role, Role::Observer | Role::Agent))
    };
    let aborted = plan.aborted();
    let has_abort = |who: &Who| {
        aborted.is_some_and(|aborted| {
            let told = aborted.delivered.keys().chain([&aborted.stamp.author]);
            told.map(ToString::to_string).any(|it| it == who.device)
        })
    };
    let (aborted_delivered, aborted_waiting) = match aborted {
        Some(_) => hands().partition(has_abort),
        None => Default::default(),
    };
    PlanView {
        playbook: (!playbook.id.is_empty()).then(|| PlaybookView {
            id: playbook.id.clone(),
            title: playbook.title.clone(),
            summary: playbook.summary.clone(),
        }),
        phases: playbook
            .phases
            .iter()
            .map(|it| phase(board, &names, it, now_ms))
            .collect(),
        h_hour: plan.h_hour.map(|set| HHourView {
            at_ms: set.at_ms,
            stamp: names.stamp(&set.stamp),
        }),
        digest: plan_digest(session),
        decision: board.decision(),
        poll: poll.map(|it| poll_view(&names, it)),
        past_polls: plan
            .past_polls
            .iter()
            .map(|it| poll_view(&names, it))
            .collect(),
        needs_my_vote,
        aborted: aborted.map(|it| NotedView {
            stamp: names.stamp(&it.stamp),
            note: it.note.clone(),
        }),
        aborted_delivered,
        aborted_waiting,
        past_aborts: plan
            .aborts
            .iter()
            .filter_map(|it| {
                Some(PastAbort {
                    stamp: names.stamp(&it.stamp),
                    note: it.note.clone(),
                    resumed: names.stamp(it.resumed.as_ref()?),
                })
            })
            .collect(),
        duties: playbook
            .roles
            .iter()
            .map(|it| DutyView {
                role: it.role,
                duties: it.duties.clone(),
            })
            .collect(),
        abort_when: playbook.abort.when.clone(),
        handling_default: playbook.handling.default,
        handling_rules: playbook.handling.rules.clone(),
    }
}

/// The digest of the plan that countries vote on, as the page carries it.
#[must_use]
pub fn plan_digest(session: &Session) -> String {
    data_encoding::HEXLOWER.encode(&session.board().plan_digest())
}

fn poll_view(names: &Names<'_>, poll: &Poll) -> PollView {
    let votes = poll.votes.iter().map(|(country, voted)| VoteView {
        country: country.to_string(),
        choice: voted.as_ref().map(|it| it.choice),
        note: voted.as_ref().map(|it| it.note.clone()),
        stamp: voted.as_ref().map(|it| names.stamp(&it.stamp)),
    });
    PollView {
        called: names.stamp(&poll.called),
        votes: votes.collect(),
        void_by: poll.void_by.as_ref().map(|stamp| names.stamp(stamp)),
        carried_out: poll.carried_out.as_ref().map(|stamp| names.stamp(stamp)),
    }
}

fn phase(board: &Board, names: &Names<'_>, phase: &Phase, now_ms: u64) -> PhaseView {
    let plan = board.plan();
    let begun = plan.begun(&phase.id);
    let is_now = plan.phase().is_some_and(|now| now.phase == phase.id);
    PhaseView {
        id: phase.id.clone(),
        title: phase.title.clone(),
        state: match begun {
            Some(_) if is_now => PhaseState::Now,
            Some(_) => PhaseState::Over,
            None => PhaseState::Ahead,
        },
        closing: phase.closing,
        begun: begun.map(|it| names.stamp(&it.stamp)),
        in_spite: begun.and_then(|it| it.in_spite.clone()),
        entry: phase
            .entry
            .iter()
            .map(|it| condition(board, it, now_ms))
            .collect(),
        tasks: phase
            .tasks
            .iter()
            .map(|it| task(board, names, it, now_ms))
            .collect(),
    }
}

fn condition(board: &Board, condition: &Condition, now_ms: u64) -> ConditionView {
    let playbook = board.playbook();
    let mut view = ConditionView {
        kind: "",
        met: board.is_met(condition, now_ms),
        title: None,
        status: None,
        at_least: None,
    };
    match condition {
        Condition::PhaseBegun(id) => {
            view.kind = "phase_begun";
            view.title = playbook.phase(id).map(|phase| phase.title.clone());
        }
        Condition::TaskDone(id) => {
            view.kind = "task_done";
            view.title = playbook.task(id).map(|(_, task)| task.title.clone());
        }
        Condition::Go(_) => view.kind = "go",
        Condition::HHourSet(_) => view.kind = "h_hour_set",
        Condition::HHourPassed(_) => view.kind = "h_hour_passed",
        Condition::Targets { status, at_least } => {
            view.kind = "targets";
            view.status = Some(*status);
            view.at_least = Some(*at_least);
        }
        Condition::HitsConfirmed(at_least) => {
            view.kind = "hits_confirmed";
            view.at_least = Some(*at_least);
        }
    }
    view
}

fn task(board: &Board, names: &Names<'_>, task: &Task, now_ms: u64) -> TaskView {
    let (plan, playbook) = (board.plan(), board.playbook());
    let of_task = plan.tasks.iter().filter(|(key, _)| key.task == task.id);
    let progress = of_task.map(|(key, progress)| {
        let last = progress.steps.last().map(|(_, noted)| noted);
        ProgressView {
            country: key.country.map(|country| country.to_string()),
            state: progress.state,
            note: last.map(|noted| noted.note.clone()).unwrap_or_default(),
            stamp: last.map(|noted| names.stamp(&noted.stamp)),
        }
    });
    let needs = task.needs.iter().filter_map(|id| playbook.task(id));
    TaskView {
        id: task.id.clone(),
        title: task.title.clone(),
        role: task.role,
        due_ms: plan.due_ms(playbook, &task.id),
        overdue: board.is_overdue(&task.id, now_ms),
        needs: needs.map(|(_, needed)| needed.title.clone()).collect(),
        progress: progress.collect(),
        by: task.by.as_str(),
        awaited: board
            .awaited(&task.id)
            .iter()
            .map(ToString::to_string)
            .collect(),
        done: board.is_done(&task.id),
    }
}

pub(super) fn custody(session: &Session, (id, custody): (TargetId, &Custody)) -> CustodyView {
    let names = Names::of(session);
    let board = session.board();
    let every_ms = board.playbook().custody.as_ref();
    let every_ms = every_ms.map(|rules| rules.check_in_every.as_ms());
    CustodyView {
        target: id.to_string(),
        within: names.within(),
        name: board
            .target(id)
            .map(|target| target.name.value.clone())
            .unwrap_or_default(),
        holder: custody.holder.to_string(),
        taken: names.stamp(&custody.taken),
        offered: custody.offered.as_ref().map(|(country, stamp)| OfferView {
            country: country.to_string(),
            stamp: names.stamp(stamp),
        }),
        legs: custody
            .legs
            .iter()
            .map(|leg| LegView {
                given: names.stamp(&leg.given),
                taken: names.stamp(&leg.taken),
                place: leg.position.map(Place::from),
                note: leg.note.clone(),
            })
            .collect(),
        reported: names.stamp(custody.reported()),
        due_ms: every_ms.and_then(|every_ms| custody.report_due_ms(every_ms)),
        alarms: custody.alarms.iter().map(|it| names.stamp(it)).collect(),
        alarm_count: custody.alarm_count,
        closed: custody.closed.as_ref().map(|it| names.stamp(it)),
    }
}
