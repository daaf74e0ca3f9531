//! What the parts of a hub share: the store, the rooms that are loaded, who is connected.

mod allowances;
mod connections;
mod end;
mod opening;
mod revocations;
mod rooms;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entente_protocol::{DeviceId, Fingerprint, RoomId, limits};
use entente_trust::Revocations;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use openmls_rust_crypto::RustCrypto;
use tokio::sync::{Notify, Semaphore, watch};

use crate::Clock;
use crate::authorities::Authorities;
use crate::blobs::Blobs;
use crate::bus::Bus;
use crate::cluster::Questions;
use crate::connection::DeviceLimits;
use crate::order::Order;
use crate::push::Pusher;
use crate::room::{Nests, RoomHandle};
use crate::store::{Store, StoreError};
use crate::visitors::Visitors;
use connections::Connected;

pub(crate) struct Hub {
    pub(crate) store: Store,
    pub(crate) blobs: Blobs,
    pub(crate) pusher: Pusher,
    pub(crate) bus: Bus,
    pub(crate) questions: Questions,
    pub(crate) clock: Clock,
    pub(crate) authorities: Authorities,
    pub(crate) names: Vec<String>,
    pub(crate) crypto: RustCrypto,
    rooms: Mutex<HashMap<RoomId, RoomHandle>>,
    nests: Mutex<Nests>,
    connections: Mutex<HashMap<DeviceId, Connected>>,
    order: Order,
    limits: Mutex<HashMap<DeviceId, Arc<DeviceLimits>>>,
    messages_per_second: u32,
    /// One-time key packages of a device that an authority's devices got.
    taken: DefaultKeyedRateLimiter<(Fingerprint, DeviceId)>,
    /// Places for polls of desks.
    pub(crate) desks: Semaphore,
    pub(crate) visitors: Visitors,
    revocations: Mutex<Revocations>,
    /// Counts the lists taken: a room asks for them only when this has moved.
    revocations_taken: AtomicU64,
    stopping: watch::Sender<bool>,
    /// Something may have to be forgotten.
    pub(crate) room_closed: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The maps are consistent after every statement: a panic elsewhere does not spoil them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    pub(crate) fn new(
        (store, blobs, pusher, bus): (Store, Blobs, Pusher, Bus),
        clock: Clock,
        authorities: Authorities,
        names: Vec<String>,
        revocations: Revocations,
        messages_per_second: u32,
    ) -> Self {
        let taken = NonZeroU32::new(limits::KEY_PACKAGES_PER_TAKER_AND_HOUR);
        let taken = Quota::per_hour(taken.unwrap_or(NonZeroU32::MIN));
        Self {
            store,
            blobs,
            pusher,
            bus,
            questions: Questions::default(),
            clock,
            authorities,
            names,
            crypto: RustCrypto::default(),
            rooms: Mutex::default(),
            nests: Mutex::default(),
            connections: Mutex::default(),
            order: Order::default(),
            limits: Mutex::default(),
            messages_per_second,
            taken: RateLimiter::keyed(taken),
            desks: Semaphore::new(limits::MAX_DESK_POLLS),
            visitors: Visitors::default(),
            revocations: Mutex::new(revocations),
            revocations_taken: AtomicU64::new(1),
            stopping: watch::Sender::new(false),
            room_closed: Notify::new(),
        }
    }

    /// Whether an authority is served here; one that registered at another hub is.
    pub(crate) async fn serves(&self, root: Fingerprint) -> Result<bool, StoreError> {
        if self.authorities.contains(root) {
            return Ok(true);
        }
        if !self.store.is_shared() || !self.authorities.admits(root) {
            return Ok(false);
        }
        let registered = self.store.authority(root).await?;
        let is_registered = registered.is_some();
        registered
            .into_iter()
            .for_each(|one| self.authorities.add(one));
        Ok(is_registered)
    }
}
