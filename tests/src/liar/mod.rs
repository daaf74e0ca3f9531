//! A hub of ours that lies: it keeps rooms as a hub does, checks nothing, and shows each device what
//! the test wants it to see.

mod connection;
mod controls;
mod frames;
mod order;
mod room;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use entente_client::HubUrl;
use entente_protocol::{
    CommitBundle, Delivery, DeviceId, GroupInfoReply, HubFrame, JoinRequest, MessageKind, RoomId,
    WelcomeDelivery,
};
use tokio::net::TcpListener;

use state::State;

/// What a device is shown of one message: itself, others, or nothing. Places are given anew.
pub type Lie = Box<dyn FnMut(DeviceId, Delivery) -> Vec<Delivery> + Send>;

/// The hub.
#[derive(Clone)]
pub struct Liar {
    url: HubUrl,
    state: Arc<Mutex<State>>,
}

impl Liar {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let liar = Self {
            url: url.parse().unwrap(),
            state: Arc::default(),
        };
        let serving = liar.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        liar
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> HubUrl {
        self.url.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on every message goes through this before a device sees it.
    pub fn lie(&self, lie: impl FnMut(DeviceId, Delivery) -> Vec<Delivery> + Send + 'static) {
        self.state().lie = Some(Box::new(lie));
    }

    /// Sets its clock wrong.
    pub fn set_clock(&self, offset_ms: i64) {
        self.state().clock_offset_ms = offset_ms;
    }

    /// Says what time it is this much after it was asked.
    pub fn delay_time(&self, delay: Duration) {
        self.state().time_delay = delay;
    }

    /// Ends all connections; devices come back by themselves.
    pub fn disconnect_all(&self) {
        self.state().connections.clear();
    }

    /// Hands out this key package whenever one of the device is wanted.
    pub fn substitute(&self, device: DeviceId, key_package: Vec<u8>) {
        self.state().substitutes.insert(device, key_package);
    }

    /// The key packages that a device has published.
    #[must_use]
    pub fn key_packages(&self, device: DeviceId) -> Vec<Vec<u8>> {
        self.state()
            .key_packages
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// Its last-resort key packages.
    #[must_use]
    pub fn last_resorts(&self, device: DeviceId) -> Vec<Vec<u8>> {
        self.state()
            .last_resorts
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// The Welcomes that wait for a device.
    #[must_use]
    pub fn welcomes(&self, device: DeviceId) -> Vec<WelcomeDelivery> {
        self.state()
            .welcomes
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// All Welcomes that a device ever got.
    #[must_use]
    pub fn every_welcome(&self, device: DeviceId) -> Vec<WelcomeDelivery> {
        self.state()
            .every_welcome
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// Ends one device's connection.
    pub fn disconnect(&self, device: DeviceId) {
        self.state().connections.remove(&device);
    }

    /// Sends a Welcome, whenever and as often as it likes.
    pub fn welcome(&self, device: DeviceId, welcome: &WelcomeDelivery) {
        let state = &mut *self.state();
        state
            .welcomes
            .entry(device)
            .or_default()
            .push(welcome.clone());
        state.send(device, &HubFrame::Welcome(welcome.clone()));
    }

    /// Shows a request to join.
    pub fn show(&self, device: DeviceId, join: JoinRequest) {
        self.state().send(device, &HubFrame::JoinRequest(join));
    }

    /// Everything of a room, as it came.
    #[must_use]
    pub fn log(&self, room: RoomId) -> Vec<Delivery> {
        self.state().rooms[&room].log.clone()
    }

    /// GroupInfo and tree as anybody may have them who asks such a hub.
    #[must_use]
    pub fn group_info(&self, room: RoomId) -> GroupInfoReply {
        self.state().rooms[&room].group_info_reply(0)
    }

    /// Every state that the room was ever in.
    #[must_use]
    pub fn states(&self, room: RoomId) -> Vec<GroupInfoReply> {
        self.state().rooms[&room].states.clone()
    }

    /// From now on a device that asks for the way back is given this, and what it commits on it is
    /// accepted and kept.
    pub fn offer(&self, device: DeviceId, state: GroupInfoReply) {
        self.state().offers.insert(device, state);
    }

    /// What a device has committed on the state that it was offered.
    #[must_use]
    pub fn committed(&self, device: DeviceId) -> Vec<CommitBundle> {
        let state = self.state();
        state.committed.get(&device).cloned().unwrap_or_default()
    }

    /// The next time somebody follows, the room's log is said to end there, and what they were shown
    /// above it is forgotten.
    pub fn roll_back(&self, room: RoomId, device: DeviceId, head: u64) {
        let state = &mut *self.state();
        let room = state.rooms.get_mut(&room).unwrap();
        room.head = Some(head);
        if let Some((before, shown)) = room.shown.get_mut(&device) {
            shown.truncate(usize::try_from(head.saturating_sub(*before)).unwrap());
        }
    }

    /// Puts something else into the place of what a device was shown last, as a hub has it there that was put back from
    /// an old copy and went on.
    pub fn rewrite_last(&self, room: RoomId, device: DeviceId, message: Vec<u8>) {
        let state = &mut *self.state();
        let (_, shown) = state
            .rooms
            .get_mut(&room)
            .unwrap()
            .shown
            .get_mut(&device)
            .unwrap();
        shown.last_mut().unwrap().message = message.into();
    }

    /// Puts a message into a room's order for all, as if `sender` had sent it.
    pub fn inject(&self, room: RoomId, kind: MessageKind, sender: DeviceId, message: Vec<u8>) {
        let state = &mut *self.state();
        let known = state.rooms.get_mut(&room).unwrap();
        let number = known.last_numbers.get(&sender).copied().unwrap_or(0) + 1;
        state.append(room, kind, (sender, number), message);
    }

    /// The same under any number, which is not remembered as used.
    pub fn inject_as(
        &self,
        room: RoomId,
        kind: MessageKind,
        (sender, number): (DeviceId, u64),
        message: Vec<u8>,
    ) {
        let state = &mut *self.state();
        let last = state.rooms[&room].last_numbers.get(&sender).copied();
        state.append(room, kind, (sender, number), message);
        let numbers = &mut state.rooms.get_mut(&room).unwrap().last_numbers;
        numbers.insert(sender, last.unwrap_or(0));
    }

    /// Takes a commit of a member with a modified client, as a hub does that checks nothing.
    pub fn commit(&self, sender: DeviceId, bundle: CommitBundle) {
        self.state().commit(sender, bundle);
    }
}
