//! A device's own key packages: the public halves go to the hub, the private ones stay here until
//! a Welcome uses them.

use std::collections::HashMap;

use entente_trust::mls;
use openmls::prelude::{Ciphersuite, KeyPackage};
use tls_codec::Serialize as _;

use crate::record::{Changes, prefix};
use crate::store::MemberStore;
use crate::{Identity, SessionError, profile};

/// Key packages ready to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPackages {
    /// For one use each.
    pub once: Vec<Vec<u8>>,
    /// For use when the others are gone.
    pub last_resort: Option<Vec<u8>>,
}

/// Private halves of the device's key packages.
#[derive(Default)]
pub struct KeyStore {
    store: MemberStore,
}

impl KeyStore {
    /// From the records that [`KeyStore::take_changes`] had handed out.
    #[must_use]
    pub fn load(records: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        let values = records
            .into_iter()
            .filter_map(|(key, value)| {
                let (first, rest) = key.split_first()?;
                (*first == prefix::MLS).then(|| (rest.to_vec(), value))
            })
            .collect();
        Self {
            store: MemberStore::from_values(values),
        }
    }

    /// Makes `count` key packages for `ciphersuite`, and a last-resort one if asked. Persist
    /// [`KeyStore::take_changes`] before publishing them.
    ///
    /// # Errors
    /// [`SessionError::Mls`].
    pub fn generate(
        &mut self,
        identity: &Identity,
        ciphersuite: u16,
        count: usize,
        with_last_resort: bool,
        now_ms: u64,
    ) -> Result<KeyPackages, SessionError> {
        let suite = profile::ciphersuite(ciphersuite)?;
        let once = (0..count)
            .map(|_| self.build(identity, suite, false, now_ms))
            .collect::<Result<_, _>>()?;
        let last_resort = if with_last_resort {
            Some(self.build(identity, suite, true, now_ms)?)
        } else {
            None
        };
        Ok(KeyPackages { once, last_resort })
    }

    fn build(
        &mut self,
        identity: &Identity,
        suite: Ciphersuite,
        last_resort: bool,
        now_ms: u64,
    ) -> Result<Vec<u8>, SessionError> {
        let mut builder = KeyPackage::builder()
            .key_package_lifetime(profile::lifetime(now_ms))
            .leaf_node_capabilities(mls::capabilities());
        if last_resort {
            builder = builder.mark_as_last_resort();
        }
        builder
            .build(
                suite,
                &self.store.provider,
                identity.signer(),
                identity.accreditation().to_credential_with_key(),
            )
            .map_err(SessionError::mls)?
            .into_key_package()
            .tls_serialize_detached()
            .map_err(SessionError::mls)
    }

    /// Records to persist since the last call.
    pub fn take_changes(&mut self) -> Changes {
        self.store.take_changes()
    }

    pub(crate) fn values(&self) -> HashMap<Vec<u8>, Vec<u8>> {
        self.store.values()
    }

    /// Forgets the entries that are missing in `left`: a Welcome has used them up.
    pub(crate) fn retain(&mut self, left: &HashMap<Vec<u8>, Vec<u8>>) {
        self.store
            .with_values(|values| values.retain(|key, _| left.contains_key(key)));
    }
}

impl core::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("KeyStore(hidden)")
    }
}
