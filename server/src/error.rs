//! Why a hub can't start or go on.

use std::path::PathBuf;

use crate::store::StoreError;
use crate::tls::TlsError;

/// Errors that end the process.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The data directory can't be used.
    #[error("the data directory {path} can't be used: {source}")]
    Data {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another hub holds the data directory.
    #[error("another hub is running on the data directory {0}")]
    InUse(PathBuf),
    /// Certificate and key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The listening socket.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// An authority's certificate in the given folder.
    #[error("authority certificate {path}: {reason}")]
    Authority {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Where photos and documents lie.
    #[error("photos and documents: {0}")]
    Blobs(object_store::Error),
    /// The broker's address.
    #[error("the broker: {0}")]
    Broker(async_nats::ConnectError),
    /// A broker without hubs to speak to.
    #[error(
        "a broker is for hubs that share a PostgreSQL database; give --database postgres://… too"
    )]
    BrokerAlone,
    /// The key for pushes.
    #[error("the key for pushes can't be made or read: {0}")]
    PushKey(&'static str),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The socket failed while serving.
    #[error("serving: {0}")]
    Serve(std::io::Error),
}
