//! Who gets a room's messages as they come.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use entente_protocol::{DeviceId, ErrorCode, HubControl, RoomId};

use crate::connection::Outbound;
use crate::meters;

/// Frames kept in memory, so that a reader of history can join without another look at the store.
const TAIL_FRAMES: usize = 512;

/// The live connections of a room, and its last frames.
pub(super) struct Followers {
    room: RoomId,
    live: HashMap<DeviceId, Outbound>,
    tail: VecDeque<(u64, Bytes)>,
}

impl Followers {
    pub(super) fn new(room: RoomId) -> Self {
        Self {
            room,
            live: HashMap::new(),
            tail: VecDeque::new(),
        }
    }

    /// Hands one frame to all; it is encoded once and shared. Who has no room for it is cut loose:
    /// a slow receiver resumes by its cursor and never slows the others.
    pub(super) fn publish(&mut self, seq: u64, frame: Bytes) {
        self.fan_out(&frame, None);
        self.tail.push_back((seq, frame));
        if self.tail.len() > TAIL_FRAMES {
            self.tail.pop_front();
        }
    }

    pub(super) fn fan_out(&mut self, frame: &Bytes, except: Option<DeviceId>) {
        let room = self.room;
        let mut count = 0;
        self.live.retain(|device, outbound| {
            if except == Some(*device) {
                return true;
            }
            if outbound.frame(frame.clone()) {
                count += 1;
                return true;
            }
            meters::cut_loose();
            // If even this has no room, the connection itself is closed and comes back.
            if !outbound.control(&HubControl::Unfollowed {
                room,
                code: ErrorCode::TooSlow,
            }) {
                outbound.close();
            }
            false
        });
        meters::delivered(count);
    }

    /// Brings a reader at `cursor` up to `head` from the tail and makes it live; false if the tail
    /// does not reach back so far.
    pub(super) fn join(
        &mut self,
        device: DeviceId,
        cursor: u64,
        head: u64,
        outbound: Outbound,
    ) -> bool {
        let reaches = cursor >= head
            || self
                .tail
                .front()
                .is_some_and(|(oldest, _)| *oldest <= cursor + 1);
        if !reaches {
            return false;
        }
        let missed: Vec<&Bytes> = self
            .tail
            .iter()
            .filter(|(seq, _)| *seq > cursor)
            .map(|(_, frame)| frame)
            .collect();
        // All or nothing, or the reader would get some of it twice.
        if outbound.free() <= missed.len() {
            return false;
        }
        for frame in missed {
            outbound.frame(frame.clone());
        }
        outbound.control(&HubControl::CaughtUp {
            room: self.room,
            seq: head,
        });
        self.live.insert(device, outbound);
        true
    }

    /// Stops delivering to a device, and tells it why.
    pub(super) fn end(&mut self, device: DeviceId, code: ErrorCode) {
        if let Some(outbound) = self.live.remove(&device) {
            let unfollowed = HubControl::Unfollowed {
                room: self.room,
                code,
            };
            if !outbound.control(&unfollowed) {
                outbound.close();
            }
        }
    }

    pub(super) fn end_all(&mut self, code: ErrorCode) {
        for device in self.live.keys().copied().collect::<Vec<_>>() {
            self.end(device, code);
        }
    }

    pub(super) fn end_those(&mut self, code: ErrorCode, is_meant: impl Fn(DeviceId) -> bool) {
        let meant: Vec<DeviceId> = self.live.keys().copied().filter(|d| is_meant(*d)).collect();
        for device in meant {
            self.end(device, code);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// The next frame will not be the one after the last.
    pub(super) fn forget_tail(&mut self) {
        self.tail.clear();
    }

    pub(super) fn forget(&mut self, outbound: &Outbound) {
        self.live.retain(|_, live| !live.is_same(outbound));
    }
}
