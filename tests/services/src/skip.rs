//! Machines without PostgreSQL, NATS and what else others have made.

/// Set to leave out the tests that need programs of others; nothing else leaves them out.
pub const SKIP: &str = "ENTENTE_SKIP_SERVICES";

/// Whether the tests that need services are to be left out; said on standard error each time.
#[must_use]
pub fn is_skipped() -> bool {
    let is_skipped = std::env::var_os(SKIP).is_some_and(|value| !value.is_empty());
    if is_skipped {
        eprintln!("{SKIP} is set: a test that needs programs of others was left out");
    }
    is_skipped
}
