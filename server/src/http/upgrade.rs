//! From HTTP to a WebSocket (RFC 6455 §4.2). The connection is taken over as it is: what goes out over it is encoded
//! once for all who get it, and not by a library for each of them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use entente_protocol::SUBPROTOCOL;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use crate::connection;
use crate::gate::Peer;
use crate::hub::Hub;

/// `GET /v1/connect`. Anything but a request for version 13 is answered with 426 and what is spoken here.
pub(super) async fn connect(
    State(hub): State<Arc<Hub>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
) -> Response {
    let Ok(mut response) = create_response_with_body(&request, Body::empty) else {
        return refusal();
    };
    if offers_our_protocol(&request) {
        let ours = HeaderValue::from_static(SUBPROTOCOL);
        let headers = response.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, ours);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    peer.upgraded();
    tokio::spawn(async move {
        match upgrade.await {
            Ok(socket) => connection::run(hub, socket, peer).await,
            Err(error) => tracing::debug!(%error, "a connection that is gone already"),
        }
    });
    response
}

fn offers_our_protocol(request: &Request) -> bool {
    let offers = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let mut names = offers
        .iter()
        .filter_map(|offer| offer.to_str().ok())
        .flat_map(|offer| offer.split(','));
    names.any(|name| name.trim() == SUBPROTOCOL)
}

fn refusal() -> Response {
    let mut response = StatusCode::UPGRADE_REQUIRED.into_response();
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(
        header::SEC_WEBSOCKET_VERSION,
        HeaderValue::from_static("13"),
    );
    response
}
