//! `entente hit`

use clap::Subcommand;
use entente_protocol::RoomId;
use entente_room::{
    Acknowledgement, Action, Boards, Event, Hit, HitId, HitRaised, Matched, Position, Reading,
    Reopening, Session, TargetId, Verdict,
};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::compartment::joined;
use super::place::{checked, position, reading};
use super::talk::send;
use super::{Failure, Output};
use crate::engine::Engine;
use crate::i18n::{t, time, tr, word};
use crate::{now_ms, random_bytes};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-hit-raise"), after_help = t("example-hit-raise"))]
    Raise(Raise),
    #[command(about = t("help-hit-ack"), after_help = t("example-hit-ack"))]
    Ack(Step),
    #[command(about = t("help-hit-confirm"), after_help = t("example-hit-confirm"))]
    Confirm(Step),
    #[command(about = t("help-hit-false"), after_help = t("example-hit-false"))]
    False(Step),
    #[command(about = t("help-hit-action"), after_help = t("example-hit-action"))]
    Action(Step),
    #[command(about = t("help-hit-reopen"), after_help = t("example-hit-reopen"))]
    Reopen(Step),
    #[command(about = t("help-hit-list"), after_help = t("example-hit-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct Raise {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "KIND:VALUE", value_parser = reading, help = t("help-identifier"))]
    identifier: Reading,
    #[arg(long, value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true,
          help = t("help-at"))]
    at: Option<Position>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
    #[arg(long, help = t("help-known-wrong"))]
    known_wrong: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Step {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "HIT", help = t("help-hit-id"))]
    hit: HitId,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    let (args, event): (Step, fn(HitId, String) -> Event) = match command {
        Command::Raise(args) => return raise(args, *output).await,
        Command::List(args) => return list(&args, *output).await,
        Command::Ack(args) => (args, |hit, note| {
            Event::Acknowledge(Acknowledgement { hit, note })
        }),
        Command::Confirm(args) => (args, |hit, note| verdict(hit, true, note)),
        Command::False(args) => (args, |hit, note| verdict(hit, false, note)),
        Command::Action(args) => (args, |hit, note| Event::Action(Action { hit, note })),
        Command::Reopen(args) => (args, |hit, note| Event::Reopen(Reopening { hit, note })),
    };
    send(&args.room, event(args.hit, args.note), None, *output).await
}

fn verdict(hit: HitId, confirmed: bool, note: String) -> Event {
    Event::Verdict(Verdict {
        hit,
        confirmed,
        note,
    })
}

async fn raise(args: Raise, output: Output) -> Result<(), Failure> {
    let seen = args.identifier.clone();
    let identifier = checked(vec![args.identifier], args.known_wrong)?.remove(0);
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let found = found(&engine, room, seen).await;
    engine.stop().await;
    for (room, target) in found? {
        let (target, matched) = target.unzip();
        let hit = HitId::from_bytes(random_bytes()?);
        let raised = HitRaised {
            matched,
            position: args.at,
            note: args.note.clone(),
            ..HitRaised::seen(hit, identifier.clone(), target)
        };
        let made = Some(("hit", hit.to_string()));
        let mut there = args.room.clone();
        there.room = Some(room);
        send(&there, Event::Hit(raised), made, output).await?;
    }
    Ok(())
}

/// Where what was seen is a hit: on each board that has such a target, or in the room if none has. The boards tell which
/// target it is, and how surely. In a compartment that was named it may be one of the room's.
async fn found(
    engine: &Engine,
    room: RoomId,
    seen: Reading,
) -> Result<Vec<(RoomId, Option<(TargetId, Matched)>)>, Failure> {
    let again = seen.clone();
    let mut found = engine.boards(room, move |it| it.search(&seen)).await?;
    let parent = engine.view(room, |it| it.compartment().map(|it| it.room));
    if let Some(parent) = parent.await?
        && found.is_empty()
    {
        let above = move |session: &Session| Boards::of(session, Vec::new()).search(&again);
        found = engine.view(parent, above).await?;
        found.iter_mut().for_each(|it| it.room = room);
    }
    if found.is_empty() {
        return Ok(vec![(room, None)]);
    }
    let found = found.into_iter();
    Ok(found
        .map(|it| (it.room, Some((it.target, it.matched))))
        .collect())
}

/// A hit with what is to be shown beside it.
struct Shown {
    id: HitId,
    hit: Hit,
    target: String,
    /// In which compartment it lies, and for whom.
    mark: Option<(RoomId, Vec<Country>)>,
    /// What must happen next, and until when.
    deadline: Option<(entente_room::HitStage, u64)>,
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let mut hits: Vec<Shown> = engine
        .boards(room, |boards| {
            // What is raised in a compartment may be on a target of the room.
            let name = |id| {
                let (_, board) = boards.of_target(id)?;
                Some(board.target(id)?.name.value.clone())
            };
            let shown = boards.all().flat_map(|(within, board)| {
                let rules = &board.playbook().hits;
                let hits = board.hits().map(|(id, hit)| Shown {
                    id,
                    target: hit.target.and_then(name).unwrap_or_default(),
                    mark: within.map(|it| (it.compartment, it.countries.clone())),
                    deadline: hit.deadline(rules),
                    hit: hit.clone(),
                });
                hits.collect::<Vec<_>>()
            });
            shown.collect()
        })
        .await?;
    engine.stop().await;
    hits.sort_by_key(|shown| (shown.hit.raised.time_ms, shown.hit.raised.seq, shown.id));
    if hits.is_empty() {
        output.say(&t("hit-list-empty"));
    }
    for shown in hits {
        let (id, hit) = (shown.id, &shown.hit);
        let mut value = json!({
            "hit": id,
            "state": hit.state(),
            "deadline_ms": shown.deadline.map(|(_, at_ms)| at_ms),
            "fields": hit,
        });
        if let Some((compartment, countries)) = &shown.mark {
            value["compartment"] = json!(compartment);
            value["countries"] = json!(countries);
        }
        output.show(&value, || match &shown.mark {
            None => line(&shown),
            Some((_, countries)) => {
                let (line, countries) = (line(&shown), joined(countries));
                let marks = [("line", line.as_str()), ("countries", countries.as_str())];
                tr("target-marked", &marks)
            }
        });
    }
    Ok(())
}

fn line(shown: &Shown) -> String {
    let hit = &shown.hit;
    let countries: Vec<String> = hit.acknowledged.keys().map(ToString::to_string).collect();
    tr(
        "hit-line",
        &[
            ("hit", &shown.id.to_string()),
            ("state", &word("hit", hit.state().as_str())),
            ("identifier", &hit.identifier.to_string()),
            ("target", &shown.target),
            ("time", &time(hit.raised.time_ms)),
            ("country", &hit.raised.country.to_string()),
            ("count", &hit.count.to_string()),
            ("devices", &hit.delivered.len().to_string()),
            ("note", &hit.note),
            ("countries", &countries.join(" ")),
            ("deadline", &deadline(shown.deadline)),
        ],
    )
}

fn deadline(deadline: Option<(entente_room::HitStage, u64)>) -> String {
    let Some((stage, at_ms)) = deadline else {
        return String::new();
    };
    let left = i128::from(at_ms) - i128::from(now_ms());
    let key = if left < 0 { "hit-overdue" } else { "hit-due" };
    tr(
        key,
        &[
            ("stage", &word("stage", stage.as_str())),
            ("seconds", &(left.unsigned_abs() / 1_000).to_string()),
        ],
    )
}
