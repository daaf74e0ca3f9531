//! Who asks, as the router sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::serve::IncomingStream;
use entente_protocol::{ErrorCode, limits};

use super::{Gate, GatedListener};
use crate::meters;
use crate::tls::TlsListener;

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    Http = 0,
    /// A WebSocket, and nobody has said hello.
    Greeting = 1,
    /// The hello was good.
    Known = 2,
}

/// What a connection, its stream and the router know of one another.
pub(crate) struct Visit {
    gate: Arc<Gate>,
    origin: IpAddr,
    /// One of too many from its address: it is told so, and nothing else.
    is_surplus: bool,
    phase: AtomicU8,
    requests: AtomicU32,
}

impl Visit {
    pub(super) fn new(gate: Arc<Gate>, origin: IpAddr, is_surplus: bool) -> Arc<Self> {
        Arc::new(Self {
            gate,
            origin,
            is_surplus,
            phase: AtomicU8::new(Phase::Http as u8),
            requests: AtomicU32::new(0),
        })
    }

    pub(super) fn leave(&self) {
        self.gate.leave(self.origin);
    }

    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Http,
            1 => Phase::Greeting,
            _ => Phase::Known,
        }
    }

    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }
}

/// The other end of a connection.
#[derive(Clone)]
pub(crate) struct Peer(Arc<Visit>);

impl Peer {
    /// It speaks WebSocket from here on.
    pub(crate) fn upgraded(&self) {
        self.0.phase.store(Phase::Greeting as u8, Ordering::Relaxed);
    }

    /// It has said who it is.
    pub(crate) fn is_known(&self) {
        self.0.phase.store(Phase::Known as u8, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, GatedListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, GatedListener>) -> Self {
        Self(stream.io().visit())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(stream.io().get_ref().0.visit())
    }
}

/// Lets a request in if its address has not asked too much, and gives it up if it takes too long to come.
pub(crate) async fn admit(
    ConnectInfo(Peer(visit)): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    visit.requests.fetch_add(1, Ordering::Relaxed);
    if visit.is_surplus {
        meters::turned_away("address");
        return too_many("CONNECTIONS_PER_ADDRESS", 1_000);
    }
    if let Err(wait_ms) = visit.gate.check_rate(visit.origin) {
        meters::turned_away("rate");
        return too_many("REQUESTS_PER_SECOND_PER_ADDRESS", wait_ms);
    }
    let patience = Duration::from_millis(limits::HTTP_TIMEOUT_MS);
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

fn too_many(limit: &str, wait_ms: u64) -> Response {
    let code = ErrorCode::RateLimited;
    meters::refused(code);
    let body = serde_json::json!({ "code": code, "detail": limit, "retry_after_ms": wait_ms });
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::RETRY_AFTER, wait_ms.div_ceil(1_000).into());
    response
}
