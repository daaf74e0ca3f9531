//! What must be gone for good when its time is over, and not only be deleted: a deleted value may lie
//! on in the file of a database, and a key that opens it must not.

use entente_protocol::RoomId;

use crate::engine::records::{KEYS, ROOMS, room_prefix};

/// First bytes of a room's records that end with it: its MLS state and what waits to be sent. The
/// record of what was said stays.
const PERISHABLE: [u8; 2] = *b"mo";

/// Records whose values are sealed under a key of their own, so that destroying that key destroys
/// whatever a disk has kept of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope(Vec<u8>);

impl Scope {
    /// A room's secrets.
    #[must_use]
    pub fn room(room: RoomId) -> Self {
        Self(room_prefix(room))
    }

    /// The private halves of key packages.
    #[must_use]
    pub fn key_packages() -> Self {
        Self(KEYS.to_vec())
    }

    /// The scope of a record, if it has one.
    #[must_use]
    pub fn of(key: &[u8]) -> Option<Self> {
        if key.starts_with(KEYS) {
            return Some(Self::key_packages());
        }
        let room = key.strip_prefix(ROOMS)?;
        let (_, rest) = room.split_at_checked(RoomId::LEN)?;
        let is_perishable = rest.first().is_some_and(|kind| PERISHABLE.contains(kind));
        is_perishable.then(|| Self(key[..ROOMS.len() + RoomId::LEN].to_vec()))
    }

    /// What the keys of all its records begin with.
    #[must_use]
    pub fn prefix(&self) -> &[u8] {
        &self.0
    }
}
