//! Throw-away services for tests: PostgreSQL, NATS and a TAK server in temporary folders, on free ports.
//!
//! Each is watched over by a shell that waits for the end of its standard input: however a test
//! ends, the service ends with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc
)]

pub mod certificates;
mod nats;
mod postgres;
mod python;
mod skip;
mod taky;

use std::net::TcpListener;

pub use nats::Nats;
pub use postgres::{Durability, Postgres};
pub use python::judge_stix;
pub use skip::{SKIP, is_skipped};
pub use taky::Taky;

/// A port that is free now. Somebody may take it before it is used; whoever uses it tries again.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
