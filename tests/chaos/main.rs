//! Hubs that are killed, starved and misled while members talk: what was acknowledged is there, once, in one order.
//! Short in `make test`; `make chaos KILLS=500` is the long run, and writes what it counted into docs/RELIABILITY.md.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attack;
mod clock;
mod disk;
mod drain;
mod kills;
mod party;
mod report;

use entente_tests::{said, say};

const CLASSIC: u16 = 0x0001;

/// A number that the environment tells, for the long run.
fn told(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}
