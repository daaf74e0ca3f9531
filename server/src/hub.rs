//! What the parts of a hub share: the store, the rooms that are loaded, who is connected.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use entente_delivery::{Refusal, Room};
use entente_protocol::{
    DeviceId, ErrorCode, Fingerprint, HubControl, OpenCompartment, OpenRoom, RoomId, limits,
};
use entente_trust::{Accreditation, Revocations, SignedRevocationList};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use openmls_rust_crypto::RustCrypto;
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::authorities::Authorities;
use crate::blobs::Blobs;
use crate::bus::{Bus, Word};
use crate::cluster::Questions;
use crate::connection::{DeviceLimits, Outbound, Wire};
use crate::order::Order;
use crate::push::Pusher;
use crate::room::{self, Command, Followed, Nests, RoomHandle};
use crate::store::{Basis, Store, StoreError, Within};
use crate::visitors::Visitors;
use crate::{Clock, meters};

/// How often rooms are looked for whose time is over and which nobody has touched since.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// Devices whose rate limiter is remembered after they left.
const MAX_LIMITERS: usize = 20_000;

/// Pairs of taker and owner of key packages that are remembered before those long past are forgotten.
const MAX_TAKERS: usize = 100_000;

/// How often a compartment is opened anew because its room has changed meanwhile.
const MAX_OPENINGS: u32 = 8;

/// Tasks of one room that are asked one after the other, if each ends before it answers.
const MAX_ASKED: u32 = 8;

/// How long rooms may take to finish what they have when the hub stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

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

/// A device's connection, and when it came in the order of all hubs' connections.
struct Connected {
    outbound: Outbound,
    order: u64,
}

impl Connected {
    fn supersede(&self) {
        let superseded = HubControl::refused(None, None, ErrorCode::Superseded);
        self.outbound.control(&superseded);
        self.outbound.close();
    }
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

    /// Starts the sweep for overdue rooms.
    pub(crate) async fn wake_rooms(self: &Arc<Self>) -> Result<(), StoreError> {
        self.sweep().await?;
        let hub = self.clone();
        tokio::spawn(async move {
            let mut stopping = hub.stopping.subscribe();
            loop {
                tokio::select! {
                    _ = stopping.wait_for(|stop| *stop) => return,
                    () = tokio::time::sleep(SWEEP_INTERVAL) => {}
                }
                if let Err(error) = hub.sweep().await {
                    tracing::warn!(%error, "overdue rooms could not be looked for");
                }
            }
        });
        Ok(())
    }

    async fn sweep(self: &Arc<Self>) -> Result<(), StoreError> {
        for room in self.store.overdue_rooms(self.clock.now_ms()).await? {
            // A loaded room closes itself by its own timer.
            let _ = self.room(room);
        }
        Ok(())
    }

    /// The actor of a room, started if it is not running. Whether there is such a room turns out
    /// when it loads.
    pub(crate) fn room(self: &Arc<Self>, id: RoomId) -> RoomHandle {
        let mut rooms = lock(&self.rooms);
        if let Some(handle) = rooms.get(&id).filter(|handle| !handle.is_closed()) {
            return handle.clone();
        }
        let handle = room::spawn(self.clone(), id, None);
        rooms.insert(id, handle.clone());
        meters::rooms(rooms.len());
        handle
    }

    /// Tells a room's task. It may be ending; then the next one is told. False if none took it.
    pub(crate) async fn tell_room(
        self: &Arc<Self>,
        id: RoomId,
        command: impl Fn() -> Command,
    ) -> bool {
        for _ in 0..MAX_ASKED {
            if self.room(id).send(command()).await {
                return true;
            }
        }
        false
    }

    /// Asks a room's task. It may end before it answers; then the next one is asked.
    ///
    /// # Errors
    /// What the room says, or [`ErrorCode::Unavailable`].
    pub(crate) async fn ask_room<T>(
        self: &Arc<Self>,
        id: RoomId,
        command: impl Fn(oneshot::Sender<Result<T, ErrorCode>>) -> Command,
    ) -> Result<T, ErrorCode> {
        for _ in 0..MAX_ASKED {
            let (reply, answer) = oneshot::channel();
            self.room(id).send(command(reply)).await;
            if let Ok(answer) = answer.await {
                return answer;
            }
        }
        Err(ErrorCode::Unavailable)
    }

    /// Called by an actor that ends.
    pub(crate) fn room_ended(&self, id: RoomId) {
        let mut rooms = lock(&self.rooms);
        if rooms.get(&id).is_some_and(RoomHandle::is_closed) {
            rooms.remove(&id);
        }
        meters::rooms(rooms.len());
    }

    /// Drops what is in memory of a room; whoever asks for it next has it loaded again.
    pub(crate) async fn unload(&self, id: RoomId) {
        let handle = lock(&self.rooms).remove(&id);
        if let Some(handle) = handle {
            handle.stop().await;
        }
    }

    /// Opens a room; it is stored when this returns.
    pub(crate) async fn open_room(
        self: &Arc<Self>,
        founder: &Accreditation,
        request: OpenRoom,
    ) -> Result<u64, Refusal> {
        let id = request.room;
        let now_ms = self.clock.now_ms();
        let unavailable = |error: StoreError| {
            tracing::error!(%error, "a room could not be opened");
            Refusal::from(ErrorCode::Unavailable)
        };
        if self.store.open_room_count().await.map_err(unavailable)? >= limits::MAX_ROOMS {
            return Err(Refusal::because(ErrorCode::LimitExceeded, "MAX_ROOMS"));
        }
        let (core, effects) = Room::open(founder, request, now_ms)?;
        match self
            .store
            .store_effects(id, Basis::New, Arc::new(effects), now_ms)
            .await
        {
            Ok(()) => {}
            Err(StoreError::RoomExists) => return Err(ErrorCode::RoomExists.into()),
            Err(error) => return Err(unavailable(error)),
        }
        let handle = room::spawn(self.clone(), id, Some(core));
        lock(&self.rooms).insert(id, handle);
        Ok(now_ms)
    }

    /// Opens a compartment of a room; it is stored when this returns.
    pub(crate) async fn open_compartment(
        self: &Arc<Self>,
        founder: &Accreditation,
        request: OpenCompartment,
    ) -> Result<u64, Refusal> {
        let (id, parent) = (request.room, request.parent);
        let unavailable = |error: &dyn core::fmt::Display| {
            tracing::error!(%error, "a compartment could not be opened");
            Refusal::from(ErrorCode::Unavailable)
        };
        let open = self.store.open_room_count().await;
        if open.map_err(|error| unavailable(&error))? >= limits::MAX_ROOMS {
            return Err(Refusal::because(ErrorCode::LimitExceeded, "MAX_ROOMS"));
        }
        for _ in 0..MAX_OPENINGS {
            let now_ms = self.clock.now_ms();
            let above = room::above(&self.store, parent)
                .await
                .map_err(|error| unavailable(&error))?
                .ok_or(ErrorCode::NoSeat)?;
            let (core, effects) = Room::open_compartment(founder, request.clone(), &above, now_ms)?;
            let turn = above.turn;
            let basis = Basis::NewWithin(Within { parent, turn });
            let effects = Arc::new(effects);
            match self.store.store_effects(id, basis, effects, now_ms).await {
                Ok(()) => {
                    let handle = room::spawn(self.clone(), id, Some(core));
                    lock(&self.rooms).insert(id, handle);
                    return Ok(now_ms);
                }
                // The room has changed meanwhile: is it still so?
                Err(StoreError::Behind) => {}
                Err(StoreError::RoomExists) => return Err(ErrorCode::RoomExists.into()),
                Err(StoreError::TooManyCompartments) => {
                    let rule = "MAX_COMPARTMENTS";
                    return Err(Refusal::because(ErrorCode::LimitExceeded, rule));
                }
                Err(error) => return Err(unavailable(&error)),
            }
        }
        Err(ErrorCode::Busy.into())
    }

    pub(crate) fn nests(&self) -> MutexGuard<'_, Nests> {
        lock(&self.nests)
    }

    /// Takes note of a device's connection; the one before it is told and closed.
    pub(crate) fn connect(&self, device: DeviceId, outbound: Outbound) {
        let order = self.order.next(self.clock.now_ms());
        let now = Connected { outbound, order };
        let before = lock(&self.connections).insert(device, now);
        meters::connected(1.0);
        if let Some(before) = before {
            before.supersede();
        }
        self.bus.tell_hubs(&Word::Connected(device, order));
    }

    /// The device is connected to another hub, in that place of the order. Said late, the device may be
    /// back here.
    pub(crate) fn supersede(&self, device: DeviceId, order: u64) {
        self.order.heard(order);
        let mut connections = lock(&self.connections);
        let is_older = |here: &Connected| here.order < order;
        if connections.get(&device).is_some_and(is_older)
            && let Some(before) = connections.remove(&device)
        {
            before.supersede();
        }
    }

    /// Shows a frame to those of these who are connected here. Whoever is too slow for it sees the next one.
    pub(crate) fn show(&self, devices: &[DeviceId], frame: &[u8]) {
        let frame = Wire::binary(frame);
        for device in devices {
            if let Some(outbound) = self.connection(*device) {
                outbound.frame(frame.clone());
            }
        }
    }

    /// Those of `devices` that are connected here.
    pub(crate) fn connected_of(&self, devices: &[DeviceId]) -> Vec<DeviceId> {
        let connections = lock(&self.connections);
        let here = devices.iter().filter(|d| connections.contains_key(d));
        here.copied().collect()
    }

    pub(crate) fn connected(&self) -> Vec<DeviceId> {
        lock(&self.connections).keys().copied().collect()
    }

    /// Rooms that somebody follows here, and how far they are here.
    pub(crate) fn followed_rooms(&self) -> Vec<(RoomId, Followed)> {
        lock(&self.rooms)
            .iter()
            .filter_map(|(id, room)| Some((*id, room.followed()?)))
            .collect()
    }

    pub(crate) fn disconnect(&self, device: DeviceId, outbound: &Outbound) {
        meters::connected(-1.0);
        let mut connections = lock(&self.connections);
        if connections
            .get(&device)
            .is_some_and(|current| current.outbound.is_same(outbound))
        {
            connections.remove(&device);
        }
    }

    pub(crate) fn connection(&self, device: DeviceId) -> Option<Outbound> {
        let connections = lock(&self.connections);
        connections.get(&device).map(|here| here.outbound.clone())
    }

    /// Has those of a room pushed who are not connected, here or at another hub.
    pub(crate) fn wake(self: &Arc<Self>, room: RoomId, devices: &[DeviceId]) {
        let connections = lock(&self.connections);
        let absent = devices
            .iter()
            .filter(|device| !connections.contains_key(device))
            .copied()
            .collect();
        drop(connections);
        Questions::wake_absent(self, room, absent);
    }

    /// Whether its authority has revoked a device.
    pub(crate) fn is_revoked(&self, device: &Accreditation) -> bool {
        lock(&self.revocations).revokes(device)
    }

    /// Changes with each list that is taken.
    pub(crate) fn revocations_taken(&self) -> u64 {
        self.revocations_taken.load(Ordering::Acquire)
    }

    /// An authority's list, if it is newer than `number`.
    pub(crate) fn newer_revocations(
        &self,
        authority: Fingerprint,
        number: u32,
    ) -> Option<SignedRevocationList> {
        let revocations = lock(&self.revocations);
        let list = revocations.list(authority)?;
        (list.list.number > number).then(|| list.clone())
    }

    /// Puts an authority's list in force: it is stored, the devices' connections are ended, and
    /// every room puts it into its order.
    pub(crate) async fn revoke(
        self: &Arc<Self>,
        list: SignedRevocationList,
    ) -> Result<(), ErrorCode> {
        let mut next = lock(&self.revocations).clone();
        if next.list(list.list.authority) == Some(&list) {
            return Ok(());
        }
        let devices = next
            .insert(list.clone())
            .map_err(|_| ErrorCode::BadRevocation)?;
        self.store
            .put_revocations(list.clone(), devices.clone(), self.clock.now_ms())
            .await
            .map_err(|error| {
                tracing::error!(%error, "a revocation list could not be stored");
                ErrorCode::Unavailable
            })?;
        self.bus.tell_hubs(&Word::Revocations);
        self.enforce(list, devices).await;
        Ok(())
    }

    /// Lists that another hub has taken.
    pub(crate) async fn adopt_revocations(self: &Arc<Self>) -> Result<(), StoreError> {
        let numbers = self.store.revocation_numbers().await?;
        let is_known = |(authority, number): &(Fingerprint, u32)| {
            lock(&self.revocations).number(*authority) >= *number
        };
        if numbers.iter().all(is_known) {
            return Ok(());
        }
        for list in self.store.revocations().await? {
            let fresh = lock(&self.revocations).clone().insert(list.clone());
            if let Ok(devices) = fresh {
                self.enforce(list, devices).await;
            }
        }
        Ok(())
    }

    /// Puts a stored list in force here.
    async fn enforce(self: &Arc<Self>, list: SignedRevocationList, devices: Vec<DeviceId>) {
        // Another list may have come meanwhile: this one counts if it is still the newest.
        let _ = lock(&self.revocations).insert(list);
        self.revocations_taken.fetch_add(1, Ordering::AcqRel);
        for device in devices {
            if let Some(connection) = self.connection(device) {
                meters::refused(ErrorCode::Revoked);
                connection.control(&HubControl::refused(None, None, ErrorCode::Revoked));
                connection.close();
            }
        }
        let rooms: Vec<RoomHandle> = lock(&self.rooms).values().cloned().collect();
        for room in rooms {
            room.send(room::Command::Revocations).await;
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

    /// The limits of a device, the same through reconnects.
    pub(crate) fn device_limits(&self, device: DeviceId) -> Arc<DeviceLimits> {
        let mut all = lock(&self.limits);
        if all.len() >= MAX_LIMITERS {
            let connections = lock(&self.connections);
            all.retain(|device, _| connections.contains_key(device));
        }
        let rate = self.messages_per_second;
        all.entry(device)
            .or_insert_with(|| Arc::new(DeviceLimits::new(rate)))
            .clone()
    }

    /// Those of `owners` of whom devices of the taker's authority have had enough one-time key packages for now.
    pub(crate) fn overdrawn(&self, taker: Fingerprint, owners: &[DeviceId]) -> Vec<DeviceId> {
        if self.taken.len() >= MAX_TAKERS {
            self.taken.retain_recent();
        }
        let is_over = |owner: &&DeviceId| self.taken.check_key(&(taker, **owner)).is_err();
        owners.iter().filter(is_over).copied().collect()
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Tells every connection to go away and come back later.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
        for Connected { outbound, .. } in lock(&self.connections).values() {
            outbound.control(&HubControl::refused(None, None, ErrorCode::GoingAway));
            outbound.close_with(CloseCode::Away);
        }
    }

    /// Waits until the rooms have finished what was accepted, and closes the store.
    pub(crate) async fn drained(&self) {
        let rooms: Vec<RoomHandle> = lock(&self.rooms)
            .drain()
            .map(|(_, handle)| handle)
            .collect();
        let all = async {
            for room in rooms {
                room.stop().await;
            }
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
            tracing::warn!("some rooms did not finish in time");
        }
        self.store.close().await;
    }
}
