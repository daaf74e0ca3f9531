//! All seated devices must reach the same place with the same board, and the removed ones stand where they stood.

use std::collections::BTreeMap;
use std::time::Duration;

use entente_protocol::RoomId;
use entente_room::Session;

use super::Play;
use crate::exercise::ExerciseError;
use crate::i18n::tr;

/// How often devices are asked before they count as behind: for half a minute.
const AGREE_TRIES: u32 = 1_500;

/// How often devices are asked whether they see the same.
const AGREE_INTERVAL: Duration = Duration::from_millis(20);

/// Devices by what they see.
#[derive(Default)]
struct Views<'a> {
    /// One device of each place; none is the place of those that have something to do.
    places: BTreeMap<Option<u64>, &'a str>,
    boards: BTreeMap<[u8; 32], Vec<&'a str>>,
    epochs: BTreeMap<Option<Vec<u8>>, Vec<&'a str>>,
}

impl Views<'_> {
    fn are_at_one_place(&self) -> bool {
        self.places.len() == 1 && !self.places.contains_key(&None)
    }

    fn check_one(&self) -> Result<(), ExerciseError> {
        if self.boards.len() == 1 && self.epochs.len() == 1 {
            return Ok(());
        }
        let parties: Vec<String> = self
            .boards
            .values()
            .chain(self.epochs.values())
            .map(|names| names.join(" "))
            .collect();
        let parties = parties.join(" | ");
        Err(ExerciseError::Differed(tr(
            "play-differ",
            &[("devices", &parties)],
        )))
    }
}

impl<'a> Play<'a> {
    pub(super) async fn agree(&mut self) -> Result<(), ExerciseError> {
        let room = self.stage.room()?;
        let views = self.views_at_one_place(room).await?;
        views.check_one()?;
        self.check_removed(room, &views).await?;
        self.tally.agreements += 1;
        let digest = views
            .boards
            .keys()
            .next()
            .map(|digest| data_encoding::HEXLOWER.encode(digest));
        self.tally.board_digest = digest.unwrap_or_default();
        let short = self.tally.short_digest().to_owned();
        let count = self.seated.len().to_string();
        self.output
            .say(&tr("play-agree", &[("count", &count), ("digest", &short)]));
        Ok(())
    }

    /// Devices say things of their own accord: they are compared at one and the same place.
    async fn views_at_one_place(&self, room: RoomId) -> Result<Views<'a>, ExerciseError> {
        let mut tries = 0;
        loop {
            let views = self.views(room).await?;
            if views.are_at_one_place() {
                return Ok(views);
            }
            tries += 1;
            if tries > AGREE_TRIES {
                // The smallest is furthest behind.
                let device = views.places.values().next().copied().unwrap_or_default();
                let behind = tr("play-behind", &[("device", device)]);
                return Err(ExerciseError::Differed(behind));
            }
            tokio::time::sleep(AGREE_INTERVAL).await;
        }
    }

    async fn views(&self, room: RoomId) -> Result<Views<'a>, ExerciseError> {
        let mut views = Views::default();
        for name in &self.seated {
            let seen = |s: &Session| {
                let is_quiet = s.is_board_ready() && s.waiting() == 0 && !s.owes_receipt();
                let cursor = is_quiet.then(|| s.cursor());
                (cursor, s.board().digest(), s.epoch_authenticator())
            };
            let (cursor, digest, epoch) = self.stage.engine(name)?.view(room, seen).await?;
            views.places.entry(cursor).or_insert(*name);
            views.boards.entry(digest).or_default().push(*name);
            views.epochs.entry(epoch).or_default().push(*name);
        }
        Ok(views)
    }

    async fn check_removed(&self, room: RoomId, seated: &Views<'a>) -> Result<(), ExerciseError> {
        for (name, then) in &self.removed {
            let now = self
                .stage
                .engine(name)?
                .view(room, |s| s.board().digest())
                .await?;
            let boards = &seated.boards;
            let moved_on = boards.contains_key(&now) && boards.keys().any(|d| d != then);
            if &now != then || moved_on {
                return Err(ExerciseError::Differed(tr(
                    "play-removed-reads",
                    &[("device", name)],
                )));
            }
        }
        Ok(())
    }
}
