//! Processes that run by another clock.

use std::path::Path;

/// Where Debian keeps the library; `make setup` installs it.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

type Environment = Vec<(String, String)>;

/// What a process needs in its environment; none, and said so, if the library is missing.
fn library() -> Option<Environment> {
    if !Path::new(LIBRARY).is_file() {
        eprintln!("libfaketime is missing: a test by another clock was left out");
        return None;
    }
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Some(vec![
        set("LD_PRELOAD", LIBRARY),
        // What waits goes on as it was.
        set("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        set("DONT_FAKE_MONOTONIC", "1"),
        set("TZ", "UTC"),
    ])
}

/// For a process whose clock begins at this time, Unix milliseconds, and goes on from there.
#[must_use]
pub fn from(now_ms: u64) -> Option<Environment> {
    let mut environment = library()?;
    let real_s = i64::try_from(crate::now_ms() / 1_000).unwrap();
    let shift_s = i64::try_from(now_ms / 1_000).unwrap() - real_s;
    environment.push(("FAKETIME".to_owned(), format!("{shift_s:+}")));
    Some(environment)
}

/// For a process whose clock is shifted by the seconds that a file says, whenever it is read.
#[must_use]
pub fn by_file(file: &Path) -> Option<Environment> {
    let mut environment = library()?;
    let file = file.to_str().unwrap().to_owned();
    environment.push(("FAKETIME_TIMESTAMP_FILE".to_owned(), file));
    environment.push(("FAKETIME_NO_CACHE".to_owned(), "1".to_owned()));
    Some(environment)
}
