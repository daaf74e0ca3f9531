//! Where a hub is.

use core::fmt;
use core::str::FromStr;

use entente_protocol::{WEBSOCKET_PATH, limits};
use serde::{Deserialize, Serialize};

/// A hub's address, such as `https://hub.example.org`, or `http://127.0.0.1:8420` on one's own machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HubUrl {
    name: String,
    is_tls: bool,
}

/// Not the address of a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HubUrlError {
    /// Not `https://host[:port]` or `http://host[:port]`.
    #[error("a hub's address is https://HOST:PORT")]
    Malformed,
}

impl HubUrl {
    /// `host:port` as written: the name that a hello is signed for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn is_tls(&self) -> bool {
        self.is_tls
    }

    pub(crate) fn websocket(&self) -> String {
        let scheme = if self.is_tls { "wss" } else { "ws" };
        format!("{scheme}://{}{WEBSOCKET_PATH}", self.name)
    }

    pub(crate) fn http(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl FromStr for HubUrl {
    type Err = HubUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text
            .trim()
            .split_once("://")
            .ok_or(HubUrlError::Malformed)?;
        let is_tls = match scheme {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(HubUrlError::Malformed),
        };
        let name = rest.trim_end_matches('/');
        let is_plain = !name.is_empty()
            && name.len() <= limits::MAX_HUB_NAME_BYTES
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
        if !is_plain {
            return Err(HubUrlError::Malformed);
        }
        let after_host = name.rsplit_once(']').map_or(name, |(_, after)| after);
        let name = match after_host.rsplit_once(':') {
            Some((_, port)) => {
                port.parse::<u16>().map_err(|_| HubUrlError::Malformed)?;
                name.to_owned()
            }
            None => format!("{name}:{}", if is_tls { 443 } else { 80 }),
        };
        Ok(Self { name, is_tls })
    }
}

impl fmt::Display for HubUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.name)
    }
}

impl TryFrom<String> for HubUrl {
    type Error = HubUrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<HubUrl> for String {
    fn from(url: HubUrl) -> Self {
        url.to_string()
    }
}
