//! Why a hub did not do what was asked.

use entente_protocol::ErrorCode;

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The hub can't be reached.
    #[error("the hub can't be reached: {0}")]
    Unreachable(String),
    /// The hub refused the hello.
    #[error("the hub refused: {0}")]
    Refused(ErrorCode),
    /// The peer does not speak the protocol.
    #[error("the peer does not speak the protocol")]
    Protocol,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The hub refused; nothing has changed there.
    #[error("the hub refused: {code}{}", detail.as_deref().map(|d| format!(" ({d})")).unwrap_or_default())]
    Refused {
        /// Why.
        code: ErrorCode,
        /// The rule.
        detail: Option<String>,
        /// When to try again.
        retry_after_ms: Option<u64>,
    },
    /// The connection broke before the answer: it may or may not have been carried out.
    #[error("the connection broke before the answer")]
    Lost,
    /// The request is too large to be sent.
    #[error("the request is too large")]
    TooLarge,
}

impl RequestError {
    /// The hub's code, if it refused.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Lost | Self::TooLarge => None,
        }
    }
}
