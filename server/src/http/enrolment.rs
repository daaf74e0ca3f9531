//! Carrying enrolment requests and answers between devices and their authority's desk.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use entente_protocol::{
    DeskBatch, DeskPoll, EnrolmentRequest, ErrorCode, Fingerprint, TicketId, desk_poll_bytes,
    limits,
};
use entente_trust::Authority;

use super::reply::Refused;
use crate::hub::Hub;
use crate::store::EnrolmentState;

/// `POST /v1/enrolments`: a device's request, kept for the desk. The same again is the same.
pub(super) async fn post_request(
    State(hub): State<Arc<Hub>>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let request =
        EnrolmentRequest::decode(&body).map_err(|_| Refused(ErrorCode::MalformedFrame))?;
    if !hub.serves(request.authority).await? {
        return Err(Refused(ErrorCode::UnknownAuthority));
    }
    hub.store
        .post_enrolment(request, hub.clock.now_ms())
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// `GET /v1/enrolments/{authority}/{ticket}`: 200 with the answer, 204 while it is waited for, 404
/// if there is no such request, 409 if the desk refused it.
pub(super) async fn get_answer(
    State(hub): State<Arc<Hub>>,
    Path((authority, ticket)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let malformed = |_| Refused(ErrorCode::MalformedFrame);
    let authority: Fingerprint = authority.parse().map_err(malformed)?;
    let ticket: TicketId = ticket.parse().map_err(malformed)?;
    Ok(match hub.store.enrolment(authority, ticket).await? {
        EnrolmentState::Answered(answer) => answer.into_response(),
        EnrolmentState::Waiting => StatusCode::NO_CONTENT.into_response(),
        EnrolmentState::Unknown => StatusCode::NOT_FOUND.into_response(),
        EnrolmentState::Refused => return Err(Refused(ErrorCode::BadEnrolment)),
    })
}

/// Nobody is known before the whole poll is there: only few are read at once.
pub(super) async fn one_of_few(
    State(hub): State<Arc<Hub>>,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    let _place = hub
        .desks
        .try_acquire()
        .map_err(|_| Refused(ErrorCode::Busy))?;
    Ok(next.run(request).await)
}

/// `POST /v1/desk`: an authority hands in answers and fetches what waits.
pub(super) async fn desk(State(hub): State<Arc<Hub>>, body: Bytes) -> Result<Vec<u8>, Refused> {
    let poll = DeskPoll::decode(&body).map_err(|_| Refused(ErrorCode::MalformedFrame))?;
    let now_ms = hub.clock.now_ms();
    let authority = check(&hub, &poll, now_ms).map_err(Refused)?;
    let root = authority.fingerprint();
    hub.store
        .register_authority(authority.clone(), now_ms)
        .await?;
    hub.authorities.add(authority);
    let answers = poll
        .answers
        .into_iter()
        .map(|one| (one.ticket, one.answer))
        .collect();
    hub.store.answer_enrolments(root, answers, now_ms).await?;
    let requests = hub.store.waiting_enrolments(root).await?;
    DeskBatch {
        time_ms: now_ms,
        requests,
    }
    .encode()
    .map_err(|_| Refused(ErrorCode::LimitExceeded))
}

fn check(hub: &Hub, poll: &DeskPoll, now_ms: u64) -> Result<Authority, ErrorCode> {
    let is_ours = hub
        .names
        .iter()
        .any(|name| name.as_bytes() == poll.hub_name.as_slice());
    if !is_ours {
        return Err(ErrorCode::WrongHub);
    }
    if poll.time_ms.abs_diff(now_ms) > limits::CLOCK_TOLERANCE_MS {
        return Err(ErrorCode::BadSignature);
    }
    let authority =
        Authority::from_der(poll.root.as_slice()).map_err(|_| ErrorCode::BadCertificate)?;
    authority
        .check_time(now_ms)
        .map_err(|_| ErrorCode::CertificateExpired)?;
    if !hub.authorities.admits(authority.fingerprint()) {
        return Err(ErrorCode::UnknownAuthority);
    }
    authority
        .verify(&desk_poll_bytes(poll), poll.signature.as_slice())
        .map_err(|_| ErrorCode::BadSignature)?;
    Ok(authority)
}
