//! Who is connected here.

use std::sync::Arc;

use entente_protocol::{DeviceId, ErrorCode, HubControl, RoomId};

use super::{Hub, lock};
use crate::bus::Word;
use crate::cluster::Questions;
use crate::connection::{Outbound, Wire};
use crate::meters;

/// A device's connection, and when it came in the order of all hubs' connections.
pub(super) struct Connected {
    pub(super) outbound: Outbound,
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
}
