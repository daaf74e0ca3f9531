//! Storage. All SQL of the hub is in this folder.
//!
//! One task owns the one writing connection and puts everything that waits into one transaction,
//! so that one fsync serves many messages; readers have connections of their own.

mod audit;
mod blobs;
mod enrolments;
mod error;
mod messages;
mod push;
mod registry;
mod revocations;
mod rooms;
mod rows;
#[cfg(test)]
mod tests;
mod writer;

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use entente_delivery::Effect;
use entente_protocol::{
    BlobId, DeviceId, EnrolmentAnswer, EnrolmentRequest, Fingerprint, RoomId, TicketId,
};
use entente_trust::SignedRevocationList;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

pub(crate) use blobs::BlobRow;
pub(crate) use enrolments::EnrolmentState;
pub use error::StoreError;
pub(crate) use push::PushSecret;
pub use registry::{DeviceRow, KeyPackageRow};
pub use rooms::{StoredRoom, StoredWelcome};

use writer::Job;

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// Jobs that wait for the writer before those who bring them have to.
const WRITE_QUEUE_JOBS: usize = 1_024;

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The hub's database.
#[derive(Debug, Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
}

impl Store {
    /// Opens or makes the database and brings its schema up to date. `keep_messages` is how many
    /// messages of each room stay.
    ///
    /// # Errors
    /// [`StoreError`] if the file can't be used.
    pub async fn open(url: &str, keep_messages: u64) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("../migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options)
            .await?;
        let (jobs, queue) = mpsc::channel(WRITE_QUEUE_JOBS);
        tokio::spawn(writer::run(writer, queue, keep_messages));
        Ok(Self { jobs, readers })
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
        result.await.map_err(|_| StoreError::Stopped)?
    }

    /// Stores what one room decided, in one transaction. `is_new` for an opening.
    ///
    /// # Errors
    /// [`StoreError::RoomExists`] if an opened room is there already; then nothing is stored.
    pub async fn store_effects(
        &self,
        room: RoomId,
        is_new: bool,
        effects: Arc<Vec<Effect>>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Effects {
            room,
            is_new,
            effects,
            now_ms,
            answer,
        })
        .await
    }

    /// Registers an authority, once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_authority(
        &self,
        authority: entente_trust::Authority,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Authority {
            authority,
            now_ms,
            answer,
        })
        .await
    }

    /// Notes how much of a blob is stored.
    ///
    /// # Errors
    /// [`StoreError::TooManyBlobs`] for the first chunk of one too many.
    pub(crate) async fn put_blob(
        &self,
        room: RoomId,
        blob: BlobId,
        row: BlobRow,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::Blob {
            room,
            blob,
            row,
            answer,
        })
        .await
    }

    /// Remembers a device for the directory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember_device(&self, device: DeviceRow) -> Result<(), StoreError> {
        self.write(|answer| Job::Device { device, answer }).await
    }

    /// Adds key packages, all or none; returns the stock. A last-resort one replaces the last.
    ///
    /// # Errors
    /// [`StoreError::TooManyKeyPackages`] over the limit.
    pub async fn publish_key_packages(
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

    /// Takes one key package of each device, all or none.
    ///
    /// # Errors
    /// [`StoreError::NoKeyPackage`] with the devices that have none; then nothing is taken.
    pub async fn take_key_packages(
        &self,
        ciphersuite: u16,
        devices: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        self.write(|answer| Job::Take {
            ciphersuite,
            devices,
            now_ms,
            answer,
        })
        .await
    }

    /// Forgets a welcome that was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn welcome_taken(&self, device: DeviceId, room: RoomId) -> Result<(), StoreError> {
        self.write(|answer| Job::WelcomeTaken {
            device,
            room,
            answer,
        })
        .await
    }

    /// Keeps an enrolment request for its authority's desk.
    ///
    /// # Errors
    /// [`StoreError::EnrolmentTaken`] if another request was made for the ticket,
    /// [`StoreError::TooManyEnrolments`] if the desk has too many waiting.
    pub async fn post_enrolment(
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

    /// Keeps the desk's answers; those to unknown or answered requests are passed over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn answer_enrolments(
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

    /// Keeps an authority's newest revocation list; `devices` are those that it revokes anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_revocations(
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

    /// Waits for everything written so far, then ends the writer.
    pub async fn close(&self) {
        let (answer, done) = oneshot::channel();
        if self.jobs.send(Job::Stop { answer }).await.is_ok() {
            let _ = done.await;
        }
        self.readers.close().await;
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        !self.jobs.is_closed() && sqlx::query("SELECT 1").execute(&self.readers).await.is_ok()
    }
}
