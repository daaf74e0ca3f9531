//! Promotion, as a member of the compartment sees the room: what was said there must be what was agreed on here.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use entente_trust::Role;

use super::Session;
use crate::board::TargetId;
use crate::limits::MAX_UNAGREED;
use crate::{
    Event, Identifier, Notice, PromotionAnswered, PromotionWanted, SecurityEvent, SessionError,
    Stamp, Target, TargetChange,
};

/// How long after it was said in the room an agreement may still be on its way here, in milliseconds: the two orders come
/// side by side.
const PATIENCE_MS: u64 = 10_000;

/// How far room and compartment were searched.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Searched {
    room: u64,
    own: u64,
    /// Something waits for an agreement that may be on its way.
    is_waiting: bool,
}

impl Session {
    /// What would be said in the room of a target of this compartment, under a new id: what it is, its name, its
    /// identifiers, and how it is to be handled.
    ///
    /// # Errors
    /// [`SessionError::NoTarget`] if it is not on this board.
    pub fn promotion_of(&self, target: TargetId, new: TargetId) -> Result<Event, SessionError> {
        let known = self.board.target(target).ok_or(SessionError::NoTarget)?;
        let say = TargetChange {
            kind: Some(known.kind.value),
            name: Some(known.name.value.clone()),
            priority: Some(known.priority.value),
            owner: Some(known.owner.value),
            evaluation: known.evaluation.value,
            handling: known.handling.value,
            add_identifiers: known.identifiers.keys().cloned().collect(),
            ..TargetChange::of(new)
        };
        Ok(Event::Promote(PromotionWanted { target, say }))
    }

    /// An answer to what others want to be known in the room.
    #[must_use]
    pub fn answer_promotion(digest: [u8; 32], agreed: bool) -> Event {
        Event::Promotion(PromotionAnswered { digest, agreed })
    }

    /// Whether this device may answer for a target of this compartment.
    #[must_use]
    pub fn may_answer_for(&self, target: TargetId) -> bool {
        let owner = self.board.target(target).map(|it| it.owner.value);
        let own = self.identity.accreditation().country();
        owner == Some(own) && self.role().is_some_and(decides)
    }

    /// What is to be said in the room: exactly what was agreed on.
    ///
    /// # Errors
    /// [`SessionError::NotAgreed`].
    pub fn promoted(&self, digest: [u8; 32]) -> Result<Event, SessionError> {
        let promotion = self.board.promotion(&digest);
        let promotion = promotion.filter(|it| it.is_agreed());
        let mut say = promotion.ok_or(SessionError::NotAgreed)?.say.clone();
        say.promoted = Some(digest);
        Ok(Event::Target(say))
    }

    /// Alarms, each once: what members of this compartment brought into the room without agreement. That is what is said
    /// to be agreed on and is not, and any identifier of a target here that one of them was the first to say there.
    pub fn seek_promotions(&mut self, room: &Self, now_ms: u64) -> Vec<Notice> {
        let (at, own) = (room.cursor(), self.cursor());
        let is_new = (self.searched.room, self.searched.own) != (at, own);
        let knows = self.is_board_ready() && room.is_board_ready() && self.state.ended.is_none();
        if !knows || !(is_new || self.searched.is_waiting) {
            return Vec::new();
        }
        let (early, late) = late(self.unagreed(room), now_ms);
        self.searched = Searched {
            room: at,
            own,
            is_waiting: early > 0,
        };
        self.tell_unagreed(&late)
    }

    /// Alarms of a room, each once: what is said there to come from a compartment, and comes from none.
    /// [`super::Boards::unfounded`] has found it.
    pub fn seek_unfounded(&mut self, found: Vec<Stamp>, now_ms: u64) -> Vec<Notice> {
        let (_, late) = late(found, now_ms);
        self.tell_unagreed(&late)
    }

    fn tell_unagreed(&mut self, found: &[Stamp]) -> Vec<Notice> {
        let seq = self.cursor();
        let mut notices = Vec::new();
        for put in found {
            let is_full = self.state.unagreed.len() >= MAX_UNAGREED;
            if !is_full && self.state.unagreed.insert(put.seq) {
                let security = SecurityEvent::Unagreed { place: put.seq };
                notices.push(Notice::security(seq, put.author, security));
            }
        }
        notices
    }

    /// Who said in the room what was not agreed on here, and where.
    fn unagreed(&self, room: &Self) -> Vec<Stamp> {
        let is_new = |put: &Stamp| !self.state.unagreed.contains(&put.seq);
        let mut kept: BTreeMap<&Identifier, Vec<TargetId>> = BTreeMap::new();
        for (id, target) in self.board.targets() {
            for identifier in target.identifiers.keys() {
                kept.entry(identifier).or_default().push(id);
            }
        }
        let mut found = Vec::new();
        for (id, said) in room.board.targets() {
            let claimed = said.promoted.and_then(|it| self.board.promotion(&it));
            if claimed.is_some_and(|it| !it.is_agreed()) && is_new(&said.created) {
                found.push(said.created);
            }
            for (identifier, put) in &said.identifiers {
                if !is_new(put) {
                    continue;
                }
                let mut here = kept.get(identifier).into_iter().flatten();
                if here.any(|here| self.gives_away(*here, identifier, (id, put)))
                    && is_first(room, identifier, put)
                {
                    found.push(*put);
                }
            }
        }
        found
    }

    /// Whether it was known here before a member said it there, and those who answer for it have not agreed.
    fn gives_away(
        &self,
        here: TargetId,
        identifier: &Identifier,
        (there, put): (TargetId, &Stamp),
    ) -> bool {
        let Some(target) = self.board.target(here) else {
            return false;
        };
        let known = target.identifiers.get(identifier);
        let is_older = known.is_some_and(|known| known.time_ms <= put.time_ms);
        if !is_older || !self.sat_at(put.author, put.time_ms) || answers_for(target, put) {
            return false;
        }
        !self.board.promotions().any(|(_, it)| {
            let is_this = it.target == here && it.say.target == there;
            is_this && it.is_agreed() && it.say.add_identifiers.contains(identifier)
        })
    }

    /// Whether a device sat here at a time, as far as this one was here to see it.
    fn sat_at(&self, device: DeviceId, time_ms: u64) -> bool {
        let at_ms = |seq: &u64| self.log.get(seq).map(|entry| entry.time_ms);
        let own = self.log.values().next().map(|entry| entry.time_ms);
        let since = self.state.since.get(&device).and_then(at_ms).or(own);
        let gone = self.state.gone.get(&device);
        let sits = self.roster.seat(device).is_some();
        let until = gone.map_or(u64::MAX, |seq| at_ms(seq).unwrap_or_default());
        (sits || gone.is_some()) && since.is_some_and(|since| since <= time_ms) && time_ms <= until
    }
}

/// How many may still be agreed on, and those for which it is too late.
fn late(found: Vec<Stamp>, now_ms: u64) -> (usize, Vec<Stamp>) {
    let is_early = |put: &Stamp| now_ms.saturating_sub(put.time_ms) < PATIENCE_MS;
    let (early, late): (Vec<_>, Vec<_>) = found.into_iter().partition(is_early);
    (early.len(), late)
}

/// What they answer for is theirs to tell.
fn answers_for(target: &Target, put: &Stamp) -> bool {
    target.owner.value == put.country && decides(put.role)
}

const fn decides(role: Role) -> bool {
    matches!(role, Role::Coordinator | Role::Liaison)
}

/// Whether the room did not know of it before.
fn is_first(room: &Session, identifier: &Identifier, put: &Stamp) -> bool {
    let mut known = room.board.targets_with(identifier);
    !known.any(|(_, target)| {
        let other = target.identifiers.get(identifier);
        other.is_some_and(|other| other.seq < put.seq)
    })
}
