//! The hub: it orders, stores and delivers what it can't read.
//!
//! Decisions are made in `entente_delivery`, which does no I/O; this crate brings sockets, storage
//! and time to it. Nobody sees what is not committed to disk.

mod authorities;
pub mod backup;
mod blobs;
mod bus;
mod clock;
mod cluster;
pub mod config;
mod connection;
mod entropy;
mod error;
mod gate;
mod http;
mod hub;
mod meters;
mod order;
mod push;
mod retention;
pub mod retention_command;
mod room;
mod serve;
pub mod store;
mod tls;
mod visitors;
mod web;

pub use clock::Clock;
pub use config::Config;
pub use error::ServerError;
pub use retention::RetentionError;
pub use serve::{Bound, bind};
pub use tls::{Reloader, TlsError};
