//! Writes what is queued; what waits together goes out together.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::time::Duration;

use entente_protocol::limits;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::outbound::Queue;
use super::wire::Wire;

/// Buffers of one write at most.
const MAX_SLICES: usize = 64;

/// How long a peer may take to accept what is written before the connection is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// Runs until the queue ends, and says goodbye then.
pub(super) async fn run(mut socket: impl AsyncWrite + Unpin, queue: Queue) {
    let mut ping = tokio::time::interval(Duration::from_millis(limits::PING_INTERVAL_MS));
    ping.reset();
    loop {
        let wires = tokio::select! {
            biased;
            wires = queue.next() => wires,
            _ = ping.tick() => {
                if !write(&mut socket, &[Wire::ping()]).await {
                    return;
                }
                continue;
            }
        };
        if wires.is_empty() {
            break;
        }
        if !write(&mut socket, &wires).await {
            return;
        }
        queue.give_back(&wires);
    }
    // The peer may be gone already, and then nobody is there to be told.
    if write(&mut socket, &[Wire::close(queue.close_code())]).await {
        let _ = tokio::time::timeout(WRITE_TIMEOUT, socket.shutdown()).await;
    }
}

/// False if the peer is gone, or takes nothing for too long.
async fn write(socket: &mut (impl AsyncWrite + Unpin), wires: &[Wire]) -> bool {
    let written = tokio::time::timeout(WRITE_TIMEOUT, write_all(socket, wires)).await;
    matches!(written, Ok(Ok(())))
}

async fn write_all(socket: &mut (impl AsyncWrite + Unpin), mut wires: &[Wire]) -> io::Result<()> {
    // Bytes of the first one that are written.
    let mut begun = 0;
    while let Some(first) = wires.first() {
        let mut written = poll_fn(|context| {
            let mut slices = [IoSlice::new(&[]); MAX_SLICES];
            for (slice, wire) in slices.iter_mut().zip(wires) {
                *slice = IoSlice::new(wire.bytes());
            }
            slices[0] = IoSlice::new(first.bytes().get(begun..).unwrap_or_default());
            let count = wires.len().min(MAX_SLICES);
            Pin::new(&mut *socket).poll_write_vectored(context, &slices[..count])
        })
        .await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        written += begun;
        begun = 0;
        while let Some((wire, rest)) = wires.split_first() {
            if written < wire.len() {
                begun = written;
                break;
            }
            written -= wire.len();
            wires = rest;
        }
    }
    socket.flush().await
}
