//! What is stored, shown: to those who follow here, and to the other hubs.

use entente_delivery::{Effect, StoredMessage};
use entente_protocol::{
    Delivery, DeviceId, EphemeralDelivery, ErrorCode, HubFrame, WelcomeDelivery,
};

use super::Actor;
use crate::bus::Word;
use crate::connection::Wire;
use crate::meters;
use crate::room::words::ForOthers;
use crate::store::last_turn;

impl Actor {
    pub(super) fn publish(&mut self, effects: &[Effect]) {
        let mut tree: &[u8] = &[];
        let mut word = ForOthers::default();
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    let frame = self.publish_message(message);
                    word.message(message, frame);
                }
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Unseat { device, .. } => self.followers.end(*device, ErrorCode::NoSeat),
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    if !self.push_welcome(*device, *seq, welcome, tree) {
                        word.welcome(*device);
                    }
                }
                Effect::FanOut {
                    sender,
                    time_ms,
                    message,
                } => {
                    let frame = HubFrame::Ephemeral(EphemeralDelivery {
                        room: self.id,
                        sender: *sender,
                        time_ms: *time_ms,
                        message: message.clone().into(),
                    });
                    if let Ok(frame) = frame.encode() {
                        word.ephemeral(&self.hub.bus, self.id, *sender, &frame);
                        self.followers.fan_out(&Wire::binary(&frame), Some(*sender));
                    }
                }
                Effect::Closed { .. } => {
                    self.followers.end_all(ErrorCode::RoomClosed);
                    self.hub.room_closed.notify_one();
                    word.look();
                }
                Effect::Wake { devices } => self.hub.wake(self.id, devices),
                Effect::Suspend { device } => self.followers.end(*device, ErrorCode::Revoked),
                Effect::Seat(_) | Effect::Duplicate { .. } | Effect::Revocations { .. } => {}
            }
        }
        word.tell(&self.hub.bus, self.id);
        if let Some(turn) = last_turn(effects).filter(|_| self.parent.is_none()) {
            self.hub.room_moved(self.id, turn);
            self.hub.bus.tell_hubs(&Word::Moved(self.id, turn));
        }
    }

    /// Returns its frame.
    fn publish_message(&mut self, message: &StoredMessage) -> Option<Vec<u8>> {
        let frame = HubFrame::Delivery(Delivery {
            room: self.id,
            seq: message.seq,
            kind: message.kind,
            sender: message.sender,
            number: message.number,
            epoch: message.epoch,
            time_ms: message.time_ms,
            message: message.message.clone().into(),
        });
        // It came in a frame of the same limit, and the header is smaller than what came with it.
        meters::accepted(1);
        match frame.encode() {
            Ok(frame) => {
                self.followers.publish(message.seq, Wire::binary(&frame));
                Some(frame)
            }
            Err(error) => {
                tracing::error!(room = %self.id, %error, "a delivery can't be encoded");
                None
            }
        }
    }

    /// Whether the device is connected here.
    fn push_welcome(&self, device: DeviceId, seq: u64, welcome: &[u8], tree: &[u8]) -> bool {
        let Some(outbound) = self.hub.connection(device) else {
            return false;
        };
        let frame = HubFrame::Welcome(WelcomeDelivery {
            room: self.id,
            seq,
            welcome: welcome.to_vec().into(),
            ratchet_tree: tree.to_vec().into(),
        });
        if let Ok(frame) = Wire::encode(&frame) {
            // If it does not fit, the device finds it when it asks for its welcomes.
            outbound.frame(frame);
        }
        true
    }
}
