//! A device's own key packages: the public halves go to the hub, the private ones stay here until
//! a Welcome uses them.

use std::collections::{BTreeSet, HashMap};

use entente_trust::mls;
use openmls::prelude::{Ciphersuite, KeyPackage, KeyPackageRef, Welcome};
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::storage::StorageProvider as _;
use serde::{Deserialize, Serialize};
use tls_codec::Serialize as _;

use crate::limits::MAX_LAST_RESORTS;
use crate::record::{Changes, from_cbor, prefix, to_cbor};
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

/// A last-resort key package whose private half is kept here. It opens more than one Welcome, so it
/// goes as soon as one has been opened and another has taken its place at the hub.
#[derive(Clone, Serialize, Deserialize)]
struct LastResort {
    suite: u16,
    package: KeyPackageRef,
    is_published: bool,
    is_spent: bool,
}

/// Private halves of the device's key packages.
#[derive(Default)]
pub struct KeyStore {
    store: MemberStore,
    /// Oldest first.
    last_resorts: Vec<LastResort>,
    is_list_dirty: bool,
}

impl KeyStore {
    /// From the records that [`KeyStore::take_changes`] had handed out.
    #[must_use]
    pub fn load(records: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        let mut values = HashMap::new();
        let mut last_resorts = Vec::new();
        for (key, value) in records {
            match key.split_first() {
                Some((&prefix::MLS, rest)) => drop(values.insert(rest.to_vec(), value)),
                // A list that can't be read is made anew with the next key packages.
                Some((&prefix::LAST_RESORTS, _)) => {
                    last_resorts = from_cbor(&value, "last resorts").unwrap_or_default();
                }
                _ => {}
            }
        }
        Self {
            store: MemberStore::from_values(values),
            last_resorts,
            is_list_dirty: false,
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
        self.drop_surplus(ciphersuite)?;
        Ok(KeyPackages { once, last_resort })
    }

    /// The hub has the newest last-resort key package of a suite: those before it can go as soon as
    /// no Welcome by them waits ([`KeyStore::retire`]).
    pub fn published(&mut self, ciphersuite: u16) {
        let mut newest = self.last_resorts.iter_mut().rev();
        if let Some(newest) = newest.find(|known| known.suite == ciphersuite) {
            newest.is_published = true;
            self.is_list_dirty = true;
        }
    }

    /// Suites whose last-resort key package was used, and has no successor at the hub.
    #[must_use]
    pub fn wants_last_resorts(&self) -> Vec<u16> {
        let spent = self.last_resorts.iter().filter(|known| known.is_spent);
        let suites: BTreeSet<u16> = spent.map(|known| known.suite).collect();
        let is_last = |suite: &u16| {
            let mut newest = self.last_resorts.iter().rev();
            newest
                .find(|known| known.suite == *suite && known.is_published)
                .is_some_and(|known| known.is_spent)
        };
        suites.into_iter().filter(is_last).collect()
    }

    /// Destroys the private halves of used last-resort key packages that have a successor at the
    /// hub. Call it when the Welcomes that waited there have been taken.
    ///
    /// # Errors
    /// [`SessionError::Mls`].
    pub fn retire(&mut self) -> Result<(), SessionError> {
        let mut has_successor = BTreeSet::new();
        let mut retired = Vec::new();
        for (place, known) in self.last_resorts.iter().enumerate().rev() {
            if known.is_spent && has_successor.contains(&known.suite) {
                retired.push(place);
            }
            if known.is_published {
                has_successor.insert(known.suite);
            }
        }
        // The last place first, so that the others stay what they are.
        retired
            .into_iter()
            .try_for_each(|place| self.destroy(place))
    }

    /// Whether a Welcome is for a last-resort key package; it counts as used from now on.
    pub(crate) fn spend(&mut self, welcome: &Welcome) -> bool {
        let refs: Vec<KeyPackageRef> = welcome.secrets().iter().map(|it| it.new_member()).collect();
        let mut used = self.last_resorts.iter_mut();
        let Some(used) = used.find(|known| refs.contains(&known.package)) else {
            return false;
        };
        used.is_spent = true;
        self.is_list_dirty = true;
        true
    }

    /// Too many of a suite: the oldest go, whatever became of them.
    fn drop_surplus(&mut self, ciphersuite: u16) -> Result<(), SessionError> {
        loop {
            let mut of_suite = self.last_resorts.iter().enumerate();
            let places = of_suite
                .by_ref()
                .filter(|(_, known)| known.suite == ciphersuite);
            let places: Vec<usize> = places.map(|(place, _)| place).collect();
            match places.first() {
                Some(oldest) if places.len() > MAX_LAST_RESORTS => self.destroy(*oldest)?,
                _ => return Ok(()),
            }
        }
    }

    fn destroy(&mut self, place: usize) -> Result<(), SessionError> {
        let known = self.last_resorts.remove(place);
        self.is_list_dirty = true;
        self.store
            .provider
            .storage()
            .delete_key_package(&known.package)
            .map_err(SessionError::mls)
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
        let package = builder
            .build(
                suite,
                &self.store.provider,
                identity.signer(),
                identity.accreditation().to_credential_with_key(),
            )
            .map_err(SessionError::mls)?
            .into_key_package();
        if last_resort {
            let crypto = self.store.provider.crypto();
            self.last_resorts.push(LastResort {
                suite: suite.into(),
                package: package.hash_ref(crypto).map_err(SessionError::mls)?,
                is_published: false,
                is_spent: false,
            });
            self.is_list_dirty = true;
        }
        package.tls_serialize_detached().map_err(SessionError::mls)
    }

    /// Records to persist since the last call.
    pub fn take_changes(&mut self) -> Changes {
        let mut changes = self.store.take_changes();
        if core::mem::take(&mut self.is_list_dirty) {
            let list = to_cbor(&self.last_resorts);
            changes.push((vec![prefix::LAST_RESORTS], Some(list)));
        }
        changes
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
