//! The accreditation as MLS credential: type X.509, a chain of certificates (RFC 9420 §5.3).

use openmls::prelude::{Credential, CredentialType, CredentialWithKey};
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};

use entente_protocol::limits;

use crate::{Accreditation, CertificateError};

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
        if credential.credential_type() != CredentialType::X509 {
            return Err(CertificateError::Field("X.509 credential"));
        }
        let content = credential.serialized_content();
        if content.len() > limits::MAX_CHAIN_CERTIFICATES * limits::MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed);
        }
        let chain = Vec::<VLBytes>::tls_deserialize_exact_bytes(content)
            .map_err(|_| CertificateError::Malformed)?;
        let chain: Vec<&[u8]> = chain.iter().map(VLBytes::as_slice).collect();
        let accreditation = Self::from_chain(&chain)?;
        if accreditation.key().as_slice() != leaf_key {
            return Err(CertificateError::Field("the leaf's key"));
        }
        Ok(accreditation)
    }
}
