//! What is stored, shown to those who follow.

use entente_delivery::{Effect, StoredMessage};
use entente_protocol::{EphemeralDelivery, ErrorCode, HubFrame, RoomId, WelcomeDelivery};

use crate::Bug;
use crate::hub::{Hub, delivery};

impl Hub {
    pub(super) fn publish_effects(&mut self, room: RoomId, effects: &[Effect]) {
        let mut tree: &[u8] = &[];
        for effect in effects {
            match effect {
                Effect::Append(message) => self.publish_message(room, message),
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Unseat { device, .. } => {
                    if !self.has(Bug::RemovedStillServed) {
                        self.end(room, *device, ErrorCode::NoSeat);
                    }
                }
                Effect::Suspend { device } => self.end(room, *device, ErrorCode::Revoked),
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    if let Some(link) = self.connected.get(device).copied() {
                        let welcome = WelcomeDelivery {
                            room,
                            seq: *seq,
                            welcome: welcome.clone().into(),
                            ratchet_tree: tree.to_vec().into(),
                        };
                        self.frame(link, HubFrame::Welcome(welcome));
                    }
                }
                Effect::FanOut {
                    sender,
                    time_ms,
                    message,
                } => {
                    let one = EphemeralDelivery {
                        room,
                        sender: *sender,
                        time_ms: *time_ms,
                        message: message.clone().into(),
                    };
                    self.hand_to_live(room, &HubFrame::Ephemeral(one), Some(*sender));
                }
                Effect::Closed { .. } => self.end_all(room, ErrorCode::RoomClosed),
                Effect::Seat(_)
                | Effect::Duplicate { .. }
                | Effect::Revocations { .. }
                | Effect::Wake { .. } => {}
            }
        }
    }

    fn publish_message(&mut self, room: RoomId, message: &StoredMessage) {
        let forgets = self.has(Bug::ForgottenFollower) && message.seq.is_multiple_of(5);
        if let Some(task) = self.rooms.get_mut(&room).filter(|_| forgets) {
            task.live.pop_last();
        }
        let frame = HubFrame::Delivery(delivery(room, message));
        self.hand_to_live(room, &frame, None);
    }
}
