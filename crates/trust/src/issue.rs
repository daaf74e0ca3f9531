//! What an authority does with its key: make its root, sign accreditations.

use core::time::Duration;

use ed25519_dalek::pkcs8::EncodePublicKey as _;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use entente_protocol::limits;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::{Builder as _, CertificateBuilder, Profile};
use x509_cert::der::asn1::{
    Any, BitString, GeneralizedTime, ObjectIdentifier, SetOfVec, UtcTime, Utf8StringRef,
};
use x509_cert::der::{DateTime, Encode as _};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity};

use crate::certificate::{COMMON_NAME, COUNTRY_NAME, SERIAL_NUMBER, TITLE};
use crate::{Authority, Country, Role};

/// Why a certificate could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// A name is empty, has control characters or is over [`limits::MAX_NAME_BYTES`].
    #[error("{0} is empty, too long, or has control characters")]
    Name(&'static str),
    /// The validity is empty or past the year 9999.
    #[error("the validity period can't be written")]
    Validity,
    /// The device's key is not an Ed25519 key.
    #[error("the device's key is not an Ed25519 public key")]
    Key,
    /// The signing key is not the root's.
    #[error("the signing key does not belong to the authority's root")]
    WrongRoot,
    /// The encoder failed.
    #[error("the certificate can't be encoded")]
    Encoding,
}

/// What goes into a root certificate.
#[derive(Debug, Clone)]
pub struct RootRequest {
    /// Country that keeps the authority.
    pub country: Country,
    /// Its name.
    pub name: String,
    /// Start of validity, Unix milliseconds.
    pub not_before_ms: u64,
    /// End of validity, Unix milliseconds.
    pub not_after_ms: u64,
}

/// What goes into an accreditation.
#[derive(Debug, Clone)]
pub struct AccreditationRequest {
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// Officer id.
    pub officer: String,
    /// Call sign.
    pub callsign: String,
    /// Highest role.
    pub role: Role,
    /// Start of validity, Unix milliseconds.
    pub not_before_ms: u64,
    /// End of validity, Unix milliseconds.
    pub not_after_ms: u64,
}

/// Makes a self-signed root; returns its DER. `serial` is random, 16 bytes.
///
/// # Errors
/// See [`IssueError`].
pub fn new_root(
    key: &SigningKey,
    request: &RootRequest,
    serial: [u8; 16],
) -> Result<Vec<u8>, IssueError> {
    let subject = name(&[
        (COUNTRY_NAME, &request.country.to_string(), "country"),
        (COMMON_NAME, &request.name, "name"),
    ])?;
    let validity = validity(request.not_before_ms, request.not_after_ms)?;
    build(
        Profile::Root,
        serial,
        validity,
        subject,
        &key.verifying_key(),
        key,
    )
}

/// Signs an accreditation; returns the leaf's DER, to be sent with the root as a chain.
/// It ends with the root at the latest.
///
/// # Errors
/// See [`IssueError`].
pub fn accredit(
    key: &SigningKey,
    root: &Authority,
    request: &AccreditationRequest,
    serial: [u8; 16],
) -> Result<Vec<u8>, IssueError> {
    if key.verifying_key().to_bytes() != root.certificate.key {
        return Err(IssueError::WrongRoot);
    }
    let device_key = VerifyingKey::from_bytes(&request.device_key).map_err(|_| IssueError::Key)?;
    let subject = name(&[
        (COUNTRY_NAME, &root.country().to_string(), "country"),
        (TITLE, request.role.as_str(), "role"),
        (SERIAL_NUMBER, &request.officer, "officer"),
        (COMMON_NAME, &request.callsign, "callsign"),
    ])?;
    let profile = Profile::Leaf {
        issuer: root.certificate.subject().clone(),
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let not_after_ms = request.not_after_ms.min(root.not_after_ms());
    let validity = validity(request.not_before_ms, not_after_ms)?;
    build(profile, serial, validity, subject, &device_key, key)
}

fn build(
    profile: Profile,
    mut serial: [u8; 16],
    validity: Validity,
    subject: Name,
    key: &VerifyingKey,
    signer: &SigningKey,
) -> Result<Vec<u8>, IssueError> {
    // A serial number is a positive integer without leading zero octets (RFC 5280 §4.1.2.2).
    serial[0] = (serial[0] & 0x7f) | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|_| IssueError::Encoding)?;
    let spki = key
        .to_public_key_der()
        .map_err(|_| IssueError::Key)
        .and_then(|der| {
            SubjectPublicKeyInfoOwned::try_from(der.as_bytes()).map_err(|_| IssueError::Key)
        })?;
    let mut builder = CertificateBuilder::new(profile, serial, validity, subject, spki, signer)
        .map_err(|_| IssueError::Encoding)?;
    let to_sign = builder.finalize().map_err(|_| IssueError::Encoding)?;
    let signature = BitString::from_bytes(&signer.sign(&to_sign).to_bytes())
        .map_err(|_| IssueError::Encoding)?;
    let certificate = builder
        .assemble(signature)
        .map_err(|_| IssueError::Encoding)?;
    certificate.to_der().map_err(|_| IssueError::Encoding)
}

fn name(parts: &[(ObjectIdentifier, &str, &'static str)]) -> Result<Name, IssueError> {
    let rdns = parts.iter().map(|(oid, text, field)| {
        let fits = !text.trim().is_empty()
            && text.len() <= limits::MAX_NAME_BYTES
            && !text.chars().any(char::is_control);
        if !fits {
            return Err(IssueError::Name(field));
        }
        let value = Utf8StringRef::new(text).map_err(|_| IssueError::Name(field))?;
        let attribute = AttributeTypeAndValue {
            oid: *oid,
            value: Any::from(value),
        };
        SetOfVec::try_from(vec![attribute])
            .map(RelativeDistinguishedName)
            .map_err(|_| IssueError::Encoding)
    });
    Ok(RdnSequence(rdns.collect::<Result<_, _>>()?))
}

/// X.509 counts in seconds: the start is rounded down, the end too.
fn validity(not_before_ms: u64, not_after_ms: u64) -> Result<Validity, IssueError> {
    if not_before_ms >= not_after_ms {
        return Err(IssueError::Validity);
    }
    // UTCTime through 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5).
    let time = |ms: u64| {
        let date = DateTime::from_unix_duration(Duration::from_secs(ms / 1_000))
            .map_err(|_| IssueError::Validity)?;
        Ok(UtcTime::from_date_time(date).map_or_else(
            |_| Time::GeneralTime(GeneralizedTime::from_date_time(date)),
            Time::UtcTime,
        ))
    };
    Ok(Validity {
        not_before: time(not_before_ms)?,
        not_after: time(not_after_ms)?,
    })
}
