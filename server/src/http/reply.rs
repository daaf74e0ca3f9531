//! Errors of the HTTP end points: `{"code": …}` with a fitting status.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entente_protocol::ErrorCode;

use crate::meters;
use crate::store::StoreError;

/// A refusal over HTTP.
pub(super) struct Refused(pub(super) ErrorCode);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(code) = self;
        meters::refused(code);
        let status = match code {
            ErrorCode::UnknownAuthority => StatusCode::FORBIDDEN,
            ErrorCode::BadSignature => StatusCode::UNAUTHORIZED,
            ErrorCode::LimitExceeded | ErrorCode::Busy => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::BadEnrolment | ErrorCode::BadRevocation => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, Json(serde_json::json!({ "code": code }))).into_response()
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::EnrolmentTaken => Self(ErrorCode::BadEnrolment),
            StoreError::TooManyEnrolments => Self(ErrorCode::LimitExceeded),
            error => {
                tracing::error!(%error, "an enrolment request failed");
                Self(ErrorCode::Unavailable)
            }
        }
    }
}
