//! Why a hub can't start or go on.

use std::path::PathBuf;

use crate::backup::BackupError;
use crate::config::ConfigError;
use crate::retention::RetentionError;
use crate::store::StoreError;
use crate::tls::TlsError;

/// Errors that end the process.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// What it was told.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A copy that is not taken, or not put in place.
    #[error(transparent)]
    Copy(#[from] BackupError),
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
    /// Something is still there that should be gone.
    #[error(transparent)]
    Retention(RetentionError),
    /// The socket failed while serving.
    #[error("serving: {0}")]
    Serve(std::io::Error),
}

impl ServerError {
    /// For scripts, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Data { .. } => "data",
            Self::InUse(_) => "in_use",
            Self::Config(_) => "config",
            Self::Copy(_) => "copy",
            Self::Tls(_) => "tls",
            Self::Broker(_) | Self::BrokerAlone => "broker",
            Self::Store(StoreError::Scheme(_)) => "database",
            Self::Listen { .. } => "listen",
            Self::Authority { .. } => "authority",
            Self::Blobs(_) => "blobs",
            Self::PushKey(_) => "push_key",
            Self::Store(_) => "store",
            Self::Retention(_) => "retention",
            Self::Serve(_) => "serve",
        }
    }

    /// Exit status; listed in `entente-server --help`.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Tls(_)
            | Self::BrokerAlone
            | Self::Store(StoreError::Scheme(_))
            | Self::Authority { .. } => 2,
            Self::Listen { .. } => 3,
            Self::Data { .. } | Self::InUse(_) | Self::Copy(_) => 4,
            Self::Broker(_)
            | Self::Blobs(_)
            | Self::PushKey(_)
            | Self::Store(_)
            | Self::Retention(_)
            | Self::Serve(_) => 70,
        }
    }
}
