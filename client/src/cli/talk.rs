//! `entente say` and `entente follow`

use std::collections::BTreeMap;

use entente_protocol::RoomId;
use entente_room::{Event, Say as SayEvent};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::common::{RoomArgs, delivered, mark_exercise, pick_room, start};
use super::{Failure, Output};
use crate::engine::{Engine, EngineEvent};
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
    let wanted = args.room.room;
    let mut events = engine.events();
    let mut shown = Shown {
        engine: engine.clone(),
        output: *output,
        exercises: BTreeMap::new(),
    };
    if args.history {
        let room = pick_room(&engine, wanted).await?;
        let lines = engine.view(room, entente_room::Session::history).await?;
        for notice in lines {
            shown.show(&EngineEvent::Room { room, notice }).await;
        }
    }
    if args.once {
        let fresh = tokio::time::timeout(args.room.device.wait, engine.caught_up()).await;
        while let Ok(event) = events.try_recv() {
            if is_wanted(&event, wanted) {
                shown.show(&event).await;
            }
        }
        engine.stop().await;
        return fresh.map(|_| ()).map_err(|_| Failure::unreachable());
    }
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) if is_wanted(&event, wanted) => shown.show(&event).await,
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

/// The room that an event is of, if it is of one.
const fn room_of(event: &EngineEvent) -> Option<RoomId> {
    match event {
        EngineEvent::Room { room, .. }
        | EngineEvent::CaughtUp { room, .. }
        | EngineEvent::UnknownInviter { room, .. }
        | EngineEvent::JoinRefused { room, .. }
        | EngineEvent::AskRefused { room, .. }
        | EngineEvent::HubRefused { room, .. }
        | EngineEvent::GivenUp { room, .. } => Some(*room),
        _ => None,
    }
}

fn is_wanted(event: &EngineEvent, wanted: Option<RoomId>) -> bool {
    match (room_of(event), wanted) {
        (Some(room), Some(wanted)) => room == wanted,
        _ => true,
    }
}

/// Events as they are shown; those of an exercise are marked one by one, because what is beside them may
/// be the real thing.
struct Shown {
    engine: Engine,
    output: Output,
    exercises: BTreeMap<RoomId, bool>,
}

impl Shown {
    async fn show(&mut self, event: &EngineEvent) {
        let is_exercise = match room_of(event) {
            Some(room) => self.is_exercise(room).await,
            None => false,
        };
        if self.output.is_json() {
            let mut value = serde_json::to_value(event).unwrap_or_default();
            if room_of(event).is_some()
                && let Some(fields) = value.as_object_mut()
            {
                fields.insert("exercise".to_owned(), is_exercise.into());
            }
            self.output.show(&value, String::new);
        } else if let Some(line) = event_line(event) {
            let line = if is_exercise {
                tr("exercise-line", &[("line", &line)])
            } else {
                line
            };
            self.output.say(&line);
        }
    }

    /// A room says what it is once its charter's text is there; until then it is looked at again.
    async fn is_exercise(&mut self, room: RoomId) -> bool {
        if let Some(known) = self.exercises.get(&room) {
            return *known;
        }
        let look = |session: &entente_room::Session| session.text().map(|text| text.exercise);
        let found = self.engine.view(room, look).await.ok().flatten();
        if let Some(found) = found {
            self.exercises.insert(room, found);
            if found {
                mark_exercise();
            }
        }
        found.unwrap_or(false)
    }
}
