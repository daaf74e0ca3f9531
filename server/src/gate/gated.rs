//! A connection that is watched until it is known who is there.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use entente_protocol::limits;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::peer::{Phase, Visit};

/// More came before a hello than a hello may have.
#[derive(Debug, thiserror::Error)]
#[error("too large for a hello")]
pub(crate) struct GreetingTooLarge;

/// A stream that ends when its peer is too slow to ask for something over HTTP, or sends too much before its hello.
pub(crate) struct Gated<S> {
    stream: S,
    visit: Arc<Visit>,
    /// Runs while HTTP is spoken.
    patience: Option<Pin<Box<Sleep>>>,
    /// Requests that had come when it began to run.
    seen_requests: u32,
    /// Bytes read since HTTP is over.
    greeting_bytes: usize,
}

impl<S> Gated<S> {
    pub(super) fn new(stream: S, visit: Arc<Visit>) -> Self {
        Self {
            stream,
            visit,
            patience: None,
            seen_requests: 0,
            greeting_bytes: 0,
        }
    }

    pub(crate) fn visit(&self) -> Arc<Visit> {
        self.visit.clone()
    }

    /// Whether the time for the next request is over. Each request begins it anew.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if self.visit.phase() != Phase::Http {
            self.patience = None;
            return false;
        }
        loop {
            let patience = self.patience.get_or_insert_with(|| {
                let timeout = Duration::from_millis(limits::HTTP_TIMEOUT_MS);
                Box::pin(tokio::time::sleep(timeout))
            });
            if patience.as_mut().poll(context).is_pending() {
                return false;
            }
            let requests = self.visit.requests();
            if requests == self.seen_requests {
                return true;
            }
            self.seen_requests = requests;
            self.patience = None;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gated<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Pending if this.is_over(context) => {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Ready(Ok(())) if this.visit.phase() == Phase::Greeting => {
                this.greeting_bytes += buffer.filled().len() - before;
                if this.greeting_bytes > limits::MAX_GREETING_BYTES {
                    return Poll::Ready(Err(io::Error::other(GreetingTooLarge)));
                }
                Poll::Ready(Ok(()))
            }
            read => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gated<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl<S> Drop for Gated<S> {
    fn drop(&mut self) {
        self.visit.leave();
    }
}
