//! The only file of the clients that reads the clock.

#[cfg(not(target_arch = "wasm32"))]
use std::sync::LazyLock;
#[cfg(not(target_arch = "wasm32"))]
use std::time::Instant;

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

#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::disallowed_methods)]
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds since some moment before: they only grow, whatever the clock is set to.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
#[allow(clippy::disallowed_methods)]
pub(crate) fn steady_ms() -> u64 {
    u64::try_from(BEGINNING.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Milliseconds since some moment before: they only grow, whatever the clock is set to.
#[cfg(target_arch = "wasm32")]
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Rust's casts saturate
pub(crate) fn steady_ms() -> u64 {
    use js_sys::{Function, Reflect};
    use wasm_bindgen::JsCast as _;

    let read = || {
        let performance = Reflect::get(&js_sys::global(), &"performance".into()).ok()?;
        let now: Function = Reflect::get(&performance, &"now".into())
            .ok()?
            .dyn_into()
            .ok()?;
        now.call0(&performance).ok()?.as_f64()
    };
    // A worker without it counts by the clock.
    read().map_or_else(now_ms, |now| now as u64)
}
