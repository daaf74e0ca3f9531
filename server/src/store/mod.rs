//! Storage. All SQL of the hub is in this folder.
//!
//! One interface, two engines: SQLite in a file of one hub, PostgreSQL for several hubs. What both
//! promise is written down in `tests`, which run against each of them.

mod audit;
mod error;
mod postgres;
mod reading;
mod records;
mod retention;
mod rows;
mod sqlite;
#[cfg(test)]
mod tests;
mod within;
mod writing;

use std::path::Path;

use entente_delivery::{Effect, StoredMessage};

pub use error::StoreError;
pub(crate) use records::{
    AuditRow, BlobKey, BlobRow, Due, EnrolmentState, Head, Holdings, Kept, PushSecret, Step,
    Subscription,
};
pub use records::{Basis, DeviceRow, KeyPackageRow, StoredRoom, StoredWelcome};
pub use within::Within;
pub(crate) use within::last_turn;

/// How many messages beyond the limit gather before they are deleted at once.
const PRUNE_SLACK: u64 = 64;

/// The hub's database.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    keep_messages: u64,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

/// The same call of whichever engine there is. What a call of PostgreSQL keeps from one answer to the next is much: in
/// its own place it is not moved about with every message of an embedded store.
macro_rules! engine {
    ($store:ident.$call:ident($($argument:expr),*)) => {
        match &$store.engine {
            $crate::store::Engine::Sqlite(engine) => engine.$call($($argument),*).await,
            $crate::store::Engine::Postgres(engine) => Box::pin(engine.$call($($argument),*)).await,
        }
    };
}
use engine;

impl Store {
    /// Opens the database and brings its schema up to date; a SQLite file is made if it is missing.
    /// `keep_messages` is how many messages of each room stay.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be used.
    pub async fn open(url: &str, keep_messages: u64) -> Result<Self, StoreError> {
        let engine = match url.split(':').next() {
            Some("sqlite") => Engine::Sqlite(sqlite::Engine::open(url, keep_messages).await?),
            Some("postgres" | "postgresql") => {
                Engine::Postgres(postgres::Engine::open(url, keep_messages).await?)
            }
            // A URL may hold a password: only its scheme is repeated.
            scheme => return Err(StoreError::Scheme(scheme.unwrap_or_default().to_owned())),
        };
        Ok(Self {
            engine,
            keep_messages,
        })
    }

    /// How many of each room's newest messages are there in any case.
    #[must_use]
    pub fn keeps(&self) -> u64 {
        self.keep_messages
    }

    /// Copies an embedded database into a new file, while a hub uses it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn copy(url: &str, to: &Path) -> Result<(), StoreError> {
        sqlite::copy(url, to).await
    }

    /// Whether other hubs may write to the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Waits for everything written so far, then lets go of the database.
    pub async fn close(&self) {
        engine!(self.close());
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        engine!(self.is_ready())
    }
}

/// The messages among what a room has decided, in order.
fn appended(effects: &[Effect]) -> impl DoubleEndedIterator<Item = &StoredMessage> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Append(message) => Some(message),
        _ => None,
    })
}

/// The room's head with them, if it was at `base` before.
fn head_with(effects: &[Effect], base: u64) -> u64 {
    appended(effects).next_back().map_or(base, |last| last.seq)
}

/// Whether `head` passes a place at which a room's log is cut, and the oldest message that stays.
fn prune_below(head: u64, appended: u64, keep: u64) -> Option<u64> {
    let slack = PRUNE_SLACK.min(keep).max(1);
    let crosses_a_multiple = head % slack < appended;
    (head > keep + slack && crosses_a_multiple).then(|| head - keep + 1)
}
