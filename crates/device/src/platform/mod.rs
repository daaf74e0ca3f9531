//! What the command line and the browser do each in their own way. Everything that is handed out can
//! be sent between threads, so that the code above is one: in the browser it holds ends of channels,
//! and tasks that stay where they are hold the rest.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod surroundings;
#[cfg(not(target_arch = "wasm32"))]
mod tls;

use core::pin::Pin;

use entente_protocol::ErrorCode;
use futures_util::{Sink, Stream};

#[cfg(target_arch = "wasm32")]
pub use browser::{dial, get, last_received_ms, post, sleep, spawn};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{dial, get, post, post_to, sleep, spawn};
pub use surroundings::{Here, Surroundings};
#[cfg(not(target_arch = "wasm32"))]
pub use tls::{tls_provider, trusted_roots};

/// Something that is done later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What goes over a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A control message.
    Text(String),
    /// A frame.
    Binary(Vec<u8>),
}

/// The connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// A WebSocket to a hub.
pub struct Socket {
    /// To the hub.
    pub sink: Pin<Box<dyn Sink<Message, Error = Gone> + Send>>,
    /// From the hub; ends with the connection.
    pub stream: Pin<Box<dyn Stream<Item = Message> + Send>>,
}

impl core::fmt::Debug for Socket {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Socket")
    }
}

/// Why a short HTTP request got no useful answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The hub can't be reached.
    #[error("the hub can't be reached: {0}")]
    Unreachable(String),
    /// The hub refused.
    #[error("the hub refused: {0}")]
    Refused(ErrorCode),
    /// The hub answered something that is none of the protocol's.
    #[error("the hub answered with status {0}")]
    Unexpected(u16),
}

/// An answer to a short HTTP request.
#[derive(Debug)]
pub struct Reply {
    /// Its status: below 400, or 404.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

fn checked(reply: Reply) -> Result<Reply, HttpError> {
    if reply.status < 400 || reply.status == 404 {
        return Ok(reply);
    }
    #[derive(serde::Deserialize)]
    struct Refusal {
        code: ErrorCode,
    }
    match serde_json::from_slice::<Refusal>(&reply.body) {
        Ok(refusal) => Err(HttpError::Refused(refusal.code)),
        Err(_) => Err(HttpError::Unexpected(reply.status)),
    }
}

/// Waits for `work` for so many milliseconds at most; none if that was not enough.
pub async fn within<T>(wait_ms: u64, work: impl Future<Output = T>) -> Option<T> {
    before(sleep(wait_ms), work).await
}

/// Waits for `work` until `end` comes.
pub(crate) async fn before<T>(end: Later<'_, ()>, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = end => None,
    }
}
