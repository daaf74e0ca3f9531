//! `entente position`

use entente_room::{Event, LivePosition, Position};
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::place::position;
use super::{Failure, Output};
use crate::i18n::t;
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true,
          help = t("help-at"))]
    at: Position,
    #[arg(long, value_name = "METRES", help = t("help-accuracy"))]
    accuracy: Option<u32>,
}

/// Tells the others where this officer is. It is shown to who is there, and stored by nobody.
pub(super) async fn run(args: Args, output: &Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let position = Position {
        accuracy_m: args.accuracy,
        ..args.at
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
