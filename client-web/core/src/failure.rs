//! Why the core did not do what the page asked, by names that the page has words for.

use entente_device::documents::DocumentError;
use entente_device::engine::EngineError;
use entente_device::enrol::EnrolError;
use entente_device::store::StoreError;
use entente_device::{HttpError, NoEntropy};
use entente_room::SessionError;
use serde::Serialize;

/// A refusal: `code` names a text of the page, `error-<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its name.
    pub code: String,
    /// More, in the words of the program; never a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// One without details.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            detail: None,
        }
    }

    fn told(code: &str, error: &impl core::fmt::Display) -> Self {
        Self {
            code: code.to_owned(),
            detail: Some(error.to_string()),
        }
    }

    /// What the page has sent can't be read.
    #[must_use]
    pub fn malformed() -> Self {
        Self::new("malformed")
    }
}

/// A code of the wire, as texts name it.
fn wire(code: entente_protocol::ErrorCode) -> String {
    code.as_str().replace('_', "-")
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Stopped => Self::new("locked"),
            EngineError::UnknownRoom => Self::new("no-room"),
            EngineError::Refused { code, detail } => Self {
                code: wire(code),
                detail,
            },
            EngineError::Session(error) => error.into(),
            EngineError::Rejected(reason) => Self {
                code: format!("rejected-{}", reason.as_str().replace('_', "-")),
                detail: None,
            },
            EngineError::Store(error) => error.into(),
            EngineError::NoKeyPackage(_) => Self::new("no-key-package"),
            EngineError::Offline => Self::new("offline"),
            EngineError::NoEntropy(error) => error.into(),
        }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Ended => Self::new("room-ended"),
            SessionError::Halted { .. } => Self::new("halted"),
            SessionError::TooLarge => Self::new("too-large"),
            SessionError::OutboxFull => Self::new("outbox-full"),
            SessionError::Compartment(_) => Self::new("compartment-countries"),
            SessionError::Outsider(_) => Self::new("outsider"),
            SessionError::Alone => Self::new("alone"),
            SessionError::NotAgreed => Self::new("promotion-not-agreed"),
            SessionError::Policy(refusal) => Self::told(
                &format!("policy-{}", refusal.code().replace('_', "-")),
                &refusal,
            ),
            other => Self::told("refused", &other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::WrongPassphrase => Self::new("wrong-passphrase"),
            StoreError::SamePassphrase => Self::new("same-passphrase"),
            StoreError::EmptyPassphrase => Self::new("empty-passphrase"),
            StoreError::Tampered(what) => Self {
                code: "tampered".to_owned(),
                detail: Some(what.to_owned()),
            },
            StoreError::NoEntropy(error) => error.into(),
            other => Self::told("storage", &other),
        }
    }
}

impl From<NoEntropy> for Failure {
    fn from(error: NoEntropy) -> Self {
        Self::told("storage", &error)
    }
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Store(error) => error.into(),
            EnrolError::Http(HttpError::Refused(code)) => Self::new(&wire(code)),
            EnrolError::Http(error) => Self::told("offline", &error),
            EnrolError::Answer(error) => Self::told("enrolment-answer", &error),
            EnrolError::Enrolled => Self::new("enrolled"),
            EnrolError::NotEnrolled => Self::new("not-enrolled"),
            EnrolError::NoAnswer => Self::new("no-answer"),
            EnrolError::NoEntropy(error) => error.into(),
            other => Self::told("enrolment-answer", &other),
        }
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::TooLarge => Self::new("document-too-large"),
            DocumentError::Unknown => Self::new("no-document"),
            DocumentError::Changed => Self::new("document-changed"),
            DocumentError::Engine(error) => error.into(),
            DocumentError::Io(error) => Self::told("storage", &error),
        }
    }
}
