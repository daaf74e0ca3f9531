//! Who gets a room's messages as they come.

use std::collections::{HashMap, VecDeque};

use entente_protocol::{DeviceId, ErrorCode, HubControl, RoomId, limits};

use crate::connection::{Outbound, Wire};
use crate::meters;

/// Frames kept in memory, so that a reader of history can join without another look at the store.
const TAIL_FRAMES: usize = 512;

/// Bytes of these frames.
const TAIL_BYTES: usize = 2 * 1024 * 1024;

/// Frames that are handed over as one parcel: a quarter of a connection's queue.
const PARCEL_FRAMES: usize = limits::OUTBOUND_QUEUE_FRAMES / 4;

/// The live connections of a room, and its last frames.
pub(super) struct Followers {
    room: RoomId,
    live: HashMap<DeviceId, Outbound>,
    tail: VecDeque<(u64, Wire)>,
    tail_bytes: usize,
    /// Published and not handed over yet.
    gathered: Vec<Wire>,
}

impl Followers {
    pub(super) fn new(room: RoomId) -> Self {
        Self {
            room,
            live: HashMap::new(),
            tail: VecDeque::new(),
            tail_bytes: 0,
            gathered: Vec::new(),
        }
    }

    /// Publishes a frame. It goes to all with the others of its batch, at [`Followers::hand_over`] or
    /// before anything else is said to anybody.
    pub(super) fn publish(&mut self, seq: u64, frame: Wire) {
        if !self.live.is_empty() {
            self.gathered.push(frame.clone());
        }
        self.remember(seq, frame);
    }

    fn remember(&mut self, seq: u64, frame: Wire) {
        self.tail_bytes += frame.len();
        self.tail.push_back((seq, frame));
        while self.tail.len() > TAIL_FRAMES || self.tail_bytes > TAIL_BYTES {
            let Some((_, oldest)) = self.tail.pop_front() else {
                break;
            };
            self.tail_bytes -= oldest.len();
        }
    }

    /// Hands what was published to all; it is encoded once and shared. Who has no room for it is cut
    /// loose: a slow receiver resumes by its cursor and never slows the others.
    pub(super) fn hand_over(&mut self) {
        let gathered = std::mem::take(&mut self.gathered);
        for frames in gathered.chunks(PARCEL_FRAMES) {
            match frames {
                [frame] => self.hand_to_all(frame, None),
                _ => self.hand_to_all(&Wire::join(frames), None),
            }
        }
        self.gathered = gathered;
        self.gathered.clear();
    }

    pub(super) fn fan_out(&mut self, frame: &Wire, except: Option<DeviceId>) {
        self.hand_over();
        self.hand_to_all(frame, except);
    }

    fn hand_to_all(&mut self, frames: &Wire, except: Option<DeviceId>) {
        let room = self.room;
        let mut count = 0;
        self.live.retain(|device, outbound| {
            if except == Some(*device) {
                return true;
            }
            if outbound.frame(frames.clone()) {
                count += frames.frames() as u64;
                return true;
            }
            meters::cut_loose();
            outbound.unfollow(room, ErrorCode::TooSlow);
            false
        });
        meters::delivered(count);
    }

    /// Whether a reader at `cursor` can be brought up to `head` from the tail.
    pub(super) fn reaches(&self, cursor: u64, head: u64) -> bool {
        cursor >= head
            || self
                .tail
                .front()
                .is_some_and(|(oldest, _)| *oldest <= cursor + 1)
    }

    /// Puts the newest frames there, as the store has them.
    pub(super) fn refill(&mut self, frames: Vec<(u64, Wire)>) {
        self.forget_tail();
        for (seq, frame) in frames {
            self.remember(seq, frame);
        }
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
        self.hand_over();
        if !self.reaches(cursor, head) {
            return false;
        }
        let missed: Vec<Wire> = self
            .tail
            .iter()
            .filter(|(seq, _)| *seq > cursor)
            .map(|(_, frame)| frame.clone())
            .collect();
        // All or nothing, or the reader would get some of it twice.
        if outbound.free() <= missed.len() || !outbound.frames(&missed) {
            return false;
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
        self.hand_over();
        if let Some(outbound) = self.live.remove(&device) {
            outbound.unfollow(self.room, code);
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
        self.tail_bytes = 0;
    }

    pub(super) fn forget(&mut self, outbound: &Outbound) {
        self.hand_over();
        self.live.retain(|_, live| !live.is_same(outbound));
    }
}
