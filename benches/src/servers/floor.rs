//! The bare broadcast loop.

use anyhow::{Result, ensure};

use super::{Incoming, Inner, Peer, Place, tag_of, tagged};
use crate::deframer::{self, BINARY, TEXT};
use crate::process::{Server, free_address};
use crate::upgrade::Link;
use crate::world::Layout;

pub(super) struct Floor {
    server: Server,
    layout: Layout,
}

impl Floor {
    pub(super) fn start(layout: &Layout, place: &Place<'_>) -> Result<Self> {
        let address = free_address()?;
        let arguments = ["floor", "--listen", &address.to_string()].map(str::to_owned);
        let log = place.scratch.join("floor.log");
        let program = std::env::current_exe()?;
        Ok(Self {
            server: Server::start(&program, &arguments, address, place.core, &log)?,
            layout: layout.clone(),
        })
    }
}

impl Peer for Floor {
    fn process(&self) -> &Server {
        &self.server
    }

    fn connect(&self, member: usize) -> Result<Link> {
        let room = self.layout.rooms_of(member).next().unwrap_or_default();
        let mut link = Link::open(self.server.address, &format!("/room/{room}"), "")?;
        let (opcode, _) = link.next()?;
        ensure!(opcode == TEXT, "the floor says who is ready");
        Ok(link)
    }

    fn join(&self, member: usize) -> Result<Link> {
        self.connect(member)
    }

    fn publish(&self, _: usize, _: usize, tag: u64, out: &mut Vec<u8>) {
        deframer::frame(BINARY, &tagged(tag), out);
    }

    fn take(
        &self,
        (opcode, payload): (u8, &[u8]),
        _: &mut Inner,
        _: &mut Vec<u8>,
        each: &mut dyn FnMut(Incoming),
    ) -> Result<()> {
        if opcode == BINARY {
            each(Incoming::Delivery(tag_of(payload)));
        }
        Ok(())
    }
}
