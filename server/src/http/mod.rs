//! The HTTP end points: the WebSocket, enrolment, health, and the web client below them.

mod cors;
mod enrolment;
mod health;
mod reply;
mod revocation;
mod upgrade;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use entente_protocol::{WEBSOCKET_PATH, limits};

use crate::gate;
use crate::hub::Hub;
use crate::web::{self, Site};

pub(crate) fn router(hub: Arc<Hub>, site: Site) -> Router {
    let site = Arc::new(site);
    Router::new()
        .route(WEBSOCKET_PATH, get(upgrade::connect))
        .route(
            "/v1/enrolments",
            post(enrolment::post_request).layer(from_fn(cors::any_origin)),
        )
        .route(
            "/v1/enrolments/{authority}/{ticket}",
            get(enrolment::get_answer).layer(from_fn(cors::any_origin)),
        )
        .route(
            "/v1/push-key",
            get(push_key).layer(from_fn(cors::any_origin)),
        )
        .route(
            "/v1/desk",
            post(enrolment::desk)
                .layer(DefaultBodyLimit::max(limits::MAX_FRAME_BYTES))
                .layer(from_fn_with_state(hub.clone(), enrolment::one_of_few)),
        )
        .route(
            "/v1/revocations",
            post(revocation::post).layer(DefaultBodyLimit::max(limits::MAX_MESSAGE_BYTES)),
        )
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(move |request: Request| async move { web::answer(&site, &request) })
        .layer(DefaultBodyLimit::max(limits::MAX_ENROLMENT_BODY_BYTES))
        .layer(from_fn(gate::admit))
        .with_state(hub)
}

/// `GET /v1/push-key`: what a browser needs to subscribe.
async fn push_key(State(hub): State<Arc<Hub>>) -> String {
    hub.pusher.public_key().to_owned()
}
