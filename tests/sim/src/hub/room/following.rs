//! Who follows the room: from what they have seen up to where it is live.

use entente_delivery::SeatRecord;
use entente_protocol::{DeviceId, ErrorCode, HubControl, HubFrame, RoomId};

use super::batches::Asked;
use crate::hub::{Hub, Loss, Records, delivery};
use crate::net::LinkId;

/// A device that gets what it has missed, as fast as it reads.
pub(super) struct Reader {
    device: DeviceId,
    pub(super) link: LinkId,
    cursor: u64,
}

impl Hub {
    pub(super) fn follow(
        &mut self,
        room: RoomId,
        asked: Asked,
        after: u64,
        records: &Records,
        now_ms: u64,
    ) {
        let Asked {
            sender: device,
            request,
            link,
        } = asked;
        let loss = self.losses.remove(&device);
        if loss == Some(Loss::Request) {
            return;
        }
        let refusal = match self.core(room) {
            None => Some(ErrorCode::NoSeat),
            Some(core) if core.seat(device).is_none() => Some(ErrorCode::NoSeat),
            Some(core) if core.is_revoked(device) => Some(ErrorCode::Revoked),
            Some(core) if core.is_closed_at(now_ms) => Some(ErrorCode::RoomClosed),
            Some(_) => None,
        };
        let (Some(core), Some(rows), None) = (self.core(room), records.rooms.get(&room), refusal)
        else {
            return self.deny(room, asked, refusal.unwrap_or(ErrorCode::NoSeat));
        };
        let seat = core.seat(device).copied();
        let since = seat.map_or(0, |seat: SeatRecord| seat.since_seq);
        let floor = if since == 1 { 0 } else { since };
        let cursor = after.max(floor);
        if cursor < core.head() && cursor + 1 < rows.oldest {
            return self.deny(room, asked, ErrorCode::HistoryGone);
        }
        let following = HubControl::Following {
            request,
            room,
            head: core.head(),
            epoch: core.epoch(),
            last_number: seat.map_or(0, |seat| seat.last_number),
        };
        self.control(link, following);
        if let Some(task) = self.rooms.get_mut(&room) {
            task.forget(link);
            if loss.is_some() {
                return;
            }
            task.readers.push(Reader {
                device,
                link,
                cursor,
            });
        }
        self.read_on(room, link, records);
    }

    pub(in crate::hub) fn readers_of(&self, link: LinkId) -> Vec<RoomId> {
        let rooms = self.rooms.iter();
        rooms
            .filter(|(_, task)| task.readers.iter().any(|reader| reader.link == link))
            .map(|(room, _)| *room)
            .collect()
    }

    /// Delivers what a device has missed, as far as there is room; then it is live.
    pub(in crate::hub) fn read_on(&mut self, room: RoomId, link: LinkId, records: &Records) {
        loop {
            let free = self.free(link);
            let Some(task) = self.rooms.get_mut(&room) else {
                return;
            };
            let Some(place) = task.readers.iter().position(|reader| reader.link == link) else {
                return;
            };
            let (device, cursor) = (task.readers[place].device, task.readers[place].cursor);
            let seat = task.core.as_ref().and_then(|core| core.seat(device));
            let is_revoked = task
                .core
                .as_ref()
                .is_some_and(|core| core.is_revoked(device));
            if seat.is_none() || is_revoked {
                task.readers.remove(place);
                let code = if is_revoked {
                    ErrorCode::Revoked
                } else {
                    ErrorCode::NoSeat
                };
                return self.control(link, HubControl::Unfollowed { room, code });
            }
            if cursor >= task.stored_head {
                let seq = task.stored_head;
                task.readers.remove(place);
                task.live.insert(device, link);
                return self.control(link, HubControl::CaughtUp { room, seq });
            }
            let next = records
                .rooms
                .get(&room)
                .and_then(|rows| rows.log.get(&(cursor + 1)));
            let Some(message) = next.cloned() else {
                task.readers.remove(place);
                let code = ErrorCode::Unavailable;
                return self.control(link, HubControl::Unfollowed { room, code });
            };
            if free == 0 {
                return;
            }
            task.readers[place].cursor += 1;
            self.frame(link, HubFrame::Delivery(delivery(room, &message)));
        }
    }
}
