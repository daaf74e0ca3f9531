//! One device's WebSocket: a challenge, a hello, then requests in and deliveries out.

mod handshake;
mod outbound;
mod reader;
mod requests;
mod writer;

use std::sync::Arc;

use axum::extract::ws::WebSocket;
use entente_protocol::{ErrorCode, HubControl};
use futures_util::StreamExt as _;

pub(crate) use outbound::Outbound;

use crate::hub::Hub;
use crate::meters;

/// Runs a connection to its end.
pub(crate) async fn run(hub: Arc<Hub>, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let (outbound, queue) = outbound::channel();
    let writer = tokio::spawn(writer::run(sink, queue));
    let mut stopping = hub.stopping();
    tokio::select! {
        biased;
        _ = stopping.wait_for(|stop| *stop) => {
            outbound.control(&HubControl::refused(None, None, ErrorCode::GoingAway));
        }
        () = serve(&hub, &mut stream, &outbound) => {}
    }
    outbound.close();
    // The writer ends when it has sent what waits, or its own time for that is over.
    if writer.await.is_err() {
        tracing::error!("a connection's writer panicked");
    }
}

async fn serve(hub: &Arc<Hub>, stream: &mut reader::Stream, outbound: &Outbound) {
    let peer = match handshake::run(hub, stream, outbound).await {
        Ok(peer) => peer,
        Err(code) => {
            if let Some(code) = code {
                meters::refused(code);
                tracing::debug!(%code, "a hello was refused");
                outbound.control(&HubControl::refused(None, None, code));
            }
            return;
        }
    };
    let device = peer.device();
    hub.connect(device, outbound.clone());
    tracing::debug!(%device, "connected");
    requests::Session::new(hub.clone(), peer, outbound.clone())
        .run(stream)
        .await;
    hub.disconnect(device, outbound);
    tracing::debug!(%device, "disconnected");
}
