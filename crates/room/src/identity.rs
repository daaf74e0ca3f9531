//! The device that a session belongs to.

use entente_protocol::DeviceId;
use entente_trust::{Accreditation, CertificateError, DeviceSigner};

/// A device's key and accreditation.
#[derive(Debug)]
pub struct Identity {
    signer: DeviceSigner,
    accreditation: Accreditation,
}

impl Identity {
    /// Joins a key and its accreditation.
    ///
    /// # Errors
    /// [`CertificateError::Field`] if the accreditation is for another key.
    pub fn new(
        signer: DeviceSigner,
        accreditation: Accreditation,
    ) -> Result<Self, CertificateError> {
        if accreditation.key() != &signer.public_key() {
            return Err(CertificateError::Field("the device's key"));
        }
        Ok(Self {
            signer,
            accreditation,
        })
    }

    /// The key.
    #[must_use]
    pub fn signer(&self) -> &DeviceSigner {
        &self.signer
    }

    /// The accreditation.
    #[must_use]
    pub fn accreditation(&self) -> &Accreditation {
        &self.accreditation
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.accreditation.device()
    }
}
