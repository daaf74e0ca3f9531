//! `entente position`

use std::time::Duration;

use entente_room::{Author, Event, LivePosition, Position};
use serde_json::json;

use super::common::{RoomArgs, duration, pick_room, start_caught_up};
use super::place::position;
use super::{Failure, Output};
use crate::i18n::{place, t, tr};
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "LAT,LON|list", value_parser = what, allow_hyphen_values = true,
          help = t("help-position-what"))]
    what: What,
    #[arg(long, value_name = "METRES", help = t("help-accuracy"))]
    accuracy: Option<u32>,
    #[arg(long = "for", value_name = "TIME", default_value = "10s", value_parser = duration,
          help = t("help-position-for"))]
    listen: Duration,
}

/// A place to share, or the word `list`.
#[derive(Debug, Clone, Copy)]
enum What {
    Share(Position),
    List,
}

fn what(text: &str) -> Result<What, String> {
    match text {
        "list" => Ok(What::List),
        place => position(place).map(What::Share),
    }
}

pub(super) async fn run(args: Args, output: &Output) -> Result<(), Failure> {
    match args.what {
        What::List => heard(args, *output).await,
        What::Share(at) => share(args, at, *output).await,
    }
}

/// Listens for a while and shows where members are: nobody stores it, so it must be heard.
async fn heard(args: Args, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    tokio::time::sleep(args.listen).await;
    let now_ms = engine.clock().await?.now_ms;
    let mut all: Vec<(Author, LivePosition)> = engine
        .view(room, |session| session.positions().cloned().collect())
        .await?;
    engine.stop().await;
    all.sort_by(|(a, _), (b, _)| a.callsign.cmp(&b.callsign));
    if all.is_empty() {
        output.say(&t("position-list-empty"));
    }
    for (author, live) in all {
        let age_ms = live.age_ms(now_ms);
        let value = json!({ "author": author, "position": live.position, "at_ms": live.at_ms,
                            "age_ms": age_ms, "stale": live.is_stale(now_ms) });
        output.show(&value, || {
            let key = if live.is_stale(now_ms) {
                "position-line-stale"
            } else {
                "position-line"
            };
            tr(
                key,
                &[
                    ("who", &author.callsign),
                    ("country", &author.country.to_string()),
                    ("where", &place(&live.position)),
                    ("seconds", &(age_ms / 1_000).to_string()),
                ],
            )
        });
    }
    Ok(())
}

/// Tells the others where this officer is. It is shown to who is there, and stored by nobody.
async fn share(args: Args, at: Position, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let position = Position {
        accuracy_m: args.accuracy,
        ..at
    };
    let event = Event::Position(LivePosition {
        position,
        at_ms: now_ms(),
    });
    engine.ephemeral(room, event).await?;
    // It has no answer of its own; the answer to this tells that it has arrived at the hub.
    engine.clock().await?;
    engine.stop().await;
    output.show(&json!({ "room": room, "position": position }), || {
        t("position-sent")
    });
    Ok(())
}
