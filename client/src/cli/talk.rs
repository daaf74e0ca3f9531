//! `entente say` and `entente follow`

use entente_room::{Event, Say as SayEvent};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::common::{RoomArgs, delivered, is_exercise, mark_exercise, pick_room, start};
use super::{Failure, Output};
use crate::engine::EngineEvent;
use crate::i18n::{event_line, t, tr};

#[derive(Debug, clap::Args)]
pub(super) struct Say {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, help = t("help-urgent"))]
    urgent: bool,
    #[arg(value_name = "TEXT", help = t("help-text"))]
    text: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Follow {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, help = t("help-history"))]
    history: bool,
    #[arg(long, help = t("help-follow-once"))]
    once: bool,
}

pub(super) async fn say(args: Say, output: &Output) -> Result<(), Failure> {
    let event = Event::Say(SayEvent {
        text: args.text,
        urgent: args.urgent,
        reply_to: None,
    });
    send(&args.room, event, None, *output).await
}

/// Something new that an event makes: what it is, and its id.
pub(super) type Made = Option<(&'static str, String)>;

/// Sends one event and says where it came to lie. The id of what it makes is alone on standard
/// output, for scripts.
pub(super) async fn send(
    args: &RoomArgs,
    event: Event,
    made: Made,
    output: Output,
) -> Result<(), Failure> {
    let engine = start(&args.device).await?;
    // New invitations come first, so that a room one was just admitted to can be meant; without the
    // hub, what is known has to do.
    let fresh = tokio::time::timeout(args.device.wait, engine.caught_up()).await;
    let result = match pick_room(&engine, args.room).await {
        Ok(room) => {
            let wait = if fresh.is_ok() {
                args.device.wait
            } else {
                std::time::Duration::ZERO
            };
            delivered(&engine, wait, (room, event))
                .await
                .map(|seq| (room, seq))
        }
        Err(failure) => Err(failure),
    };
    engine.stop().await;
    let (room, seq) = result?;
    let mut value = json!({ "room": room, "seq": seq });
    let line = tr("delivered", &[("seq", &seq.to_string())]);
    if let Some((what, id)) = made {
        value[what] = id.clone().into();
        output.aside(&line);
        output.show(&value, || id);
    } else {
        output.show(&value, || line);
    }
    Ok(())
}

pub(super) async fn follow(args: Follow, output: &Output) -> Result<(), Failure> {
    let engine = start(&args.room.device).await?;
    let mut events = engine.events();
    if engine.rooms(is_exercise).await?.contains(&true) {
        mark_exercise();
    }
    if args.history {
        let room = pick_room(&engine, args.room.room).await?;
        let lines = engine.view(room, entente_room::Session::history).await?;
        for notice in lines {
            show(&EngineEvent::Room { room, notice }, *output);
        }
    }
    if args.once {
        let fresh = tokio::time::timeout(args.room.device.wait, engine.caught_up()).await;
        while let Ok(event) = events.try_recv() {
            show(&event, *output);
        }
        engine.stop().await;
        return fresh.map(|_| ()).map_err(|_| Failure::unreachable());
    }
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) if is_wanted(&event, args.room.room) => show(&event, *output),
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => {
                    output.say(&tr("follow-lagged", &[("count", &missed.to_string())]));
                }
                Err(RecvError::Closed) => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    engine.stop().await;
    Ok(())
}

fn is_wanted(event: &EngineEvent, wanted: Option<entente_protocol::RoomId>) -> bool {
    match (event, wanted) {
        (EngineEvent::Room { room, .. } | EngineEvent::CaughtUp { room, .. }, Some(wanted)) => {
            *room == wanted
        }
        _ => true,
    }
}

fn show(event: &EngineEvent, output: Output) {
    if output.is_json() {
        output.show(event, String::new);
    } else if let Some(line) = event_line(event) {
        output.say(&line);
    }
}
