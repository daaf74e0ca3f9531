//! openmls' storage, kept in memory; what changed since the last step is handed out as records.

use std::collections::HashMap;
use std::sync::PoisonError;

use openmls_rust_crypto::{MemoryStorage, OpenMlsRustCrypto};
use openmls_traits::OpenMlsProvider as _;

use crate::record::{Changes, prefix};

type Values = HashMap<Vec<u8>, Vec<u8>>;

/// A provider with its storage, and the storage as it was last persisted.
#[derive(Default)]
pub(crate) struct MemberStore {
    pub(crate) provider: OpenMlsRustCrypto,
    persisted: Values,
}

impl MemberStore {
    pub(crate) fn from_values(values: Values) -> Self {
        let store = Self {
            provider: OpenMlsRustCrypto::default(),
            persisted: values.clone(),
        };
        store.with_values(|inner| *inner = values);
        store
    }

    /// A store whose content was never persisted.
    pub(crate) fn from_unsaved(values: Values) -> Self {
        let store = Self::default();
        store.with_values(|inner| *inner = values);
        store
    }

    pub(crate) fn with_values<T>(&self, work: impl FnOnce(&mut Values) -> T) -> T {
        let storage: &MemoryStorage = self.provider.storage();
        // The lock can only be poisoned by a panic inside openmls' own map access.
        let mut values = storage
            .values
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        work(&mut values)
    }

    pub(crate) fn values(&self) -> Values {
        self.with_values(|values| values.clone())
    }

    /// What differs from the last call, and from then on counts as persisted.
    pub(crate) fn take_changes(&mut self) -> Changes {
        let mut changes = Changes::new();
        let now = self.values();
        for (key, value) in &now {
            if self.persisted.get(key) != Some(value) {
                changes.push((record_key(key), Some(value.clone())));
            }
        }
        for key in self.persisted.keys() {
            if !now.contains_key(key) {
                changes.push((record_key(key), None));
            }
        }
        self.persisted = now;
        changes
    }
}

fn record_key(key: &[u8]) -> Vec<u8> {
    let mut record = vec![prefix::MLS];
    record.extend_from_slice(key);
    record
}
