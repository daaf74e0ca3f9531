//! Key packages, before a hub keeps them.

use entente_protocol::{ErrorCode, limits};
use entente_trust::{Accreditation, mls};
use openmls::prelude::{ExtensionType, KeyPackageIn, ProtocolVersion};
use openmls_rust_crypto::RustCrypto;
use tls_codec::DeserializeBytes as _;

use crate::Refusal;

/// What a hub needs to know of a key package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPackageInfo {
    /// MLS ciphersuite.
    pub ciphersuite: u16,
    /// KeyPackageRef (RFC 9420 §5.2).
    pub hash: Vec<u8>,
    /// Whether it may be handed out more than once.
    pub last_resort: bool,
    /// End of its lifetime, Unix seconds.
    pub not_after_s: u64,
}

/// Checks a key package that `owner` publishes: its signatures, its lifetime, that it is the
/// owner's own, and that a room could use it.
///
/// # Errors
/// [`ErrorCode::BadKeyPackage`] with the rule.
pub fn check_key_package(
    bytes: &[u8],
    owner: &Accreditation,
    crypto: &RustCrypto,
) -> Result<KeyPackageInfo, Refusal> {
    let bad = |detail: &str| Refusal::because(ErrorCode::BadKeyPackage, detail);
    if bytes.len() > limits::MAX_KEY_PACKAGE_BYTES {
        return Err(bad("MAX_KEY_PACKAGE_BYTES"));
    }
    let package = KeyPackageIn::tls_deserialize_exact_bytes(bytes)
        .map_err(|_| bad("encoding"))?
        .validate(crypto, ProtocolVersion::Mls10)
        .map_err(|error| Refusal::because(ErrorCode::BadKeyPackage, error))?;
    let ciphersuite = u16::from(package.ciphersuite());
    if mls::ciphersuite(ciphersuite).is_none() {
        return Err(bad("ciphersuite"));
    }
    let leaf = package.leaf_node();
    let accreditation = mls::accreditation_of(leaf).map_err(|_| bad("credential"))?;
    if &accreditation != owner {
        return Err(bad("of another device"));
    }
    let charter = ExtensionType::Unknown(mls::CHARTER_EXTENSION);
    if !leaf.capabilities().extensions().contains(&charter) {
        return Err(bad("capabilities"));
    }
    let hash = package.hash_ref(crypto).map_err(|_| bad("hash"))?;
    Ok(KeyPackageInfo {
        ciphersuite,
        hash: hash.as_slice().to_vec(),
        last_resort: package.last_resort(),
        not_after_s: package.life_time().not_after(),
    })
}
