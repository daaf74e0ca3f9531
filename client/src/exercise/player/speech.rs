//! What is said in the room, and heard: the story is told as the members hear it.

use entente_room::{Event, LivePosition, Notice};

use super::Play;
use super::said::position;
use crate::agent::{Feed, FeedOptions, Format, Source};
use crate::engine::{EngineError, EngineEvent};
use crate::exercise::step::Step;
use crate::exercise::{ExerciseError, Options};
use crate::i18n::{notice_line, rejected_text, tr};
use crate::now_ms;

impl<'a> Play<'a> {
    /// Who speaks has heard what was said before.
    pub(super) async fn hears_all(&self, by: &str) -> Result<(), ExerciseError> {
        let (room, seq) = (self.stage.room()?, self.last_seq);
        let engine = self.stage.engine(by)?;
        engine
            .until(room, move |session| session.cursor() >= seq)
            .await?;
        Ok(())
    }

    /// What everybody's board must refuse.
    pub(super) async fn refused(
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

    pub(super) async fn share_position(
        &mut self,
        by: &str,
        at: [f64; 2],
    ) -> Result<(), ExerciseError> {
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

    pub(super) async fn feed(
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

    pub(super) async fn send(&mut self, by: &str, event: Event) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let seq = self.stage.engine(by)?.say(room, event).await?;
        self.narrate(by, seq).await
    }

    /// Shows what a seated device sees, so that the story is told as the members hear it.
    pub(super) async fn narrate(&mut self, by: &str, seq: u64) -> Result<(), ExerciseError> {
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
