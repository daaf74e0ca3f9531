//! The connection to a TAK server: events of XML in both directions, over TCP or TLS.

use std::path::PathBuf;
use std::sync::Arc;

use entente_device::platform;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::cot::{CotEvent, Frames};

/// Bytes that are read at once.
const READ_BYTES: usize = 16 * 1024;

/// Where a TAK server is: `tcp://HOST:PORT` or `tls://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakServer {
    host: String,
    port: u16,
    is_tls: bool,
}

/// Not an address of a TAK server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tcp://HOST:PORT or tls://HOST:PORT")]
pub struct TakServerError;

impl core::str::FromStr for TakServer {
    type Err = TakServerError;

    fn from_str(text: &str) -> Result<Self, TakServerError> {
        let (scheme, rest) = text.split_once("://").ok_or(TakServerError)?;
        let is_tls = match scheme {
            "tcp" => false,
            "tls" | "ssl" => true,
            _ => return Err(TakServerError),
        };
        let (host, port) = rest.rsplit_once(':').ok_or(TakServerError)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(TakServerError);
        }
        Ok(Self {
            host: host.to_owned(),
            port: port.parse().map_err(|_| TakServerError)?,
            is_tls,
        })
    }
}

impl core::fmt::Display for TakServer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Files of TLS, PEM: whom to believe, and who this is. TAK servers mostly have an authority of their own and ask for a
/// certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakFiles {
    /// Root certificates; without them those of the machine.
    pub roots: Option<PathBuf>,
    /// Certificate and its chain.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
}

type Reading = Box<dyn AsyncRead + Send + Unpin>;
type Writing = Box<dyn AsyncWrite + Send + Unpin>;

/// Connects; gives both directions.
pub(super) async fn connect(
    server: &TakServer,
    files: &TakFiles,
) -> Result<(Reading, Writing), String> {
    let words = |error: std::io::Error| error.to_string();
    let stream = TcpStream::connect((server.host.as_str(), server.port))
        .await
        .map_err(words)?;
    if !server.is_tls {
        let (reading, writing) = stream.into_split();
        return Ok((Box::new(reading), Box::new(writing)));
    }
    let name = ServerName::try_from(server.host.clone()).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(config(files)?));
    let stream = connector.connect(name, stream).await.map_err(words)?;
    let (reading, writing) = tokio::io::split(stream);
    Ok((Box::new(reading), Box::new(writing)))
}

fn config(files: &TakFiles) -> Result<ClientConfig, String> {
    let words = |error: &dyn core::fmt::Display| error.to_string();
    let mut roots = RootCertStore::empty();
    match &files.roots {
        Some(path) => roots.add_parsable_certificates(certificates(path)?),
        None => roots.add_parsable_certificates(platform::trusted_roots()),
    };
    let config = ClientConfig::builder_with_provider(platform::tls_provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| words(&error))?
        .with_root_certificates(roots);
    let Some((certificate, key)) = files.certificate.as_ref().zip(files.key.as_ref()) else {
        return Ok(config.with_no_client_auth());
    };
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| words(&error))?;
    config
        .with_client_auth_cert(certificates(certificate)?, key)
        .map_err(|error| words(&error))
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, String> {
    let words = |error: &dyn core::fmt::Display| format!("{}: {error}", path.display());
    let all = CertificateDer::pem_file_iter(path).map_err(|error| words(&error))?;
    let all: Result<Vec<_>, _> = all.collect();
    all.map_err(|error| words(&error))
}

/// What comes from the server.
pub(super) enum Heard {
    /// An event, and its XML.
    Event(Box<CotEvent>, String),
    /// Something that is none.
    Bad,
    /// The connection has ended.
    End(String),
}

/// Reads until the connection ends, or nobody takes what is read.
pub(super) async fn listen(mut from: Reading, to: mpsc::Sender<Heard>) {
    let mut frames = Frames::default();
    let mut bytes = vec![0; READ_BYTES];
    let why = loop {
        match from.read(&mut bytes).await {
            Ok(0) => break "end".to_owned(),
            Ok(count) => frames.push(bytes.get(..count).unwrap_or_default()),
            Err(error) => break error.to_string(),
        }
        while let Some(frame) = frames.next() {
            let heard = match frame {
                Err(()) => Heard::Bad,
                Ok(xml) => match CotEvent::read(&xml) {
                    Ok(event) => Heard::Event(Box::new(event), xml),
                    Err(_) => Heard::Bad,
                },
            };
            if to.send(heard).await.is_err() {
                return;
            }
        }
    };
    let _ = to.send(Heard::End(why)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for good in [
            "tcp://127.0.0.1:8087",
            "tls://tak.example:8089",
            "tcp://[::1]:8087",
        ] {
            assert!(good.parse::<TakServer>().is_ok(), "{good}");
        }
        for bad in [
            "127.0.0.1:8087",
            "udp://x:1",
            "tcp://x",
            "tcp://:8087",
            "tcp://x:port",
        ] {
            assert!(bad.parse::<TakServer>().is_err(), "{bad}");
        }
    }
}
