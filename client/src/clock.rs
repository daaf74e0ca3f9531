//! The only file that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in milliseconds.
#[must_use]
#[allow(clippy::disallowed_methods)]
pub fn now_ms() -> u64 {
    // Before 1970 the machine's clock is broken; 0 makes every certificate not valid yet.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}
