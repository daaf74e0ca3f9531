//! The room: opened, who is let in and put out, and closed.

use entente_room::CharterChange;
use entente_trust::{Terms, mls};

use super::{Play, title};
use crate::engine::{Engine, RoomSpec, Wish};
use crate::exercise::score::Score;
use crate::exercise::script::{Suite, parse_time};
use crate::exercise::{ExerciseError, Options};
use crate::i18n::{t, tr};
use crate::now_ms;

impl<'a> Play<'a> {
    pub(super) async fn open(
        &mut self,
        by: &'a str,
        options: &Options,
    ) -> Result<(), ExerciseError> {
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

    pub(super) async fn admit(
        &mut self,
        by: &str,
        devices: &'a [String],
    ) -> Result<(), ExerciseError> {
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

    pub(super) async fn remove(&mut self, by: &str, device: &'a str) -> Result<(), ExerciseError> {
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

    pub(super) async fn close(&mut self, by: &str) -> Result<(), ExerciseError> {
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

    pub(super) async fn commit(&mut self, by: &str, wish: Wish) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let seq = self.stage.engine(by)?.commit(room, wish).await?;
        self.narrate(by, seq).await
    }
}

pub(super) fn close_at(ms: u64) -> Wish {
    Wish::Amend(Box::new(CharterChange::close_at(ms)))
}
