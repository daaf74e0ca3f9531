//! Writes what is queued; what waits together goes out in one flush.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::Bytes;
use entente_protocol::limits;
use futures_util::SinkExt as _;
use futures_util::stream::SplitSink;

use super::outbound::{Parcel, Queue};

/// Parcels of one flush at most.
const MAX_FLUSH_PARCELS: usize = 64;

/// How long a peer may take to accept one flush before the connection is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

type Sink = SplitSink<WebSocket, Message>;

pub(super) async fn run(mut sink: Sink, mut queue: Queue) {
    let mut parcels = Vec::new();
    let mut ping = tokio::time::interval(Duration::from_millis(limits::PING_INTERVAL_MS));
    ping.reset();
    loop {
        let is_closing = tokio::select! {
            biased;
            count = queue.parcels.recv_many(&mut parcels, MAX_FLUSH_PARCELS) => count == 0,
            () = queue.shared.closing() => {
                queue.close();
                false
            }
            _ = ping.tick() => {
                parcels.push(Parcel::Ping);
                false
            }
        };
        let count: usize = parcels.iter().map(Parcel::places).sum();
        let bytes: usize = parcels.iter().map(Parcel::bytes).sum();
        let written = tokio::time::timeout(WRITE_TIMEOUT, flush(&mut sink, &mut parcels)).await;
        if !matches!(written, Ok(Ok(()))) {
            return;
        }
        queue.shared.give_back(count, bytes);
        if is_closing {
            break;
        }
    }
    let close = CloseFrame {
        code: queue.shared.close_code(),
        reason: "".into(),
    };
    let goodbye = async {
        sink.send(Message::Close(Some(close))).await?;
        sink.close().await
    };
    // The peer may be gone already, and then nobody is there to be told.
    let _ = tokio::time::timeout(WRITE_TIMEOUT, goodbye).await;
}

async fn flush(sink: &mut Sink, parcels: &mut Vec<Parcel>) -> Result<(), axum::Error> {
    for parcel in parcels.drain(..) {
        match parcel {
            Parcel::Control(text) => sink.feed(Message::Text(text)).await?,
            Parcel::Frame(frame) => sink.feed(Message::Binary(frame)).await?,
            Parcel::Frames(frames) => {
                for frame in frames.iter() {
                    sink.feed(Message::Binary(frame.clone())).await?;
                }
            }
            Parcel::Ping => sink.feed(Message::Ping(Bytes::new())).await?,
        }
    }
    sink.flush().await
}
