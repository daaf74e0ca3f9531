//! A country's certificate authority.

use entente_protocol::{Fingerprint, limits};
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{DecodePem as _, EncodePem as _};

use crate::Country;
use crate::certificate::{COMMON_NAME, COUNTRY_NAME, CertificateError, Parsed, verify};

/// A self-signed root certificate, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority {
    pub(crate) certificate: Parsed,
    country: Country,
    name: String,
}

impl Authority {
    /// Parses and checks a root: Ed25519, CA flag, signed by itself, one country, one name.
    /// The validity period is not looked at.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate = Parsed::from_der(der)?;
        if !certificate.is_authority {
            return Err(CertificateError::Field("basicConstraints CA"));
        }
        certificate.is_issued_by(&certificate)?;
        let country = certificate
            .attribute(COUNTRY_NAME, "countryName")?
            .parse()
            .map_err(|_| CertificateError::Field("countryName"))?;
        let name = certificate.attribute(COMMON_NAME, "commonName")?;
        Ok(Self {
            certificate,
            country,
            name,
        })
    }

    /// As [`Authority::from_der`], from a PEM file's text.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        if pem.len() > 2 * limits::MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed);
        }
        let certificate =
            x509_cert::Certificate::from_pem(pem).map_err(|_| CertificateError::Malformed)?;
        let der = x509_cert::der::Encode::to_der(&certificate)
            .map_err(|_| CertificateError::Malformed)?;
        Self::from_der(&der)
    }

    /// The root as PEM.
    ///
    /// # Errors
    /// Never for a certificate that was parsed; the encoder has a fallible signature.
    pub fn to_pem(&self) -> Result<String, CertificateError> {
        let certificate = <x509_cert::Certificate as x509_cert::der::Decode>::from_der(self.der())
            .map_err(|_| CertificateError::Malformed)?;
        certificate
            .to_pem(LineEnding::LF)
            .map_err(|_| CertificateError::Malformed)
    }

    /// SHA-256 of the root's DER: the authority's name in charters.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.certificate.fingerprint())
    }

    /// The country that keeps it.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Its name, such as "Bureau Amman".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// End of validity, Unix milliseconds.
    #[must_use]
    pub fn not_after_ms(&self) -> u64 {
        self.certificate.not_after_ms
    }

    /// Whether the root is valid at `now_ms`.
    ///
    /// # Errors
    /// [`CertificateError::NotYetValid`] or [`CertificateError::Expired`].
    pub fn check_time(&self, now_ms: u64) -> Result<(), CertificateError> {
        self.certificate.check_time(now_ms)
    }

    /// Checks an Ed25519 signature by the authority's key.
    ///
    /// # Errors
    /// [`CertificateError::Signature`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CertificateError> {
        verify(&self.certificate.key, message, signature)
    }
}

impl core::fmt::Debug for Authority {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Authority({} {})", self.country, self.fingerprint())
    }
}
