//! A device's disk: each transaction is on it whole or not at all, and takes its time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use entente_device::Store;
use entente_device::platform::Later;
use entente_device::store::{Changes, Records, Scope, StoreError};

use crate::chance::Chance;
use crate::executor::{Shared, lock};

/// What lies on a device's disk.
pub(crate) type Content = BTreeMap<Vec<u8>, Vec<u8>>;

/// The disk of one device; it outlives the device's processes.
#[derive(Clone)]
pub(crate) struct Disk {
    content: Arc<Mutex<Content>>,
    chance: Arc<Mutex<Chance>>,
    shared: Arc<Shared>,
}

impl Disk {
    pub(crate) fn new(content: Content, chance: Chance, shared: Arc<Shared>) -> Self {
        Self {
            content: Arc::new(Mutex::new(content)),
            chance: Arc::new(Mutex::new(chance)),
            shared,
        }
    }

    pub(crate) fn content(&self) -> Content {
        lock(&self.content).clone()
    }

    /// Most writes are quick; now and then the disk has other things to do.
    fn latency_ms(&self) -> u64 {
        let mut chance = lock(&self.chance);
        if chance.one_in(40) {
            chance.between(50, 600)
        } else {
            chance.between(0, 4)
        }
    }
}

impl Store for Disk {
    fn scan<'a>(&'a self, prefix: &'a [u8]) -> Later<'a, Result<Records, StoreError>> {
        let content = lock(&self.content);
        let found = content
            .range(prefix.to_vec()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key[prefix.len()..].to_vec(), value.clone()))
            .collect();
        Box::pin(core::future::ready(Ok(found)))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> Later<'a, Result<Option<Vec<u8>>, StoreError>> {
        let found = lock(&self.content).get(key).cloned();
        Box::pin(core::future::ready(Ok(found)))
    }

    fn apply(&self, changes: Changes) -> Later<'_, Result<(), StoreError>> {
        let (before_ms, after_ms) = (self.latency_ms(), self.latency_ms());
        Box::pin(async move {
            // Killed here, nothing is on the disk.
            self.shared.sleep(before_ms).await;
            {
                let mut content = lock(&self.content);
                for (key, value) in changes {
                    match value {
                        Some(value) => content.insert(key, value),
                        None => content.remove(&key),
                    };
                }
            }
            // Killed here, all of it is, and the device does not know.
            self.shared.sleep(after_ms).await;
            Ok(())
        })
    }

    /// What was deleted is gone here; that a real disk may keep it is the business of the stores' own tests.
    fn renew(&self, _: Scope) -> Later<'_, Result<(), StoreError>> {
        Box::pin(core::future::ready(Ok(())))
    }
}
