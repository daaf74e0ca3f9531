//! Moves what is in the write-ahead log into the database, beside the commits and not in one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::link::Link;
use crate::store::StoreError;

/// Between two looks at the log, while something is written: the more is moved at once, the longer a commit waits for the disk
/// beside it.
const INTERVAL: Duration = Duration::from_millis(100);

/// Pages of 4 KiB in the log from which on it must begin anew. It can when all of it was moved, and
/// while messages come without a pause there is always a rest: the writer moves that between two batches.
const LONG_LOG_PAGES: i64 = 16 * 1_024;

/// The task that does it, on a connection of its own.
pub(super) struct Checkpoint {
    work: Arc<Notify>,
    stop: Arc<Notify>,
    has_rest: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Checkpoint {
    pub(super) async fn start(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = options.connect().await?;
        let (work, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let has_rest = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(run(
            connection,
            work.clone(),
            stop.clone(),
            has_rest.clone(),
        ));
        Ok(Self {
            work,
            stop,
            has_rest,
            task,
        })
    }

    /// A batch was written. If the log is long, moves its rest on the writer's own connection: the
    /// bulk of it was moved a moment ago.
    pub(super) async fn written(&self, link: &mut Link) {
        self.work.notify_one();
        if self.has_rest.swap(false, Ordering::Relaxed)
            && let Err(error) = link.with(move_rest).await
        {
            tracing::warn!(%error, "the rest of the write-ahead log could not be moved");
        }
    }

    /// Ends the task and closes its connection.
    pub(super) async fn stop(self) {
        self.stop.notify_one();
        // Its end is all that is waited for.
        let _ = self.task.await;
    }
}

/// Waits for nobody and holds nobody up: what it can't do now it does the next time.
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

async fn move_rest(writer: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query(PASSIVE).execute(writer).await?;
    Ok(())
}

async fn run(
    mut connection: SqliteConnection,
    work: Arc<Notify>,
    stop: Arc<Notify>,
    has_rest: Arc<AtomicBool>,
) {
    loop {
        tokio::select! {
            biased;
            () = stop.notified() => break,
            () = work.notified() => {}
        }
        tokio::select! {
            biased;
            () = stop.notified() => break,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        match checkpoint(&mut connection).await {
            Ok((pages, moved)) => {
                has_rest.store(pages > LONG_LOG_PAGES && moved < pages, Ordering::Relaxed);
            }
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log could not be moved into the database");
            }
        }
    }
    // What is left in the log the last connection moves.
    let _ = connection.close().await;
}

/// Returns how many pages the log has, and how many of them are in the database.
async fn checkpoint(connection: &mut SqliteConnection) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query(PASSIVE).fetch_one(connection).await?;
    Ok((row.try_get(1)?, row.try_get(2)?))
}
