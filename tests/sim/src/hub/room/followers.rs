//! Who gets a room's messages as they come.

use entente_protocol::{DeviceId, ErrorCode, HubControl, HubFrame, RoomId};

use crate::Bug;
use crate::hub::Hub;

impl Hub {
    pub(super) fn hand_to_live(
        &mut self,
        room: RoomId,
        frame: &HubFrame,
        except: Option<DeviceId>,
    ) {
        let Some(task) = self.rooms.get(&room) else {
            return;
        };
        let live: Vec<_> = task
            .live
            .iter()
            .map(|(device, link)| (*device, *link))
            .collect();
        for (place, (device, link)) in live.into_iter().enumerate() {
            if except == Some(device) {
                continue;
            }
            if self.free(link) == 0 {
                self.end(room, device, ErrorCode::TooSlow);
                continue;
            }
            let mut frame = frame.clone();
            if let HubFrame::Delivery(delivery) = &mut frame
                && self.has(Bug::TimesDiffer)
            {
                delivery.time_ms += place as u64;
            }
            self.frame(link, frame);
        }
    }

    pub(super) fn end(&mut self, room: RoomId, device: DeviceId, code: ErrorCode) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some(link) = task.live.remove(&device) {
            self.control(link, HubControl::Unfollowed { room, code });
        }
    }

    pub(super) fn end_all(&mut self, room: RoomId, code: ErrorCode) {
        let live: Vec<DeviceId> = match self.rooms.get(&room) {
            Some(task) => task.live.keys().copied().collect(),
            None => return,
        };
        for device in live {
            self.end(room, device, code);
        }
    }
}
