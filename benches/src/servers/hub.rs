//! The hub, with authenticated devices and real rooms of the post-quantum suite.

mod rooms;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use entente_protocol::{
    ClientControl, ClientFrame, Hello, HubControl, HubFrame, PROTOCOL_VERSION, SUBPROTOCOL,
    WEBSOCKET_PATH, hello_bytes,
};
use tempfile::TempDir;

use super::{Incoming, Inner, Peer, Place};
use crate::deframer::{BINARY, TEXT};
use crate::process::{Server, free_address};
use crate::upgrade::Link;
use crate::world::{Layout, World};
use rooms::Template;

/// First byte of a delivery.
const DELIVERY: u8 = 66;

/// Where a delivery has its sender's message number: after type, room, sequence number, kind, sender.
const NUMBER_AT: usize = 1 + 16 + 8 + 1 + 16;

pub(crate) struct Hub {
    server: Option<Server>,
    data: TempDir,
    arguments: Vec<String>,
    program: PathBuf,
    core: usize,
    layout: Layout,
    pub(crate) world: World,
    templates: Vec<Template>,
}

impl Hub {
    pub(crate) fn start(layout: &Layout, place: &Place<'_>) -> Result<Self> {
        let data = TempDir::new_in(place.scratch)?;
        let world = World::new(layout.members)?;
        let authorities = data.path().join("authorities");
        std::fs::create_dir_all(&authorities)?;
        std::fs::write(authorities.join("root.pem"), world.root.to_pem()?)?;
        let address = free_address()?;
        let mut arguments: Vec<String> =
            ["--listen", &address.to_string()].map(str::to_owned).into();
        arguments.extend(["--data".to_owned(), data.path().display().to_string()]);
        arguments.extend([
            "--authorities".to_owned(),
            authorities.display().to_string(),
        ]);
        arguments.extend_from_slice(place.hub_options);
        let mut hub = Self {
            server: None,
            data,
            arguments,
            program: place.hub.to_owned(),
            core: place.core,
            layout: layout.clone(),
            world,
            templates: Vec::new(),
        };
        hub.server = Some(hub.run(address)?);
        hub.templates = (0..layout.rooms)
            .map(|room| rooms::open(&hub, room))
            .collect::<Result<_>>()?;
        Ok(hub)
    }

    fn run(&self, address: std::net::SocketAddr) -> Result<Server> {
        let log = self.data.path().join("hub.log");
        Server::start(&self.program, &self.arguments, address, self.core, &log)
    }

    /// Kills it as a power cut would, and starts it again on what it stored.
    pub(crate) fn crash(&mut self) -> Result<()> {
        let before = self.server.take().context("the hub runs")?;
        let address = before.address;
        drop(before);
        self.server = Some(self.run(address)?);
        Ok(())
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
        // Set by `start`, and replaced only by `crash`, which fails as a whole.
        self.server
            .as_ref()
            .unwrap_or_else(|| unreachable!("the hub runs"))
    }

    fn connect(&self, member: usize) -> Result<Link> {
        let address = self.process().address;
        let mut link = Link::open(address, WEBSOCKET_PATH, SUBPROTOCOL)?;
        let (_, bytes) = link.next()?;
        let HubFrame::Challenge(challenge) = HubFrame::decode(&bytes)? else {
            bail!("a challenge was expected");
        };
        let identity = self.world.device(member)?;
        let chain = identity.accreditation().chain();
        let mut hello = Hello {
            version: PROTOCOL_VERSION,
            nonce: challenge.nonce,
            hub_name: address.to_string().into_bytes().into(),
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
