//! What can go wrong with the store.

use entente_protocol::DeviceId;

/// Errors of the store. After an error of the database nothing of the same transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is of a kind that the hub does not have.
    #[error("database URL {0:?}: sqlite:// and postgres:// are supported")]
    Scheme(String),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema.
    #[error("database schema: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// Another write of the same transaction failed.
    #[error("the transaction failed")]
    Transaction,
    /// The writer has stopped.
    #[error("the store is closed")]
    Stopped,
    /// What was stored can't be read.
    #[error("stored {0} can't be read")]
    Damaged(&'static str),
    /// The room has gone on, or was closed: load it again and decide anew.
    #[error("the room has gone on")]
    Behind,
    /// The database did not answer in time; whether it carried out the work is not known.
    #[error("the database does not answer")]
    TimedOut,
    /// The room id is taken.
    #[error("the room exists")]
    RoomExists,
    /// Over the limit of key packages.
    #[error("too many key packages")]
    TooManyKeyPackages,
    /// These devices have no key package.
    #[error("devices without key package")]
    NoKeyPackage(Vec<DeviceId>),
    /// Over the limit of blobs of a room.
    #[error("too many blobs")]
    TooManyBlobs,
    /// Over the limit of compartments of a room.
    #[error("too many compartments")]
    TooManyCompartments,
    /// Another request was made for the ticket.
    #[error("the ticket was used by another request")]
    EnrolmentTaken,
    /// Too many requests wait for one desk.
    #[error("too many enrolments wait")]
    TooManyEnrolments,
}

impl StoreError {
    /// Whether it says no to one request rather than that the database is in trouble.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::RoomExists
                | Self::Behind
                | Self::TooManyKeyPackages
                | Self::NoKeyPackage(_)
                | Self::TooManyBlobs
                | Self::TooManyCompartments
                | Self::EnrolmentTaken
                | Self::TooManyEnrolments
        )
    }
}
