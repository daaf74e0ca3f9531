//! The inputs that are kept: good ones of each kind, and those that once broke something.

use std::path::PathBuf;

/// Where a decoder's inputs lie.
#[must_use]
pub fn folder(decoder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(decoder)
}

/// A decoder's inputs with their names, in order.
#[must_use]
pub fn corpus(decoder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder(decoder)).expect("each decoder has a folder");
    let mut found: Vec<_> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}
