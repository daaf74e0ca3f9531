//! The only file that makes randomness.
#![allow(clippy::disallowed_types)]

use rand::TryRngCore as _;
use rand::rngs::OsRng;

/// Fresh random bytes from the operating system.
///
/// # Errors
/// If the operating system has none to give.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], rand::rand_core::OsError> {
    let mut bytes = [0_u8; N];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}
