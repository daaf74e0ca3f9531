//! Waiting, but not for ever: a test that hangs says nothing.

use std::time::Duration;

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a future gives, if it gives it in time.
///
/// # Panics
/// If it does not.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("nothing happened in time")
}
