//! What comes in from a peer.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, close_code};
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
    /// Nothing but pings.
    Flood,
    /// It speaks no WebSocket, or no UTF-8: the code with which it is told so.
    Broken(u16),
    /// The peer is gone or silent for too long.
    Gone,
}

/// The next binary or text frame; pings and pongs only show that the peer lives, as long as `may_ping` lets them.
pub(super) async fn next(stream: &mut Stream, mut may_ping: impl FnMut() -> bool) -> Received {
    let patience = Duration::from_millis(limits::IDLE_TIMEOUT_MS);
    loop {
        match tokio::time::timeout(patience, stream.next()).await {
            Ok(Some(Ok(Message::Binary(bytes)))) => return Received::Binary(bytes),
            Ok(Some(Ok(Message::Text(text)))) => return Received::Text(text),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {
                if !may_ping() {
                    return Received::Flood;
                }
            }
            Ok(Some(Err(error))) => return broken(&error),
            Ok(Some(Ok(Message::Close(_))) | None) | Err(_) => return Received::Gone,
        }
    }
}

/// axum hides the library's error; its text is the only way to tell.
fn broken(error: &axum::Error) -> Received {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        let text = error.to_string();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["too long", "too large", "too big"]) {
            return Received::TooLarge;
        }
        if says(&["UTF-8"]) {
            return Received::Broken(close_code::INVALID);
        }
        if says(&["without closing handshake", "Connection reset"]) {
            return Received::Gone;
        }
        if says(&["protocol error"]) {
            return Received::Broken(close_code::PROTOCOL);
        }
        source = error.source();
    }
    Received::Gone
}
