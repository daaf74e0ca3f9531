//! What happens on the board, as lines of text.

use entente_room::playbook::Text;
use entente_room::{About, CustodyMove, Decision, Event, Level, Position};

use super::{t, time, tr};

/// A word of one of the board's lists in the reader's language: `word("status", "in_custody")`.
#[must_use]
pub fn word(list: &str, name: &str) -> String {
    t(&format!("{list}-{}", name.replace('_', "-")))
}

/// A place as people and maps write it: degrees of latitude and longitude.
#[must_use]
pub fn place(position: &Position) -> String {
    format!("{:.5},{:.5}", position.lat(), position.lon())
}

/// A playbook's text in the reader's language.
#[must_use]
pub fn title(text: &Text) -> String {
    text.in_language(super::language().tag()).to_owned()
}

fn about_text(about: &About) -> String {
    match about {
        About::Nothing => String::new(),
        About::Name(name) => name.clone(),
        About::Title(text) => title(text),
    }
}

fn joined<T: ToString>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(" ")
}

/// One line about an event of a record; `who` said it.
#[must_use]
pub fn event_text(who: &str, event: &Event, about: &About) -> String {
    line(who, event, about, None, None)
}

/// One line about an event that the board has taken.
pub(super) fn line(
    who: &str,
    event: &Event,
    about: &About,
    latency_ms: Option<u64>,
    decision: Option<Decision>,
) -> String {
    let what = about_text(about);
    let said = |key: &str, note: &str| tr(key, &[("who", who), ("what", &what), ("note", note)]);
    match event {
        Event::Sighting(sighting) => {
            let place = sighting.position.as_ref().map(place).unwrap_or_default();
            said("board-sighting", &format!("{place} {}", sighting.note))
        }
        Event::Verdict(verdict) if verdict.confirmed => {
            said("board-verdict-confirmed", &verdict.note)
        }
        Event::Verdict(verdict) => said("board-verdict-false", &verdict.note),
        Event::Action(action) => said("board-action", &action.note),
        Event::Reopen(reopening) => said("board-reopen", &reopening.note),
        Event::Escalate(escalation) => {
            let key = match escalation.level {
                Level::Liaison => "board-escalate-liaison",
                Level::Coordinator => "board-escalate-coordinator",
            };
            let stage = word("stage", escalation.stage.as_str());
            tr(key, &[("what", &what), ("stage", &stage)])
        }
        Event::Check(request) => tr(
            "board-check",
            &[
                ("who", who),
                ("what", &what),
                ("countries", &joined(&request.countries)),
                ("note", &request.note),
            ],
        ),
        Event::CheckAnswer(answer) => tr(
            "board-check-answer",
            &[
                ("who", who),
                ("what", &what),
                ("answer", &word("answer", answer.answer.as_str())),
                (
                    "seconds",
                    &format!("{:.1}", latency_ms.unwrap_or_default() as f64 / 1_000.0),
                ),
                ("note", &answer.note),
            ],
        ),
        Event::Phase(begun) => match &begun.in_spite {
            Some(why) => said("board-phase-in-spite", why),
            None => said("board-phase", ""),
        },
        Event::Task(step) => {
            let who = match step.country {
                Some(country) => format!("{who} → {country}"),
                None => who.to_owned(),
            };
            tr(
                "board-task",
                &[
                    ("who", &who),
                    ("what", &what),
                    ("state", &word("state", step.state.as_str())),
                    ("note", &step.note),
                ],
            )
        }
        Event::HHour(set) => match set.at_ms {
            Some(at_ms) => tr("board-h-hour", &[("who", who), ("time", &time(at_ms))]),
            None => tr("board-h-hour-off", &[("who", who)]),
        },
        Event::VoteCall(call) => tr(
            "board-vote-call",
            &[("who", who), ("countries", &joined(&call.countries))],
        ),
        Event::Vote(vote) => tr(
            "board-vote",
            &[
                ("who", who),
                ("choice", &word("choice", vote.choice.as_str())),
                (
                    "decision",
                    &word("decision", decision.unwrap_or(Decision::Open).as_str()),
                ),
                ("note", &vote.note),
            ],
        ),
        Event::Abort(abort) => said("board-abort", &abort.reason),
        Event::Custody(step) => match step.step {
            CustodyMove::Take => said("board-custody-take", &step.note),
            CustodyMove::Offer(country) => tr(
                "board-custody-offer",
                &[
                    ("who", who),
                    ("what", &what),
                    ("country", &country.to_string()),
                    ("note", &step.note),
                ],
            ),
            CustodyMove::Accept => said("board-custody-accept", &step.note),
            CustodyMove::Refuse => said("board-custody-refuse", &step.note),
            CustodyMove::CheckIn => said("board-custody-check-in", &step.note),
            CustodyMove::Close => said("board-custody-close", &step.note),
        },
        Event::CustodyAlarm(_) => said("board-custody-alarm", ""),
        Event::Document(shared) => tr(
            "board-document",
            &[
                ("who", who),
                ("what", &what),
                ("name", &shared.name),
                ("size", &shared.size.to_string()),
            ],
        ),
        Event::Promote(wanted) => said(
            "board-promote",
            wanted.say.name.as_deref().unwrap_or_default(),
        ),
        Event::Promotion(answer) if answer.agreed => said("board-promotion-agreed", ""),
        Event::Promotion(_) => said("board-promotion-refused", ""),
        Event::Compartment(_) => tr("board-compartment", &[("who", who)]),
        other => tr(
            "notice-needs-newer-client",
            &[("who", who), ("kind", other.kind())],
        ),
    }
}
