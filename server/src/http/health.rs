//! For those who watch over a hub.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::hub::Hub;
use crate::meters;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the store answers too, and the hub is not about to stop.
pub(super) async fn ready(State(hub): State<Arc<Hub>>) -> (StatusCode, &'static str) {
    if *hub.stopping().borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if hub.store.is_ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "store\n")
    }
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn metrics() -> String {
    meters::text()
}
