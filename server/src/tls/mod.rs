//! TLS before HTTP: certificates from files, read again when asked, without losing a connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;
use crate::gate::{Gated, GatedListener};

/// How long a peer may take for its handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Handshakes at once; whoever comes then waits.
const MAX_HANDSHAKES: usize = 1_024;

/// Why certificate and key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate chain.
    #[error("certificate {path}: {reason}")]
    Certificate {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// The key.
    #[error("key {path}: {reason}")]
    Key {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// They don't go together.
    #[error("certificate and key: {0}")]
    Pair(tokio_rustls::rustls::Error),
}

/// Reads certificate and key again; connections that are there stay.
#[derive(Clone)]
pub struct Reloader {
    files: TlsFiles,
    config: watch::Sender<Arc<ServerConfig>>,
}

impl Reloader {
    pub(crate) fn new(files: TlsFiles) -> Result<Self, TlsError> {
        let config = watch::Sender::new(read(&files)?);
        Ok(Self { files, config })
    }

    /// Reads the files; what can't be used leaves everything as it is.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        self.config.send_replace(read(&self.files)?);
        Ok(())
    }

    /// Takes connections that come in by `listener`.
    pub(crate) fn listen(&self, listener: GatedListener, address: SocketAddr) -> TlsListener {
        let (ready, accepted) = mpsc::channel(MAX_HANDSHAKES);
        tokio::spawn(accept(listener, self.config.subscribe(), ready));
        TlsListener { accepted, address }
    }
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let bad_certificate = |reason: String| TlsError::Certificate {
        path: files.certificate.display().to_string(),
        reason,
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| bad_certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(bad_certificate("no certificate in it".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| TlsError::Key {
        path: files.key.display().to_string(),
        reason: error.to_string(),
    })?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)?;
    // The WebSocket is one of HTTP/1.1.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Each handshake in a task of its own: who is slow holds up nobody.
async fn accept(
    listener: GatedListener,
    config: watch::Receiver<Arc<ServerConfig>>,
    ready: mpsc::Sender<(TlsStream<Gated<TcpStream>>, SocketAddr)>,
) {
    let handshakes = Arc::new(Semaphore::new(MAX_HANDSHAKES));
    loop {
        let Ok(place) = handshakes.clone().acquire_owned().await else {
            return;
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.next() => accepted,
            () = ready.closed() => return,
        };
        let acceptor = TlsAcceptor::from(config.borrow().clone());
        let ready = ready.clone();
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await;
            drop(place);
            match handshake {
                Ok(Ok(stream)) => drop(ready.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        });
    }
}

/// Connections whose handshake is done.
pub(crate) struct TlsListener {
    accepted: mpsc::Receiver<(TlsStream<Gated<TcpStream>>, SocketAddr)>,
    address: SocketAddr,
}

impl Listener for TlsListener {
    type Io = TlsStream<Gated<TcpStream>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            None => core::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests;
