//! What happened, in order; what was decided; in whose hands goods were.

use entente_report::{Row, Section};
use entente_room::{About, Author, Board, Event};

use super::outcome::columns;
use super::{Given, isolated, ltr, words};
use crate::i18n::{event_text, t, time, title, tr, word};

/// What an event is about, in words of the board as it was in the end.
fn about(board: &Board, event: &Event) -> About {
    let target = |id| {
        let name = board.target(id).map(|it| it.name.value.clone());
        name.map_or(About::Nothing, About::Name)
    };
    let hit = |id| {
        let seen = board.hit(id).map(|hit| hit.identifier.to_string());
        seen.map_or(About::Nothing, About::Name)
    };
    match event {
        Event::Custody(step) => target(step.target),
        Event::CustodyAlarm(alarm) => target(alarm.target),
        Event::Verdict(verdict) => hit(verdict.hit),
        Event::Action(action) => hit(action.hit),
        Event::Reopen(reopening) => hit(reopening.hit),
        Event::Escalate(escalation) => hit(escalation.hit),
        Event::Phase(begun) => board
            .playbook()
            .phase(&begun.phase)
            .map_or(About::Nothing, |phase| About::Title(phase.title.clone())),
        _ => About::Nothing,
    }
}

/// A line of the time line; none for what belongs into the annexes.
fn happened(board: &Board, author: &Author, event: &Event) -> Option<String> {
    let who = format!("{} ({})", author.callsign, author.country);
    Some(match event {
        Event::Hit(hit) if !hit.quiet => {
            let name = hit.target.and_then(|id| board.target(id));
            let name = name.map_or_else(String::new, |it| it.name.value.clone());
            tr(
                "report-happened-hit",
                &[
                    ("who", &who),
                    ("identifier", &hit.identifier.to_string()),
                    ("target", &name),
                ],
            )
        }
        Event::Target(change) if change.kind.is_some() || change.status.is_some() => {
            let name = board.target(change.target)?.name.value.clone();
            match change.status {
                Some(status) => tr(
                    "report-happened-status",
                    &[
                        ("who", &who),
                        ("target", &name),
                        ("status", &word("status", status.as_str())),
                    ],
                ),
                None => tr(
                    "report-happened-target",
                    &[("who", &who), ("target", &name)],
                ),
            }
        }
        Event::HHour(set) => {
            let text = event_text(&who, event, &about(board, event));
            isolated(&text, &set.at_ms.map(time).unwrap_or_default())
        }
        Event::Verdict(_)
        | Event::Action(_)
        | Event::Reopen(_)
        | Event::Escalate(_)
        | Event::Phase(_)
        | Event::VoteCall(_)
        | Event::Abort(_)
        | Event::Custody(_)
        | Event::CustodyAlarm(_) => event_text(&who, event, &about(board, event)),
        _ => return None,
    })
}

pub(super) fn timeline(given: &Given<'_>) -> Section {
    let board = &given.story.board;
    let record = given.dossier.record();
    // What did nothing is in the dossier, and not what happened.
    let record = record.filter(|(seq, ..)| !given.story.rejected.contains_key(seq));
    let rows = record.filter_map(|(seq, time_ms, author, event)| {
        Some(Row {
            cells: vec![
                ltr(time(time_ms)),
                ltr(format!("#{seq}")),
                happened(board, author, event)?,
            ],
            late: matches!(event, Event::Abort(_) | Event::CustodyAlarm(_)),
        })
    });
    Section::Table {
        title: t("report-timeline"),
        columns: columns("report-timeline", &["time", "place", "what"]),
        widths: vec![21, 7, 72],
        late: Some(2),
        rows: rows.collect(),
        none: t("report-timeline-none"),
    }
}

pub(super) fn decisions(given: &Given<'_>) -> Section {
    let board = &given.story.board;
    let plan = board.plan();
    let mut rows: Vec<(u64, String)> = Vec::new();
    for begun in &plan.phases {
        let phase = board.playbook().phase(&begun.phase);
        let name = phase.map_or_else(|| begun.phase.clone(), |phase| title(&phase.title));
        let text = match &begun.in_spite {
            Some(why) => tr("report-decided-in-spite", &[("phase", &name), ("why", why)]),
            None => tr("report-decided-phase", &[("phase", &name)]),
        };
        rows.push((begun.stamp.time_ms, text));
    }
    for poll in plan.past_polls.iter().chain(&plan.poll) {
        let votes = poll.votes.iter().map(|(country, vote)| {
            let choice = vote.as_ref();
            let choice = choice.map(|vote| word("choice", vote.choice.as_str()));
            format!("{country} {}", choice.unwrap_or_else(|| "–".to_owned()))
        });
        let votes = votes.collect::<Vec<_>>().join(" · ");
        let key = match (&poll.carried_out, &poll.void_by) {
            (Some(_), _) => "report-decided-vote-carried",
            (None, Some(_)) => "report-decided-vote-void",
            (None, None) => "report-decided-vote",
        };
        rows.push((poll.called.time_ms, tr(key, &[("votes", &votes)])));
    }
    for abort in &plan.aborts {
        rows.push((
            abort.stamp.time_ms,
            tr("report-decided-abort", &[("why", &abort.note)]),
        ));
    }
    if let Some(set) = &plan.h_hour {
        let at = time(set.at_ms);
        let text = tr("report-decided-h-hour", &[("time", &at)]);
        rows.push((set.stamp.time_ms, isolated(&text, &at)));
    }
    rows.sort();
    Section::Table {
        title: t("report-decisions"),
        columns: columns("report-decisions", &["time", "what"]),
        widths: vec![21, 79],
        late: None,
        rows: rows
            .into_iter()
            .map(|(time_ms, text)| Row {
                cells: vec![ltr(time(time_ms)), text],
                late: false,
            })
            .collect(),
        none: t("report-decisions-none"),
    }
}

pub(super) fn custody(given: &Given<'_>) -> Section {
    let board = &given.story.board;
    let rows = board.custody().map(|(id, custody)| {
        let target = board.target(id);
        let name = target.map_or_else(|| id.to_string(), |it| words(&it.name.value));
        let taken = custody.taken;
        let mut hands = vec![format!("{} {}", taken.country, ltr(time(taken.time_ms)))];
        hands.extend(custody.legs.iter().map(|leg| {
            let (given, taken) = (leg.given.country, leg.taken);
            format!("{given} – {} {}", taken.country, ltr(time(taken.time_ms)))
        }));
        let closed = custody.closed.map(|stamp| ltr(time(stamp.time_ms)));
        Row {
            cells: vec![
                name,
                hands.join("\n"),
                custody.alarm_count.to_string(),
                closed.unwrap_or_else(|| "–".to_owned()),
            ],
            late: custody.alarm_count > 0,
        }
    });
    Section::Table {
        title: t("report-custody"),
        columns: columns("report-custody", &["goods", "hands", "alarms", "closed"]),
        widths: vec![24, 44, 10, 22],
        late: Some(2),
        rows: rows.collect(),
        none: t("report-custody-none"),
    }
}
