//! The header: how the passphrase becomes a key, and the master key sealed under it.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::StoreError;
use super::sealing::{KEY_BYTES, Sealer};
use crate::{Passphrase, random_bytes};

const VERSION: u16 = 1;
const SALT_BYTES: usize = 16;
const AAD: &[u8] = b"Entente 1.0 StoreHeader";

/// The most memory and passes that a header may ask for, so that a changed one can't hang a phone.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 16;

/// What guessing a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KdfCost {
    /// 64 MiB, 3 passes (RFC 9106 §4, second recommended option): for every real device.
    Standard,
    /// Next to nothing: only for the throw-away devices of exercises and tests.
    Exercise,
}

impl KdfCost {
    const fn memory_kib_and_passes(self) -> (u32, u32) {
        match self {
            Self::Standard => (64 * 1024, 3),
            Self::Exercise => (64, 1),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    version: u16,
    memory_kib: u32,
    passes: u32,
    salt: [u8; SALT_BYTES],
    sealed_key: Vec<u8>,
}

pub(super) fn create(
    passphrase: &Passphrase,
    cost: KdfCost,
) -> Result<(Vec<u8>, Sealer), StoreError> {
    let (memory_kib, passes) = cost.memory_kib_and_passes();
    let salt = random_bytes::<SALT_BYTES>()?;
    let master = Zeroizing::new(random_bytes::<KEY_BYTES>()?);
    let lock = derive(passphrase, &salt, memory_kib, passes)?;
    let sealed_key = lock.seal(AAD, master.as_slice())?;
    let header = Header {
        version: VERSION,
        memory_kib,
        passes,
        salt,
        sealed_key,
    };
    Ok((encode(&header)?, Sealer::new(master)))
}

pub(super) fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Sealer, StoreError> {
    let header: Header =
        ciborium::from_reader(bytes).map_err(|_| StoreError::Tampered("header"))?;
    // One header has one encoding: nothing can hide in another form of it or behind it.
    if encode(&header)? != bytes {
        return Err(StoreError::Tampered("header"));
    }
    if header.version != VERSION || header.memory_kib > MAX_MEMORY_KIB || header.passes > MAX_PASSES
    {
        return Err(StoreError::Tampered("header"));
    }
    let lock = derive(passphrase, &header.salt, header.memory_kib, header.passes)?;
    let master = Zeroizing::new(
        lock.open(AAD, &header.sealed_key)
            .map_err(|_| StoreError::WrongPassphrase)?,
    );
    let key = <[u8; KEY_BYTES]>::try_from(master.as_slice())
        .map_err(|_| StoreError::Tampered("header"))?;
    Ok(Sealer::new(Zeroizing::new(key)))
}

fn encode(header: &Header) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(header, &mut bytes).map_err(|_| StoreError::Tampered("header"))?;
    Ok(bytes)
}

fn derive(
    passphrase: &Passphrase,
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
) -> Result<Sealer, StoreError> {
    let params = Params::new(memory_kib, passes, 1, Some(KEY_BYTES))
        .map_err(|_| StoreError::Tampered("header"))?;
    let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| StoreError::Tampered("header"))?;
    Ok(Sealer::new(key))
}
