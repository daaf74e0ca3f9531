//! The stage of the system tests: real hub processes, real devices, a wire that can be listened to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc
)]

mod bucket;
mod cast;
mod cluster;
mod database;
pub mod faketime;
mod hub;
mod liar;
mod link;
mod patience;
mod plain;
mod raw;
mod receiver;
mod rogue;
mod wire;
mod words;

pub(crate) use entente_client::now_ms;

pub use bucket::Bucket;
pub use cast::{Cast, Member, room_spec};
pub use cluster::{Cluster, Node};
pub use database::{Snapshot, with_database};
pub use hub::{HubProcess, program};
pub use liar::{Liar, Lie};
pub use link::{Balancer, Link};
pub use patience::within;
pub use plain::{FIN, Plain, masked, opcode};
pub use raw::Raw;
pub use receiver::{Posted, Receiver};
pub use rogue::{Rogue, Wish, accredited, home_made};
pub use wire::Wire;
pub use words::{said, say};
