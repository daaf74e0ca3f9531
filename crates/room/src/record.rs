//! How a session is cut into records for a key-value store.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::SessionError;

/// Records to write (`Some`) or delete (`None`), to be applied in one transaction **before** any
/// frame of the same step is sent: a message key must never be used twice.
pub type Changes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// First byte of a record's key.
pub(crate) mod prefix {
    pub(crate) const STATE: u8 = b's';
    pub(crate) const MLS: u8 = b'm';
    /// Of a device's key store, not of a session.
    pub(crate) const LAST_RESORTS: u8 = b'r';
    pub(crate) const OUTBOX: u8 = b'o';
    pub(crate) const LOG: u8 = b'l';
    pub(crate) const BOARD: u8 = b'b';
}

pub(crate) fn numbered(prefix: u8, number: u64) -> Vec<u8> {
    let mut key = vec![prefix];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

pub(crate) fn to_cbor<T: Serialize>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a Vec can't fail, and own types have no failing Serialize.
    let _ = ciborium::into_writer(value, &mut out);
    out
}

pub(crate) fn from_cbor<T: DeserializeOwned>(
    bytes: &[u8],
    what: &'static str,
) -> Result<T, SessionError> {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).map_err(|_| SessionError::Malformed(what))?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(SessionError::Malformed(what))
    }
}

/// CBOR byte string rather than an array of numbers.
pub(crate) mod bytes {
    use serde::{Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        from.deserialize_bytes(Visitor)
    }
}
