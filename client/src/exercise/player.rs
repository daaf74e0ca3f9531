//! Plays a script step by step, and holds the devices to what they must agree on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entente_protocol::DeviceId;
use entente_room::{
    Acknowledgement, CharterChange, Event, HitId, HitRaised, Notice, Say, TargetChange, TargetId,
};
use entente_trust::mls;
use tokio::sync::broadcast;

use super::script::{Device, Script, Step, Suite, parse_time};
use super::stage::Stage;
use super::{ExerciseError, Options, visitor};
use crate::cli::Output;
use crate::engine::{Engine, EngineEvent, RoomSpec, Wish};
use crate::i18n::{notice_line, t, tr};
use crate::{now_ms, random_bytes};

/// Pause between two steps at speed 1.
const STEP_PAUSE: Duration = Duration::from_millis(700);

/// How often devices are asked before they count as behind: for half a minute.
const AGREE_TRIES: u32 = 1_500;

/// How often devices are asked whether they see the same.
const AGREE_INTERVAL: Duration = Duration::from_millis(20);

/// What a play has counted.
#[derive(Default, serde::Serialize)]
pub(super) struct Tally {
    steps: usize,
    devices: usize,
    messages: usize,
    targets: usize,
    hits: usize,
    security_events: usize,
    agreements: usize,
    board_digest: String,
}

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
            if options.speed > 0.0 {
                tokio::time::sleep(STEP_PAUSE.div_f64(options.speed)).await;
            }
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
            Step::Open { by } => self.open(by, options).await,
            Step::Admit { by, devices } => self.admit(by, devices).await,
            Step::Say { by, text, urgent } => {
                let say = Say {
                    text: text.clone(),
                    urgent: *urgent,
                };
                self.tally.messages += 1;
                self.send(by, Event::Say(say)).await
            }
            Step::Target {
                by,
                target,
                kind,
                name,
                status,
                priority,
                owner,
                notes,
                identifiers,
            } => {
                let id = self.target(target)?;
                let change = TargetChange {
                    kind: *kind,
                    name: name.clone(),
                    status: *status,
                    priority: *priority,
                    owner: *owner,
                    notes: notes.clone(),
                    add_identifiers: identifiers.clone(),
                    ..TargetChange::of(id)
                };
                self.send(by, Event::Target(change)).await
            }
            Step::Hit {
                by,
                hit,
                identifier,
                target,
                note,
            } => {
                let id = HitId::from_bytes(random_bytes()?);
                self.hits.insert(hit, id);
                self.tally.hits += 1;
                let target = target
                    .as_ref()
                    .and_then(|name| self.targets.get(name.as_str()));
                let raised = HitRaised {
                    note: note.clone(),
                    ..HitRaised::seen(id, identifier.clone(), target.copied())
                };
                self.send(by, Event::Hit(raised)).await
            }
            Step::Acknowledge { by, hit, note } => {
                let Some(id) = self.hits.get(hit.as_str()) else {
                    return Ok(());
                };
                let ack = Acknowledgement {
                    hit: *id,
                    note: note.clone(),
                };
                self.send(by, Event::Acknowledge(ack)).await
            }
            Step::Remove { by, device } => self.remove(by, device).await,
            Step::Extend { by, time_box } => {
                let length = parse_time(time_box).unwrap_or_default();
                self.commit(by, close_at(now_ms().saturating_add(length)))
                    .await
            }
            Step::Agree {} => self.agree().await,
            Step::Close { by } => self.close(by).await,
        }
    }

    fn target(&mut self, name: &'a str) -> Result<TargetId, ExerciseError> {
        if let Some(id) = self.targets.get(name) {
            return Ok(*id);
        }
        let id = TargetId::from_bytes(random_bytes()?);
        self.targets.insert(name, id);
        self.tally.targets += 1;
        Ok(id)
    }

    async fn open(&mut self, by: &'a str, options: &Options) -> Result<(), ExerciseError> {
        let now_ms = now_ms();
        let length = parse_time(&self.script.time_box).unwrap_or_default();
        let suite = match self.script.ciphersuite {
            Suite::PostQuantum => mls::CIPHERSUITES[0],
            Suite::Classic => mls::CIPHERSUITES[1],
        };
        let spec = RoomSpec {
            title: title(self.script).to_owned(),
            playbook: options.playbook.clone(),
            exercise: true,
            ciphersuite: u16::from(suite),
            opens_at_ms: now_ms,
            closes_at_ms: now_ms.saturating_add(length),
            latest_close_ms: now_ms.saturating_add(length.saturating_mul(3)),
            authorities: self.stage.charter_authorities(),
            coordinators: Vec::new(),
            quorum: 1,
        };
        let room = self.stage.engine(by)?.open_room(spec).await?;
        self.stage.room = Some(room);
        self.seated.insert(by);
        self.output.say(&tr(
            "play-opened",
            &[("room", &room.to_string()), ("time", &self.script.time_box)],
        ));
        Ok(())
    }

    async fn admit(&mut self, by: &str, devices: &'a [String]) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let wanted = devices
            .iter()
            .filter_map(|name| self.ids.get(name.as_str()).copied());
        let wish = Wish::Admit(wanted.collect());
        self.commit(by, wish).await?;
        for name in devices {
            let engine = self.stage.engine(name)?;
            engine
                .until(room, |session| session.is_board_ready())
                .await?;
            self.seated.insert(name);
        }
        Ok(())
    }

    async fn remove(&mut self, by: &str, device: &'a str) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        self.seated.remove(device);
        let Some(id) = self.ids.get(device).copied() else {
            return Ok(());
        };
        self.commit(by, Wish::Remove(vec![id])).await?;
        let engine = self.stage.engine(device)?;
        engine
            .until(room, |session| session.ended().is_some())
            .await?;
        let digest = engine
            .view(room, |session| session.board().digest())
            .await?;
        self.removed.insert(device, digest);
        Ok(())
    }

    async fn commit(&mut self, by: &str, wish: Wish) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let seq = self.stage.engine(by)?.commit(room, wish).await?;
        self.narrate(by, seq).await
    }

    async fn send(&mut self, by: &str, event: Event) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let seq = self.stage.engine(by)?.say(room, event).await?;
        self.narrate(by, seq).await
    }

    /// Shows what a seated device sees, so that the story is told as the members hear it.
    async fn narrate(&mut self, by: &str, seq: u64) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let engine = self.stage.engine(by)?;
        engine
            .until(room, move |session| session.cursor() >= seq)
            .await?;
        let index = self
            .script
            .devices
            .iter()
            .position(|device| device.id == by);
        let Some(listener) = index.and_then(|index| self.listeners.get_mut(index)) else {
            return Ok(());
        };
        while let Ok(event) = listener.try_recv() {
            if let EngineEvent::Room { notice, .. } = &event {
                let is_new = seq_of(notice) >= seq;
                if is_new {
                    self.output.show(&event, || {
                        format!("  #{:<3} {}", seq_of(notice), notice_line(notice))
                    });
                }
            }
        }
        Ok(())
    }

    /// All seated devices must reach the same place with the same board, and the removed ones stand
    /// where they stood.
    async fn agree(&mut self) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let mut digests: BTreeMap<[u8; 32], Vec<&str>> = BTreeMap::new();
        let mut epochs: BTreeMap<Option<Vec<u8>>, Vec<&str>> = BTreeMap::new();
        let mut tries = 0;
        // Devices say things of their own accord: they are compared at one and the same place.
        loop {
            let mut cursors = BTreeMap::new();
            digests.clear();
            epochs.clear();
            for name in &self.seated {
                let seen = |s: &entente_room::Session| {
                    let cursor = s.is_board_ready().then(|| s.cursor());
                    (cursor, s.board().digest(), s.epoch_authenticator())
                };
                let (cursor, digest, epoch) = self.stage.engine(name)?.view(room, seen).await?;
                cursors.entry(cursor).or_insert(*name);
                digests.entry(digest).or_default().push(name);
                epochs.entry(epoch).or_default().push(name);
            }
            if cursors.len() == 1 && !cursors.contains_key(&None) {
                break;
            }
            tries += 1;
            if tries > AGREE_TRIES {
                // The smallest is furthest behind.
                let device = cursors.values().next().copied().unwrap_or_default();
                let behind = tr("play-behind", &[("device", device)]);
                return Err(ExerciseError::Differed(behind));
            }
            tokio::time::sleep(AGREE_INTERVAL).await;
        }
        if digests.len() != 1 || epochs.len() != 1 {
            let parties: Vec<String> = digests
                .values()
                .chain(epochs.values())
                .map(|names| names.join(" "))
                .collect();
            let parties = parties.join(" | ");
            return Err(ExerciseError::Differed(tr(
                "play-differ",
                &[("devices", &parties)],
            )));
        }
        for (name, then) in &self.removed {
            let now = self
                .stage
                .engine(name)?
                .view(room, |s| s.board().digest())
                .await?;
            let moved_on = digests.contains_key(&now) && digests.keys().any(|d| d != then);
            if &now != then || moved_on {
                return Err(ExerciseError::Differed(tr(
                    "play-removed-reads",
                    &[("device", name)],
                )));
            }
        }
        self.tally.agreements += 1;
        let digest = digests
            .keys()
            .next()
            .map(|digest| data_encoding::HEXLOWER.encode(digest));
        self.tally.board_digest = digest.unwrap_or_default();
        let short = self
            .tally
            .board_digest
            .get(..16)
            .unwrap_or_default()
            .to_owned();
        let count = self.seated.len().to_string();
        self.output
            .say(&tr("play-agree", &[("count", &count), ("digest", &short)]));
        Ok(())
    }

    async fn close(&mut self, by: &str) -> Result<(), ExerciseError> {
        self.agree().await?;
        let room = self.stage.room()?;
        self.commit(by, close_at(now_ms())).await?;
        for name in &self.seated {
            let engine: &Engine = self.stage.engine(name)?;
            engine
                .until(room, |session| session.ended().is_some())
                .await?;
        }
        self.output.say(&t("play-closed"));
        Ok(())
    }

    /// The summary, and what nobody may have seen.
    async fn curtain(&mut self) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        for name in self.ids.keys() {
            let engine = self.stage.engine(name)?;
            let keys_left = engine
                .view(room, |session| session.epoch().is_some())
                .await?;
            if keys_left {
                return Err(ExerciseError::Differed(tr(
                    "play-keys-left",
                    &[("device", name)],
                )));
            }
        }
        for listener in &mut self.listeners {
            while let Ok(event) = listener.try_recv() {
                let is_security = matches!(
                    &event,
                    EngineEvent::Room {
                        notice: Notice::Security { .. },
                        ..
                    }
                );
                self.tally.security_events += usize::from(is_security);
            }
        }
        if self.tally.security_events > 0 {
            let count = self.tally.security_events.to_string();
            return Err(ExerciseError::Differed(tr(
                "play-security",
                &[("count", &count)],
            )));
        }
        let tally = &self.tally;
        let text = |count: usize| count.to_string();
        self.output.show(tally, || {
            tr(
                "play-summary",
                &[
                    ("devices", &text(tally.devices)),
                    ("steps", &text(tally.steps)),
                    ("messages", &text(tally.messages)),
                    ("targets", &text(tally.targets)),
                    ("hits", &text(tally.hits)),
                    ("agreements", &text(tally.agreements)),
                    ("digest", tally.board_digest.get(..16).unwrap_or_default()),
                ],
            )
        });
        Ok(())
    }
}

/// Where a notice lies; those without a place come first.
fn seq_of(notice: &Notice) -> u64 {
    match notice {
        Notice::Opened { seq }
        | Notice::Joined { seq, .. }
        | Notice::Said { seq, .. }
        | Notice::Target { seq, .. }
        | Notice::Hit { seq, .. }
        | Notice::Acknowledged { seq, .. }
        | Notice::Rejected { seq, .. }
        | Notice::SeatAdded { seq, .. }
        | Notice::SeatRemoved { seq, .. }
        | Notice::Resynced { seq, .. }
        | Notice::LeaveWanted { seq, .. }
        | Notice::Revoked { seq, .. }
        | Notice::CharterAmended { seq, .. }
        | Notice::AmendmentSigned { seq, .. }
        | Notice::BoardReady { seq, .. }
        | Notice::NeedsNewerClient { seq, .. }
        | Notice::Security { seq, .. }
        | Notice::Removed { seq, .. } => *seq,
        Notice::Board { seq, .. } | Notice::VotesVoid { seq, .. } => *seq,
        Notice::Gap { .. } | Notice::Closed { .. } | Notice::Position { .. } => 0,
    }
}

fn close_at(ms: u64) -> Wish {
    Wish::Amend(Box::new(CharterChange::close_at(ms)))
}
