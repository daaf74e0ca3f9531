//! `entente hit`

use clap::Subcommand;
use entente_room::{Acknowledgement, Event, Hit, HitId, HitRaised, Identifier};
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::talk::send;
use super::{Failure, Output};
use crate::i18n::{t, time, tr};
use crate::random_bytes;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-hit-raise"), after_help = t("example-hit-raise"))]
    Raise(Raise),
    #[command(about = t("help-hit-ack"), after_help = t("example-hit-ack"))]
    Ack(Ack),
    #[command(about = t("help-hit-list"), after_help = t("example-hit-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct Raise {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "KIND:VALUE", help = t("help-identifier"))]
    identifier: Identifier,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Ack {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "HIT", help = t("help-hit-id"))]
    hit: HitId,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Raise(args) => raise(args, *output).await,
        Command::Ack(args) => {
            let ack = Acknowledgement {
                hit: args.hit,
                note: args.note,
            };
            send(&args.room, Event::Acknowledge(ack), None, *output).await
        }
        Command::List(args) => list(&args, *output).await,
    }
}

async fn raise(args: Raise, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let wanted = args.identifier.clone();
    // The board tells which target it is, if it is one.
    let target = engine
        .view(room, move |session| {
            session
                .board()
                .targets_with(&wanted)
                .next()
                .map(|(id, _)| id)
        })
        .await?;
    engine.stop().await;
    let hit = HitId::from_bytes(random_bytes()?);
    let raised = HitRaised {
        note: args.note,
        ..HitRaised::seen(hit, args.identifier, target)
    };
    let made = Some(("hit", hit.to_string()));
    send(&args.room, Event::Hit(raised), made, output).await
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let hits: Vec<(HitId, Hit, String)> = engine
        .view(room, |session| {
            let board = session.board();
            let name = |hit: &Hit| hit.target.and_then(|target| board.target(target));
            board
                .hits()
                .map(|(id, hit)| {
                    let target = name(hit).map(|target| target.name.value.clone());
                    (id, hit.clone(), target.unwrap_or_default())
                })
                .collect()
        })
        .await?;
    engine.stop().await;
    if hits.is_empty() {
        output.say(&t("hit-list-empty"));
    }
    for (id, hit, target) in hits {
        let countries: Vec<String> = hit.acknowledged.keys().map(ToString::to_string).collect();
        output.show(&json!({ "hit": id, "fields": hit }), || {
            tr(
                "hit-line",
                &[
                    ("hit", &id.to_string()),
                    ("identifier", &hit.identifier.to_string()),
                    ("target", &target),
                    ("time", &time(hit.raised.time_ms)),
                    ("country", &hit.raised.country.to_string()),
                    ("note", &hit.note),
                    ("countries", &countries.join(" ")),
                ],
            )
        });
    }
    Ok(())
}
