//! A device and its one key: it signs the hello, the MLS leaf and the charter.

use ed25519_dalek::{Signer as _, SigningKey};
use entente_protocol::DeviceId;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;

use crate::label::{labelled, sha256};

/// First 16 bytes of SHA-256 over the labelled Ed25519 public key.
#[must_use]
pub fn device_id(public_key: &[u8; 32]) -> DeviceId {
    let digest = sha256(&labelled("Entente 1.0 DeviceId", &[public_key]));
    let mut id = [0_u8; DeviceId::LEN];
    id.copy_from_slice(&digest[..DeviceId::LEN]);
    DeviceId::from_bytes(id)
}

/// A device's signature key, in the shape that openmls wants. Wiped from memory when dropped.
pub struct DeviceSigner(SigningKey);

impl DeviceSigner {
    /// From the 32-byte seed (RFC 8032 §5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The device that this key makes.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        device_id(&self.public_key())
    }

    /// Ed25519 signature.
    #[must_use]
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl Signer for DeviceSigner {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.sign_bytes(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl core::fmt::Debug for DeviceSigner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DeviceSigner({})", self.device())
    }
}
