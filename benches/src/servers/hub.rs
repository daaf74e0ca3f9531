//! The hub, with authenticated devices and real rooms of the post-quantum suite.

mod rooms;
mod setup;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use entente_protocol::{
    ClientControl, ClientFrame, Hello, HubControl, HubFrame, PROTOCOL_VERSION, SUBPROTOCOL,
    WEBSOCKET_PATH, hello_bytes,
};
use tempfile::TempDir;
use tokio_rustls::rustls::ClientConfig;

use super::{Cpu, Incoming, Inner, Kind, Peer, Place};
use crate::deframer::{BINARY, TEXT};
use crate::process::{Server, free_address};
use crate::upgrade::Link;
use crate::wire;
use crate::world::{Layout, World};
use rooms::Template;
use setup::{Setup, Shared};

/// First byte of a delivery.
const DELIVERY: u8 = 66;

/// Where a delivery has its sender's message number: after type, room, sequence number, kind, sender.
const NUMBER_AT: usize = 1 + 16 + 8 + 1 + 16;

/// The name under which devices know it, however many hubs there are.
const NAME: &str = "hub.example.org:443";

pub(crate) struct Hub {
    servers: Vec<Server>,
    shared: Option<Shared>,
    data: TempDir,
    arguments: Vec<String>,
    tls: Option<Arc<ClientConfig>>,
    program: PathBuf,
    core: usize,
    layout: Layout,
    pub(crate) world: World,
    templates: Vec<Template>,
}

impl Hub {
    pub(crate) fn start(kind: Kind, layout: &Layout, place: &Place<'_>) -> Result<Self> {
        let setup = Setup::of(kind);
        let data = TempDir::new_in(place.scratch)?;
        let world = World::new(layout.members)?;
        let authorities = data.path().join("authorities");
        std::fs::create_dir_all(&authorities)?;
        std::fs::write(authorities.join("root.pem"), world.root.to_pem()?)?;
        let mut arguments: Vec<String> = ["--name", NAME].map(str::to_owned).into();
        arguments.extend([
            "--authorities".to_owned(),
            authorities.display().to_string(),
        ]);
        let shared = setup
            .is_shared
            .then(|| Shared::start(place.core, place.generator_core))
            .transpose()?;
        if let Some(shared) = &shared {
            arguments.extend(shared.arguments(&data.path().join("blobs")));
        }
        if setup.with_tls {
            arguments.extend(setup::tls_arguments(data.path())?);
        }
        arguments.extend_from_slice(place.hub_options);
        let mut hub = Self {
            servers: Vec::new(),
            shared,
            data,
            arguments,
            tls: setup.with_tls.then(wire::trust).transpose()?,
            program: place.hub.to_owned(),
            core: place.core,
            layout: layout.clone(),
            world,
            templates: Vec::new(),
        };
        for number in 0..setup.hubs {
            let server = hub.run(number, free_address()?)?;
            hub.servers.push(server);
        }
        hub.templates = (0..layout.rooms)
            .map(|room| rooms::open(&hub, room))
            .collect::<Result<_>>()?;
        Ok(hub)
    }

    fn run(&self, number: usize, address: SocketAddr) -> Result<Server> {
        let data = self.data.path().join(format!("hub-{number}"));
        std::fs::create_dir_all(&data)?;
        let mut arguments: Vec<String> =
            ["--listen", &address.to_string()].map(str::to_owned).into();
        arguments.extend(["--data".to_owned(), data.display().to_string()]);
        arguments.extend_from_slice(&self.arguments);
        let log = data.join("hub.log");
        Server::start(&self.program, &arguments, address, self.core, &log)
    }

    /// Kills it as a power cut would, and starts it again on what it stored.
    pub(crate) fn crash(&mut self) -> Result<()> {
        for number in 0..self.servers.len() {
            let address = self.servers.get(number).context("hub")?.address;
            // Dropped is killed.
            drop(self.servers.remove(number));
            let again = self.run(number, address)?;
            self.servers.insert(number, again);
        }
        Ok(())
    }

    /// Members are spread over the hubs.
    fn hub_of(&self, member: usize) -> &Server {
        self.servers
            .get(member % self.servers.len().max(1))
            .unwrap_or_else(|| unreachable!("there is a hub"))
    }

    /// The last sequence number of a room when it was made ready.
    pub(crate) fn head(&self, room: usize) -> Result<u64> {
        Ok(self.templates.get(room).context("room")?.head)
    }

    /// Asks, and waits for the control message that `wanted` picks.
    fn await_control<T>(link: &mut Link, wanted: impl Fn(HubControl) -> Option<T>) -> Result<T> {
        loop {
            let (opcode, bytes) = link.next()?;
            if opcode != TEXT {
                continue;
            }
            let control = HubControl::decode(std::str::from_utf8(&bytes)?)?;
            if matches!(
                control,
                HubControl::Refused { .. } | HubControl::Unfollowed { .. }
            ) {
                bail!("the hub says {control:?}");
            }
            if let Some(found) = wanted(control) {
                return Ok(found);
            }
        }
    }

    /// Follows a room from a place on; returns when the device is live.
    pub(crate) fn follow(&self, link: &mut Link, room: usize, after: Option<u64>) -> Result<()> {
        let template = self.templates.get(room).context("room")?;
        let follow = ClientControl::Follow {
            request: 1,
            room: template.room,
            after: after.unwrap_or(template.head),
        };
        link.send(TEXT, follow.encode().as_bytes())?;
        Self::await_control(link, |control| {
            matches!(control, HubControl::CaughtUp { .. }).then_some(())
        })
    }
}

impl Peer for Hub {
    fn process(&self) -> &Server {
        self.hub_of(0)
    }

    fn cpu(&self) -> Result<Cpu> {
        match &self.shared {
            Some(shared) => shared.cpu(&self.servers),
            None => Ok(Cpu {
                server: setup::of_hubs(&self.servers)?,
                ..Cpu::default()
            }),
        }
    }

    fn log_bytes(&self) -> Result<Option<f64>> {
        self.shared.as_ref().map(Shared::log_bytes).transpose()
    }

    fn connect(&self, member: usize) -> Result<Link> {
        let to = (self.hub_of(member).address, self.tls.as_ref());
        let mut link = Link::open_over(to, WEBSOCKET_PATH, SUBPROTOCOL)?;
        let (_, bytes) = link.next()?;
        let HubFrame::Challenge(challenge) = HubFrame::decode(&bytes)? else {
            bail!("a challenge was expected");
        };
        let identity = self.world.device(member)?;
        let chain = identity.accreditation().chain();
        let mut hello = Hello {
            version: PROTOCOL_VERSION,
            nonce: challenge.nonce,
            hub_name: NAME.as_bytes().to_vec().into(),
            chain: chain.iter().map(|der| der.clone().into()).collect(),
            signature: Vec::new().into(),
        };
        hello.signature = identity
            .signer()
            .sign_bytes(&hello_bytes(&hello))
            .to_vec()
            .into();
        link.send(BINARY, &ClientFrame::Hello(hello).encode()?)?;
        Self::await_control(&mut link, |control| {
            matches!(control, HubControl::Ready { .. }).then_some(())
        })?;
        Ok(link)
    }

    fn join(&self, member: usize) -> Result<Link> {
        let mut link = self.connect(member)?;
        for room in self.layout.rooms_of(member) {
            self.follow(&mut link, room, None)?;
        }
        Ok(link)
    }

    fn publish(&self, room: usize, _: usize, tag: u64, out: &mut Vec<u8>) {
        if let Some(template) = self.templates.get(room) {
            template.write(tag, out);
        }
    }

    fn take(
        &self,
        (opcode, payload): (u8, &[u8]),
        _: &mut Inner,
        _: &mut Vec<u8>,
        each: &mut dyn FnMut(Incoming),
    ) -> Result<()> {
        match opcode {
            BINARY if payload.first() == Some(&DELIVERY) => {
                let number = payload.get(NUMBER_AT..NUMBER_AT + 8).context("delivery")?;
                each(Incoming::Delivery(u64::from_be_bytes(number.try_into()?)));
            }
            TEXT if payload.starts_with(br#"{"op":"accepted""#) => each(Incoming::Accepted),
            TEXT => bail!("the hub says {}", String::from_utf8_lossy(payload)),
            _ => {}
        }
        Ok(())
    }
}
