//! One device's WebSocket: a challenge, a hello, then requests in and deliveries out.

mod audit;
mod blobs;
mod device_limits;
mod handshake;
mod key_packages;
mod outbound;
mod pushes;
mod reader;
mod requests;
mod writer;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::ws::{WebSocket, close_code};
use entente_protocol::{DeviceId, ErrorCode, HubControl};
use futures_util::{FutureExt as _, StreamExt as _};

pub(crate) use device_limits::DeviceLimits;
pub(crate) use outbound::Outbound;

use crate::gate::Peer;
use crate::hub::Hub;
use crate::meters;

/// Runs a connection to its end.
pub(crate) async fn run(hub: Arc<Hub>, socket: WebSocket, visitor: Peer) {
    let (sink, mut stream) = socket.split();
    let (outbound, queue) = outbound::channel();
    let writer = tokio::spawn(writer::run(sink, queue));
    let mut stopping = hub.stopping();
    tokio::select! {
        biased;
        _ = stopping.wait_for(|stop| *stop) => {
            outbound.control(&HubControl::refused(None, None, ErrorCode::GoingAway));
            outbound.close_with(close_code::AWAY);
        }
        // A fault of ours ends this connection, with an answer, and no other.
        served = AssertUnwindSafe(serve(&hub, &mut stream, &outbound, &visitor)).catch_unwind() => {
            if served.is_err() {
                tracing::error!("a connection's reader panicked");
                outbound.control(&HubControl::refused(None, None, ErrorCode::Unavailable));
                outbound.close_with(close_code::ERROR);
            }
        }
    }
    outbound.close();
    // The writer ends when it has sent what waits, or its own time for that is over.
    if writer.await.is_err() {
        tracing::error!("a connection's writer panicked");
    }
}

async fn serve(hub: &Arc<Hub>, stream: &mut reader::Stream, outbound: &Outbound, visitor: &Peer) {
    let peer = match Box::pin(handshake::run(hub, stream, outbound)).await {
        Ok(peer) => peer,
        Err(code) => {
            if let Some(code) = code {
                meters::refused(code);
                tracing::debug!(%code, "a hello was refused");
                outbound.control(&HubControl::refused(None, None, code));
                outbound.close_with(close_code_of(code));
            }
            return;
        }
    };
    visitor.is_known();
    let _connected = Connected::new(hub, peer.device(), outbound);
    requests::Session::new(hub.clone(), peer, outbound.clone())
        .run(stream)
        .await;
}

/// How a connection is closed for which there was an answer.
const fn close_code_of(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::FrameTooLarge => close_code::SIZE,
        ErrorCode::Unavailable => close_code::ERROR,
        _ => close_code::POLICY,
    }
}

/// The device is known as connected for as long as this lives.
struct Connected<'a> {
    hub: &'a Hub,
    device: DeviceId,
    outbound: &'a Outbound,
}

impl<'a> Connected<'a> {
    fn new(hub: &'a Hub, device: DeviceId, outbound: &'a Outbound) -> Self {
        hub.connect(device, outbound.clone());
        tracing::debug!(%device, "connected");
        Self {
            hub,
            device,
            outbound,
        }
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.hub.disconnect(self.device, self.outbound);
        tracing::debug!(device = %self.device, "disconnected");
    }
}
