//! Plays a script step by step, and holds the devices to what they must agree on.

mod agreement;
mod clock;
mod curtain;
mod room;
mod said;
mod speech;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::DeviceId;
use entente_room::{CheckId, HitId, TargetId};
use tokio::sync::broadcast;

use super::score::Timeline;
use super::script::{Device, Script, parse_time};
use super::stage::Stage;
use super::step::Step;
use super::{ExerciseError, Options, visitor};
use crate::cli::Output;
use crate::engine::EngineEvent;
use crate::i18n::{t, tr};
use crate::now_ms;
use room::close_at;
use tally::Tally;

pub(super) use said::position;

/// The players on their stage.
struct Play<'a> {
    script: &'a Script,
    stage: Stage,
    output: Output,
    ids: BTreeMap<&'a str, DeviceId>,
    seated: BTreeSet<&'a str>,
    /// Board digest of each removed device, as it was at its removal.
    removed: BTreeMap<&'a str, [u8; 32]>,
    targets: BTreeMap<&'a str, TargetId>,
    hits: BTreeMap<&'a str, HitId>,
    checks: BTreeMap<&'a str, CheckId>,
    /// The exercise's clock, milliseconds from the beginning.
    at_ms: u64,
    /// The H-hour on that clock.
    h_hour_ms: Option<u64>,
    timeline: Timeline,
    /// The place of what was said last.
    last_seq: u64,
    listeners: Vec<broadcast::Receiver<EngineEvent>>,
    tally: Tally,
}

/// Plays a script.
///
/// # Errors
/// [`ExerciseError::Differed`] if devices do not agree, others see [`ExerciseError`].
pub(crate) async fn play(
    script: &Script,
    options: Options,
    output: Output,
) -> Result<(), ExerciseError> {
    output.say(&tr(
        "play-begins",
        &[("title", title(script)), ("id", &script.id)],
    ));
    let stage = Stage::build(script, &options).await?;
    output.say(&tr("play-hub", &[("url", &stage.url.to_string())]));
    let mut play = Play {
        script,
        stage,
        output,
        ids: BTreeMap::new(),
        seated: BTreeSet::new(),
        removed: BTreeMap::new(),
        targets: BTreeMap::new(),
        hits: BTreeMap::new(),
        checks: BTreeMap::new(),
        at_ms: 0,
        h_hour_ms: None,
        timeline: Timeline::default(),
        last_seq: 0,
        listeners: Vec::new(),
        tally: Tally::default(),
    };
    let mut result = play.run(&options).await;
    if result.is_ok() && !options.once {
        result = visitor::wait(&mut play.stage, script, &options, output).await;
    }
    play.stage.strike().await;
    result
}

pub(super) fn title(script: &Script) -> &str {
    // The operation's name is one name; it goes into the room in English.
    &script.title.en
}

impl<'a> Play<'a> {
    async fn run(&mut self, options: &Options) -> Result<(), ExerciseError> {
        for device in &self.script.devices {
            self.enter(device).await?;
        }
        for step in &self.script.steps {
            self.step(step, options).await?;
            self.tally.steps += 1;
        }
        self.curtain().await
    }

    async fn enter(&mut self, device: &'a Device) -> Result<(), ExerciseError> {
        let id = self.stage.enrol(device).await?;
        self.ids.insert(&device.id, id);
        self.listeners.push(self.stage.engine(&device.id)?.events());
        self.tally.devices += 1;
        self.output.say(&tr(
            "play-enrolled",
            &[
                ("callsign", &device.callsign),
                ("country", &device.country.to_string()),
                ("role", &t(&format!("role-{}", device.role))),
            ],
        ));
        Ok(())
    }

    async fn step(&mut self, step: &'a Step, options: &Options) -> Result<(), ExerciseError> {
        match step {
            Step::At(moment) => self.go_on(moment.as_ms(), options).await,
            Step::Open { by } => self.open(by, options).await,
            Step::Admit { by, devices } => self.admit(by, devices).await,
            Step::Position { by, at } => self.share_position(by, *at).await,
            Step::Feed { by, format, lines } => self.feed(by, format, lines).await,
            Step::WaitForHHour {} => self.wait_for_h_hour().await,
            Step::Remove { by, device } => self.remove(by, device).await,
            Step::Extend { by, time_box } => {
                let length = parse_time(time_box).unwrap_or_default();
                self.commit(by, close_at(now_ms().saturating_add(length)))
                    .await
            }
            Step::Refused { why, step } => self.refused(why, step, options).await,
            Step::Agree {} => self.agree().await,
            Step::Close { by } => self.close(by).await,
            said => {
                let Some(by) = said.by() else { return Ok(()) };
                self.hears_all(by).await?;
                let event = self.event(said, options).await?;
                self.send(by, event).await
            }
        }
    }
}
