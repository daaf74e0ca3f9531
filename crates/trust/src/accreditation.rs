//! A device's certificate, signed by its country's authority.

use std::sync::Arc;

use entente_protocol::{DeviceId, Fingerprint};

use crate::certificate::{
    COMMON_NAME, COUNTRY_NAME, CertificateError, Parsed, SERIAL_NUMBER, TITLE, verify,
};
use crate::{Authority, Country, Role, device_id};

/// A device's accreditation: who carries the device, for whom, and the highest role they may hold.
///
/// A value of this type has a chain whose signatures were checked. Whether its root is one that
/// counts, and whether it is valid now, are questions of the charter and the clock.
#[derive(Clone, PartialEq, Eq)]
pub struct Accreditation {
    certificate: Parsed,
    authority: Arc<Authority>,
    chain: Vec<Vec<u8>>,
    country: Country,
    callsign: String,
    officer: String,
    role: Role,
}

impl Accreditation {
    /// Parses and checks a chain of exactly two DER certificates, leaf first. The validity period
    /// is not looked at; see [`Accreditation::check_time`].
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_chain<T: AsRef<[u8]>>(chain: &[T]) -> Result<Self, CertificateError> {
        let [leaf, root] = chain else {
            return Err(CertificateError::Chain);
        };
        let authority = Arc::new(Authority::from_der(root.as_ref())?);
        Self::under(authority, leaf.as_ref())
    }

    /// The same for a device certificate in DER and the root that signed it, which was checked when it
    /// was made an [`Authority`]: devices of one authority share it.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn under(authority: Arc<Authority>, leaf: &[u8]) -> Result<Self, CertificateError> {
        let certificate = Parsed::from_der(leaf)?;
        if certificate.is_authority {
            return Err(CertificateError::Field("basicConstraints"));
        }
        certificate.is_issued_by(&authority.certificate)?;
        let country = certificate
            .attribute(COUNTRY_NAME, "countryName")?
            .parse::<Country>()
            .map_err(|_| CertificateError::Field("countryName"))?;
        if country != authority.country() {
            return Err(CertificateError::Field("countryName of its authority"));
        }
        let role = certificate
            .attribute(TITLE, "title")?
            .parse()
            .map_err(|_| CertificateError::Field("title"))?;
        Ok(Self {
            callsign: certificate.attribute(COMMON_NAME, "commonName")?,
            officer: certificate.attribute(SERIAL_NUMBER, "serialNumber")?,
            chain: vec![leaf.to_vec(), authority.der().to_vec()],
            certificate,
            authority,
            country,
            role,
        })
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        device_id(&self.certificate.key)
    }

    /// The device's Ed25519 public key, which also signs its MLS leaf.
    #[must_use]
    pub fn key(&self) -> &[u8; 32] {
        &self.certificate.key
    }

    /// Fingerprint of the device certificate itself.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.certificate.fingerprint())
    }

    /// Fingerprint of the authority's root.
    #[must_use]
    pub fn root(&self) -> Fingerprint {
        self.authority.fingerprint()
    }

    /// The authority.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The country.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Call sign, such as "Falcon".
    #[must_use]
    pub fn callsign(&self) -> &str {
        &self.callsign
    }

    /// The authority's own id of the officer, such as "JO-017".
    #[must_use]
    pub fn officer(&self) -> &str {
        &self.officer
    }

    /// The highest role that the device may hold.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Start of validity, Unix milliseconds.
    #[must_use]
    pub fn not_before_ms(&self) -> u64 {
        self.certificate.not_before_ms
    }

    /// End of validity, Unix milliseconds.
    #[must_use]
    pub fn not_after_ms(&self) -> u64 {
        self.certificate.not_after_ms
    }

    /// The chain in DER, leaf first.
    #[must_use]
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// Whether both certificates are valid at `now_ms`.
    ///
    /// # Errors
    /// [`CertificateError::NotYetValid`] or [`CertificateError::Expired`].
    pub fn check_time(&self, now_ms: u64) -> Result<(), CertificateError> {
        self.authority.check_time(now_ms)?;
        self.certificate.check_time(now_ms)
    }

    /// Checks an Ed25519 signature by the device's key.
    ///
    /// # Errors
    /// [`CertificateError::Signature`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CertificateError> {
        verify(&self.certificate.key, message, signature)
    }
}

impl core::fmt::Debug for Accreditation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Accreditation({} {} {})",
            self.country,
            self.role,
            self.device()
        )
    }
}
