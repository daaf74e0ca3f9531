//! Why a hub can't start or go on.

use std::path::PathBuf;

use crate::store::StoreError;

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
    /// The database URL is of a kind that this version does not have.
    #[error("database URL {0:?}: only sqlite:// is supported")]
    Database(String),
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

impl ServerError {
    /// For scripts, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Data { .. } => "data",
            Self::InUse(_) => "in_use",
            Self::Database(_) => "database",
            Self::Listen { .. } => "listen",
            Self::Authority { .. } => "authority",
            Self::Blobs(_) => "blobs",
            Self::PushKey(_) => "push_key",
            Self::Store(_) => "store",
            Self::Serve(_) => "serve",
        }
    }

    /// Exit status; listed in `entente-server --help`.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Database(_) | Self::Authority { .. } => 2,
            Self::Listen { .. } => 3,
            Self::Data { .. } | Self::InUse(_) => 4,
            Self::Blobs(_) | Self::PushKey(_) | Self::Store(_) | Self::Serve(_) => 70,
        }
    }
}
