//! The accreditation as MLS credential: type X.509, a chain of certificates (RFC 9420 §5.3).

use std::collections::BTreeMap;
use std::sync::Arc;

use openmls::prelude::{Credential, CredentialType, CredentialWithKey};
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};

use entente_protocol::limits;

use crate::{Accreditation, Authority, CertificateError};

/// Roots that were checked, by their DER.
#[derive(Default)]
pub(crate) struct Roots(BTreeMap<Vec<u8>, Arc<Authority>>);

impl Roots {
    fn checked(&mut self, der: &[u8]) -> Result<Arc<Authority>, CertificateError> {
        if let Some(known) = self.0.get(der) {
            return Ok(known.clone());
        }
        let root = Arc::new(Authority::from_der(der)?);
        self.0.insert(der.to_vec(), root.clone());
        Ok(root)
    }
}

impl Accreditation {
    /// The credential of this device's leaves.
    #[must_use]
    pub fn to_credential(&self) -> Credential {
        let chain: Vec<VLBytes> = self
            .chain()
            .iter()
            .map(|der| VLBytes::new(der.clone()))
            .collect();
        // Encoding into a Vec fails only over 2^30 bytes; certificates are a few KiB.
        let content = chain.tls_serialize_detached().unwrap_or_default();
        Credential::new(CredentialType::X509, content)
    }

    /// The credential with the key that signs its leaf.
    #[must_use]
    pub fn to_credential_with_key(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: self.to_credential(),
            signature_key: self.key().as_slice().into(),
        }
    }

    /// Reads a leaf: the credential must be an X.509 chain, and the leaf's signature key must be
    /// the key of the certificate (RFC 9420 §5.3.1).
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_leaf(credential: &Credential, leaf_key: &[u8]) -> Result<Self, CertificateError> {
        Self::from_leaf_among(&mut Roots::default(), credential, leaf_key)
    }

    /// The same for one of many leaves: a root that was checked for one is not checked again for the next.
    pub(crate) fn from_leaf_among(
        roots: &mut Roots,
        credential: &Credential,
        leaf_key: &[u8],
    ) -> Result<Self, CertificateError> {
        if credential.credential_type() != CredentialType::X509 {
            return Err(CertificateError::Field("X.509 credential"));
        }
        let content = credential.serialized_content();
        if content.len() > limits::MAX_CHAIN_CERTIFICATES * limits::MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed);
        }
        let chain = Vec::<VLBytes>::tls_deserialize_exact_bytes(content)
            .map_err(|_| CertificateError::Malformed)?;
        let [leaf, root] = chain.as_slice() else {
            return Err(CertificateError::Chain);
        };
        let accreditation = Self::under(roots.checked(root.as_slice())?, leaf.as_slice())?;
        if accreditation.key().as_slice() != leaf_key {
            return Err(CertificateError::Field("the leaf's key"));
        }
        Ok(accreditation)
    }
}
