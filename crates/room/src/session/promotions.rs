//! Promotion, as a member of the compartment sees the room: what was said there must be what was agreed on here.

use super::Session;
use crate::board::TargetId;
use crate::{
    Event, Notice, PromotionAnswered, PromotionWanted, SecurityEvent, SessionError, TargetChange,
};

/// How long after it was said in the room an agreement may still be on its way here, in milliseconds: the two orders come
/// side by side.
const PATIENCE_MS: u64 = 10_000;

impl Session {
    /// What would be said in the room of a target of this compartment, under a new id: what it is, its name, its
    /// identifiers, and how it is to be handled.
    ///
    /// # Errors
    /// [`SessionError::Rejected`] if it is not on this board.
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

    /// Alarms, each once: targets of this compartment that were brought into the room without agreement.
    pub fn seek_promotions(&mut self, room: &Self, now_ms: u64) -> Vec<Notice> {
        if !self.is_board_ready() || self.state.ended.is_some() {
            return Vec::new();
        }
        let mut notices = Vec::new();
        for (_, said) in room.board.targets() {
            let Some(digest) = said.promoted else {
                continue;
            };
            // One that nobody here has wanted is another compartment's, or none's.
            let Some(promotion) = self.board.promotion(&digest) else {
                continue;
            };
            let is_on_its_way = now_ms.saturating_sub(said.created.time_ms) < PATIENCE_MS;
            if promotion.is_agreed() || is_on_its_way || !self.state.unagreed.insert(digest) {
                continue;
            }
            let security = SecurityEvent::Unagreed {
                place: said.created.seq,
            };
            notices.push(Notice::security(
                self.cursor(),
                said.created.author,
                security,
            ));
        }
        notices
    }
}
