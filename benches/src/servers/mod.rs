//! The servers, each behind the same few words.

mod floor;
mod hub;
mod mosquitto;
mod nats;

use std::path::{Path, PathBuf};

use anyhow::Result;

pub(crate) use hub::Hub;

use crate::process::Server;
use crate::upgrade::Link;
use crate::world::Layout;

/// Bytes of a payload where the payload is ours to choose; the hub's are the ciphertexts of a text of
/// this order.
pub(crate) const PAYLOAD_BYTES: usize = 1_024;

/// What a server is, and how sure a message is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum Kind {
    Floor,
    Hub,
    /// The hub, with TLS.
    HubTls,
    /// The hub on PostgreSQL and NATS; two and three of them.
    Postgres1,
    Postgres2,
    Postgres3,
    Mosquitto0,
    Mosquitto1,
    Nats,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Hub => "hub",
            Self::HubTls => "hubtls",
            Self::Postgres1 => "postgres1",
            Self::Postgres2 => "postgres2",
            Self::Postgres3 => "postgres3",
            Self::Mosquitto0 => "mosquitto0",
            Self::Mosquitto1 => "mosquitto1",
            Self::Nats => "nats",
        }
    }

    /// Whether it is ours.
    pub(crate) const fn is_hub(self) -> bool {
        !matches!(
            self,
            Self::Floor | Self::Mosquitto0 | Self::Mosquitto1 | Self::Nats
        )
    }
}

/// What came.
pub(crate) enum Incoming {
    /// A message, by the tag that its sender gave it.
    Delivery(u64),
    /// An own message is stored.
    Accepted,
}

/// What came in pieces, of protocols that are streams within frames.
#[derive(Default)]
pub(crate) struct Inner(pub(crate) Vec<u8>);

/// Processor seconds that were used so far, by the server or servers and by what they rest on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) server: f64,
    pub(crate) database: f64,
    pub(crate) broker: f64,
}

/// A server that runs, and its protocol.
pub(crate) trait Peer: Sync {
    fn process(&self) -> &Server;

    fn cpu(&self) -> Result<Cpu> {
        Ok(Cpu {
            server: self.process().cpu_seconds()?,
            ..Cpu::default()
        })
    }

    /// Bytes that the database has written to its log so far, if the server has one.
    fn log_bytes(&self) -> Result<Option<f64>> {
        Ok(None)
    }

    /// Connects a member; returns when the server knows who it is.
    fn connect(&self, member: usize) -> Result<Link>;

    /// Connects a member and has it hear its rooms.
    fn join(&self, member: usize) -> Result<Link>;

    /// Appends what publishes the message `tag` in a room.
    fn publish(&self, room: usize, member: usize, tag: u64, out: &mut Vec<u8>);

    /// Takes a frame; appends what must be answered.
    fn take(
        &self,
        frame: (u8, &[u8]),
        inner: &mut Inner,
        out: &mut Vec<u8>,
        each: &mut dyn FnMut(Incoming),
    ) -> Result<()>;
}

/// Where and how a server is started.
pub(crate) struct Place<'a> {
    pub(crate) scratch: &'a Path,
    pub(crate) core: usize,
    pub(crate) generator_core: usize,
    pub(crate) hub: &'a Path,
    pub(crate) hub_options: &'a [String],
}

/// Starts a server with rooms.
pub(crate) fn start(kind: Kind, layout: &Layout, place: &Place<'_>) -> Result<Box<dyn Peer>> {
    std::fs::create_dir_all(place.scratch)?;
    Ok(match kind {
        Kind::Floor => Box::new(floor::Floor::start(layout, place)?),
        Kind::Hub | Kind::HubTls | Kind::Postgres1 | Kind::Postgres2 | Kind::Postgres3 => {
            Box::new(Hub::start(kind, layout, place)?)
        }
        Kind::Mosquitto0 => Box::new(mosquitto::Mosquitto::start(layout, place, 0)?),
        Kind::Mosquitto1 => Box::new(mosquitto::Mosquitto::start(layout, place, 1)?),
        Kind::Nats => Box::new(nats::Nats::start(layout, place)?),
    })
}

/// A payload that carries its tag in its first eight bytes.
fn tagged(tag: u64) -> [u8; PAYLOAD_BYTES] {
    let mut payload = [0x5a; PAYLOAD_BYTES];
    let (head, _) = payload.split_at_mut(8);
    head.copy_from_slice(&tag.to_be_bytes());
    payload
}

fn tag_of(payload: &[u8]) -> u64 {
    let head = payload.first_chunk::<8>();
    head.map_or(u64::MAX, |bytes| u64::from_be_bytes(*bytes))
}

fn written(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}
