//! What a hub is told at its start: by flags, by the environment, by a file, in this order.

mod cli;
mod file;
mod settings;
mod url;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use crate::gate::AddressLimits;
pub use cli::{Cli, Command};
pub use file::ConfigError;
pub use settings::Settings;
pub use url::ServiceUrl;

/// Everything that a hub needs to know, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Directory of the embedded database and of the lock; made if it is missing.
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate chain and key in PEM; without them there is no TLS.
    pub tls: Option<TlsFiles>,
    /// The database.
    pub database: ServiceUrl,
    /// The broker between hubs.
    pub broker: Option<ServiceUrl>,
    /// Where photos and documents lie; none for the folder `blobs` in the data directory.
    pub blobs: Option<ServiceUrl>,
    /// Names under which devices reach this hub; if there are none, the listening address and
    /// localhost with its port.
    pub names: Vec<String>,
    /// Folder with the root certificates of the only authorities to be served.
    pub authorities: Option<PathBuf>,
    /// Messages kept of each room.
    pub keep_messages: u64,
    /// Messages a second that one device may send.
    pub messages_per_second: u32,
    /// What one address may do.
    pub addresses: AddressLimits,
    /// Whom push services may ask about this hub's pushes.
    pub push_contact: Option<String>,
    /// Push over plain HTTP and to addresses of private networks too.
    pub push_insecure: bool,
    /// Print the listening address and logs as JSON.
    pub json: bool,
}

/// Where certificate and key lie; read at the start and on SIGHUP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate chain, leaf first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}
