//! What the disk allows: senders that each say a message, wait until it is stored, and say the next.
//! Each sits alone in a room and does not follow it, so that nothing but storing is measured.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Load, costs};
use crate::clock::Moment;
use crate::engine::Engine;
use crate::histogram::Times;
use crate::result::Sample;
use crate::servers::{Incoming, Peer};
use crate::world::Layout;

/// How many senders, and the names of their figures.
const SENDERS: [(usize, [&str; 3]); 4] = [
    (1, ["1: posts/s", "1: p50 ms", "1: p99 ms"]),
    (8, ["8: posts/s", "8: p50 ms", "8: p99 ms"]),
    (64, ["64: posts/s", "64: p50 ms", "64: p99 ms"]),
    (512, ["512: posts/s", "512: p50 ms", "512: p99 ms"]),
];

/// Nothing is answered for so long: something is lost.
const STALL: Duration = Duration::from_secs(10);

/// At so many senders it is counted what a message costs.
const COUNTED: usize = 64;

pub(super) struct Durable<'a> {
    peer: &'a dyn Peer,
    engine: Engine<'a>,
    start: Moment,
    sent_ns: Vec<u64>,
    next_tag: u64,
}

impl<'a> Durable<'a> {
    pub(super) fn new(peer: &'a dyn Peer, layout: &Layout) -> Result<Self> {
        Ok(Self {
            peer,
            engine: Engine::connect(peer, layout.members)?,
            start: Moment::now(),
            sent_ns: vec![0; layout.members],
            next_tag: 1_000,
        })
    }

    fn say(&mut self, sender: usize) -> Result<()> {
        if let Some(sent) = self.sent_ns.get_mut(sender) {
            *sent = self.start.elapsed_ns();
        }
        self.next_tag += 1;
        self.engine.publish(sender, sender, self.next_tag)
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^52
    fn measure(&mut self, senders: usize, time: Duration) -> Result<[f64; 3]> {
        let mut times = Times::new()?;
        for sender in 0..senders {
            self.say(sender)?;
        }
        let (begun, mut last) = (Moment::now(), Moment::now());
        let mut waiting = senders;
        let mut count = 0_u64;
        let mut stored = Vec::new();
        while waiting > 0 {
            let (start, sent_ns) = (self.start, &self.sent_ns);
            self.engine.turn(&mut |sender, incoming| {
                if matches!(incoming, Incoming::Accepted) {
                    let sent = sent_ns.get(sender).copied().unwrap_or_default();
                    times.record(start.elapsed_ns().saturating_sub(sent));
                    stored.push(sender);
                }
            })?;
            if !stored.is_empty() {
                last = Moment::now();
            }
            ensure!(
                last.elapsed() < STALL,
                "{waiting} messages were never stored"
            );
            for sender in std::mem::take(&mut stored) {
                waiting -= 1;
                if begun.elapsed() < time {
                    count += 1;
                    self.say(sender)?;
                    waiting += 1;
                }
            }
        }
        let found = times.percentiles();
        Ok([count as f64 / time.as_secs_f64(), found.p50, found.p99])
    }
}

impl Load for Durable<'_> {
    fn breathe(&mut self) -> Result<()> {
        self.engine.breathe()
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )] // far below 2^52, never negative
    fn run(&mut self, time: Duration) -> Result<Sample> {
        let mut sample = Sample::new();
        for (senders, names) in SENDERS {
            let (begun, cpu) = (Moment::now(), self.peer.cpu()?);
            let log_bytes = self.peer.log_bytes()?;
            let measured = self.measure(senders, time / 2)?;
            if senders == COUNTED {
                let seconds = begun.elapsed().as_secs_f64();
                let [rate, ..] = measured;
                let count = (rate * (time / 2).as_secs_f64()) as u64;
                sample.extend(costs(cpu, self.peer.cpu()?, count, seconds));
                if let (Some(before), Some(after)) = (log_bytes, self.peer.log_bytes()?) {
                    sample.insert("log bytes/post", (after - before) / count.max(1) as f64);
                }
            }
            sample.extend(names.into_iter().zip(measured));
        }
        Ok(sample)
    }
}
