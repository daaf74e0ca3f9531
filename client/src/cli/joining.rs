//! `entente room ask` and `entente room requests`

use std::time::Duration;

use entente_protocol::{IdParseError, RoomId};
use entente_room::Asker;
use serde_json::json;

use super::common::{DeviceArgs, RoomArgs, duration, pick_room, start, start_caught_up};
use super::room::person;
use super::{Failure, Output};
use crate::engine::{Engine, EngineEvent};
use crate::i18n::{t, tr};

/// How long `ask` stays unless told otherwise.
const DEFAULT_STAY: &str = "10m";

/// How long `requests` listens unless told otherwise: whoever waits asks again within that time.
const DEFAULT_LISTEN: &str = "32s";

/// What a link to a room has before the room's id.
const ROOM_IN_LINK: &str = "room=";

#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    #[command(flatten)]
    device: DeviceArgs,
    #[arg(value_name = "ROOM", value_parser = room_or_link, help = t("help-ask-room"))]
    room: RoomId,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = DEFAULT_STAY,
          help = t("help-ask-stay"))]
    stay: Duration,
}

#[derive(Debug, clap::Args)]
pub(super) struct Requests {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = DEFAULT_LISTEN,
          help = t("help-requests-listen"))]
    listen: Duration,
}

/// A room's id, or the link to the room that somebody sent.
fn room_or_link(text: &str) -> Result<RoomId, IdParseError> {
    let id = text.rsplit_once(ROOM_IN_LINK).map_or(text, |(_, id)| id);
    id.parse()
}

/// Asks, and stays until somebody lets this device in.
pub(super) async fn ask(args: Ask, output: Output) -> Result<(), Failure> {
    let engine = start(&args.device).await?;
    let result = ask_and_wait(&engine, &args, output).await;
    if result.is_err() {
        // Nobody stays to be let in: it must not begin again by itself with the next command.
        let _ = engine.stop_asking(args.room).await;
    }
    engine.stop().await;
    result
}

async fn ask_and_wait(engine: &Engine, args: &Ask, output: Output) -> Result<(), Failure> {
    let room = args.room;
    let caught_up = tokio::time::timeout(args.device.wait, engine.caught_up()).await;
    caught_up.map_err(|_| Failure::unreachable())??;
    let mut events = engine.events();
    engine.ask_to_join(room).await?;
    output.aside(&t("room-asked"));
    let seated = engine.until(room, |session| session.ended().is_none());
    tokio::pin!(seated);
    let let_in = async {
        loop {
            tokio::select! {
                seated = &mut seated => return seated.map_err(Failure::from),
                _ = tokio::signal::ctrl_c() => return Err(Failure::not_admitted()),
                event = events.recv() => match event {
                    Ok(EngineEvent::AskRefused { room: asked, code }) if asked == room => {
                        return Err(Failure::refused(code, None));
                    }
                    Ok(event @ EngineEvent::UnknownInviter { .. }) => {
                        if let Some(line) = crate::i18n::event_line(&event) {
                            output.aside(&line);
                        }
                    }
                    _ => {}
                }
            }
        }
    };
    let is_in = tokio::time::timeout(args.stay, let_in).await;
    is_in.map_err(|_| Failure::not_admitted())??;
    output.show(&json!({ "room": room, "joined": true }), || {
        t("room-let-in")
    });
    Ok(())
}

/// Shows who asks to be let in, each as soon as it is heard.
pub(super) async fn requests(args: Requests, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let may_admit = engine
        .view(room, |session| session.may_admit_anybody())
        .await?;
    if !may_admit {
        engine.stop().await;
        return Err(Failure::refused(
            entente_protocol::ErrorCode::PolicyRefused,
            None,
        ));
    }
    output.aside(&t("room-requests-listening"));
    let mut shown = Vec::new();
    let listening = async {
        let mut events = engine.events();
        loop {
            let now_ms = crate::now_ms();
            let look = move |session: &entente_room::Session| {
                session.askers(now_ms).cloned().collect::<Vec<Asker>>()
            };
            for asker in engine.view(room, look).await? {
                let device = asker.accreditation.device();
                if !shown.contains(&device) {
                    shown.push(device);
                    show(room, &asker, output);
                }
            }
            if events.recv().await.is_err() {
                return Ok::<(), Failure>(());
            }
        }
    };
    let stopped = tokio::time::timeout(args.listen, listening).await;
    engine.stop().await;
    stopped.unwrap_or(Ok(()))?;
    if shown.is_empty() {
        output.aside(&t("room-requests-none"));
    }
    Ok(())
}

fn show(room: RoomId, asker: &Asker, output: Output) {
    let who = &asker.accreditation;
    output.show(
        &json!({ "room": room, "device": who.device(), "callsign": who.callsign(),
                 "officer": who.officer(), "country": who.country(), "role": who.role() }),
        || {
            tr(
                "room-request-line",
                &[("device", &who.device().to_string()), ("who", &person(who))],
            )
        },
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use entente_protocol::limits::JOIN_REQUEST_REPEAT_MS;

    use super::*;

    #[test]
    fn whoever_waits_asks_while_somebody_listens() {
        let listen = duration(DEFAULT_LISTEN).unwrap();
        assert!(listen > Duration::from_millis(JOIN_REQUEST_REPEAT_MS));
    }

    #[test]
    fn a_room_is_named_by_its_id_or_by_a_link() {
        let id = "0102030405060708090a0b0c0d0e0f10";
        let room: RoomId = id.parse().unwrap();
        for text in [id.to_owned(), format!("https://hub.example/#room={id}")] {
            assert_eq!(room_or_link(&text), Ok(room), "{text}");
        }
        for text in ["", "room=", "https://hub.example/", "0102"] {
            assert!(room_or_link(text).is_err(), "{text}");
        }
    }
}
