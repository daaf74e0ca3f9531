//! The only file of the clients that makes randomness.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)]

use entente_protocol::RoomId;
use rand::TryRngCore as _;
use rand::rngs::OsRng;

use crate::now_ms;

/// The operating system has no randomness to give: nothing may go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no randomness")]
pub struct NoEntropy;

/// Fresh random bytes from the operating system, or from the browser.
///
/// # Errors
/// [`NoEntropy`].
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0_u8; N];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

/// The same, into a buffer.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    OsRng.try_fill_bytes(bytes).map_err(|_| NoEntropy)
}

/// A new room's id: a UUIDv7 (RFC 9562 §5.7).
///
/// # Errors
/// [`NoEntropy`].
pub fn new_room_id() -> Result<RoomId, NoEntropy> {
    Ok(room_id(now_ms(), &random_bytes()?))
}

/// The same, of a time in Unix milliseconds and of random bytes.
pub(crate) fn room_id(now_ms: u64, random: &[u8; 10]) -> RoomId {
    let id = uuid::Builder::from_unix_timestamp_millis(now_ms, random).into_uuid();
    RoomId::from_bytes(id.into_bytes())
}
