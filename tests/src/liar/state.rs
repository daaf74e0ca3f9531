//! What the hub knows, and how it speaks to devices.

use std::collections::HashMap;
use std::time::Duration;

use entente_client::now_ms;
use entente_protocol::{
    CommitBundle, DeviceId, ErrorCode, GroupInfoReply, HubControl, HubFrame, RoomId,
    WelcomeDelivery,
};
use tls_codec::VLBytes;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::Lie;
use super::room::Room;

#[derive(Default)]
pub(super) struct State {
    pub(super) connections: HashMap<DeviceId, mpsc::UnboundedSender<Message>>,
    pub(super) chains: HashMap<DeviceId, Vec<VLBytes>>,
    pub(super) key_packages: HashMap<DeviceId, Vec<Vec<u8>>>,
    pub(super) last_resorts: HashMap<DeviceId, Vec<Vec<u8>>>,
    /// Handed out instead of what a device has published, again and again.
    pub(super) substitutes: HashMap<DeviceId, Vec<u8>>,
    pub(super) welcomes: HashMap<DeviceId, Vec<WelcomeDelivery>>,
    pub(super) every_welcome: HashMap<DeviceId, Vec<WelcomeDelivery>>,
    pub(super) rooms: HashMap<RoomId, Room>,
    pub(super) clock_offset_ms: i64,
    pub(super) time_delay: Duration,
    pub(super) lie: Option<Lie>,
    /// What devices are given as the room's present state, whatever it is.
    pub(super) offers: HashMap<DeviceId, GroupInfoReply>,
    /// What such a device has committed on it; nobody else is shown that.
    pub(super) committed: HashMap<DeviceId, Vec<CommitBundle>>,
}

impl State {
    pub(super) fn now_ms(&self) -> u64 {
        now_ms().saturating_add_signed(self.clock_offset_ms)
    }

    pub(super) fn send(&self, device: DeviceId, message: &HubFrame) {
        if let Some(connection) = self.connections.get(&device) {
            let _ = connection.send(frame(message));
        }
    }

    pub(super) fn say(&self, device: DeviceId, control: &HubControl) {
        if let Some(connection) = self.connections.get(&device) {
            let _ = connection.send(Message::Text(control.encode().into()));
        }
    }

    pub(super) fn accept(&self, device: DeviceId, request: u32, room: RoomId, seq: u64) {
        let accepted = HubControl::Accepted {
            request,
            room,
            seq,
            time_ms: self.now_ms(),
            duplicate: false,
        };
        self.say(device, &accepted);
    }

    pub(super) fn done(&self, device: DeviceId, request: u32) {
        self.say(device, &HubControl::Done { request });
    }

    pub(super) fn refuse(
        &self,
        device: DeviceId,
        request: u32,
        room: Option<RoomId>,
        code: ErrorCode,
    ) {
        self.say(device, &HubControl::refused(Some(request), room, code));
    }
}

pub(super) fn frame(frame: &HubFrame) -> Message {
    Message::Binary(frame.encode().unwrap().into())
}
