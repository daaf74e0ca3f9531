//! What a device that was in the room before asks of a way back into it: the hub may offer it a past
//! that is over, in which somebody sits who has no business there any more.

use entente_protocol::DeviceId;
use entente_trust::{CharterHistory, Roster};
use openmls::prelude::GroupContext;

use super::Session;
use super::state::State;
use crate::SessionError;
use crate::limits::MAX_GONE;
use crate::record::{numbered, prefix};

impl Session {
    /// The last epoch that this device knew of.
    fn known_epoch(&self) -> u64 {
        self.epoch().unwrap_or(self.state.last_epoch)
    }

    /// Whether a GroupInfo may be the way back: a later state of the room, or the very one in which
    /// this device is, if nothing has shown that the room has gone on.
    pub(super) fn check_group_info(&self, offered: &GroupContext) -> Result<(), SessionError> {
        let epoch = offered.epoch().as_u64();
        let knows_better = self.state.halted.is_some() || self.state.is_behind;
        let is_present = !knows_better
            && self
                .group
                .as_ref()
                .is_some_and(|group| group.public_group().group_context() == offered);
        if epoch > self.known_epoch() || is_present {
            Ok(())
        } else {
            Err(SessionError::OldState { epoch })
        }
    }

    /// Nobody sits whom this device saw leave, or knows to be revoked. Whoever was seated again in
    /// the meantime is refused too: the hub's word can't tell the two apart, an invitation can.
    pub(super) fn check_nobody_gone(&self, roster: &Roster) -> Result<(), SessionError> {
        self.check_nobody_revoked(roster)?;
        let mut others = roster.seats().map(|(device, _)| device);
        match others.find(|device| self.is_gone(*device)) {
            Some(ghost) => Err(SessionError::GoneSeat(ghost)),
            None => Ok(()),
        }
    }

    fn check_nobody_revoked(&self, roster: &Roster) -> Result<(), SessionError> {
        let mut seats = roster.seats();
        match seats.find(|(_, seat)| self.revocations.revokes(&seat.accreditation)) {
            Some((ghost, _)) => Err(SessionError::GoneSeat(ghost)),
            None => Ok(()),
        }
    }

    pub(super) fn is_gone(&self, device: DeviceId) -> bool {
        device != self.device() && self.state.gone.contains_key(&device)
    }

    /// Whether a Welcome is later than all that this device knew of the room, by somebody who may
    /// still sit there. Whom the inviter has seated again since, this device believes it.
    pub(super) fn check_welcome(
        &self,
        epoch: u64,
        charters: &CharterHistory,
        (roster, inviter): (&Roster, u32),
    ) -> Result<(), SessionError> {
        if epoch <= self.known_epoch() {
            return Err(SessionError::OldState { epoch });
        }
        if !charters.continues(&self.charters) {
            return Err(SessionError::OtherRoom);
        }
        self.check_nobody_revoked(roster)?;
        let inviter = roster.at(inviter).ok_or(SessionError::NoSeat)?;
        let inviter = inviter.accreditation.device();
        if self.is_gone(inviter) {
            return Err(SessionError::GoneSeat(inviter));
        }
        Ok(())
    }

    /// What the session that takes this one's place must not forget.
    pub(super) fn hand_down(&self, next: &mut State) {
        next.gaps.clone_from(&self.state.gaps);
        let to = next.transcript.seq();
        if self.cursor() < to {
            next.gaps.push((self.cursor() + 1, to));
        }
        next.revocations.clone_from(&self.state.revocations);
        next.revoked.clone_from(&self.state.revoked);
        next.next_item = self.state.next_item;
    }

    /// Goes on with the record of an earlier session. What waited there to be said has an unknown
    /// fate, and is not said in a seat that is new; a board comes anew.
    pub(super) fn succeed(&mut self, earlier: &Self) {
        let since = self.cursor();
        for item in earlier.outbox.keys() {
            self.put(numbered(prefix::OUTBOX, *item), None);
        }
        for seq in earlier.log.keys().filter(|seq| **seq > since) {
            self.put(numbered(prefix::LOG, *seq), None);
        }
        self.put(vec![prefix::BOARD], None);
        self.log.clone_from(&earlier.log);
        self.log.retain(|seq, _| *seq <= since);
        for seq in earlier.sittings.steps.keys().filter(|seq| **seq > since) {
            self.put(numbered(prefix::SITTING, *seq), None);
        }
        self.sittings.clone_from(&earlier.sittings);
        self.sittings.steps.retain(|seq, _| *seq <= since);
        for (device, seq) in &earlier.state.gone {
            if self.roster.seat(*device).is_none() {
                self.state.gone.insert(*device, *seq);
            }
        }
    }

    /// Remembers whose seats were taken, and forgets it of those who sit again.
    pub(super) fn note_seats(&mut self, added: &[DeviceId], removed: &[DeviceId], seq: u64) {
        let gone = &mut self.state.gone;
        gone.extend(removed.iter().map(|device| (*device, seq)));
        gone.retain(|device, _| !added.contains(device));
        while gone.len() > MAX_GONE {
            let oldest = gone.iter().min_by_key(|(_, seq)| **seq);
            let Some(oldest) = oldest.map(|(device, _)| *device) else {
                return;
            };
            gone.remove(&oldest);
        }
    }
}
