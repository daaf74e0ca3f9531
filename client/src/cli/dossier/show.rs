//! `entente dossier show`: what a dossier tells, as far as it is proven and disclosed.

use entente_dossier::{Dossier, Sat, Story};
use entente_protocol::RoomId;
use entente_room::{Board, Hit, HitId};
use serde_json::{Value, json};

use super::super::{Failure, Output};
use super::verify::{inner_line, person};
use super::{OneFile, held};
use crate::i18n::{time, tr, word};

/// Where lines go, and of what they are.
struct Shown {
    output: Output,
    compartment: Option<RoomId>,
}

impl Shown {
    /// A line; of a compartment's each value for scripts bears its id.
    fn show(&self, mut value: Value, line: impl FnOnce() -> String) {
        if let (Some(compartment), Some(fields)) = (self.compartment, value.as_object_mut()) {
            fields.insert("compartment".to_owned(), json!(compartment));
        }
        self.output.show(&value, line);
    }
}

pub(super) fn run(args: &OneFile, output: Output) -> Result<(), Failure> {
    let (findings, dossier) = held(&args.file, &args.authorities)?;
    let title = dossier.text.as_ref().map(|text| text.title.clone());
    let shown = Shown {
        output,
        compartment: None,
    };
    let story = Story::of(&dossier);
    shown.show(
        json!({ "room": dossier.room, "title": title,
                "exercise": dossier.text.as_ref().map(|text| text.exercise),
                "begins_with_snapshot": story.begins_with_snapshot,
                "announced": findings.announced }),
        || title.clone().unwrap_or_else(|| dossier.room.to_string()),
    );
    tell(&dossier, &story, &shown);
    for (inner, found) in dossier.compartments.iter().zip(&findings.compartments) {
        let story = Story::of(inner);
        let shown = Shown {
            output,
            compartment: Some(inner.room),
        };
        shown.show(
            json!({ "room": dossier.room, "countries": found.countries, "announced": found.announced,
                    "begins_with_snapshot": story.begins_with_snapshot }),
            || inner_line(found),
        );
        tell(inner, &story, &shown);
    }
    Ok(())
}

fn tell(dossier: &Dossier, story: &Story, output: &Shown) {
    for sat in &story.roster {
        output.show(json!({ "sat": sat }), || sat_line(sat));
    }
    for (seq, time_ms, author, event) in dossier.record() {
        output.show(
            json!({ "seq": seq, "time_ms": time_ms, "author": author, "event": event }),
            || {
                tr(
                    "dossier-event",
                    &[
                        ("seq", &seq.to_string()),
                        ("time", &time(time_ms)),
                        ("who", &author.callsign),
                        ("country", &author.country.to_string()),
                        ("kind", event.kind()),
                    ],
                )
            },
        );
    }
    let board = &story.board;
    for (id, hit) in board.hits() {
        output.show(
            json!({ "hit": id, "state": hit.state(), "fields": hit }),
            || hit_line(board, id, hit),
        );
    }
    let plan = board.plan();
    for poll in plan.past_polls.iter().chain(&plan.poll) {
        output.show(json!({ "vote": poll }), || {
            let votes = poll.votes.iter().map(|(country, vote)| {
                let choice = vote
                    .as_ref()
                    .map(|vote| word("choice", vote.choice.as_str()));
                format!("{country} {}", choice.unwrap_or_else(|| "-".to_owned()))
            });
            tr(
                "dossier-vote",
                &[
                    ("time", &time(poll.called.time_ms)),
                    ("votes", &votes.collect::<Vec<_>>().join(", ")),
                ],
            )
        });
    }
    for (target, custody) in board.custody() {
        output.show(json!({ "custody": target, "fields": custody }), || {
            let legs = custody.legs.iter().map(|leg| {
                let (given, taken) = (leg.given.country, leg.taken.country);
                format!("{given} → {taken} {}", time(leg.taken.time_ms))
            });
            let name = board.target(target).map(|it| it.name.value.clone());
            tr(
                "dossier-custody",
                &[
                    ("target", &name.unwrap_or_else(|| target.to_string())),
                    ("legs", &legs.collect::<Vec<_>>().join("; ")),
                ],
            )
        });
    }
    for (id, document) in board.documents() {
        let shared = &document.shared;
        output.show(json!({ "document": id, "fields": document }), || {
            tr(
                "dossier-document",
                &[
                    ("name", &shared.name),
                    ("digest", &shared.digest.to_string()),
                ],
            )
        });
    }
}

fn sat_line(sat: &Sat) -> String {
    let at = |seq: u64, ms: Option<u64>| match ms {
        Some(ms) => format!("#{seq} {}", time(ms)),
        None => format!("#{seq}"),
    };
    let to = sat.to_seq.map(|seq| at(seq, sat.to_ms));
    tr(
        "dossier-sat",
        &[
            ("who", &person(&sat.person)),
            ("from", &at(sat.from_seq, sat.from_ms)),
            ("to", &to.unwrap_or_else(|| "…".to_owned())),
        ],
    )
}

fn hit_line(board: &Board, id: HitId, hit: &Hit) -> String {
    let name = hit.target.and_then(|target| board.target(target));
    let after = |ms: u64| format!("{} s", ms.saturating_sub(hit.raised.time_ms) / 1_000);
    let acknowledged = hit.acknowledged.iter();
    let acknowledged: Vec<String> = acknowledged
        .map(|(country, noted)| format!("{country} {}", after(noted.stamp.time_ms)))
        .collect();
    tr(
        "dossier-hit",
        &[
            ("hit", &id.to_string()),
            ("state", &word("hit", hit.state().as_str())),
            ("identifier", &hit.identifier.to_string()),
            (
                "target",
                &name.map(|it| it.name.value.clone()).unwrap_or_default(),
            ),
            ("time", &time(hit.raised.time_ms)),
            ("acknowledged", &acknowledged.join(", ")),
        ],
    )
}
