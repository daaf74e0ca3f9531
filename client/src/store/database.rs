//! The database's errors.

use super::StoreError;

pub(super) fn failed(error: impl Into<redb::Error>) -> StoreError {
    StoreError::Database(error.into().to_string())
}
