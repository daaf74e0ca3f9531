//! As much as goes: so many messages in flight in each room. One is out of flight when the last
//! member has it, and then the next member says the next one.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Load, costs};
use crate::clock::Moment;
use crate::engine::Engine;
use crate::histogram::Times;
use crate::result::Sample;
use crate::servers::{Incoming, Peer};
use crate::world::Layout;

/// More than is ever in flight, in one room and in all.
const WINDOW: usize = 4_096;

/// One delivery of so many is timed.
const TIMED: u64 = 16;

/// Nothing came for so long: the server has lost something.
const STALL: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Room {
    /// How many members have each of the latest messages.
    have: Vec<usize>,
    next_member: usize,
}

pub(super) struct Fanout<'a> {
    peer: &'a dyn Peer,
    engine: Engine<'a>,
    layout: Layout,
    in_flight: usize,
    rooms: Vec<Room>,
    /// Messages that each member has had.
    had: Vec<usize>,
    start: Moment,
    sent_ns: Vec<u64>,
    next_tag: u64,
    times: Times,
}

impl<'a> Fanout<'a> {
    pub(super) fn new(peer: &'a dyn Peer, layout: &Layout, in_flight: usize) -> Result<Self> {
        let room = Room {
            have: vec![0; WINDOW],
            next_member: 0,
        };
        Ok(Self {
            peer,
            engine: Engine::join(peer, layout.members)?,
            layout: layout.clone(),
            in_flight,
            rooms: vec![room; layout.rooms],
            had: vec![0; layout.members],
            start: Moment::now(),
            sent_ns: vec![0; WINDOW],
            // Above what any founder has used.
            next_tag: 1_000,
            times: Times::new()?,
        })
    }

    fn say(&mut self, room: usize) -> Result<()> {
        let members = self.layout.members_of(room);
        let Some(state) = self.rooms.get_mut(room) else {
            return Ok(());
        };
        let member = members.start + state.next_member % members.len();
        state.next_member += 1;
        let tag = self.next_tag;
        self.next_tag += 1;
        if let Some(sent) = self.sent_ns.get_mut(tag as usize % WINDOW) {
            *sent = self.start.elapsed_ns();
        }
        self.engine.publish(member, room, tag)
    }

    /// Takes what came; returns how many deliveries, and the rooms in which a message is complete.
    fn turn(&mut self, complete: &mut Vec<usize>) -> Result<u64> {
        let (rooms, had, times) = (&mut self.rooms, &mut self.had, &mut self.times);
        let (layout, sent_ns, start) = (&self.layout, &self.sent_ns, self.start);
        let mut count = 0;
        self.engine.turn(&mut |member, incoming| {
            let Incoming::Delivery(tag) = incoming else {
                return;
            };
            count += 1;
            let room = member / layout.seats;
            let (Some(had), Some(state)) = (had.get_mut(member), rooms.get_mut(room)) else {
                return;
            };
            if let Some(have) = state.have.get_mut(*had % WINDOW) {
                *have += 1;
                if *have == layout.seats {
                    *have = 0;
                    complete.push(room);
                }
            }
            *had += 1;
            if (member as u64 + tag).is_multiple_of(TIMED) {
                let sent = sent_ns.get(tag as usize % WINDOW).copied();
                times.record(start.elapsed_ns().saturating_sub(sent.unwrap_or_default()));
            }
        })?;
        Ok(count)
    }
}

impl Load for Fanout<'_> {
    fn breathe(&mut self) -> Result<()> {
        self.engine.breathe()
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^52
    fn run(&mut self, time: Duration) -> Result<Sample> {
        let mut waiting = 0;
        for _ in 0..self.in_flight {
            for room in 0..self.layout.rooms {
                self.say(room)?;
                waiting += 1;
            }
        }
        let mut complete = Vec::new();
        let begun = Moment::now();
        let warm_up = time / 3;
        let mut measured = None;
        let (mut count, mut finished) = (0_u64, None);
        let mut last = Moment::now();
        while waiting > 0 {
            let came = self.turn(&mut complete)?;
            if came > 0 {
                last = Moment::now();
            }
            ensure!(last.elapsed() < STALL, "{waiting} messages never came");
            count += came;
            if measured.is_none() && begun.elapsed() > warm_up {
                measured = Some((Moment::now(), self.peer.cpu()?));
                count = 0;
                self.times.clear();
            }
            if let Some((since, cpu)) = measured
                && finished.is_none()
                && since.elapsed() >= time
            {
                let seconds = since.elapsed().as_secs_f64();
                let cpu = costs(cpu, self.peer.cpu()?, count, seconds);
                finished = Some((count, seconds, cpu, self.times.percentiles()));
            }
            for room in std::mem::take(&mut complete) {
                waiting -= 1;
                if finished.is_none() {
                    self.say(room)?;
                    waiting += 1;
                }
            }
        }
        let (count, seconds, mut sample, times) =
            finished.unwrap_or((0, 1.0, Sample::new(), self.times.percentiles()));
        sample.extend([
            ("deliveries/s", count as f64 / seconds),
            ("p50 ms", times.p50),
            ("p99 ms", times.p99),
            ("p99.9 ms", times.p999),
        ]);
        Ok(sample)
    }
}
