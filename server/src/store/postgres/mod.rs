//! The engine for several hubs: PostgreSQL.
//!
//! The order of a room is given by its row in `rooms`: whoever moves the head from the place that its
//! decision rests on has the row's lock, and everybody else is told that the room has gone on.
//! Locks are taken in this order: rooms by their id, then the end of the audit log.

mod append;
mod audit;
mod blobs;
mod effects;
mod enrolments;
mod messages;
mod push;
mod registry;
mod retention;
mod revocations;
mod rooms;

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Connection as _, Postgres, Transaction};
use tokio::sync::mpsc;

use super::StoreError;
use append::Append;

/// Connections for everything but the messages of rooms.
const CONNECTIONS: u32 = 16;

/// How long to wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a piece of work may take; then its connection is given up. What became of the work is
/// found out by reading.
const WORK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection that comes back may take to show that it lives.
const RETURN_TIMEOUT: Duration = Duration::from_secs(2);

/// Keys of advisory locks, which last until the transaction ends.
mod lock {
    pub(super) const AUDIT: i64 = 1;
    pub(super) const KEY_PACKAGES: i64 = 2;
    pub(super) const ENROLMENTS: i64 = 3;
}

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    pool: PgPool,
    appends: mpsc::Sender<Append>,
    keep_messages: u64,
}

impl Engine {
    pub(super) async fn open(url: &str, keep_messages: u64) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("entente-server");
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_release(|connection, _| {
                // A connection that fell silent would otherwise hold its place for as long as TCP waits.
                Box::pin(async move {
                    let ping = tokio::time::timeout(RETURN_TIMEOUT, connection.ping()).await;
                    Ok(matches!(ping, Ok(Ok(()))))
                })
            })
            .connect_with(options.clone())
            .await?;
        // Hubs that start at once wait here for one another.
        sqlx::migrate!("../migrations/postgres").run(&pool).await?;
        let appends = append::start(options, pool.clone(), keep_messages);
        Ok(Self {
            pool,
            appends,
            keep_messages,
        })
    }

    pub(super) async fn close(&self) {
        append::stop(&self.appends).await;
        self.pool.close().await;
    }

    pub(super) async fn is_ready(&self) -> bool {
        let asked = sqlx::query("SELECT 1").execute(&self.pool);
        matches!(tokio::time::timeout(RETURN_TIMEOUT, asked).await, Ok(Ok(_)))
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        Ok(self.pool.begin().await?)
    }
}

/// Ends work that takes too long.
async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(WORK_TIMEOUT, work)
        .await
        .unwrap_or(Err(StoreError::TimedOut))
}

/// Waits for an advisory lock, which lasts as long as the transaction.
async fn lock(connection: &mut PgConnection, key: i64) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

fn every<T>(
    rows: &[PgRow],
    read: impl Fn(&PgRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}
