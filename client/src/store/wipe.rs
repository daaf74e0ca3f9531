//! Making a directory worth nothing.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::{DATABASE_FILE, HEADER_FILE, StoreError};
use crate::random_bytes;

/// Bytes written over a file before it goes: more than a header or a key needs.
const OVERWRITE_BYTES: usize = 4 * 1024;

/// Destroys a store: the header first, without which the records are noise whatever the disk keeps
/// of them; then the records; then every other file of the directory. It needs no passphrase, and
/// does not wait for a process that has the store open.
///
/// # Errors
/// [`StoreError::Io`] if a file can't be removed; what could be removed is gone.
pub fn wipe(dir: &Path) -> Result<(), StoreError> {
    let header = dir.join(HEADER_FILE);
    if header.exists() {
        shred(&header).map_err(|error| StoreError::io(dir, error))?;
    }
    let first = [header, dir.join(DATABASE_FILE)];
    let mut trouble = None;
    let listed = std::fs::read_dir(dir).map_err(|error| StoreError::io(dir, error))?;
    let others = listed.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    for path in first.into_iter().chain(others) {
        if !path.is_file() {
            continue;
        }
        if let Err(error) = std::fs::remove_file(&path) {
            trouble = Some(StoreError::io(&path, error));
        }
    }
    trouble.map_or(Ok(()), Err)
}

/// Writes noise over a file.
pub(super) fn shred(path: &Path) -> std::io::Result<()> {
    let noise = random_bytes::<OVERWRITE_BYTES>()
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    overwrite(path, &noise)
}

/// Writes over what a file has, in place.
pub(super) fn overwrite(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
