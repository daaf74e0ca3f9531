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

/// `GET /readyz`: the store answers too, and the hub is not about to stop. A broker that is away is
/// told and no reason to send devices elsewhere: the hub looks at the database more often instead.
pub(super) async fn ready(State(hub): State<Arc<Hub>>) -> (StatusCode, &'static str) {
    if *hub.stopping().borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if hub.store.is_ready().await {
        let is_alone = hub.bus.is_configured() && !hub.bus.is_connected();
        let body = if is_alone {
            "ready\nbroker unreachable, polling\n"
        } else {
            "ready\n"
        };
        (StatusCode::OK, body)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "store\n")
    }
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn metrics() -> String {
    meters::text()
}
