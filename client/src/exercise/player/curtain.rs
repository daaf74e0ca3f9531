//! The end of an exercise: what nobody may have seen, the score, the summary.

use entente_room::Notice;

use super::Play;
use crate::engine::EngineEvent;
use crate::exercise::ExerciseError;
use crate::i18n::{notice_line, tr};

impl Play<'_> {
    pub(super) async fn curtain(&mut self) -> Result<(), ExerciseError> {
        self.check_keys().await?;
        self.check_alarms()?;
        self.show_score();
        let expected = self.script.expect.as_ref();
        let score = &self.tally.score;
        if let Some(difference) = expected.and_then(|expected| score.differs_from(expected)) {
            return Err(ExerciseError::Differed(difference));
        }
        self.show_summary();
        Ok(())
    }

    /// Of a room that is over no device has keys.
    async fn check_keys(&self) -> Result<(), ExerciseError> {
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
        Ok(())
    }

    /// Honest devices at an honest hub see no alarm.
    fn check_alarms(&mut self) -> Result<(), ExerciseError> {
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
        Ok(())
    }

    fn show_score(&self) {
        let score = &self.tally.score;
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
    }

    fn show_summary(&self) {
        let tally = &self.tally;
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
                    ("digest", tally.short_digest()),
                ],
            )
        });
    }
}

fn text(count: usize) -> String {
    count.to_string()
}
