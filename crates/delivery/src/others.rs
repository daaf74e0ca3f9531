//! A room that other hubs order too: what they were faster with is learned, and what was decided
//! here on top of an older state is undone and decided anew.

use entente_protocol::{Delivery, MessageKind};
use entente_trust::SignedRevocationList;

use crate::{Room, SeatRecord};

/// What was decided and is not known to be stored.
#[derive(Default)]
pub(crate) struct Pending {
    /// The head before, and the seats before each message, oldest first.
    before: Option<u64>,
    seats: Vec<SeatRecord>,
    is_final: bool,
}

impl Pending {
    pub(crate) fn note(&mut self, head: u64, seat: SeatRecord) {
        self.before.get_or_insert(head);
        self.seats.push(seat);
    }

    /// More than heads and seats has changed.
    pub(crate) fn can_not_be_undone(&mut self) {
        self.is_final = true;
    }
}

impl Room {
    /// What was decided so far is stored.
    pub fn settle(&mut self) {
        self.pending = Pending::default();
    }

    /// Goes back to the state of the last [`Room::settle`]; false if that takes loading the room
    /// again.
    #[must_use]
    pub fn undo(&mut self) -> bool {
        let pending = core::mem::take(&mut self.pending);
        if pending.is_final {
            return false;
        }
        for seat in pending.seats.into_iter().rev() {
            self.seats.insert(seat.device, seat);
        }
        if let Some(head) = pending.before {
            self.head = head;
        }
        true
    }

    /// Takes the next message of the room's log, which another hub has accepted. False, and nothing
    /// has changed, if it is not the next one or takes loading the room again, as a commit does.
    #[must_use]
    pub fn learn(&mut self, delivery: &Delivery) -> bool {
        if delivery.seq != self.head + 1 || delivery.epoch != self.epoch() {
            return false;
        }
        let bytes = delivery.message.as_slice();
        let is_learned = match delivery.kind {
            MessageKind::Application => true,
            MessageKind::Proposal => self.queue_proposal(bytes).is_ok(),
            MessageKind::Revocation => SignedRevocationList::decode(bytes)
                .is_ok_and(|list| self.revocations.insert(list).is_ok()),
            MessageKind::Opening | MessageKind::Commit => false,
        };
        if !is_learned {
            return false;
        }
        self.head = delivery.seq;
        if delivery.kind == MessageKind::Revocation {
            self.turn = delivery.seq;
        }
        if let Some(seat) = self.seats.get_mut(&delivery.sender) {
            seat.last_number = delivery.number;
            seat.last_seq = delivery.seq;
        }
        true
    }
}
