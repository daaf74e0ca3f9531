//! The Entente client for processes: a device's store in files, authorities, agents, exercises, and the
//! command line.

pub mod agent;
pub mod authority;
pub mod cli;
pub mod documents;
pub mod enrol;
pub mod exercise;
pub mod i18n;
mod playbook_file;
mod report;
pub mod store;

pub use entente_device::{
    HttpError, HubUrl, HubUrlError, NoEntropy, Passphrase, connection, engine, new_room_id, now_ms,
    random_bytes,
};
pub use playbook_file::{PlaybookMistake, read_playbook};
