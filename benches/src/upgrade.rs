//! Opening a WebSocket, blocking: a connection as a load generator needs it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio_rustls::rustls::ClientConfig;

use crate::deframer::{self, CLOSE};
use crate::wire::Wire;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Any 16 bytes: no proxy is on the way that the key is made to fool.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// A connection that was upgraded, and the bytes that came after the answer.
pub(crate) struct Link {
    pub(crate) wire: Wire<TcpStream>,
    pub(crate) rest: Vec<u8>,
}

impl Link {
    pub(crate) fn open(address: SocketAddr, path: &str, subprotocol: &str) -> Result<Self> {
        Self::open_over((address, None), path, subprotocol)
    }

    /// The same, with TLS if there is something to trust.
    pub(crate) fn open_over(
        (address, tls): (SocketAddr, Option<&Arc<ClientConfig>>),
        path: &str,
        subprotocol: &str,
    ) -> Result<Self> {
        let stream = TcpStream::connect(address).context("connect")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut wire = Wire::new(stream, tls)?;
        let subprotocol = match subprotocol {
            "" => String::new(),
            name => format!("Sec-WebSocket-Protocol: {name}\r\n"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{subprotocol}\r\n"
        );
        wire.write_all(request.as_bytes())?;
        let mut link = Self {
            wire,
            rest: Vec::new(),
        };
        let end = loop {
            let end = link
                .rest
                .windows(4)
                .position(|window| window == b"\r\n\r\n");
            match end {
                Some(at) => break at + 4,
                None => link.fill()?,
            }
        };
        ensure!(
            link.rest.starts_with(b"HTTP/1.1 101"),
            "no upgrade: {}",
            String::from_utf8_lossy(&link.rest)
        );
        link.rest.drain(..end);
        Ok(link)
    }

    fn fill(&mut self) -> Result<()> {
        let mut buffer = [0; 4096];
        let count = self.wire.read(&mut buffer).context("read")?;
        ensure!(count > 0, "the server closed the connection");
        self.rest
            .extend_from_slice(buffer.get(..count).unwrap_or_default());
        Ok(())
    }

    /// The next frame.
    pub(crate) fn next(&mut self) -> Result<(u8, Vec<u8>)> {
        loop {
            if let Some((opcode, payload, taken)) = deframer::split(&self.rest) {
                let frame = (opcode, payload.to_vec());
                self.rest.drain(..taken);
                if frame.0 == CLOSE {
                    bail!("the server says goodbye");
                }
                return Ok(frame);
            }
            self.fill()?;
        }
    }

    pub(crate) fn send(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        let mut out = Vec::with_capacity(payload.len() + 14);
        deframer::frame(opcode, payload, &mut out);
        Ok(self.wire.write_all(&out)?)
    }
}
