//! Short HTTP requests to a hub's enrolment end points.

use entente_protocol::{ErrorCode, limits};

use crate::HubUrl;

/// Why a request got no useful answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The hub can't be reached.
    #[error("the hub can't be reached: {0}")]
    Unreachable(String),
    /// The hub refused.
    #[error("the hub refused: {0}")]
    Refused(ErrorCode),
    /// The hub answered something that is none of the protocol's.
    #[error("the hub answered with status {0}")]
    Unexpected(u16),
}

/// An answer: status and body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn post(hub: &HubUrl, path: &str, body: Vec<u8>) -> Result<Answer, HttpError> {
    let url = hub.http(path);
    blocking(move || agent().post(&url).send(&body)).await
}

pub(crate) async fn get(hub: &HubUrl, path: &str) -> Result<Answer, HttpError> {
    let url = hub.http(path);
    blocking(move || agent().get(&url).call()).await
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_secs(20)))
        .build()
        .into()
}

type Response = ureq::http::Response<ureq::Body>;

async fn blocking(
    work: impl FnOnce() -> Result<Response, ureq::Error> + Send + 'static,
) -> Result<Answer, HttpError> {
    let unreachable = |error: ureq::Error| HttpError::Unreachable(error.to_string());
    let read = move || {
        let mut response = work().map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(limits::MAX_FRAME_BYTES as u64)
            .read_to_vec()
            .map_err(unreachable)?;
        Ok(Answer { status, body })
    };
    let answer = tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| HttpError::Unreachable(error.to_string()))??;
    if answer.status < 400 || answer.status == 404 {
        return Ok(answer);
    }
    #[derive(serde::Deserialize)]
    struct Refusal {
        code: ErrorCode,
    }
    match serde_json::from_slice::<Refusal>(&answer.body) {
        Ok(refusal) => Err(HttpError::Refused(refusal.code)),
        Err(_) => Err(HttpError::Unexpected(answer.status)),
    }
}
