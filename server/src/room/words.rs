//! What the other hubs are told of a batch that is stored.

use entente_delivery::StoredMessage;
use entente_protocol::{DeviceId, MessageKind, RoomId};
use tls_codec::VLBytes;

use crate::bus::{Bus, News, Word};

/// Bytes of messages that travel in one word; more than that is read from the database.
const MAX_NEWS_BYTES: usize = 256 * 1024;

/// Gathers while a batch is published.
#[derive(Default)]
pub(super) struct ForOthers {
    base: Option<u64>,
    frames: Vec<Vec<u8>>,
    size_bytes: usize,
    must_look: bool,
    welcomed: Vec<DeviceId>,
}

impl ForOthers {
    /// A message that was stored, and its frame; none if it can't be encoded, or nobody listens.
    pub(super) fn message(&mut self, message: &StoredMessage, frame: Option<Vec<u8>>) {
        self.base.get_or_insert(message.seq.saturating_sub(1));
        match frame {
            // A commit changes more than the log: it takes the database to follow it.
            Some(frame) if message.kind != MessageKind::Commit => {
                self.size_bytes += frame.len();
                self.frames.push(frame);
            }
            _ => self.must_look = true,
        }
    }

    pub(super) fn look(&mut self) {
        self.must_look = true;
    }

    pub(super) fn welcome(&mut self, device: DeviceId) {
        self.welcomed.push(device);
    }

    pub(super) fn ephemeral(&mut self, bus: &Bus, room: RoomId, sender: DeviceId, frame: &[u8]) {
        if bus.is_configured() {
            bus.tell_room(room, &Word::Ephemeral(sender, frame.to_vec().into()));
        }
    }

    pub(super) fn tell(self, bus: &Bus, room: RoomId) {
        if !bus.is_configured() {
            return;
        }
        if self.must_look || self.size_bytes > MAX_NEWS_BYTES {
            bus.tell_room(room, &Word::Look);
        } else if let Some(base) = self.base {
            let frames = self.frames.into_iter().map(VLBytes::new).collect();
            bus.tell_room(room, &Word::News(News { base, frames }));
        }
        if !self.welcomed.is_empty() {
            bus.tell_hubs(&Word::Welcomes(room, self.welcomed));
        }
    }
}
