//! Why the engine did not do what was asked.

use entente_protocol::{DeviceId, ErrorCode};
use entente_room::{Rejected, SessionError};

use crate::NoEntropy;
use crate::connection::RequestError;
use crate::store::StoreError;

/// Errors of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
    /// The device does not know that room.
    #[error("this device knows no such room")]
    UnknownRoom,
    /// The hub refused.
    #[error("the hub refused: {code}{}", detail.as_deref().map(|d| format!(" ({d})")).unwrap_or_default())]
    Refused {
        /// Why.
        code: ErrorCode,
        /// The rule.
        detail: Option<String>,
    },
    /// The session refused.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Everybody has the event in their order, and it did nothing to the board.
    #[error("no effect: {0}")]
    Rejected(Rejected),
    /// The sealed store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub has no key package of a device.
    #[error("no key package of {0}")]
    NoKeyPackage(DeviceId),
    /// The hub is not there, and the request needs it.
    #[error("the hub can't be reached")]
    Offline,
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl From<RequestError> for EngineError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused { code, detail, .. } => Self::Refused { code, detail },
            RequestError::Lost => Self::Offline,
            RequestError::TooLarge => Self::Session(SessionError::TooLarge),
        }
    }
}
