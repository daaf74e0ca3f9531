//! After the exercise: a room that stays open, and a ticket for whoever wants to try it by hand.

use std::time::Duration;

use entente_room::{Event, Say};
use entente_trust::Role;

use super::player::title;
use super::script::{Script, parse_time};
use super::stage::Stage;
use super::step::Step;
use super::{ExerciseError, Options};
use crate::authority::{DeskOutcome, InviteRequest};
use crate::cli::Output;
use crate::engine::{RoomSpec, Wish};
use crate::i18n::{notice_line, t, tr};
use crate::now_ms;

const DESK_INTERVAL: Duration = Duration::from_millis(500);
const HOUR_MS: u64 = 3_600_000;

/// Opens a room, prints a ticket for it, answers the enrolment, admits the visitor, and shows what
/// is said, until Ctrl-C.
pub(super) async fn wait(
    stage: &mut Stage,
    script: &Script,
    options: &Options,
    output: Output,
) -> Result<(), ExerciseError> {
    let opener = script.steps.iter().find_map(|step| match step {
        Step::Open { by } => Some(by.as_str()),
        _ => None,
    });
    let host = script
        .devices
        .iter()
        .find(|device| Some(device.id.as_str()) == opener);
    let Some(host) = host else { return Ok(()) };
    let engine = stage.engine(&host.id)?.clone();
    let now = now_ms();
    let length = parse_time(&script.time_box).unwrap_or(4 * HOUR_MS);
    let spec = RoomSpec {
        title: format!("{} II", title(script)),
        playbook: options.playbook.clone(),
        exercise: true,
        ciphersuite: u16::from(entente_trust::mls::DEFAULT_CIPHERSUITE),
        opens_at_ms: now,
        closes_at_ms: now.saturating_add(length),
        latest_close_ms: now.saturating_add(3 * length),
        authorities: stage.charter_authorities(),
        coordinators: Vec::new(),
        quorum: 1,
    };
    let room = engine.open_room(spec).await?;
    let desk = stage.desk(host.country)?;
    let ticket = desk.invite(
        InviteRequest {
            officer: format!("{}-999", host.country),
            callsign: "Visitor".to_owned(),
            role: Role::Field,
            valid_ms: length,
            ticket_valid_ms: length,
        },
        now,
    )?;
    let url = stage.url.to_string();
    output.say(&tr(
        "visitor-room",
        &[
            ("room", &room.to_string()),
            ("url", &url),
            ("ticket", &ticket.reveal()),
        ],
    ));
    let mut events = engine.events();
    let mut interval = tokio::time::interval(DESK_INTERVAL);
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            event = events.recv() => {
                if let Ok(crate::engine::EngineEvent::Room { notice, .. }) = &event {
                    output.say(&format!("  {}", notice_line(notice)));
                }
            }
            _ = interval.tick() => {
                for report in desk.answer_once(&stage.url, now_ms()).await.unwrap_or_default() {
                    if let DeskOutcome::Accredited { device, .. } = report.outcome {
                        welcome(&engine, room, device).await?;
                    }
                }
            }
        }
    }
}

/// The visitor's key packages are at the hub once it has connected for the first time.
async fn welcome(
    engine: &crate::engine::Engine,
    room: entente_protocol::RoomId,
    device: entente_protocol::DeviceId,
) -> Result<(), ExerciseError> {
    let engine = engine.clone();
    tokio::spawn(async move {
        loop {
            match engine.commit(room, Wish::Admit(vec![device])).await {
                Ok(_) => break,
                Err(crate::engine::EngineError::Refused {
                    code: entente_protocol::ErrorCode::NoKeyPackage,
                    ..
                }) => tokio::time::sleep(DESK_INTERVAL).await,
                Err(error) => {
                    tracing::warn!(%error, "the visitor was not admitted");
                    return;
                }
            }
        }
        let hello = Event::Say(Say {
            text: t("visitor-hello"),
            urgent: false,
            reply_to: None,
        });
        // A greeting that does not arrive is no loss.
        let _ = engine.say(room, hello).await;
    });
    Ok(())
}
