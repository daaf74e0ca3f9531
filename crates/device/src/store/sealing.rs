//! Sealing single values.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::StoreError;
use crate::random_bytes;

/// Length of a key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Seals values under one key: nonce (24 bytes, random), ciphertext and tag.
#[derive(Clone)]
pub struct Sealer(Zeroizing<[u8; KEY_BYTES]>);

impl Sealer {
    /// Under this key.
    #[must_use]
    pub fn new(key: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self(key)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    /// Seals a value for one place.
    ///
    /// # Errors
    /// [`StoreError::NoEntropy`].
    pub fn seal(&self, aad: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce = random_bytes::<NONCE_BYTES>()?;
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: value, aad })
            .map_err(|_| StoreError::Tampered("value"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens a value that was sealed for this place.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] if it was not.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, sealed) = sealed
            .split_at_checked(NONCE_BYTES)
            .ok_or(StoreError::Tampered("value"))?;
        self.cipher()
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad })
            .map_err(|_| StoreError::Tampered("value"))
    }
}

impl core::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Sealer(hidden)")
    }
}
