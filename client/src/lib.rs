//! The Entente client: device store, authority, connection, the engine that keeps a device's rooms
//! going, exercises, and the command line.

pub mod agent;
pub mod authority;
pub mod cli;
mod clock;
pub mod connection;
pub mod documents;
pub mod engine;
pub mod enrol;
mod entropy;
pub mod exercise;
mod http;
mod hub_url;
pub mod i18n;
pub mod passphrase;
mod playbook_file;
pub mod store;

pub use clock::now_ms;
pub use entropy::{NoEntropy, new_room_id, random_bytes};
pub use http::HttpError;
pub use hub_url::{HubUrl, HubUrlError};
pub use passphrase::Passphrase;
pub use playbook_file::{PlaybookMistake, read_playbook};
