//! What authorities' and devices' certificates have in common: an Ed25519 X.509 v3 profile
//! (RFC 5280, RFC 8410) with few fields and no room for surprises.

use ed25519_dalek::{Signature, VerifyingKey};
use entente_protocol::limits;
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::name::Name;

use crate::label::sha256;

pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
pub(crate) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
pub(crate) const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
pub(crate) const COUNTRY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
pub(crate) const TITLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.12");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

/// Why a certificate is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not DER of an X.509 v3 certificate, or too large.
    #[error("the certificate can't be parsed")]
    Malformed,
    /// Not an Ed25519 key or signature.
    #[error("the certificate is not an Ed25519 one")]
    Algorithm,
    /// A field of the profile is missing, doubled, too long, or of another kind.
    #[error("the certificate lacks {0} or has it in another form")]
    Field(&'static str),
    /// The chain has not exactly the form leaf, root.
    #[error("the certificate chain is not leaf and root")]
    Chain,
    /// A signature in the chain does not verify.
    #[error("a signature in the certificate chain does not verify")]
    Signature,
    /// Before its first day.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// After its last day.
    #[error("the certificate has expired")]
    Expired,
}

/// A parsed certificate with the values of its profile.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parsed {
    inner: Certificate,
    der: Vec<u8>,
    pub(crate) key: [u8; 32],
    pub(crate) not_before_ms: u64,
    pub(crate) not_after_ms: u64,
    pub(crate) is_authority: bool,
}

impl Parsed {
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > limits::MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed);
        }
        let inner = Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        let tbs = &inner.tbs_certificate;
        let spki = &tbs.subject_public_key_info;
        if spki.algorithm.oid != ED25519
            || inner.signature_algorithm.oid != ED25519
            || tbs.signature.oid != ED25519
        {
            return Err(CertificateError::Algorithm);
        }
        let key = spki
            .subject_public_key
            .as_bytes()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or(CertificateError::Algorithm)?;
        let (is_authority, usage) = known_extensions(&inner)?;
        let allowed = if is_authority {
            usage.key_cert_sign()
        } else {
            usage.digital_signature()
        };
        if !allowed {
            return Err(CertificateError::Field("keyUsage"));
        }
        let ms = |time: &x509_cert::time::Time| {
            u64::try_from(time.to_unix_duration().as_millis())
                .map_err(|_| CertificateError::Malformed)
        };
        Ok(Self {
            key,
            not_before_ms: ms(&tbs.validity.not_before)?,
            not_after_ms: ms(&tbs.validity.not_after)?,
            is_authority,
            der: der.to_vec(),
            inner,
        })
    }

    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.der)
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) fn subject(&self) -> &Name {
        &self.inner.tbs_certificate.subject
    }

    pub(crate) fn is_issued_by(&self, issuer: &Self) -> Result<(), CertificateError> {
        if &self.inner.tbs_certificate.issuer != issuer.subject() {
            return Err(CertificateError::Chain);
        }
        let signed = self
            .inner
            .tbs_certificate
            .to_der()
            .map_err(|_| CertificateError::Malformed)?;
        let signature = self
            .inner
            .signature
            .as_bytes()
            .ok_or(CertificateError::Signature)?;
        verify(&issuer.key, &signed, signature)
    }

    pub(crate) fn check_time(&self, now_ms: u64) -> Result<(), CertificateError> {
        if now_ms < self.not_before_ms {
            return Err(CertificateError::NotYetValid);
        }
        if now_ms >= self.not_after_ms {
            return Err(CertificateError::Expired);
        }
        Ok(())
    }

    /// The one value of an attribute of the subject.
    pub(crate) fn attribute(
        &self,
        oid: ObjectIdentifier,
        field: &'static str,
    ) -> Result<String, CertificateError> {
        let mut values = self
            .subject()
            .0
            .iter()
            .flat_map(|rdn| rdn.0.iter())
            .filter(|attribute| attribute.oid == oid);
        let (Some(attribute), None) = (values.next(), values.next()) else {
            return Err(CertificateError::Field(field));
        };
        let value = &attribute.value;
        let text = value
            .decode_as::<Utf8StringRef<'_>>()
            .map(|s| s.as_str().to_owned())
            .or_else(|_| {
                value
                    .decode_as::<PrintableStringRef<'_>>()
                    .map(|s| s.as_str().to_owned())
            })
            .map_err(|_| CertificateError::Field(field))?;
        let fits = !text.is_empty()
            && text.len() <= limits::MAX_NAME_BYTES
            && !text.chars().any(char::is_control);
        if fits {
            Ok(text)
        } else {
            Err(CertificateError::Field(field))
        }
    }
}

/// `verify_strict` refuses small-order keys and non-canonical encodings, on which implementations
/// otherwise disagree.
pub(crate) fn verify(
    key: &[u8; 32],
    message: &[u8],
    signature: &[u8],
) -> Result<(), CertificateError> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| CertificateError::Signature)?;
    let signature = Signature::from_slice(signature).map_err(|_| CertificateError::Signature)?;
    key.verify_strict(message, &signature)
        .map_err(|_| CertificateError::Signature)
}

/// CA flag and key usage; any other critical extension is refused (RFC 5280 §4.2).
fn known_extensions(certificate: &Certificate) -> Result<(bool, KeyUsage), CertificateError> {
    let mut is_authority = None;
    let mut usage = None;
    for extension in certificate.tbs_certificate.extensions.iter().flatten() {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            BASIC_CONSTRAINTS if is_authority.is_none() => {
                let constraints = BasicConstraints::from_der(value)
                    .map_err(|_| CertificateError::Field("basicConstraints"))?;
                is_authority = Some(constraints.ca);
            }
            KEY_USAGE if usage.is_none() => {
                let bits =
                    KeyUsage::from_der(value).map_err(|_| CertificateError::Field("keyUsage"))?;
                usage = Some(bits);
            }
            _ if extension.critical => return Err(CertificateError::Field("known extensions")),
            _ => {}
        }
    }
    Ok((
        is_authority.unwrap_or(false),
        usage.ok_or(CertificateError::Field("keyUsage"))?,
    ))
}
