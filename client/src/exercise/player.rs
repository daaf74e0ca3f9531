//! Plays a script step by step, and holds the devices to what they must agree on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entente_protocol::DeviceId;
use entente_room::{CharterChange, CheckId, Event, HitId, LivePosition, Notice, Session, TargetId};
use entente_trust::{Terms, mls};
use tokio::sync::broadcast;

use super::said::position;
use super::score::{Score, Timeline};
use super::script::{Device, Script, Suite, parse_time};
use super::stage::Stage;
use super::step::Step;
use super::{ExerciseError, Options, visitor};
use crate::agent::{Feed, FeedOptions, Format, Source};
use crate::cli::Output;
use crate::engine::{Engine, EngineError, EngineEvent, RoomSpec, Wish};
use crate::i18n::{notice_line, rejected_text, t, tr};
use crate::now_ms;

/// How often devices are asked before they count as behind: for half a minute.
const AGREE_TRIES: u32 = 1_500;

/// How often devices are asked whether they see the same.
const AGREE_INTERVAL: Duration = Duration::from_millis(20);

/// What a play has counted.
#[derive(Default, serde::Serialize)]
pub(super) struct Tally {
    pub(super) steps: usize,
    pub(super) devices: usize,
    pub(super) messages: usize,
    pub(super) targets: usize,
    pub(super) hits: usize,
    pub(super) security_events: usize,
    pub(super) agreements: usize,
    pub(super) refusals: usize,
    pub(super) positions: usize,
    pub(super) feed_lines: usize,
    pub(super) board_digest: String,
    pub(super) score: Score,
}

/// The players on their stage.
pub(super) struct Play<'a> {
    pub(super) script: &'a Script,
    pub(super) stage: Stage,
    pub(super) output: Output,
    pub(super) ids: BTreeMap<&'a str, DeviceId>,
    pub(super) seated: BTreeSet<&'a str>,
    /// Board digest of each removed device, as it was at its removal.
    pub(super) removed: BTreeMap<&'a str, [u8; 32]>,
    pub(super) targets: BTreeMap<&'a str, TargetId>,
    pub(super) hits: BTreeMap<&'a str, HitId>,
    pub(super) checks: BTreeMap<&'a str, CheckId>,
    /// The exercise's clock, milliseconds from the beginning.
    pub(super) at_ms: u64,
    /// The H-hour on that clock.
    pub(super) h_hour_ms: Option<u64>,
    pub(super) timeline: Timeline,
    /// The place of what was said last.
    pub(super) last_seq: u64,
    pub(super) listeners: Vec<broadcast::Receiver<EngineEvent>>,
    pub(super) tally: Tally,
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

    /// The exercise's clock goes on; what follows happens then.
    async fn go_on(&mut self, at_ms: u64, options: &Options) -> Result<(), ExerciseError> {
        let passed_ms = at_ms.saturating_sub(self.at_ms);
        if options.speed > 0.0 {
            let passed = Duration::from_millis(passed_ms);
            tokio::time::sleep(passed.div_f64(options.speed)).await;
        }
        self.at_ms = at_ms;
        if let Some(room) = self.stage.room {
            // What is on its way belongs to what was before.
            let mut head = 0;
            for name in &self.seated {
                let engine = self.stage.engine(name)?;
                head = head.max(engine.view(room, |session| session.cursor()).await?);
            }
            self.timeline.go_on(head, at_ms);
        }
        let minutes = at_ms / 60_000;
        let clock = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        self.output.say(&tr("play-clock", &[("time", &clock)]));
        Ok(())
    }

    /// Who speaks has heard what was said before.
    async fn hears_all(&self, by: &str) -> Result<(), ExerciseError> {
        let (room, seq) = (self.stage.room()?, self.last_seq);
        let engine = self.stage.engine(by)?;
        engine
            .until(room, move |session| session.cursor() >= seq)
            .await?;
        Ok(())
    }

    /// What everybody's board must refuse.
    async fn refused(
        &mut self,
        why: &str,
        step: &'a Step,
        options: &Options,
    ) -> Result<(), ExerciseError> {
        let Some(by) = step.by() else { return Ok(()) };
        self.hears_all(by).await?;
        let event = self.event(step, options).await?;
        let room = self.stage.room()?;
        let result = self.stage.engine(by)?.say(room, event).await;
        match result {
            Err(EngineError::Rejected(reason)) if reason.as_str() == why => {
                self.tally.refusals += 1;
                self.output.say(&tr(
                    "play-refused",
                    &[("who", by), ("reason", &rejected_text(reason))],
                ));
                Ok(())
            }
            Err(EngineError::Rejected(reason)) => {
                let reason = reason.as_str();
                Err(ExerciseError::Differed(format!("{reason} ≠ {why}")))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Err(ExerciseError::Differed(tr(
                "play-not-refused",
                &[("reason", why)],
            ))),
        }
    }

    async fn share_position(&mut self, by: &str, at: [f64; 2]) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let Some(position) = position(at) else {
            return Ok(());
        };
        let event = Event::Position(LivePosition {
            position,
            at_ms: now_ms(),
        });
        self.stage.engine(by)?.ephemeral(room, event).await?;
        self.tally.positions += 1;
        Ok(())
    }

    async fn feed(
        &mut self,
        by: &str,
        format: &str,
        lines: &[String],
    ) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let engine = self.stage.engine(by)?.clone();
        let head = engine.view(room, |session| session.cursor()).await?;
        let options = FeedOptions {
            source: Source::Lines(lines.to_vec()),
            format: Format::from_name(format).unwrap_or(Format::Csv),
            columns: Vec::new(),
            min_certainty: 0,
            once: true,
        };
        let mut feed = Feed::start(engine, room, options).await?;
        let counts = feed.run(|_| ()).await?;
        self.tally.feed_lines += usize::try_from(counts.read).unwrap_or(usize::MAX);
        self.tally.hits += usize::try_from(counts.told).unwrap_or(usize::MAX);
        self.narrate(by, head + 1).await
    }

    /// At full speed an H-hour is a moment away; it is waited for all the same.
    async fn wait_for_h_hour(&mut self) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        for name in &self.seated {
            let engine = self.stage.engine(name)?;
            let look = |session: &Session| session.board().plan().h_hour.map(|set| set.at_ms);
            while let Some(at_ms) = engine.view(room, look).await? {
                let now_ms = engine.clock().await?.now_ms;
                if now_ms >= at_ms {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(at_ms - now_ms + 1)).await;
            }
        }
        Ok(())
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
            terms: Terms::default(),
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
        self.last_seq = self.last_seq.max(seq);
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
                let seen = |s: &Session| {
                    let is_quiet = s.is_board_ready() && s.waiting() == 0 && !s.owes_receipt();
                    let cursor = is_quiet.then(|| s.cursor());
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
        let board = self
            .stage
            .engine(by)?
            .view(room, |session| session.board().clone())
            .await?;
        self.tally.score = Score::of(&board, &self.timeline, self.h_hour_ms);
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
            if keys_left && !self.script.stays_open {
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
                if is_security && let EngineEvent::Room { notice, .. } = &event {
                    self.output.say(&notice_line(notice));
                }
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
        let score = &tally.score;
        self.output.say(&tr(
            "play-score",
            &[
                ("points", &text(score.points)),
                ("met", &text(score.deadlines_met)),
                ("missed", &text(score.deadlines_missed)),
                ("mean", &(score.mean_acknowledgement_ms / 1_000).to_string()),
                (
                    "slowest",
                    &(score.slowest_acknowledgement_ms / 1_000).to_string(),
                ),
                ("tasks", &text(score.tasks_on_time)),
                ("late", &text(score.tasks_late)),
                ("check-ins", &text(score.check_ins_missed)),
            ],
        ));
        let expected = self.script.expect.as_ref();
        if let Some(difference) = expected.and_then(|expected| score.differs_from(expected)) {
            return Err(ExerciseError::Differed(difference));
        }
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
        | Notice::Bridge { seq, .. }
        | Notice::BoardReady { seq, .. }
        | Notice::NeedsNewerClient { seq, .. }
        | Notice::Security { seq, .. }
        | Notice::Removed { seq, .. } => *seq,
        Notice::Board { seq, .. } | Notice::VotesVoid { seq, .. } => *seq,
        Notice::Gap { .. }
        | Notice::Closed { .. }
        | Notice::Position { .. }
        | Notice::AskedToJoin { .. } => 0,
    }
}

fn close_at(ms: u64) -> Wish {
    Wish::Amend(Box::new(CharterChange::close_at(ms)))
}
