//! nats-server with its WebSocket listener: core NATS, nothing is stored.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};

use super::{Incoming, Inner, PAYLOAD_BYTES, Peer, Place, tag_of, tagged, written};
use crate::deframer::{self, BINARY};
use crate::process::{Server, free_address};
use crate::upgrade::Link;
use crate::world::Layout;

pub(super) struct Nats {
    server: Server,
    layout: Layout,
}

impl Nats {
    pub(super) fn start(layout: &Layout, place: &Place<'_>) -> Result<Self> {
        let address = free_address()?;
        let client = free_address()?;
        let configuration = format!(
            "listen: \"{client}\"\nmax_connections: 20000\n\
             websocket {{ listen: \"{address}\", no_tls: true, compression: false }}\n"
        );
        let file = written(place.scratch, "nats.conf", &configuration)?;
        let arguments = ["-c".to_owned(), file.display().to_string()];
        let log = place.scratch.join("nats.log");
        let program = "nats-server".as_ref();
        Ok(Self {
            server: Server::start(program, &arguments, address, place.core, &log)?,
            layout: layout.clone(),
        })
    }

    /// Says a line, and waits until the server has done all before it.
    fn say(link: &mut Link, line: &str) -> Result<()> {
        link.send(BINARY, format!("{line}PING\r\n").as_bytes())?;
        let mut heard = Vec::new();
        while !heard.windows(6).any(|window| window == b"PONG\r\n") {
            heard.extend(link.next()?.1);
        }
        Ok(())
    }
}

impl Peer for Nats {
    fn process(&self) -> &Server {
        &self.server
    }

    fn connect(&self, _: usize) -> Result<Link> {
        let mut link = Link::open(self.server.address, "/", "")?;
        let connect = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true}\r\n";
        Self::say(&mut link, connect)?;
        Ok(link)
    }

    fn join(&self, member: usize) -> Result<Link> {
        let mut link = self.connect(member)?;
        let rooms = self.layout.rooms_of(member);
        let lines: String = rooms
            .map(|room| format!("SUB room.{room} {room}\r\n"))
            .collect();
        Self::say(&mut link, &lines)?;
        Ok(link)
    }

    fn publish(&self, room: usize, _: usize, tag: u64, out: &mut Vec<u8>) {
        let mut message = Vec::with_capacity(PAYLOAD_BYTES + 32);
        // A vector takes everything.
        let _ = write!(message, "PUB room.{room} {PAYLOAD_BYTES}\r\n");
        message.extend_from_slice(&tagged(tag));
        message.extend_from_slice(b"\r\n");
        deframer::frame(BINARY, &message, out);
    }

    fn take(
        &self,
        (opcode, payload): (u8, &[u8]),
        inner: &mut Inner,
        out: &mut Vec<u8>,
        each: &mut dyn FnMut(Incoming),
    ) -> Result<()> {
        if opcode > BINARY {
            return Ok(());
        }
        if inner.0.is_empty() {
            let taken = lines(payload, out, each)?;
            inner
                .0
                .extend_from_slice(payload.get(taken..).unwrap_or_default());
        } else {
            inner.0.extend_from_slice(payload);
            let taken = lines(&inner.0, out, each)?;
            inner.0.drain(..taken);
        }
        Ok(())
    }
}

/// Reads what is whole; returns how much that was.
fn lines(bytes: &[u8], out: &mut Vec<u8>, each: &mut dyn FnMut(Incoming)) -> Result<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            return Ok(at);
        };
        let line = rest.get(..end).unwrap_or_default();
        if line.starts_with(b"MSG ") {
            let length = line.rsplit(|byte| *byte == b' ').next().context("MSG")?;
            let length: usize = std::str::from_utf8(length)?.trim().parse()?;
            let Some(payload) = rest.get(end + 1..end + 1 + length + 2) else {
                return Ok(at);
            };
            each(Incoming::Delivery(tag_of(payload)));
            at += end + 1 + length + 2;
            continue;
        }
        if line.starts_with(b"-ERR") {
            bail!("NATS: {}", String::from_utf8_lossy(line));
        }
        if line.starts_with(b"PING") {
            deframer::frame(BINARY, b"PONG\r\n", out);
        }
        at += end + 1;
    }
}
