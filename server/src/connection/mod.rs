//! One device's WebSocket: a challenge, a hello, then requests in and deliveries out.

mod device_limits;
mod handshake;
mod outbound;
mod reader;
mod session;
mod wire;
mod writer;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use entente_protocol::{DeviceId, ErrorCode, HubControl};
use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

pub(crate) use device_limits::DeviceLimits;
pub(crate) use outbound::Outbound;
#[cfg(test)]
pub(crate) use outbound::channel;
pub(crate) use wire::Wire;

use reader::Stream;

use crate::gate::Peer;
use crate::hub::Hub;
use crate::meters;

/// How long a peer has to answer the hub's goodbye before its connection is dropped.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs a connection to its end.
pub(crate) async fn run(hub: Arc<Hub>, socket: Upgraded, visitor: Peer) {
    let (incoming, outgoing) = tokio::io::split(TokioIo::new(socket));
    let (outbound, queue) = outbound::channel();
    let mut writer = tokio::spawn(writer::run(outgoing, queue)).fuse();
    let mut stream = Stream::new(incoming, outbound.clone()).await;
    let mut stopping = hub.stopping();
    let said_goodbye = async {
        if (&mut writer).await.is_err() {
            tracing::error!("a connection's writer panicked");
        }
        tokio::time::sleep(GOODBYE_TIMEOUT).await;
    };
    tokio::select! {
        biased;
        _ = stopping.wait_for(|stop| *stop) => {
            outbound.control(&HubControl::refused(None, None, ErrorCode::GoingAway));
            outbound.close_with(CloseCode::Away);
        }
        // A fault of ours ends this connection, with an answer, and no other.
        served = AssertUnwindSafe(serve(&hub, &mut stream, &outbound, &visitor)).catch_unwind() => {
            if served.is_err() {
                tracing::error!("a connection's reader panicked");
                outbound.control(&HubControl::refused(None, None, ErrorCode::Unavailable));
                outbound.close_with(CloseCode::Error);
            }
        }
        // The hub has ended it, and the peer does not answer to that.
        () = said_goodbye => {}
    }
    outbound.close();
    // The writer ends when it has sent what waits, or its own time for that is over.
    if !writer.is_terminated() && writer.await.is_err() {
        tracing::error!("a connection's writer panicked");
    }
}

async fn serve<R: AsyncRead + Unpin>(
    hub: &Arc<Hub>,
    stream: &mut Stream<R>,
    outbound: &Outbound,
    visitor: &Peer,
) {
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
    session::Session::new(hub.clone(), peer, outbound.clone())
        .run(stream)
        .await;
}

/// How a connection is closed for which there was an answer.
const fn close_code_of(code: ErrorCode) -> CloseCode {
    match code {
        ErrorCode::FrameTooLarge => CloseCode::Size,
        ErrorCode::Unavailable => CloseCode::Error,
        _ => CloseCode::Policy,
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
