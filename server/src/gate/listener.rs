//! Connections in the clear, counted as they come.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::{Gate, Gated};

/// How long to wait when the machine can't accept: it has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Takes what the gate lets in.
pub(crate) struct GatedListener {
    listener: TcpListener,
    gate: Arc<Gate>,
}

impl GatedListener {
    pub(crate) fn new(listener: TcpListener, gate: Arc<Gate>) -> Self {
        Self { listener, gate }
    }

    /// The next one that is let in.
    pub(crate) async fn next(&self) -> (Gated<TcpStream>, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    if let Some(stream) = self.gate.enter(stream, peer.ip()) {
                        return (stream, peer);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

impl Listener for GatedListener {
    type Io = Gated<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        self.next().await
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
