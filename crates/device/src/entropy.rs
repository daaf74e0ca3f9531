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
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| NoEntropy)?;
    Ok(bytes)
}

/// A new room's id: a UUIDv7 (RFC 9562 §5.7).
///
/// # Errors
/// [`NoEntropy`].
pub fn new_room_id() -> Result<RoomId, NoEntropy> {
    let id = uuid::Builder::from_unix_timestamp_millis(now_ms(), &random_bytes()?).into_uuid();
    Ok(RoomId::from_bytes(id.into_bytes()))
}
