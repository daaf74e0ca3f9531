//! Devices that an authority has taken its word back for.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::{Signer as _, SigningKey};
use entente_protocol::{DeviceId, Fingerprint, limits};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes,
};

use crate::label::labelled;
use crate::{Accreditation, Authority, CertificateError};

/// All devices that an authority has revoked so far. A list is never shortened: a device that is to
/// come back gets a new key and a new accreditation.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct RevocationList {
    /// Encoding version, 1.
    pub version: u16,
    /// The authority's root.
    pub authority: Fingerprint,
    /// One more with each list; the highest counts.
    pub number: u32,
    /// The authority's clock, Unix milliseconds.
    pub issued_at_ms: u64,
    /// The devices, each once.
    pub devices: Vec<DeviceId>,
}

/// A list with its authority's root certificate and signature.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SignedRevocationList {
    /// What is signed.
    pub list: RevocationList,
    /// The root in DER.
    pub root: VLBytes,
    /// Ed25519 by the authority, 64 bytes.
    pub signature: VLBytes,
}

/// Why a list is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// It can't be decoded, or is of another version.
    #[error("the revocation list can't be read")]
    Malformed,
    /// The root is bad or another authority's, or the signature does not verify.
    #[error("the revocation list is not its authority's")]
    Signature,
    /// A list of this number or a higher one is known, or this one leaves a device out.
    #[error("a newer revocation list is known")]
    NotNewer,
}

impl From<CertificateError> for RevocationError {
    fn from(_: CertificateError) -> Self {
        Self::Signature
    }
}

impl RevocationList {
    /// Encoding version of this crate.
    pub const VERSION: u16 = 1;

    fn signed_bytes(&self) -> Vec<u8> {
        // Encoding into a Vec fails only over 2^30 bytes; the list is bounded when it is checked.
        let encoded = self.tls_serialize_detached().unwrap_or_default();
        labelled("Entente 1.0 Revocations", &[&encoded])
    }

    /// Signs the list.
    #[must_use]
    pub fn sign(self, key: &SigningKey, root: &Authority) -> SignedRevocationList {
        let signature = key.sign(&self.signed_bytes()).to_bytes().to_vec();
        SignedRevocationList {
            list: self,
            root: root.der().to_vec().into(),
            signature: signature.into(),
        }
    }
}

impl SignedRevocationList {
    /// Decodes a list and checks that its authority signed it. The validity of the root is not
    /// looked at: an authority's word against a device outlives it.
    ///
    /// # Errors
    /// See [`RevocationError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RevocationError> {
        let signed =
            Self::tls_deserialize_exact_bytes(bytes).map_err(|_| RevocationError::Malformed)?;
        let list = &signed.list;
        let distinct: BTreeSet<&DeviceId> = list.devices.iter().collect();
        if list.version != RevocationList::VERSION
            || list.devices.len() > limits::MAX_REVOKED_DEVICES
            || distinct.len() != list.devices.len()
        {
            return Err(RevocationError::Malformed);
        }
        let root = Authority::from_der(signed.root.as_slice())?;
        if root.fingerprint() != list.authority {
            return Err(RevocationError::Signature);
        }
        root.verify(&list.signed_bytes(), signed.signature.as_slice())?;
        Ok(signed)
    }

    /// The encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // As above.
        self.tls_serialize_detached().unwrap_or_default()
    }
}

/// The lists that count, one an authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations {
    lists: BTreeMap<Fingerprint, (SignedRevocationList, BTreeSet<DeviceId>)>,
}

impl Revocations {
    /// Takes a checked list ([`SignedRevocationList::decode`]) if it is newer and takes nothing
    /// back; returns the devices that it revokes anew.
    ///
    /// # Errors
    /// [`RevocationError::NotNewer`]; nothing has changed then.
    pub fn insert(
        &mut self,
        signed: SignedRevocationList,
    ) -> Result<Vec<DeviceId>, RevocationError> {
        let devices: BTreeSet<DeviceId> = signed.list.devices.iter().copied().collect();
        let mut before = BTreeSet::new();
        if let Some((known, revoked)) = self.lists.get(&signed.list.authority) {
            if signed.list.number <= known.list.number || !revoked.is_subset(&devices) {
                return Err(RevocationError::NotNewer);
            }
            before.clone_from(revoked);
        }
        let fresh = devices.difference(&before).copied().collect();
        self.lists.insert(signed.list.authority, (signed, devices));
        Ok(fresh)
    }

    /// Whether its own authority has revoked a device.
    #[must_use]
    pub fn revokes(&self, accreditation: &Accreditation) -> bool {
        self.lists
            .get(&accreditation.root())
            .is_some_and(|(_, devices)| devices.contains(&accreditation.device()))
    }

    /// Number of the list that counts of an authority; 0 if there is none.
    #[must_use]
    pub fn number(&self, authority: Fingerprint) -> u32 {
        self.lists
            .get(&authority)
            .map_or(0, |(signed, _)| signed.list.number)
    }

    /// The list that counts of an authority.
    #[must_use]
    pub fn list(&self, authority: Fingerprint) -> Option<&SignedRevocationList> {
        self.lists.get(&authority).map(|(signed, _)| signed)
    }

    /// All lists that count.
    pub fn lists(&self) -> impl Iterator<Item = &SignedRevocationList> {
        self.lists.values().map(|(signed, _)| signed)
    }
}
