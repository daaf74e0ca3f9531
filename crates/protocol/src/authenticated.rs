//! What every MLS message of a room says in the clear, under its sender's signature.

use tls_codec::{TlsDeserializeBytes, TlsSerialize, TlsSize};

use crate::RoomId;
use crate::codec::whole_codec;

/// MLS authenticated data (RFC 9420 §6) of every message of a room: commits, proposals and
/// application messages. The sender is authenticated by MLS itself.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Authenticated {
    /// 1.
    pub version: u16,
    /// The room.
    pub room: RoomId,
    /// The sender's message number; 0 for ephemeral messages.
    pub number: u64,
    /// The last sequence number that the sender had seen; 0 if it does not know the hash yet.
    pub seen_seq: u64,
    /// The running transcript hash up to it.
    pub seen_hash: [u8; 32],
    /// The sender's clock, Unix milliseconds.
    pub time_ms: u64,
}

impl Authenticated {
    /// Version of this crate.
    pub const VERSION: u16 = 1;

    /// Decodes authenticated data that must be that of message `number` in `room`.
    #[must_use]
    pub fn of(bytes: &[u8], room: RoomId, number: u64) -> Option<Self> {
        Self::decode(bytes).ok().filter(|found| {
            found.version == Self::VERSION && found.room == room && found.number == number
        })
    }
}

whole_codec!(Authenticated);
