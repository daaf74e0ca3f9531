//! How a command fails: a code for scripts, an exit status, a sentence for people.

use entente_protocol::ErrorCode;
use entente_room::{Rejected, SessionError};

use crate::HttpError;
use crate::authority::AuthorityError;
use crate::engine::EngineError;
use crate::enrol::EnrolError;
use crate::i18n::{error_text, policy_text, rejected_text, t, tr};
use crate::store::StoreError;

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    /// For scripts, in snake case.
    pub code: String,
    /// For people, in their language.
    pub message: String,
    /// Exit status.
    pub exit: u8,
}

/// Exit statuses; listed in `entente --help`.
mod exit {
    pub(super) const REFUSED: u8 = 1;
    pub(super) const USAGE: u8 = 2;
    pub(super) const UNREACHABLE: u8 = 3;
    pub(super) const LOCKED: u8 = 4;
    pub(super) const CLOSED: u8 = 5;
    pub(super) const DIFFERED: u8 = 6;
    pub(super) const SYSTEM: u8 = 70;
}

impl Failure {
    fn new(code: &str, message: String, exit: u8) -> Self {
        Self {
            code: code.to_owned(),
            message,
            exit,
        }
    }

    /// Something about the machine.
    pub fn system(error: &dyn core::fmt::Display) -> Self {
        let message = tr("fail-system", &[("reason", &error.to_string())]);
        Self::new("system", message, exit::SYSTEM)
    }

    /// The command was used wrongly.
    #[must_use]
    pub fn usage(reason: &dyn core::fmt::Display) -> Self {
        let message = tr("fail-usage", &[("reason", &reason.to_string())]);
        Self::new("usage", message, exit::USAGE)
    }

    /// There is no such thing.
    #[must_use]
    pub fn unknown(what: &str) -> Self {
        Self::new(
            "unknown",
            tr("fail-unknown", &[("what", what)]),
            exit::REFUSED,
        )
    }

    /// The hub was not there in time.
    #[must_use]
    pub fn unreachable() -> Self {
        Self::new("unreachable", t("fail-unreachable"), exit::UNREACHABLE)
    }

    /// Nobody let the device in.
    #[must_use]
    pub fn not_admitted() -> Self {
        Self::new("not_admitted", t("fail-not-admitted"), exit::REFUSED)
    }

    /// It waits in the outbox.
    #[must_use]
    pub fn queued() -> Self {
        Self::new("queued", t("fail-queued"), exit::UNREACHABLE)
    }

    /// An exercise did not go as it should.
    #[must_use]
    pub fn differed(reason: &str) -> Self {
        Self::new(
            "differed",
            tr("fail-differed", &[("reason", reason)]),
            exit::DIFFERED,
        )
    }

    /// The hub, or the policy of the room, refused.
    #[must_use]
    pub fn refused(code: ErrorCode, detail: Option<&str>) -> Self {
        let mut message = error_text(code);
        if let Some(detail) = detail {
            message = format!("{message} [{detail}]");
        }
        let exit = if matches!(code, ErrorCode::RoomClosed | ErrorCode::RoomShredded) {
            exit::CLOSED
        } else {
            exit::REFUSED
        };
        Self::new(code.as_str(), message, exit)
    }

    /// Something is not what it was.
    #[must_use]
    pub fn tampered(what: &str) -> Self {
        let message = tr("fail-tampered", &[("what", what)]);
        Self::new("tampered", message, exit::REFUSED)
    }

    /// Everybody has it in their order, and it did nothing to the board.
    #[must_use]
    pub fn rejected(reason: Rejected) -> Self {
        let message = tr("fail-rejected", &[("reason", &rejected_text(reason))]);
        Self::new(reason.as_str(), message, exit::REFUSED)
    }

    /// A check digit is wrong, and nobody has said that this is known.
    #[must_use]
    pub fn check_digit(identifier: &str, expected: Option<&str>) -> Self {
        let message = match expected {
            Some(digit) => tr(
                "fail-check-digit",
                &[("identifier", identifier), ("expected", digit)],
            ),
            None => tr("fail-checksum", &[("identifier", identifier)]),
        };
        Self::new("check_digit", message, exit::USAGE)
    }

    /// Whether the hub was not there.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        self.exit == exit::UNREACHABLE
    }

    /// Something in a file is not as it should be.
    #[must_use]
    pub fn refused_as(code: &str, message: String) -> Self {
        Self::new(code, message, exit::REFUSED)
    }

    fn other(code: &str, error: &dyn core::fmt::Display) -> Self {
        let message = tr("fail-refused", &[("reason", &error.to_string())]);
        Self::new(code, message, exit::REFUSED)
    }
}

impl From<crate::agent::FeedError> for Failure {
    fn from(error: crate::agent::FeedError) -> Self {
        match error {
            crate::agent::FeedError::Source(error) => Self::usage(&error),
            crate::agent::FeedError::Engine(error) => error.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse(dir) => {
                let dir = dir.display().to_string();
                Self::new("in_use", tr("fail-in-use", &[("dir", &dir)]), exit::LOCKED)
            }
            StoreError::Missing(dir) => {
                let dir = dir.display().to_string();
                Self::new(
                    "missing",
                    tr("fail-missing", &[("dir", &dir)]),
                    exit::LOCKED,
                )
            }
            StoreError::Exists(dir) => {
                let dir = dir.display().to_string();
                Self::new("exists", tr("fail-exists", &[("dir", &dir)]), exit::LOCKED)
            }
            StoreError::WrongPassphrase => {
                Self::new("wrong_passphrase", t("fail-wrong-passphrase"), exit::LOCKED)
            }
            StoreError::EmptyPassphrase => {
                Self::new("empty_passphrase", t("fail-empty-passphrase"), exit::LOCKED)
            }
            StoreError::Tampered(what) => Self::new(
                "tampered",
                tr("fail-tampered", &[("what", what)]),
                exit::LOCKED,
            ),
            error => Self::system(&error),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable(_) => Self::unreachable(),
            HttpError::Refused(code) => Self::refused(code, None),
            error @ HttpError::Unexpected(_) => Self::other("unexpected", &error),
        }
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        match error {
            AuthorityError::Store(error) => error.into(),
            AuthorityError::Http(error) => error.into(),
            error => Self::other("authority", &error),
        }
    }
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Store(error) => error.into(),
            EnrolError::Http(error) => error.into(),
            EnrolError::NoAnswer => Self::new("no_answer", t("fail-no-answer"), exit::UNREACHABLE),
            EnrolError::Enrolled => Self::new("enrolled", t("fail-enrolled"), exit::REFUSED),
            EnrolError::NotEnrolled => {
                Self::new("not_enrolled", t("fail-not-enrolled"), exit::REFUSED)
            }
            error => Self::other("enrolment", &error),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => error.into(),
            EngineError::Refused { code, detail } => Self::refused(code, detail.as_deref()),
            EngineError::Offline => Self::unreachable(),
            EngineError::Rejected(reason) => Self::rejected(reason),
            EngineError::UnknownRoom => Self::new("no_room", t("fail-no-room"), exit::REFUSED),
            EngineError::Session(SessionError::Ended) => {
                Self::new("room_ended", t("fail-room-ended"), exit::CLOSED)
            }
            EngineError::Session(SessionError::QuorumOutOfReach { quorum, left }) => {
                let numbers = [("quorum", quorum.to_string()), ("left", left.to_string())];
                let numbers = numbers.each_ref().map(|(name, it)| (*name, it.as_str()));
                let message = tr("fail-quorum-reach", &numbers);
                Self::new("quorum_out_of_reach", message, exit::REFUSED)
            }
            EngineError::Session(SessionError::InCompartment(compartment)) => {
                let compartment = compartment.to_string();
                let message = tr("fail-in-compartment", &[("compartment", &compartment)]);
                Self::new("in_compartment", message, exit::REFUSED)
            }
            EngineError::Session(SessionError::NotAgreed) => {
                Self::new("not_agreed", t("fail-not-agreed"), exit::REFUSED)
            }
            EngineError::Session(SessionError::Alone) => {
                Self::new("alone", t("fail-alone"), exit::REFUSED)
            }
            EngineError::Session(SessionError::Policy(refusal)) => {
                let message = tr("fail-refused", &[("reason", &policy_text(refusal.code()))]);
                Self::new("policy", message, exit::REFUSED)
            }
            error => Self::other("engine", &error),
        }
    }
}

impl From<crate::NoEntropy> for Failure {
    fn from(error: crate::NoEntropy) -> Self {
        Self::system(&error)
    }
}
