//! The only file of the clients that reads the clock.

/// Unix time in milliseconds.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
#[allow(clippy::disallowed_methods)]
pub fn now_ms() -> u64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    // Before 1970 the machine's clock is broken; 0 makes every certificate not valid yet.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

/// Unix time in milliseconds.
#[cfg(target_arch = "wasm32")]
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Rust's casts saturate
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}
