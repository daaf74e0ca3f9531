//! Refusals: a code for the wire, and the rule in words.

use entente_protocol::ErrorCode;
use entente_trust::{CertificateError, CharterError, CompartmentError, PolicyRefusal};

/// Why an input was not taken. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}{}", detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
pub struct Refusal {
    /// For the wire.
    pub code: ErrorCode,
    /// The broken rule, without any content of the message.
    pub detail: Option<String>,
}

impl Refusal {
    /// A refusal with the rule in words.
    pub fn because(code: ErrorCode, detail: impl core::fmt::Display) -> Self {
        Self {
            code,
            detail: Some(detail.to_string()),
        }
    }

    /// A message that can't be what it says it is.
    pub(crate) fn invalid(detail: impl core::fmt::Display) -> Self {
        Self::because(ErrorCode::InvalidMessage, detail)
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, detail: None }
    }
}

impl From<PolicyRefusal> for Refusal {
    fn from(refusal: PolicyRefusal) -> Self {
        let code = match &refusal {
            PolicyRefusal::Closed => ErrorCode::RoomClosed,
            PolicyRefusal::Charter(_) => ErrorCode::BadCharter,
            PolicyRefusal::UnknownAuthority => ErrorCode::UnknownAuthority,
            PolicyRefusal::Accreditation(error) => certificate_code(*error),
            PolicyRefusal::RoomFull => ErrorCode::LimitExceeded,
            _ => ErrorCode::PolicyRefused,
        };
        Self::because(code, refusal)
    }
}

impl From<CharterError> for Refusal {
    fn from(error: CharterError) -> Self {
        Self::because(ErrorCode::BadCharter, error)
    }
}

impl From<CompartmentError> for Refusal {
    fn from(error: CompartmentError) -> Self {
        Self::because(ErrorCode::BadCharter, error)
    }
}

impl From<CertificateError> for Refusal {
    fn from(error: CertificateError) -> Self {
        Self::because(certificate_code(error), error)
    }
}

const fn certificate_code(error: CertificateError) -> ErrorCode {
    match error {
        CertificateError::Expired => ErrorCode::CertificateExpired,
        CertificateError::NotYetValid => ErrorCode::CertificateNotYetValid,
        _ => ErrorCode::BadCertificate,
    }
}
