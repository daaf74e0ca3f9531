//! What comes in from a peer.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use entente_protocol::limits;
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;

pub(super) type Stream = SplitStream<WebSocket>;

/// One frame of a peer.
pub(super) enum Received {
    Binary(Bytes),
    Text(axum::extract::ws::Utf8Bytes),
    /// Over the limit and even over the slack: the stream can't go on.
    TooLarge,
    /// The peer is gone, silent for too long, or speaks no WebSocket.
    Gone,
}

/// The next binary or text frame; pings and pongs only show that the peer lives.
pub(super) async fn next(stream: &mut Stream) -> Received {
    let patience = Duration::from_millis(limits::IDLE_TIMEOUT_MS);
    loop {
        match tokio::time::timeout(patience, stream.next()).await {
            Ok(Some(Ok(Message::Binary(bytes)))) => return Received::Binary(bytes),
            Ok(Some(Ok(Message::Text(text)))) => return Received::Text(text),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            Ok(Some(Err(error))) if is_too_large(&error) => return Received::TooLarge,
            Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return Received::Gone,
        }
    }
}

/// axum hides the library's error; its text is the only way to tell.
fn is_too_large(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        let text = error.to_string();
        if text.contains("too long") || text.contains("too large") || text.contains("too big") {
            return true;
        }
        source = error.source();
    }
    false
}
