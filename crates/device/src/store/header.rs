//! The header: how a passphrase becomes a key, and two slots that such a key may open. One holds the
//! master key. The other holds nothing that anybody can open, or is opened by the duress passphrase
//! and says that everything must go; which of these it is can't be seen.

use argon2::{Algorithm, Argon2, Params, Version};
use ciborium::Value;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::StoreError;
use super::sealing::{KEY_BYTES, Sealer};
use crate::{Passphrase, random_bytes};

const VERSION: u16 = 1;
const SALT_BYTES: usize = 16;
const AAD: &[u8] = b"Entente 1.0 StoreHeader";

/// First byte of what a slot holds.
const MASTER_KEY: u8 = 1;
const DURESS: u8 = 2;

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

    const fn of(header: &Header) -> Self {
        if header.memory_kib >= 1024 {
            Self::Standard
        } else {
            Self::Exercise
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    version: u16,
    memory_kib: u32,
    passes: u32,
    salt: [u8; SALT_BYTES],
    /// Byte strings of one length.
    slots: [Value; 2],
}

/// What a passphrase opens.
#[derive(Debug)]
pub enum Opened {
    /// The store.
    Store(Sealer),
    /// Nothing: everything must go. A new store of this cost takes its place.
    Duress(KdfCost),
}

/// A new header, and what it seals.
///
/// # Errors
/// [`StoreError::EmptyPassphrase`], [`StoreError::NoEntropy`].
pub fn create(passphrase: &Passphrase, cost: KdfCost) -> Result<(Vec<u8>, Sealer), StoreError> {
    if passphrase.is_empty() {
        return Err(StoreError::EmptyPassphrase);
    }
    let (memory_kib, passes) = cost.memory_kib_and_passes();
    let salt = random_bytes::<SALT_BYTES>()?;
    let master = Zeroizing::new(random_bytes::<KEY_BYTES>()?);
    let lock = derive(passphrase, &salt, memory_kib, passes)?;
    let nobody = Sealer::new(Zeroizing::new(random_bytes::<KEY_BYTES>()?));
    let header = Header {
        version: VERSION,
        memory_kib,
        passes,
        salt,
        slots: [
            fill(&lock, MASTER_KEY, &master)?,
            fill(&nobody, DURESS, &Zeroizing::new(random_bytes()?))?,
        ],
    };
    Ok((encode(&header)?, Sealer::new(master)))
}

/// The same header with a duress passphrase in its second slot, in place of what was there.
///
/// # Errors
/// [`StoreError::SamePassphrase`] if it opens the store already.
pub fn with_duress(bytes: &[u8], duress: &Passphrase) -> Result<Vec<u8>, StoreError> {
    if duress.is_empty() {
        return Err(StoreError::EmptyPassphrase);
    }
    let mut header = decode(bytes)?;
    let lock = derive(duress, &header.salt, header.memory_kib, header.passes)?;
    if unlock(&lock, &header).is_some() {
        return Err(StoreError::SamePassphrase);
    }
    header.slots[1] = fill(&lock, DURESS, &Zeroizing::new(random_bytes()?))?;
    encode(&header)
}

/// Tries a passphrase.
///
/// # Errors
/// [`StoreError::WrongPassphrase`], [`StoreError::Tampered`].
pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Opened, StoreError> {
    let header = decode(bytes)?;
    let lock = derive(passphrase, &header.salt, header.memory_kib, header.passes)?;
    let content = unlock(&lock, &header).ok_or(StoreError::WrongPassphrase)?;
    match content.split_first() {
        Some((&MASTER_KEY, key)) => {
            let key =
                <[u8; KEY_BYTES]>::try_from(key).map_err(|_| StoreError::Tampered("header"))?;
            Ok(Opened::Store(Sealer::new(Zeroizing::new(key))))
        }
        Some((&DURESS, _)) => Ok(Opened::Duress(KdfCost::of(&header))),
        _ => Err(StoreError::Tampered("header")),
    }
}

/// Both slots are tried, whichever it is: the time tells nothing.
fn unlock(lock: &Sealer, header: &Header) -> Option<Zeroizing<Vec<u8>>> {
    let [first, second] = header
        .slots
        .each_ref()
        .map(|slot| lock.open(AAD, slot.as_bytes()?).ok().map(Zeroizing::new));
    first.or(second)
}

fn fill(lock: &Sealer, kind: u8, key: &Zeroizing<[u8; KEY_BYTES]>) -> Result<Value, StoreError> {
    let content = Zeroizing::new([&[kind], key.as_slice()].concat());
    Ok(Value::Bytes(lock.seal(AAD, &content)?))
}

fn decode(bytes: &[u8]) -> Result<Header, StoreError> {
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
    Ok(header)
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
