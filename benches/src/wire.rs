//! A connection of the generator, with TLS or without.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use anyhow::Result;
use entente_services::certificates::ROOT;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore};

/// Ciphertext that is read at once.
const RAW_BYTES: usize = 64 * 1024;

/// A session, and ciphertext that it has not taken yet.
struct Tls {
    session: ClientConnection,
    raw: Vec<u8>,
    untaken: std::ops::Range<usize>,
}

/// Bytes in and out.
pub(crate) struct Wire<S> {
    pub(crate) stream: S,
    tls: Option<Box<Tls>>,
}

/// What the generator trusts: the root of the certificates of tests.
pub(crate) fn trust() -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ROOT.as_bytes())?)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

impl<S: Read + Write> Wire<S> {
    /// Over a stream that blocks.
    pub(crate) fn new(mut stream: S, config: Option<&Arc<ClientConfig>>) -> Result<Self> {
        let Some(config) = config else {
            return Ok(Self { stream, tls: None });
        };
        let name = ServerName::try_from("localhost")?;
        let mut session = ClientConnection::new(config.clone(), name)?;
        while session.is_handshaking() {
            session.complete_io(&mut stream)?;
        }
        let tls = Tls {
            session,
            raw: vec![0; RAW_BYTES],
            untaken: 0..0,
        };
        Ok(Self {
            stream,
            tls: Some(Box::new(tls)),
        })
    }

    /// Whether less than what was asked for may come although more is there.
    pub(crate) fn is_in_pieces(&self) -> bool {
        self.tls.is_some()
    }

    /// The same connection over the stream in another form.
    pub(crate) fn map<T>(self, form: impl FnOnce(S) -> T) -> Wire<T> {
        Wire {
            stream: form(self.stream),
            tls: self.tls,
        }
    }
}

impl<S: Read + Write> Read for Wire<S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            return self.stream.read(room);
        };
        loop {
            match tls.session.reader().read(room) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => return done,
            }
            if tls.untaken.is_empty() {
                tls.untaken = 0..self.stream.read(&mut tls.raw)?;
            }
            let mut rest = tls.raw.get(tls.untaken.clone()).unwrap_or_default();
            tls.untaken.start += tls.session.read_tls(&mut rest)?;
            tls.session
                .process_new_packets()
                .map_err(io::Error::other)?;
        }
    }
}

impl<S: Read + Write> Write for Wire<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            return self.stream.write(bytes);
        };
        let taken = tls.session.writer().write(bytes)?;
        match self.flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock && taken > 0 => Ok(taken),
            flushed => flushed.map(|()| taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(tls) = &mut self.tls {
            while tls.session.wants_write() {
                tls.session.write_tls(&mut self.stream)?;
            }
        }
        Ok(())
    }
}
