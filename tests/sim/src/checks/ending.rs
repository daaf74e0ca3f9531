//! When all has been well for a while: who sits is there, and what waited was said.

use std::collections::BTreeSet;

use super::Invariant;
use crate::diary::Fate;
use crate::world::World;

impl World {
    pub(crate) fn check_ending(&mut self) {
        match self.lost_from {
            Some(head) => self.check_loss(head),
            None => {
                self.check_settled();
                self.check_diary();
            }
        }
    }

    /// Devices that should follow the room to its head.
    pub(crate) fn expected(&self) -> Vec<usize> {
        let is_over = self.ledger.is_closed || self.hub_now_ms() >= self.ledger.closes_at_ms;
        if is_over {
            return Vec::new();
        }
        let seated: BTreeSet<_> = self.ledger.seated().collect();
        let places = 0..self.devices.len();
        let expected = places.filter(|place| {
            let device = self.devices[*place].identity.device();
            seated.contains(&device)
                && !self.ledger.revoked.contains(&device)
                && !self.members.is_closed_for(device)
                && !self.barred.contains(place)
        });
        expected.collect()
    }

    fn check_settled(&mut self) {
        let head = self.ledger.head();
        let expected = self.expected();
        let latest = &self.latest;
        let has_board = |place: &usize| latest.get(place).is_some_and(|one| one.is_board_ready);
        let is_board_left = expected.iter().any(has_board);
        for place in expected {
            let Some(picture) = self.latest.get(&place) else {
                self.watch.demand(false, Invariant::Settles, || {
                    format!("d{place} has a seat and has not come")
                });
                continue;
            };
            let (cursor, waiting) = (picture.cursor, &picture.waiting);
            let is_there = cursor == head && !picture.has_ended && !picture.is_halted;
            let is_complete = picture.is_board_ready || !is_board_left;
            self.watch.demand(is_there && waiting.is_empty() && is_complete, Invariant::Settles, || {
                let (ended, halted) = (picture.has_ended, picture.is_halted);
                let ready = picture.is_board_ready;
                format!(
                    "d{place} is at {cursor} of {head}, waiting {waiting:?}, ended {ended}, halted \
                     {halted}, board {ready}, proposals {}, commit {:?}",
                    picture.has_proposals, picture.pending_commit
                )
            });
        }
    }

    /// What was kept by a device that is still in the same seat has been said, once.
    fn check_diary(&mut self) {
        let expected: BTreeSet<usize> = self.expected().into_iter().collect();
        for (text, entry) in self.diary.entries() {
            let place = entry.device;
            let device = self.devices[place].identity.device();
            if let Fate::Said(seq) = entry.fate {
                let stored = self.ledger.log.get(&seq);
                let is_there = stored.is_some_and(|message| message.sender == device);
                self.watch
                    .demand(is_there, Invariant::AcknowledgedIsStored, || {
                        format!("d{place} was told that {text} is at {seq}")
                    });
            }
            let life = self.lives.get(&place).copied().unwrap_or_default();
            if entry.fate == Fate::GivenUp || life != entry.life || !expected.contains(&place) {
                continue;
            }
            // Said into a gap of its own, a device has only the hub's word for it, and the disk has shown that.
            if matches!(entry.fate, Fate::Said(_)) {
                continue;
            }
            // A device that told nobody but its officer what it gave up may have been restarted since.
            if self.gave_up.contains(&place) {
                continue;
            }
            // It may lie in a gap of its own: then others have it.
            let is_said = self.members.texts.keys().any(|(_, said)| *said == text);
            self.watch.demand(is_said, Invariant::Settles, || {
                format!(
                    "d{place} kept {text}, and it was not said: {:?}",
                    entry.fate
                )
            });
        }
    }

    /// Whoever had seen more than the backup holds has raised an alarm.
    fn check_loss(&mut self, head: u64) {
        let is_over = self.hub_now_ms() >= self.ledger.closes_at_ms;
        for place in self.robbed.clone() {
            let device = self.devices[place].identity.device();
            let has_ended = self.latest.get(&place).is_some_and(|one| one.has_ended);
            let is_served =
                self.ledger.sits_at(device, head) && !self.revoked.contains(&place) && !has_ended;
            let is_noticed = self.alarmed.contains(&place);
            self.watch.demand(
                !is_served || is_noticed || is_over,
                Invariant::LossIsNoticed,
                || format!("d{place} had seen more than {head}, to which the hub was set back"),
            );
        }
    }
}
