//! A device: its sealed state, its enrolment, its connection to a hub, and the engine that keeps its
//! rooms going. The command line and the browser run this code; what differs between them (sockets,
//! timers, tasks, short HTTP requests) is in [`platform`], and where sealed records lie is a
//! [`Store`] of theirs.

mod clock;
pub mod connection;
pub mod documents;
pub mod engine;
pub mod enrol;
mod entropy;
mod hub_url;
mod passphrase;
pub mod platform;
pub mod store;

pub use clock::now_ms;
pub use entropy::{NoEntropy, new_room_id, random_bytes};
pub use hub_url::{HubUrl, HubUrlError};
pub use passphrase::Passphrase;
pub use platform::HttpError;
pub use store::Store;
