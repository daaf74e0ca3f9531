//! What hubs tell one another.

use entente_protocol::{DeviceId, RoomId};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes,
};

/// Messages that are stored: those after `base`, as the frames in which they are delivered.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub(crate) struct News {
    pub(crate) base: u64,
    pub(crate) frames: Vec<VLBytes>,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
#[repr(u8)]
pub(crate) enum Word {
    /// Of a room: messages.
    #[tls_codec(discriminant = 1)]
    News(News),
    /// Of a room: there is something new in the database, or it was closed.
    #[tls_codec(discriminant = 2)]
    Look,
    /// Of a room: a frame to hand on and forget, and whose it is.
    #[tls_codec(discriminant = 3)]
    Ephemeral(DeviceId, VLBytes),
    /// To all: there is a newer revocation list in the database.
    #[tls_codec(discriminant = 4)]
    Revocations,
    /// To all: a device is here now, and nowhere else; with its place in the order of connections.
    #[tls_codec(discriminant = 5)]
    Connected(DeviceId, u64),
    /// To all: welcomes to a room wait for these.
    #[tls_codec(discriminant = 6)]
    Welcomes(RoomId, Vec<DeviceId>),
    /// To all: which of these are connected? The number is the question's.
    #[tls_codec(discriminant = 7)]
    Who(u64, Vec<DeviceId>),
    /// To all: these are, for the question of that number.
    #[tls_codec(discriminant = 8)]
    Here(u64, Vec<DeviceId>),
    /// To all: a frame for these, to be shown and forgotten.
    #[tls_codec(discriminant = 9)]
    Show(Vec<DeviceId>, VLBytes),
    /// To all: a room has changed its seats, its charter, or who is revoked, at that place or later.
    #[tls_codec(discriminant = 10)]
    Moved(RoomId, u64),
}

impl Word {
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        self.tls_serialize_detached().ok()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        Self::tls_deserialize_exact_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let device = DeviceId::from_bytes([7; 16]);
        for word in [
            Word::News(News {
                base: 3,
                frames: vec![b"one".to_vec().into(), b"two".to_vec().into()],
            }),
            Word::Look,
            Word::Ephemeral(device, b"here".to_vec().into()),
            Word::Revocations,
            Word::Connected(device, 7),
            Word::Welcomes(RoomId::from_bytes([1; 16]), vec![device]),
            Word::Who(9, vec![device, device]),
            Word::Here(9, Vec::new()),
            Word::Show(vec![device], b"let me in".to_vec().into()),
            Word::Moved(RoomId::from_bytes([1; 16]), 7),
        ] {
            let bytes = word.encode().unwrap();
            assert_eq!(Word::decode(&bytes), Some(word));
            assert_eq!(Word::decode(&[bytes, vec![0]].concat()), None);
        }
        assert_eq!(Word::decode(&[99]), None);
    }
}
