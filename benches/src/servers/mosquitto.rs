//! Mosquitto with its WebSocket listener, MQTT 3.1.1; nothing is stored (no persistence).

use anyhow::{Result, bail, ensure};

use super::{Incoming, Inner, PAYLOAD_BYTES, Peer, Place, tag_of, tagged, written};
use crate::deframer::{self, BINARY};
use crate::process::{Server, free_address};
use crate::upgrade::Link;
use crate::world::Layout;

const CONNACK: u8 = 2;
const PUBLISH: u8 = 3;
const PUBACK: u8 = 4;
const SUBACK: u8 = 9;

pub(super) struct Mosquitto {
    server: Server,
    layout: Layout,
    qos: u8,
}

impl Mosquitto {
    pub(super) fn start(layout: &Layout, place: &Place<'_>, qos: u8) -> Result<Self> {
        let address = free_address()?;
        // It will not start with WebSocket listeners alone.
        let plain = free_address()?;
        let configuration = format!(
            "listener {} 127.0.0.1\nlistener {} 127.0.0.1\nprotocol websockets\n\
             allow_anonymous true\npersistence false\nmax_queued_messages 0\n\
             max_inflight_messages 0\nset_tcp_nodelay true\nlog_type error\n",
            plain.port(),
            address.port()
        );
        let file = written(place.scratch, "mosquitto.conf", &configuration)?;
        let arguments = ["-c".to_owned(), file.display().to_string()];
        let log = place.scratch.join("mosquitto.log");
        let program = "mosquitto".as_ref();
        Ok(Self {
            server: Server::start(program, &arguments, address, place.core, &log)?,
            layout: layout.clone(),
            qos,
        })
    }
}

impl Peer for Mosquitto {
    fn process(&self) -> &Server {
        &self.server
    }

    fn connect(&self, member: usize) -> Result<Link> {
        let mut link = Link::open(self.server.address, "/mqtt", "mqtt")?;
        // MQTT 3.1.1 §3.1: clean session, no keep-alive.
        let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 0];
        text(&format!("member-{member}"), &mut body);
        link.send(BINARY, &packet(0x10, &body))?;
        let (_, answer) = link.next()?;
        ensure!(kind_of(&answer) == CONNACK, "CONNACK");
        Ok(link)
    }

    fn join(&self, member: usize) -> Result<Link> {
        let mut link = self.connect(member)?;
        let mut body = vec![0, 1];
        for room in self.layout.rooms_of(member) {
            text(&format!("room/{room}"), &mut body);
            body.push(self.qos);
        }
        link.send(BINARY, &packet(0x82, &body))?;
        let (_, answer) = link.next()?;
        ensure!(kind_of(&answer) == SUBACK, "SUBACK");
        Ok(link)
    }

    fn publish(&self, room: usize, _: usize, tag: u64, out: &mut Vec<u8>) {
        let mut body = Vec::with_capacity(PAYLOAD_BYTES + 32);
        text(&format!("room/{room}"), &mut body);
        if self.qos > 0 {
            // Any number but 0.
            let number = u16::try_from(tag % 65_535).unwrap_or_default() + 1;
            body.extend_from_slice(&number.to_be_bytes());
        }
        body.extend_from_slice(&tagged(tag));
        deframer::frame(BINARY, &packet(0x30 | (self.qos << 1), &body), out);
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
        let mut answers = Vec::new();
        if inner.0.is_empty() {
            let taken = packets(payload, &mut answers, each)?;
            inner
                .0
                .extend_from_slice(payload.get(taken..).unwrap_or_default());
        } else {
            inner.0.extend_from_slice(payload);
            let taken = packets(&inner.0, &mut answers, each)?;
            inner.0.drain(..taken);
        }
        if !answers.is_empty() {
            deframer::frame(BINARY, &answers, out);
        }
        Ok(())
    }
}

/// Reads the packets that are whole; returns how much that was.
fn packets(bytes: &[u8], out: &mut Vec<u8>, each: &mut dyn FnMut(Incoming)) -> Result<usize> {
    let mut at = 0;
    while let Some((first, body, taken)) = split(bytes.get(at..).unwrap_or_default()) {
        at += taken;
        match first >> 4 {
            PUBLISH => {
                let topic = body.first_chunk::<2>().copied().unwrap_or_default();
                let mut start = 2 + usize::from(u16::from_be_bytes(topic));
                if first & 0x06 != 0 {
                    out.extend_from_slice(&[PUBACK << 4, 2]);
                    out.extend_from_slice(body.get(start..start + 2).unwrap_or_default());
                    start += 2;
                }
                each(Incoming::Delivery(tag_of(
                    body.get(start..).unwrap_or_default(),
                )));
            }
            PUBACK => each(Incoming::Accepted),
            other => bail!("an MQTT packet of kind {other}"),
        }
    }
    Ok(at)
}

/// First byte, body and length of the first packet.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (mut length, mut shift, mut at) = (0_usize, 0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 0x7f) << shift;
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    Some((*bytes.first()?, bytes.get(at..at + length)?, at + length))
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    loop {
        let digit = (length % 128) as u8;
        length /= 128;
        packet.push(if length > 0 { digit | 0x80 } else { digit });
        if length == 0 {
            break;
        }
    }
    packet.extend_from_slice(body);
    packet
}

fn text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn kind_of(packet: &[u8]) -> u8 {
    packet.first().map_or(0, |first| first >> 4)
}
