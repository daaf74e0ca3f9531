//! A room with its hub and its members in one process, with simulated time, network and disks: everything
//! that happens follows from a seed, and a seed that fails fails again.
//!
//! Real are the engine of the devices with their connections and sessions, the hub's decisions, trust and
//! the bytes on the wire; modelled are the hub's process around its decisions, disks, network and clocks
//! (docs/RELIABILITY.md).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod bug;
mod cast;
mod chance;
mod checks;
mod device;
mod diary;
mod executor;
mod faults;
mod hub;
mod links;
mod net;
mod plan;
mod prologue;
mod store;
mod trace;
mod watching;
mod world;

pub use bug::Bug;
pub use checks::{Invariant, Violation};
pub use plan::Plan;
pub use world::{Outcome, run};

fn hash(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}
