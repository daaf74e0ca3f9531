//! Several hubs on one PostgreSQL and one NATS: real processes, real devices, real wires that are cut.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chaos;
mod commits;
mod compartments;
mod copies;
mod eviction;
mod failures;
mod passing;

use entente_tests::{said, say};

const CLASSIC: u16 = 0x0001;
const POST_QUANTUM: u16 = 0x004F;
