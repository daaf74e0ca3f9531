//! What can go wrong with a sealed store.

use std::path::{Path, PathBuf};

use crate::NoEntropy;

/// Errors of a sealed store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the directory.
    #[error("{0} is in use by another process")]
    InUse(PathBuf),
    /// There is no store in the directory.
    #[error("{0} holds no device or authority")]
    Missing(PathBuf),
    /// There is a store in the directory already.
    #[error("{0} holds a device or authority already")]
    Exists(PathBuf),
    /// The passphrase does not open it.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The duress passphrase must be another one.
    #[error("this passphrase opens the store already")]
    SamePassphrase,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A file was changed by somebody without the passphrase, or damaged.
    #[error("the stored {0} was changed or damaged")]
    Tampered(&'static str),
    /// A file can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database.
    #[error("database: {0}")]
    Database(String),
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl StoreError {
    /// A file's error.
    #[must_use]
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}
