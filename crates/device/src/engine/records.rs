//! Where a device's rooms and key packages lie in its sealed store.

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::RoomId;
use entente_room::{Identity, KeyStore, Session};

use super::EngineError;
use crate::store::{Records, Store, StoreError};

pub(crate) const ROOMS: &[u8] = b"room/";
/// Key packages.
pub(crate) const KEYS: &[u8] = b"keys/";
/// What the device keeps beside rooms and keys: uploads under way.
const NOTES: &[u8] = b"note/";

/// Rooms that the device asks to be let into.
pub(super) const ASKED: &[u8] = b"asked/";

pub(super) fn asked(room: RoomId) -> Vec<u8> {
    [ASKED, room.as_bytes()].concat()
}

pub(crate) fn room_prefix(room: RoomId) -> Vec<u8> {
    [ROOMS, room.as_bytes()].concat()
}

pub(super) fn note(key: &[u8]) -> Vec<u8> {
    [NOTES, key].concat()
}

/// Loads all sessions and the key packages.
pub(super) async fn load(
    store: &dyn Store,
    identity: &Arc<Identity>,
) -> Result<(BTreeMap<RoomId, Session>, KeyStore), EngineError> {
    let mut rooms: BTreeMap<RoomId, Records> = BTreeMap::new();
    for (key, value) in store.scan(ROOMS).await? {
        let (room, rest) = key
            .split_at_checked(RoomId::LEN)
            .ok_or(StoreError::Tampered("room record"))?;
        let room = RoomId::from_slice(room).ok_or(StoreError::Tampered("room record"))?;
        rooms.entry(room).or_default().push((rest.to_vec(), value));
    }
    let sessions = rooms
        .into_iter()
        .map(|(room, records)| Ok((room, Session::load(identity.clone(), records)?)))
        .collect::<Result<_, EngineError>>()?;
    Ok((sessions, KeyStore::load(store.scan(KEYS).await?)))
}
