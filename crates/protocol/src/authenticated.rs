//! What every MLS message of a room says in the clear, under its sender's signature.

use std::io::Write;

use tls_codec::{
    DeserializeBytes, Error, Serialize, Size, TlsDeserializeBytes, TlsSerialize, TlsSize,
};

use crate::RoomId;
use crate::codec::whole_codec;

/// A place in the order of a room, and the running transcript hash there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Place {
    /// Sequence number.
    pub seq: u64,
    /// The running transcript hash up to it.
    pub hash: [u8; 32],
}

/// MLS authenticated data (RFC 9420 §6) of every message of a room: commits, proposals and
/// application messages. The sender is authenticated by MLS itself.
///
/// Version 1 on the wire in a room, version 2 in a compartment of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The room, or the compartment.
    pub room: RoomId,
    /// The sender's message number; 0 for ephemeral messages.
    pub number: u64,
    /// The last sequence number that the sender had seen; 0 if it does not know the hash yet.
    pub seen_seq: u64,
    /// The running transcript hash up to it.
    pub seen_hash: [u8; 32],
    /// The sender's clock, Unix milliseconds.
    pub time_ms: u64,
    /// In a compartment: the last place that the sender had seen of the room which it lies in.
    pub above: Option<Place>,
}

const VERSION_ROOM: u16 = 1;
const VERSION_COMPARTMENT: u16 = 2;

impl Authenticated {
    /// Decodes authenticated data that must be that of message `number` in `room`.
    #[must_use]
    pub fn of(bytes: &[u8], room: RoomId, number: u64) -> Option<Self> {
        Self::addressed(bytes, room, number).filter(|found| found.above.is_none())
    }

    /// The same in a compartment, with its place in the room.
    #[must_use]
    pub fn in_compartment(bytes: &[u8], room: RoomId, number: u64) -> Option<(Self, Place)> {
        let found = Self::addressed(bytes, room, number)?;
        let above = found.above?;
        Some((found, above))
    }

    fn addressed(bytes: &[u8], room: RoomId, number: u64) -> Option<Self> {
        Self::decode(bytes)
            .ok()
            .filter(|found| found.room == room && found.number == number)
    }

    fn version(&self) -> u16 {
        match self.above {
            None => VERSION_ROOM,
            Some(_) => VERSION_COMPARTMENT,
        }
    }
}

impl Size for Authenticated {
    fn tls_serialized_len(&self) -> usize {
        self.version().tls_serialized_len()
            + self.room.tls_serialized_len()
            + self.number.tls_serialized_len()
            + self.seen_seq.tls_serialized_len()
            + self.seen_hash.tls_serialized_len()
            + self.time_ms.tls_serialized_len()
            + self.above.map_or(0, |above| above.tls_serialized_len())
    }
}

impl Serialize for Authenticated {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        let mut written = self.version().tls_serialize(writer)?;
        written += self.room.tls_serialize(writer)?;
        written += self.number.tls_serialize(writer)?;
        written += self.seen_seq.tls_serialize(writer)?;
        written += self.seen_hash.tls_serialize(writer)?;
        written += self.time_ms.tls_serialize(writer)?;
        match &self.above {
            Some(above) => Ok(written + above.tls_serialize(writer)?),
            None => Ok(written),
        }
    }
}

impl DeserializeBytes for Authenticated {
    fn tls_deserialize_bytes(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (version, rest) = u16::tls_deserialize_bytes(bytes)?;
        let (room, rest) = RoomId::tls_deserialize_bytes(rest)?;
        let (number, rest) = u64::tls_deserialize_bytes(rest)?;
        let (seen_seq, rest) = u64::tls_deserialize_bytes(rest)?;
        let (seen_hash, rest) = <[u8; 32]>::tls_deserialize_bytes(rest)?;
        let (time_ms, rest) = u64::tls_deserialize_bytes(rest)?;
        let (above, rest) = match version {
            VERSION_ROOM => (None, rest),
            VERSION_COMPARTMENT => {
                let (above, rest) = Place::tls_deserialize_bytes(rest)?;
                (Some(above), rest)
            }
            _ => return Err(Error::DecodingError("version".to_owned())),
        };
        let found = Self {
            room,
            number,
            seen_seq,
            seen_hash,
            time_ms,
            above,
        };
        Ok((found, rest))
    }
}

whole_codec!(Authenticated);
