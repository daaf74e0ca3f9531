//! Copies of an embedded hub, and putting one in its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::serve::lock_data;
use crate::store::{Store, StoreError};
use crate::{Clock, ServerError};

/// The database in a data directory, and in a copy.
const DATABASE: &str = "hub.db";

/// The blobs in a data directory, and in a copy.
const BLOBS: &str = "blobs";

/// Why there is no copy, or why it is not in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tools.
    #[error(
        "PostgreSQL is copied with pg_dump and restored with pg_restore: see docs/OPERATIONS.md"
    )]
    Postgres,
    /// The place of the copy is not empty.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// There is a database already.
    #[error("{0} is there already: a copy replaces nothing")]
    Exists(PathBuf),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}

/// Brings the schema up to date.
///
/// # Errors
/// [`ServerError`].
pub async fn migrate(config: &Config) -> Result<(), ServerError> {
    let _lock = lock_data(config)?;
    let store = Store::open(config.database.expose(), config.keep_messages).await?;
    store.close().await;
    Ok(())
}

/// Copies database and blobs into a new or empty directory, while the hub runs.
///
/// # Errors
/// [`ServerError::Copy`].
pub async fn backup(config: &Config, to: &Path) -> Result<(), ServerError> {
    Ok(take(config, to).await?)
}

async fn take(config: &Config, to: &Path) -> Result<(), BackupError> {
    if !config.database.expose().starts_with("sqlite:") {
        return Err(BackupError::Postgres);
    }
    fs::create_dir_all(to).map_err(at(to))?;
    if fs::read_dir(to).map_err(at(to))?.next().is_some() {
        return Err(BackupError::NotEmpty(to.to_owned()));
    }
    // First the database: what it says is stored was there before it said so, and is copied after.
    Store::copy(config.database.expose(), &to.join(DATABASE)).await?;
    let blobs = config.data.join(BLOBS);
    if config.blobs.is_none() && blobs.is_dir() {
        copy_folder(&blobs, &to.join(BLOBS))?;
    }
    Ok(())
}

/// Puts a copy where no database is, checks it and brings it up to date.
///
/// # Errors
/// [`ServerError::Copy`]; then nothing was put in place.
pub async fn restore(config: &Config, from: &Path) -> Result<(), ServerError> {
    let _lock = lock_data(config)?;
    Ok(put_in_place(config, from).await?)
}

async fn put_in_place(config: &Config, from: &Path) -> Result<(), BackupError> {
    let database = config.data.join(DATABASE);
    let is_default = config.database.expose() == format!("sqlite://{}", database.display());
    if !is_default {
        return Err(BackupError::Postgres);
    }
    for place in [&database, &config.data.join(BLOBS)] {
        let is_there = if place.is_dir() {
            fs::read_dir(place).map_err(at(place))?.next().is_some()
        } else {
            place.exists()
        };
        if is_there {
            return Err(BackupError::Exists(place.clone()));
        }
    }
    let unchecked = config.data.join("restoring.db");
    let copied = from.join(DATABASE);
    fs::copy(&copied, &unchecked).map_err(at(&copied))?;
    if let Err(error) = check(config, &unchecked).await {
        let _ = fs::remove_file(&unchecked);
        return Err(error.into());
    }
    let blobs = from.join(BLOBS);
    if blobs.is_dir() {
        copy_folder(&blobs, &config.data.join(BLOBS))?;
    }
    // What is there after a power cut is there whole.
    flush(&unchecked)?;
    fs::rename(&unchecked, &database).map_err(at(&database))?;
    flush(&config.data)
}

/// Has a file or a folder's list of names on the disk.
fn flush(path: &Path) -> Result<(), BackupError> {
    let opened = fs::File::open(path).map_err(at(path))?;
    opened.sync_all().map_err(at(path))
}

/// Schema and audit chain of a copy; afterwards all of it is in one file.
async fn check(config: &Config, path: &Path) -> Result<(), StoreError> {
    let store = Store::open(
        &format!("sqlite://{}", path.display()),
        config.keep_messages,
    )
    .await?;
    let checked = store.verify_audit().await;
    // A look at every room: what can't be read now could not be read later.
    let overdue = store.overdue_rooms(Clock::default().now_ms()).await;
    store.close().await;
    checked.map(|_| ())?;
    overdue.map(|_| ())
}

/// Copies files and folders, each file flushed to the disk.
fn copy_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(at(&source))?;
            flush(&target)?;
        }
    }
    Ok(())
}
