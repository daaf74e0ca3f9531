//! `entente-bench`: the hub's hot path beside what people would pick instead, in one run.
//!
//! The server under test has one core, the generator the other. Each figure is the median of several
//! runs; what counts are the ratios of one run, not the absolute figures of one machine.

mod clock;
mod crowd;
mod deframer;
mod engine;
mod figures;
mod floor;
mod histogram;
mod machine;
mod process;
mod report;
mod result;
mod servers;
mod upgrade;
mod wire;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures the hub beside its peers.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures, and adds what was measured to the results.
    Run(RunOptions),
    /// Writes the tables of docs/BENCHMARKS.md from the results.
    Report {
        /// The document; what is between its marks is replaced.
        #[arg(long, default_value = "docs/BENCHMARKS.md")]
        document: PathBuf,
        /// Folder of the results.
        #[arg(long, default_value = "benches/results")]
        results: PathBuf,
    },
    /// Serves the floor: a bare broadcast loop that keeps nothing. Started by `run`.
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        listen: SocketAddr,
    },
}

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct RunOptions {
    /// Servers: hub, hub-tls, postgres1, postgres2, postgres3 (so many hubs on PostgreSQL and NATS),
    /// floor, mosquitto0, mosquitto1, nats.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "floor,hub,nats,mosquitto0,mosquitto1"
    )]
    servers: Vec<servers::Kind>,
    /// Figures: fanout4, fanout16, large, paced, durable, idle2000, idle10000, joins, resume, members,
    /// rooms.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "fanout4,fanout16,large,paced"
    )]
    figures: Vec<figures::Figure>,
    /// Runs of each, of which the median counts.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Seconds that each run measures, after a warm-up of a third of it.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// The hub's binary.
    #[arg(long, default_value = "target/release/entente-server")]
    hub: PathBuf,
    /// More arguments for the hub, e.g. --database URL.
    #[arg(long, value_delimiter = ' ', allow_hyphen_values = true)]
    hub_options: Vec<String>,
    /// Name of these results: `now`, or that of another state of the code.
    #[arg(long, default_value = "now")]
    label: String,
    /// Folder of the results.
    #[arg(long, default_value = "benches/results")]
    results: PathBuf,
    /// Where the servers keep what they store: a folder on the disk to be measured.
    #[arg(long, default_value = "target/bench")]
    scratch: PathBuf,
    /// Core of the server; the generator takes the other one.
    #[arg(long, default_value_t = 0)]
    server_core: usize,
    /// Core of the generator.
    #[arg(long, default_value_t = 1)]
    generator_core: usize,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Run(options) => figures::run(&options),
        Command::Report { document, results } => report::write(&document, &results),
        Command::Floor { listen } => floor::run(listen),
    }
}
