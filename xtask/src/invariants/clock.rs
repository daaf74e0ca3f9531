//! Time and randomness are parameters. Clippy refuses the calls (`clippy.toml`); here we see to it that clippy
//! isn't silenced outside the few files that may, and that the list of refused calls stays whole.

use crate::sources::SourceFile;

/// The only files that may read a clock or make randomness.
const SOURCES_OF_TIME_AND_CHANCE: [&str; 5] = [
    "benches/src/clock.rs",
    "server/src/clock.rs",
    "server/src/entropy.rs",
    "crates/device/src/clock.rs",
    "crates/device/src/entropy.rs",
];

/// The lints whose silencing is watched.
const LINTS: [&str; 2] = ["disallowed_methods", "disallowed_types"];

/// What `clippy.toml` must go on refusing.
const REFUSED: [&str; 11] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "tokio::time::Instant::now",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "uuid::Uuid::now_v7",
    "uuid::Uuid::new_v4",
    "rand::rng",
    "rand::random",
    "getrandom::fill",
    "rand::rngs::OsRng",
];

/// The refusals that `clippy.toml` lacks.
pub(crate) fn missing_bans(clippy_toml: &str) -> Vec<String> {
    REFUSED
        .iter()
        .filter(|path| !clippy_toml.contains(&format!("\"{path}\"")))
        .map(|path| format!("clippy.toml does not refuse {path}"))
        .collect()
}

/// Where `file` silences the lints and may not. Lints are silenced by name, or with all of clippy.
pub(crate) fn violations(file: &SourceFile) -> Vec<String> {
    if file.is_test || SOURCES_OF_TIME_AND_CHANCE.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let text = file.rust_without_tests();
    text.lines()
        .filter(|(_, line)| {
            LINTS.iter().any(|lint| line.contains(lint))
                || ["clippy::all", "clippy::style"]
                    .iter()
                    .any(|group| line.contains(group))
        })
        .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCED: &str = "#[allow(clippy::disallowed_methods)]\nfn now() {}\n";

    fn file(path: &str, text: &str, is_test: bool) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
            is_test,
        }
    }

    #[test]
    fn silencing_the_lint_is_found() {
        let found = violations(&file("crates/room/src/board.rs", SILENCED, false));
        assert_eq!(
            found,
            ["crates/room/src/board.rs:1: #[allow(clippy::disallowed_methods)]"]
        );
        assert_eq!(
            violations(&file("server/src/hub.rs", "#![allow(clippy::all)]", false)).len(),
            1
        );
    }

    #[test]
    fn the_clock_files_and_tests_may() {
        assert!(violations(&file("server/src/clock.rs", SILENCED, false)).is_empty());
        assert!(violations(&file("tests/tests/crash.rs", SILENCED, true)).is_empty());
        let inline = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{SILENCED}}}\n");
        assert!(violations(&file("server/src/hub.rs", &inline, false)).is_empty());
    }

    #[test]
    fn a_shortened_list_is_found() {
        let list: String = REFUSED
            .iter()
            .skip(1)
            .map(|path| format!("{{ path = \"{path}\" }},"))
            .collect();
        assert_eq!(
            missing_bans(&list),
            ["clippy.toml does not refuse std::time::SystemTime::now"]
        );
    }
}
