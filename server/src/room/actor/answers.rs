//! What those are told who asked.

use entente_delivery::{Effect, Refusal};
use entente_protocol::{DeviceId, ErrorCode, HubControl};

use super::Actor;
use crate::connection::Outbound;
use crate::room::pipeline::{Asked, Decided};

impl Actor {
    pub(in crate::room) fn refuse(&self, outbound: &Outbound, request: u32, refusal: Refusal) {
        outbound.refuse(Some(request), Some(self.id), refusal.code, refusal.detail);
    }

    pub(super) fn deny(&self, asked: &Asked, refusal: Refusal) {
        self.refuse(&asked.outbound, asked.request, refusal);
    }

    /// For what was decided and will not be stored.
    pub(super) fn deny_all(&self, decided: &[Decided], code: ErrorCode) {
        for one in decided {
            self.deny(&one.asked, code.into());
        }
    }

    pub(super) async fn answer(&mut self, one: &Decided, effects: &[Effect]) {
        for effect in effects.get(one.effects.clone()).unwrap_or_default() {
            match effect {
                Effect::Append(message) => {
                    self.accept(one, message.seq, message.time_ms, false);
                }
                Effect::Duplicate { number, seq } => {
                    self.answer_duplicate(one, *number, *seq).await;
                }
                _ => {}
            }
        }
    }

    async fn answer_duplicate(&mut self, one: &Decided, number: u64, seq: Option<u64>) {
        match self
            .hub
            .store
            .place_of(self.id, one.asked.sender, number)
            .await
        {
            // Each seat counts anew: what its device said in an earlier one is something else.
            Ok(Some((place, time_ms))) if place > self.seated_at(one.asked.sender) => {
                self.accept(one, place, time_ms, true);
            }
            // Pruned, but the seat remembers its last message.
            Ok(_) => match seq {
                Some(seq) => self.accept(one, seq, self.hub.clock.now_ms(), true),
                None => {
                    let code = self.number_used(one.asked.sender).await;
                    self.deny(&one.asked, code.into());
                }
            },
            Err(error) => {
                tracing::error!(room = %self.id, %error, "a duplicate can't be looked up");
                self.deny(&one.asked, ErrorCode::Unavailable.into());
            }
        }
    }

    /// Of a number that is used and not in the log: whether it was a message's can only be told if the log goes back to
    /// where its sender came in.
    async fn number_used(&mut self, sender: DeviceId) -> ErrorCode {
        let since = self.seated_at(sender);
        match self.hub.store.oldest(self.id).await {
            Ok(oldest) if oldest <= since.saturating_add(1) => ErrorCode::NumberUsed,
            Ok(_) => ErrorCode::HistoryGone,
            Err(error) => {
                tracing::error!(%error, "a room's log can't be read");
                ErrorCode::Unavailable
            }
        }
    }

    /// Where a device's seat was given to it; 0 of one that has none.
    fn seated_at(&self, device: DeviceId) -> u64 {
        let seat = self.core.as_ref().and_then(|core| core.seat(device));
        seat.map_or(0, |seat| seat.since_seq)
    }

    fn accept(&self, one: &Decided, seq: u64, time_ms: u64, duplicate: bool) {
        one.asked.outbound.control(&HubControl::Accepted {
            request: one.asked.request,
            room: self.id,
            seq,
            time_ms,
            duplicate,
        });
    }
}
