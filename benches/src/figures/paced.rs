//! So many messages a second, whatever the server makes of it. A message counts from the moment when
//! it was due, so that a generator that is held up hides nothing.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Load, costs};
use crate::clock::Moment;
use crate::engine::Engine;
use crate::histogram::Times;
use crate::result::Sample;
use crate::servers::{Incoming, Peer};
use crate::world::Layout;

/// Messages a second, all rooms together.
const PER_SECOND: u64 = 400;

/// More than is ever on its way.
const WINDOW: usize = 65_536;

/// How long the last deliveries may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Paced<'a> {
    peer: &'a dyn Peer,
    engine: Engine<'a>,
    layout: Layout,
    next_tag: u64,
    times: Times,
}

impl<'a> Paced<'a> {
    pub(super) fn new(peer: &'a dyn Peer, layout: &Layout) -> Result<Self> {
        Ok(Self {
            peer,
            engine: Engine::join(peer, layout.members)?,
            layout: layout.clone(),
            next_tag: 1_000,
            times: Times::new()?,
        })
    }
}

impl Load for Paced<'_> {
    fn breathe(&mut self) -> Result<()> {
        self.engine.breathe()
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^52
    fn run(&mut self, time: Duration) -> Result<Sample> {
        let interval = 1_000_000_000 / PER_SECOND;
        let total = time.as_millis() as u64 * PER_SECOND / 1_000;
        let (first, start) = (self.next_tag, Moment::now());
        let cpu = self.peer.cpu()?;
        self.times.clear();
        let mut due_ns = vec![0; WINDOW];
        let (mut count, mut sent) = (0_u64, 0_u64);
        let wanted = total * self.layout.seats as u64;
        while count < wanted {
            let now_ns = start.elapsed_ns();
            ensure!(
                start.elapsed() < time + PATIENCE,
                "{count} of {wanted} came"
            );
            if sent < total && now_ns >= sent * interval {
                let tag = first + sent;
                let room = sent as usize % self.layout.rooms;
                let members = self.layout.members_of(room);
                let member = members.start + (sent as usize / self.layout.rooms) % members.len();
                if let Some(due) = due_ns.get_mut(tag as usize % WINDOW) {
                    *due = sent * interval;
                }
                self.engine.publish(member, room, tag)?;
                sent += 1;
            }
            let times = &mut self.times;
            self.engine.turn(&mut |_, incoming| {
                if let Incoming::Delivery(tag) = incoming {
                    count += 1;
                    let due = due_ns.get(tag as usize % WINDOW).copied();
                    times.record(start.elapsed_ns().saturating_sub(due.unwrap_or_default()));
                }
            })?;
        }
        self.next_tag += total;
        let seconds = start.elapsed().as_secs_f64();
        let mut sample = costs(cpu, self.peer.cpu()?, count, seconds);
        let times = self.times.percentiles();
        sample.extend([
            ("deliveries/s", count as f64 / seconds),
            ("p50 ms", times.p50),
            ("p99 ms", times.p99),
            ("p99.9 ms", times.p999),
        ]);
        Ok(sample)
    }
}
