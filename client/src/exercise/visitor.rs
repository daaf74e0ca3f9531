//! After the exercise: a room that stays open and alive, and a link for whoever wants to try it by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use entente_protocol::{DeviceId, ErrorCode, RoomId};
use entente_room::{CharterChange, Event, HitId, HitRaised, Say, Sighting, TargetChange, TargetId};
use entente_trust::{Role, Terms};

use super::player::{position, title};
use super::script::{Device, Script, parse_time};
use super::stage::Stage;
use super::step::{Step, TargetStep};
use super::{ExerciseError, Options};
use crate::authority::{DeskOutcome, InviteRequest};
use crate::cli::Output;
use crate::engine::{Engine, EngineError, EngineEvent, RoomSpec, Wish};
use crate::i18n::{notice_line, t, tr};
use crate::{now_ms, random_bytes};

const DESK_INTERVAL: Duration = Duration::from_millis(500);
const HOUR_MS: u64 = 3_600_000;

/// How long after the visitor came a hit is raised, to be acknowledged.
const FIRST_HIT: Duration = Duration::from_secs(8);

/// Opens a room with the exercise's people and targets in it, prints a link to it, answers the
/// enrolment, admits the visitor as a coordinator, and shows what is said, until Ctrl-C.
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
        terms: Terms::default(),
    };
    let room = engine.open_room(spec).await?;
    let scene = Scene::set(stage, script, host, room).await?;
    let desk = stage.desk(host.country)?;
    let ticket = desk.invite(
        InviteRequest {
            officer: format!("{}-999", host.country),
            callsign: "Visitor".to_owned(),
            role: Role::Coordinator,
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
                if let Ok(EngineEvent::Room { notice, .. }) = &event {
                    output.say(&format!("  {}", notice_line(notice)));
                }
            }
            _ = interval.tick() => {
                for report in desk.answer_once(&stage.url, now_ms()).await.unwrap_or_default() {
                    if let DeskOutcome::Accredited { device, .. } = report.outcome {
                        tokio::spawn(scene.clone().welcome(device));
                    }
                }
            }
        }
    }
}

/// What goes on in the visitor's room.
#[derive(Clone)]
struct Scene {
    host: Engine,
    room: RoomId,
    /// Who raises a hit when the visitor has come, and on what.
    lookout: Option<(Engine, TargetId, TargetStep)>,
}

impl Scene {
    /// Seats who played in the exercise, and puts its targets on the board with where they were seen.
    async fn set(
        stage: &Stage,
        script: &Script,
        host: &Device,
        room: RoomId,
    ) -> Result<Self, ExerciseError> {
        let engine = stage.engine(&host.id)?.clone();
        for device in &script.devices {
            let Ok(other) = stage.engine(&device.id) else {
                continue;
            };
            if other.device() == engine.device() {
                continue;
            }
            // Who was revoked in the exercise stays outside.
            let _ = engine.commit(room, Wish::Admit(vec![other.device()])).await;
        }
        let mut scene = Self {
            host: engine,
            room,
            lookout: None,
        };
        let mut targets = BTreeMap::new();
        for step in &script.steps {
            match step {
                Step::Target(step) if step.kind.is_some() && step.name.is_some() => {
                    let id = TargetId::from_bytes(random_bytes()?);
                    targets.insert(step.target.as_str(), id);
                    let change = TargetChange {
                        kind: step.kind,
                        name: step.name.clone(),
                        status: step.status,
                        priority: step.priority,
                        owner: step.owner,
                        team: step.team.clone(),
                        evaluation: step.evaluated(),
                        handling: step.handling,
                        notes: step.notes.clone(),
                        add_identifiers: step.identifiers.clone(),
                        ..TargetChange::of(id)
                    };
                    scene.say(Event::Target(change)).await;
                    let other = stage.engine(&step.by).ok();
                    let other = other.filter(|other| other.device() != scene.host.device());
                    if let (Some(other), None, false) =
                        (other, &scene.lookout, step.identifiers.is_empty())
                    {
                        scene.lookout = Some((other.clone(), id, step.clone()));
                    }
                }
                Step::Sighting {
                    target, at, note, ..
                } => {
                    if let Some(target) = targets.get(target.as_str()) {
                        let sighting = Sighting {
                            target: *target,
                            seen_at_ms: now_ms(),
                            position: at.and_then(position),
                            note: note.clone(),
                        };
                        scene.say(Event::Sighting(sighting)).await;
                    }
                }
                _ => {}
            }
        }
        Ok(scene)
    }

    /// What does not arrive in a show is no loss.
    async fn say(&self, event: Event) {
        let _ = self.host.say(self.room, event).await;
    }

    /// The visitor's key packages are at the hub once it has connected for the first time.
    async fn welcome(self, device: DeviceId) {
        loop {
            match self.host.commit(self.room, Wish::Admit(vec![device])).await {
                Ok(_) => break,
                Err(EngineError::Refused {
                    code: ErrorCode::NoKeyPackage,
                    ..
                }) => tokio::time::sleep(DESK_INTERVAL).await,
                Err(error) => {
                    tracing::warn!(%error, "the visitor was not admitted");
                    return;
                }
            }
        }
        let coordinates = CharterChange {
            coordinators_added: vec![device],
            ..CharterChange::default()
        };
        if let Err(error) = self
            .host
            .commit(self.room, Wish::Amend(Box::new(coordinates)))
            .await
        {
            tracing::warn!(%error, "the visitor does not coordinate");
        }
        self.say(Event::Say(Say {
            text: t("visitor-hello"),
            urgent: false,
            reply_to: None,
        }))
        .await;
        tokio::time::sleep(FIRST_HIT).await;
        let Some((lookout, target, step)) = self.lookout else {
            return;
        };
        let (Ok(id), Some(identifier)) = (random_bytes(), step.identifiers.first()) else {
            return;
        };
        let hit = HitRaised::seen(HitId::from_bytes(id), identifier.clone(), Some(target));
        let _ = lookout.say(self.room, Event::Hit(hit)).await;
    }
}
