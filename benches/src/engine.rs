//! Many connections in one thread, for the time of a measurement.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::crowd;
use crate::deframer::{self, CLOSE};
use crate::servers::{Incoming, Inner, Peer};
use crate::upgrade::Link;
use crate::wire::Wire;

/// Read at once, from whichever connection has something.
const SCRATCH_BYTES: usize = 512 * 1024;

/// Opcodes of RFC 6455 §5.5.
const PING: u8 = 9;
const PONG: u8 = 10;

struct Connection {
    wire: Wire<TcpStream>,
    /// The beginning of a frame whose end is still to come.
    carry: Vec<u8>,
    inner: Inner,
    out: Vec<u8>,
}

pub(crate) struct Engine<'a> {
    peer: &'a dyn Peer,
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    scratch: Vec<u8>,
}

impl<'a> Engine<'a> {
    /// Joins members.
    pub(crate) fn join(peer: &'a dyn Peer, members: usize) -> Result<Self> {
        Self::over(peer, crowd::links(0..members, |member| peer.join(member))?)
    }

    /// Connects members that hear nothing but answers.
    pub(crate) fn connect(peer: &'a dyn Peer, members: usize) -> Result<Self> {
        Self::over(
            peer,
            crowd::links(0..members, |member| peer.connect(member))?,
        )
    }

    fn over(peer: &'a dyn Peer, links: Vec<Link>) -> Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::new();
        for (member, link) in links.into_iter().enumerate() {
            link.wire.stream.set_nonblocking(true)?;
            let mut wire = link.wire.map(TcpStream::from_std);
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut wire.stream, Token(member), interest)?;
            connections.push(Connection {
                wire,
                carry: link.rest,
                inner: Inner::default(),
                out: Vec::new(),
            });
        }
        Ok(Self {
            peer,
            poll,
            events: Events::with_capacity(1_024),
            connections,
            scratch: vec![0; SCRATCH_BYTES],
        })
    }

    /// Sends a message of a member.
    pub(crate) fn publish(&mut self, member: usize, room: usize, tag: u64) -> Result<()> {
        let connection = self.connections.get_mut(member).context("member")?;
        self.peer.publish(room, member, tag, &mut connection.out);
        connection.flush()
    }

    /// Takes what has come, without waiting: the generator has its core for itself.
    pub(crate) fn turn(&mut self, each: &mut dyn FnMut(usize, Incoming)) -> Result<()> {
        self.poll.poll(&mut self.events, Some(Duration::ZERO))?;
        for event in &self.events {
            let Token(member) = event.token();
            let connection = self.connections.get_mut(member).context("member")?;
            if event.is_readable() {
                let mut each = |incoming| each(member, incoming);
                connection.read(self.peer, &mut self.scratch, &mut each)?;
            }
            connection.flush()?;
        }
        Ok(())
    }

    /// Answers the pings that came while others were measured.
    pub(crate) fn breathe(&mut self) -> Result<()> {
        self.turn(&mut |_, _| ())
    }
}

impl Connection {
    fn read(
        &mut self,
        peer: &dyn Peer,
        scratch: &mut [u8],
        each: &mut dyn FnMut(Incoming),
    ) -> Result<()> {
        loop {
            let kept = self.carry.len();
            ensure!(kept < scratch.len(), "a frame larger than the buffer");
            let (head, room) = scratch.split_at_mut(kept);
            head.copy_from_slice(&self.carry);
            let wanted = room.len();
            let count = match self.wire.read(room) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let bytes = scratch.get(..kept + count).unwrap_or_default();
            let taken = self.frames(peer, bytes, each)?;
            self.carry.clear();
            self.carry
                .extend_from_slice(bytes.get(taken..).unwrap_or_default());
            if count < wanted && !self.wire.is_in_pieces() {
                return Ok(());
            }
        }
    }

    fn frames(
        &mut self,
        peer: &dyn Peer,
        bytes: &[u8],
        each: &mut dyn FnMut(Incoming),
    ) -> Result<usize> {
        let mut at = 0;
        while let Some((opcode, payload, taken)) =
            deframer::split(bytes.get(at..).unwrap_or_default())
        {
            at += taken;
            match opcode {
                PING => deframer::frame(PONG, payload, &mut self.out),
                CLOSE => bail!(
                    "the server says goodbye, close code {:?}",
                    payload.first_chunk().map(|code| u16::from_be_bytes(*code))
                ),
                _ => peer.take((opcode, payload), &mut self.inner, &mut self.out, each)?,
            }
        }
        Ok(at)
    }

    fn flush(&mut self) -> Result<()> {
        while !self.out.is_empty() {
            match self.wire.write(&self.out) {
                Ok(count) => drop(self.out.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        match self.wire.flush() {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error.into()),
            _ => Ok(()),
        }
    }
}
