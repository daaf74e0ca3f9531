//! The running hash over everything that a room's hub ordered (`docs/PROTOCOL.md`, section 10). Members say in each
//! message what they have seen of it; the hub's audit log has it of what it stored.

use entente_protocol::{Delivery, DeviceId, RoomId};
use sha2::{Digest as _, Sha256};

/// Head of a delivery, with which its place in the chain can be computed without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkHead {
    /// The room.
    pub room: RoomId,
    /// Place in the order.
    pub seq: u64,
    /// [`entente_protocol::MessageKind`] as a number.
    pub kind: u8,
    /// The device that brought it, as the hub says.
    pub sender: DeviceId,
    /// Its message number.
    pub number: u64,
    /// The epoch in which it was sent.
    pub epoch: u64,
    /// The hub's time, Unix milliseconds.
    pub time_ms: u64,
    /// SHA-256 of the message.
    pub message: [u8; 32],
}

impl LinkHead {
    /// What it adds to the chain.
    #[must_use]
    pub fn link(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 TranscriptLink");
        hash.update(self.room.as_bytes());
        hash.update(self.seq.to_be_bytes());
        hash.update([self.kind]);
        hash.update(self.sender.as_bytes());
        hash.update(self.number.to_be_bytes());
        hash.update(self.epoch.to_be_bytes());
        hash.update(self.time_ms.to_be_bytes());
        hash.update(self.message);
        hash.finalize().into()
    }

    /// Of a delivery that is here.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        Self {
            room: delivery.room,
            seq: delivery.seq,
            kind: delivery.kind as u8,
            sender: delivery.sender,
            number: delivery.number,
            epoch: delivery.epoch,
            time_ms: delivery.time_ms,
            message: Sha256::digest(delivery.message.as_slice()).into(),
        }
    }
}

/// The running hash behind a link.
#[must_use]
pub fn chain(before: [u8; 32], link: [u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"Entente 1.0 Transcript");
    hash.update(before);
    hash.update(link);
    hash.finalize().into()
}
