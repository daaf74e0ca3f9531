//! The only file that reads the clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The hub's clock, made once and handed down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock(());

impl Clock {
    /// Unix time in milliseconds.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn now_ms(self) -> u64 {
        // Before 1970 the machine's clock is broken, and 0 closes every room: the safe side.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            })
    }
}

/// How long something took, for the metrics.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[allow(clippy::disallowed_methods)]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    #[allow(clippy::disallowed_methods)]
    pub(crate) fn read(&self) -> Duration {
        self.0.elapsed()
    }
}
