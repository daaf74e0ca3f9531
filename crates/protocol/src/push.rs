//! Where a push service takes messages for one browser.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The URL of a push subscription (RFC 8030 §5). Who knows it can push: it is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PushEndpoint(String);

impl PushEndpoint {
    /// Any text; a hub checks it when it is told.
    #[must_use]
    pub const fn new(url: String) -> Self {
        Self(url)
    }

    /// The URL, to push there or to keep it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PushEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushEndpoint(hidden)")
    }
}
