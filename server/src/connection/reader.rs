//! What comes in from a peer.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use entente_protocol::limits;
use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, Join, Sink, join, sink};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::outbound::Outbound;
use crate::gate::GreetingTooLarge;

/// The reading half of a WebSocket. What the library would answer by itself goes nowhere: everything that is written goes
/// through the connection's queue.
pub(super) struct Stream<R> {
    socket: WebSocketStream<Join<R, Sink>>,
    outbound: Outbound,
}

/// One frame of a peer.
pub(super) enum Received {
    Binary(Bytes),
    Text(Utf8Bytes),
    /// Over the limit and even over the slack: the stream can't go on.
    TooLarge,
    /// Nothing but pings.
    Flood,
    /// It speaks no WebSocket, or no UTF-8: the code with which it is told so.
    Broken(CloseCode),
    /// The peer is gone or silent for too long, or has said goodbye and is answered.
    Gone,
}

impl<R: AsyncRead + Unpin> Stream<R> {
    pub(super) async fn new(socket: R, outbound: Outbound) -> Self {
        let largest = limits::MAX_FRAME_BYTES + limits::FRAME_SLACK_BYTES;
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::SOCKET_BUFFER_BYTES)
            .max_message_size(Some(largest))
            .max_frame_size(Some(largest));
        let socket = join(socket, sink());
        let socket = WebSocketStream::from_raw_socket(socket, Role::Server, Some(config)).await;
        Self { socket, outbound }
    }

    /// The next binary or text frame; pings and pongs only show that the peer lives, as long as `may_ping` lets them.
    pub(super) async fn next(&mut self, mut may_ping: impl FnMut() -> bool) -> Received {
        let patience = Duration::from_millis(limits::IDLE_TIMEOUT_MS);
        loop {
            let Ok(next) = tokio::time::timeout(patience, self.socket.next()).await else {
                return Received::Gone;
            };
            match next {
                Some(Ok(Message::Binary(bytes))) => return Received::Binary(bytes),
                Some(Ok(Message::Text(text))) => return Received::Text(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) if !may_ping() => {
                    return Received::Flood;
                }
                Some(Ok(Message::Ping(said))) => self.outbound.pong(&said),
                Some(Ok(Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(said))) => {
                    let code = said.map_or(CloseCode::Normal, |said| said.code);
                    self.outbound.close_with(answer_to(code));
                    return Received::Gone;
                }
                Some(Err(error)) => return broken(&error),
                None => return Received::Gone,
            }
        }
    }
}

/// A goodbye is answered with its own code, if it is one that may be said.
fn answer_to(code: CloseCode) -> CloseCode {
    if code.is_allowed() {
        code
    } else {
        CloseCode::Protocol
    }
}

fn is_too_large(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|cause| cause.is::<GreetingTooLarge>())
}

fn broken(error: &Error) -> Received {
    match error {
        Error::Capacity(_) => Received::TooLarge,
        Error::Io(error) if is_too_large(error) => Received::TooLarge,
        Error::Utf8(_) => Received::Broken(CloseCode::Invalid),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Received::Gone,
        Error::Protocol(_) => Received::Broken(CloseCode::Protocol),
        _ => Received::Gone,
    }
}
