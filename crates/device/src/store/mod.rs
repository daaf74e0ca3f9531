//! State at rest: records whose values are sealed under a passphrase.

mod error;
mod header;
mod scope;
mod sealing;

pub use error::StoreError;
pub use header::{KdfCost, Opened, create, open, with_duress};
pub use scope::Scope;
pub use sealing::{KEY_BYTES, Sealer};

use crate::platform::Later;

/// Records to write (`Some`) or delete (`None`).
pub type Changes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// Records as they are read: key and value.
pub type Records = Vec<(Vec<u8>, Vec<u8>)>;

/// An open store. Keys of records (a kind, a room's id, a number) lie in the clear, values are
/// sealed, with the record's key as associated data ([`Sealer`]).
pub trait Store: Send + Sync {
    /// All records whose key begins with `prefix`, without it, in order.
    fn scan<'a>(&'a self, prefix: &'a [u8]) -> Later<'a, Result<Records, StoreError>>;

    /// One record.
    fn get<'a>(&'a self, key: &'a [u8]) -> Later<'a, Result<Option<Vec<u8>>, StoreError>>;

    /// Writes all changes durably, or none.
    fn apply(&self, changes: Changes) -> Later<'_, Result<(), StoreError>>;

    /// Makes what was deleted of a scope unreadable for good, as far as the store can: what is left
    /// of it is sealed anew, and the key under which it was sealed before is destroyed.
    fn renew(&self, scope: Scope) -> Later<'_, Result<(), StoreError>>;
}

/// The same changes under a longer key.
#[must_use]
pub fn under(prefix: &[u8], changes: Changes) -> Changes {
    changes
        .into_iter()
        .map(|(key, value)| ([prefix, &key].concat(), value))
        .collect()
}
