//! What those are told who asked.

use entente_delivery::Effect;
use entente_protocol::{ErrorCode, HubControl, RoomId};

use super::batches::{Asked, Batch, Decided};
use crate::hub::{Hub, Records};

impl Hub {
    pub(super) fn deny(&mut self, room: RoomId, asked: Asked, code: ErrorCode) {
        self.refuse(asked.link, asked.request, Some(room), code);
    }

    pub(super) fn answer(&mut self, room: RoomId, batch: &Batch, records: &Records) {
        for one in &batch.decided {
            for effect in &batch.effects[one.effects.clone()] {
                match effect {
                    Effect::Append(message) => {
                        self.accept(room, one, (message.seq, message.time_ms), false);
                    }
                    Effect::Duplicate { number, seq } => {
                        self.answer_duplicate(room, one, (*number, *seq), records);
                    }
                    _ => {}
                }
            }
        }
    }

    fn answer_duplicate(
        &mut self,
        room: RoomId,
        one: &Decided,
        (number, seq): (u64, Option<u64>),
        records: &Records,
    ) {
        let rows = records.rooms.get(&room);
        let sender = one.asked.sender;
        let since = self.core(room).and_then(|core| core.seat(sender));
        let since = since.map_or(0, |seat| seat.since_seq);
        let place = rows.and_then(|rows| rows.place_of(sender, number));
        let place = place.filter(|(seq, _)| *seq > since);
        match (place, seq) {
            (Some(place), _) => self.accept(room, one, place, true),
            (None, Some(seq)) => self.accept(room, one, (seq, 0), true),
            (None, None) => {
                let is_whole = rows.is_some_and(|rows| rows.oldest <= since + 1);
                let code = if is_whole {
                    ErrorCode::NumberUsed
                } else {
                    ErrorCode::HistoryGone
                };
                self.deny(room, one.asked, code);
            }
        }
    }

    fn accept(&mut self, room: RoomId, one: &Decided, (seq, time_ms): (u64, u64), duplicate: bool) {
        let request = one.asked.request;
        let accepted = HubControl::Accepted {
            request,
            room,
            seq,
            time_ms,
            duplicate,
        };
        self.control(one.asked.link, accepted);
    }
}
