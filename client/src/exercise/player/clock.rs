//! The exercise's clock, which goes as fast as is wanted, and the room's, which does not.

use std::time::Duration;

use entente_room::Session;

use super::Play;
use crate::exercise::{ExerciseError, Options};
use crate::i18n::tr;

impl Play<'_> {
    /// The exercise's clock goes on; what follows happens then.
    pub(super) async fn go_on(
        &mut self,
        at_ms: u64,
        options: &Options,
    ) -> Result<(), ExerciseError> {
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

    /// At full speed an H-hour is a moment away; it is waited for all the same.
    pub(super) async fn wait_for_h_hour(&mut self) -> Result<(), ExerciseError> {
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
}
