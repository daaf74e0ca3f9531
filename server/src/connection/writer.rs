//! Writes what is queued; what waits together goes out in one flush.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use bytes::Bytes;
use entente_protocol::limits;
use futures_util::SinkExt as _;
use futures_util::stream::SplitSink;

use super::outbound::Queue;

/// Frames of one flush at most.
const MAX_FLUSH_FRAMES: usize = 64;

/// How long a peer may take to accept one flush before the connection is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

type Sink = SplitSink<WebSocket, Message>;

pub(super) async fn run(mut sink: Sink, mut queue: Queue) {
    let mut frames = Vec::with_capacity(MAX_FLUSH_FRAMES);
    let mut ping = tokio::time::interval(Duration::from_millis(limits::PING_INTERVAL_MS));
    ping.reset();
    loop {
        let is_closing = tokio::select! {
            biased;
            count = queue.frames.recv_many(&mut frames, MAX_FLUSH_FRAMES) => count == 0,
            () = queue.closing.notified() => {
                queue.frames.close();
                false
            }
            _ = ping.tick() => {
                frames.push(Message::Ping(Bytes::new()));
                false
            }
        };
        let written = tokio::time::timeout(WRITE_TIMEOUT, flush(&mut sink, &mut frames)).await;
        if !matches!(written, Ok(Ok(()))) {
            return;
        }
        if is_closing {
            break;
        }
    }
    let close = CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    };
    let goodbye = async {
        sink.send(Message::Close(Some(close))).await?;
        sink.close().await
    };
    // The peer may be gone already, and then nobody is there to be told.
    let _ = tokio::time::timeout(WRITE_TIMEOUT, goodbye).await;
}

async fn flush(sink: &mut Sink, frames: &mut Vec<Message>) -> Result<(), axum::Error> {
    for frame in frames.drain(..) {
        sink.feed(frame).await?;
    }
    sink.flush().await
}
