//! The embedded engine: SQLite in one file.
//!
//! One task owns the one writing connection and puts everything that waits into one transaction,
//! so that one fsync serves many messages; readers have connections of their own.

mod audit;
mod blobs;
mod bulk;
mod checkpoint;
mod effects;
mod enrolments;
mod link;
mod messages;
#[cfg(test)]
mod plans;
mod push;
mod registry;
mod retention;
mod revocations;
mod rooms;
mod seats;
mod tail;
mod writer;

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entente_delivery::Effect;
use entente_protocol::{
    DeviceId, EnrolmentAnswer, EnrolmentRequest, Fingerprint, RoomId, TicketId,
};
use entente_trust::{Authority, SignedRevocationList};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::{Basis, BlobKey, BlobRow, DeviceRow, KeyPackageRow, StoreError};
use checkpoint::Checkpoint;
use link::Link;
use tail::Tail;
use writer::Job;

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// Memory for pages of the connection that writes, in SQLite's unit: negative KiB.
const WRITER_CACHE: &str = "-32768";

/// Jobs that wait for the writer before those who bring them have to.
const WRITE_QUEUE_JOBS: usize = 1_024;

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// One consistent state, whatever is written meanwhile.
pub(super) async fn copy(url: &str, to: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::from_str(url)?
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("VACUUM INTO ?")
        .bind(to.display().to_string())
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(std::fs::File::open(to)
        .and_then(|copy| copy.sync_all())
        .map_err(sqlx::Error::from)?)
}

/// A SQLite file.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
    /// Messages that are stored and not in their places yet.
    unsettled: Arc<AtomicU64>,
}

impl Engine {
    pub(super) async fn open(url: &str, keep_messages: u64) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // Not by whichever commit happens to be the thousandth: see `checkpoint`.
            .pragma("wal_autocheckpoint", "0")
            // What is deleted is written over, not only forgotten.
            .pragma("secure_delete", "ON")
            .optimize_on_close(true, None);
        let mut link = Link::open(options.clone().pragma("cache_size", WRITER_CACHE)).await?;
        let mut writer = link.take().await?;
        sqlx::migrate!("../migrations/sqlite")
            .run(&mut writer)
            .await?;
        // What a crash has left in the log. Where a hub is running it can't be emptied, and need not be.
        retention::empty_log(&mut writer).await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        tail::settle_all(&mut transaction, keep_messages).await?;
        transaction.commit().await?;
        link.give_back(writer);
        // A file can't go away as a server can: no look at the connection before each use.
        let readers = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(READERS)
            .connect_with(options.clone())
            .await?;
        let checkpoint = Checkpoint::start(options).await?;
        let (jobs, queue) = mpsc::channel(WRITE_QUEUE_JOBS);
        let unsettled = Arc::new(AtomicU64::new(0));
        let tail = Tail::new(unsettled.clone());
        tokio::spawn(writer::run(link, queue, tail, keep_messages, checkpoint));
        Ok(Self {
            jobs,
            readers,
            unsettled,
        })
    }

    /// Has all that is stored put in its place, where who reads finds it.
    async fn settled(&self) -> Result<(), StoreError> {
        if self.unsettled.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        self.write(|answer| Job::Settle { answer }).await
    }

    async fn write<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (answer, result) = oneshot::channel();
        self.jobs
            .send(job(answer))
            .await
            .map_err(|_| StoreError::Stopped)?;
        // Who is not answered was in a transaction that failed before its turn.
        result.await.map_err(|_| StoreError::Transaction)?
    }

    pub(super) async fn store_effects(
        &self,
        room: RoomId,
        basis: Basis,
        effects: Arc<Vec<Effect>>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Effects {
            room,
            basis,
            effects,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn register_authority(
        &self,
        authority: Authority,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Authority {
            authority,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn put_blob(&self, blob: BlobKey, row: BlobRow) -> Result<(), StoreError> {
        self.write(|answer| Job::Blob { blob, row, answer }).await
    }

    pub(super) async fn remember_device(&self, device: DeviceRow) -> Result<(), StoreError> {
        self.write(|answer| Job::Device { device, answer }).await
    }

    pub(super) async fn publish_key_packages(
        &self,
        device: DeviceId,
        packages: Vec<KeyPackageRow>,
    ) -> Result<u32, StoreError> {
        self.write(|answer| Job::Publish {
            device,
            packages,
            answer,
        })
        .await
    }

    pub(super) async fn take_key_packages(
        &self,
        ciphersuite: u16,
        devices: Vec<DeviceId>,
        sparing: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        self.write(|answer| Job::Take {
            ciphersuite,
            devices,
            sparing,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn welcome_taken(
        &self,
        device: DeviceId,
        room: RoomId,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::WelcomeTaken {
            device,
            room,
            answer,
        })
        .await
    }

    pub(super) async fn post_enrolment(
        &self,
        request: EnrolmentRequest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Enrolment {
            request,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn answer_enrolments(
        &self,
        authority: Fingerprint,
        answers: Vec<(TicketId, Option<EnrolmentAnswer>)>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Answers {
            authority,
            answers,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn put_revocations(
        &self,
        list: SignedRevocationList,
        devices: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Revocations {
            list,
            devices,
            now_ms,
            answer,
        })
        .await
    }

    pub(super) async fn close(&self) {
        let (answer, done) = oneshot::channel();
        if self.jobs.send(Job::Stop { answer }).await.is_ok() {
            let _ = done.await;
        }
        self.readers.close().await;
    }

    pub(super) async fn is_ready(&self) -> bool {
        !self.jobs.is_closed() && sqlx::query("SELECT 1").execute(&self.readers).await.is_ok()
    }
}
