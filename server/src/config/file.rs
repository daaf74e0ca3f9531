//! Reading the file, and what can be wrong with settings.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::Settings;

/// Why a hub can't start with what it was told.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file.
    #[error("{path}: {reason}")]
    File {
        /// Where.
        path: PathBuf,
        /// Why, without the line: it may hold a secret.
        reason: String,
    },
    /// No data directory.
    #[error("--data is needed: the directory of the hub")]
    NoData,
    /// A certificate without key, or a key without certificate.
    #[error("--tls-certificate and --tls-key go together")]
    HalfTls,
    /// Listening beyond loopback without TLS.
    #[error(
        "{0} is beyond loopback: give --tls-certificate and --tls-key, or --behind-proxy if a proxy \
         before the hub does TLS"
    )]
    InTheClear(SocketAddr),
    /// Keeping no message.
    #[error("--keep-messages is 1 or more")]
    KeepNothing,
    /// Letting no device say anything.
    #[error("--messages-per-second is 1 or more")]
    SayNothing,
    /// The contact for push services.
    #[error("--push-contact begins with mailto: or https://")]
    Contact,
    /// The settings can't be written.
    #[error("the settings can't be shown: {0}")]
    Print(String),
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError::File`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let bad = |reason: String| ConfigError::File {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                text.get(..span.start)
                    .map_or(1, |before| before.lines().count().max(1))
            });
            bad(format!("line {line}: {}", error.message()))
        })
    }
}
