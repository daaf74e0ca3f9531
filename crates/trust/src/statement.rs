//! The signature under each event that is kept: by the device's accredited key, so that whoever has the
//! certificate can check it when the room's keys are gone.

use entente_protocol::{Fingerprint, Recorded, Statement};

use crate::label::{labelled, sha256};
use crate::{Accreditation, CertificateError, DeviceSigner};

/// Commitment to an event: SHA-256 over `labelled("Entente 1.0 RecordedEvent", salt, event)`. Salted, so that
/// it tells nothing of an event that is withheld.
#[must_use]
pub fn content(salt: &[u8; Recorded::SALT_BYTES], event: &[u8]) -> Fingerprint {
    let bytes = labelled("Entente 1.0 RecordedEvent", &[salt, event]);
    Fingerprint::from_bytes(sha256(&bytes))
}

impl DeviceSigner {
    /// Signs a statement: Ed25519, 64 bytes.
    #[must_use]
    pub fn sign_statement(&self, statement: &Statement) -> [u8; 64] {
        self.sign_bytes(&statement.signed_bytes())
    }
}

impl Accreditation {
    /// Checks that this very device has signed a statement.
    ///
    /// # Errors
    /// [`CertificateError::Field`] if the statement names another device, [`CertificateError::Signature`].
    pub fn verify_statement(
        &self,
        statement: &Statement,
        signature: &[u8],
    ) -> Result<(), CertificateError> {
        if statement.device != self.device() {
            return Err(CertificateError::Field("the statement's device"));
        }
        self.verify(&statement.signed_bytes(), signature)
    }
}
