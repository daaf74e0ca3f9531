//! What is measured. Servers of one figure are started side by side and measured in turn, so that a
//! slower minute of the machine is everybody's.

mod durable;
mod fanout;
mod idle;
mod joins;
mod paced;
mod resume;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use crate::RunOptions;
use crate::machine;
use crate::result::{Measured, Results, Sample};
use crate::servers::{self, Cpu, Kind, Peer, Place};
use crate::world::Layout;

/// A figure, by what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Figure {
    /// 10 rooms of 50, 4 messages in flight in each.
    Fanout4,
    /// The same, 16 in flight.
    Fanout16,
    /// One room of 1,000, 4 in flight.
    Large,
    /// 10 rooms of 50, 400 messages a second.
    Paced,
    /// 10 rooms of 100, 4 in flight: twice the members.
    Members,
    /// 100 rooms of 50 with the same 500 members, 400 messages a second.
    Rooms,
    /// 1, 8, 64 and 512 senders that each wait for their message to be stored.
    Durable,
    Idle2000,
    Idle10000,
    Joins,
    Resume,
}

impl Figure {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fanout4 => "fanout4",
            Self::Fanout16 => "fanout16",
            Self::Large => "large",
            Self::Paced => "paced",
            Self::Members => "members",
            Self::Rooms => "rooms",
            Self::Durable => "durable",
            Self::Idle2000 => "idle2000",
            Self::Idle10000 => "idle10000",
            Self::Joins => "joins",
            Self::Resume => "resume",
        }
    }

    /// Whether a server can do it, and it says something new: only the hub stores, the floor knows
    /// one room a connection, and who holds a connection does not ask what is stored where.
    fn fits(self, kind: Kind) -> bool {
        let is_embedded = matches!(kind, Kind::Hub | Kind::HubTls) || !kind.is_hub();
        match self {
            Self::Durable | Self::Resume => matches!(kind, Kind::Hub | Kind::Postgres1),
            Self::Rooms => is_embedded && kind != Kind::Floor,
            Self::Large | Self::Members | Self::Idle2000 | Self::Idle10000 | Self::Joins => {
                is_embedded
            }
            Self::Fanout4 | Self::Fanout16 | Self::Paced => true,
        }
    }

    fn layout(self) -> Layout {
        match self {
            Self::Large => Layout::apart(1, 1_000),
            Self::Members => Layout::apart(10, 100),
            Self::Rooms => Layout {
                rooms: 100,
                seats: 50,
                members: 500,
            },
            Self::Durable => Layout::apart(512, 1),
            Self::Idle2000 => Layout::outside(2_000),
            Self::Idle10000 => Layout::outside(10_000),
            Self::Joins => Layout::outside(joins::DEVICES),
            Self::Resume => Layout::apart(1, 1_000),
            Self::Fanout4 | Self::Fanout16 | Self::Paced => Layout::apart(10, 50),
        }
    }
}

pub(crate) fn run(options: &RunOptions) -> Result<()> {
    machine::pin(std::process::id(), options.generator_core)?;
    std::fs::create_dir_all(&options.scratch)?;
    let mut results = Results::open(&options.results, &options.label)?;
    for figure in &options.figures {
        let measured = measure(*figure, options)?;
        for (kind, measured) in measured {
            println!("{} {}: {measured}", figure.name(), kind.name());
            results.put(*figure, kind, measured);
        }
        results.save()?;
    }
    Ok(())
}

fn measure(figure: Figure, options: &RunOptions) -> Result<Vec<(Kind, Measured)>> {
    let sync_ms = machine::sync_ms(&options.scratch)?;
    let layout = figure.layout();
    let place = Place {
        scratch: &options.scratch,
        core: options.server_core,
        generator_core: options.generator_core,
        hub: &options.hub,
        hub_options: &options.hub_options,
    };
    let kinds: Vec<Kind> = options
        .servers
        .iter()
        .copied()
        .filter(|kind| figure.fits(*kind))
        .collect();
    let samples = match figure {
        Figure::Resume => {
            let of = |kind: &Kind| resume::run(*kind, &layout, &place, options.runs);
            let all = kinds.iter().map(of).collect::<Result<Vec<_>>>()?;
            all.into_iter().enumerate().collect()
        }
        // These start from nothing each time.
        Figure::Idle2000 | Figure::Idle10000 | Figure::Joins => {
            let mut samples: BTreeMap<usize, Vec<Sample>> = BTreeMap::new();
            for _ in 0..options.runs {
                for (index, kind) in kinds.iter().enumerate() {
                    let peer = servers::start(*kind, &layout, &place)?;
                    let sample = match figure {
                        Figure::Joins => joins::run(&*peer)?,
                        _ => idle::run(&*peer, layout.members)?,
                    };
                    samples.entry(index).or_default().push(sample);
                }
            }
            samples
        }
        _ => in_turn(figure, &layout, &kinds, &place, options)?,
    };
    Ok(samples
        .into_iter()
        .filter_map(|(index, samples)| Some((*kinds.get(index)?, samples)))
        .map(|(kind, samples)| (kind, Measured::median(&samples, sync_ms)))
        .collect())
}

/// What the processors did for so many things in so many seconds.
#[allow(clippy::cast_precision_loss)] // far below 2^52
fn costs(before: Cpu, after: Cpu, count: u64, seconds: f64) -> Sample {
    let (server, database, broker) = (
        after.server - before.server,
        after.database - before.database,
        after.broker - before.broker,
    );
    let all = server + database + broker;
    let millions = count.max(1) as f64 / 1e6;
    let mut sample = Sample::from([
        ("cpu share", all / seconds),
        ("cpu s/million", all / millions),
    ]);
    if database > 0.0 {
        sample.extend([
            ("hubs: cpu s/million", server / millions),
            ("PostgreSQL: cpu s/million", database / millions),
            ("NATS: cpu s/million", broker / millions),
        ]);
    }
    sample
}

/// A measurement that can be repeated on the same connections.
trait Load {
    fn run(&mut self, time: Duration) -> Result<Sample>;

    /// Keeps the connections alive while others are measured; to be called more often than a server's patience.
    fn breathe(&mut self) -> Result<()>;
}

fn in_turn(
    figure: Figure,
    layout: &Layout,
    kinds: &[Kind],
    place: &Place<'_>,
    options: &RunOptions,
) -> Result<BTreeMap<usize, Vec<Sample>>> {
    let peers = kinds
        .iter()
        .map(|kind| servers::start(*kind, layout, place))
        .collect::<Result<Vec<_>>>()?;
    let mut loads: Vec<Box<dyn Load + '_>> = Vec::new();
    for peer in &peers {
        loads.push(load(figure, layout, &**peer)?);
        breathe(&mut loads)?;
    }
    let time = Duration::from_secs_f64(options.seconds);
    let mut samples: BTreeMap<usize, Vec<Sample>> = BTreeMap::new();
    for index in 0..loads.len() {
        breathe(&mut loads)?;
        if let Some(load) = loads.get_mut(index) {
            load.run(time / 3)?;
        }
    }
    for _ in 0..options.runs {
        for index in 0..loads.len() {
            breathe(&mut loads)?;
            if let Some(load) = loads.get_mut(index) {
                samples.entry(index).or_default().push(load.run(time)?);
            }
        }
    }
    Ok(samples)
}

fn breathe(loads: &mut [Box<dyn Load + '_>]) -> Result<()> {
    loads.iter_mut().try_for_each(|load| load.breathe())
}

fn load<'a>(figure: Figure, layout: &Layout, peer: &'a dyn Peer) -> Result<Box<dyn Load + 'a>> {
    Ok(match figure {
        Figure::Paced | Figure::Rooms => Box::new(paced::Paced::new(peer, layout)?),
        Figure::Fanout16 => Box::new(fanout::Fanout::new(peer, layout, 16)?),
        Figure::Durable => Box::new(durable::Durable::new(peer, layout)?),
        _ => Box::new(fanout::Fanout::new(peer, layout, 4)?),
    })
}
