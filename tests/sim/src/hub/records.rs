//! What lies on the hub's disk, and how what a room decided changes it.

use std::collections::BTreeMap;

use entente_delivery::{Effect, RoomRecord, SeatRecord, StoredMessage};
use entente_protocol::{Delivery, DeviceId, Fingerprint, MessageKind, RoomId, WelcomeDelivery};
use entente_trust::SignedRevocationList;

/// A room's rows.
#[derive(Clone, Default)]
pub(crate) struct RoomRows {
    pub(crate) head: u64,
    /// The oldest message that is kept.
    pub(crate) oldest: u64,
    pub(crate) closed: bool,
    epoch: u64,
    group_info: Vec<u8>,
    ratchet_tree: Vec<u8>,
    pub(crate) seats: BTreeMap<DeviceId, SeatRecord>,
    revocations: BTreeMap<Fingerprint, Vec<u8>>,
    pub(crate) log: BTreeMap<u64, StoredMessage>,
    pub(crate) welcomes: BTreeMap<DeviceId, WelcomeDelivery>,
}

impl RoomRows {
    /// As a room is loaded from it.
    pub(crate) fn record(&self, room: RoomId) -> RoomRecord {
        let is_open_proposal = |message: &&StoredMessage| {
            message.kind == MessageKind::Proposal && message.epoch == self.epoch
        };
        let proposals = self.log.values().filter(is_open_proposal);
        RoomRecord {
            room,
            head: self.head,
            closed: self.closed,
            turn: 0,
            parent: None,
            group_info: self.group_info.clone(),
            ratchet_tree: self.ratchet_tree.clone(),
            seats: self.seats.values().copied().collect(),
            revocations: self.revocations.values().cloned().collect(),
            proposals: proposals.map(|message| message.message.clone()).collect(),
        }
    }

    /// Where a device's number lies, and when it was accepted.
    pub(crate) fn place_of(&self, sender: DeviceId, number: u64) -> Option<(u64, u64)> {
        let mut log = self.log.values().rev();
        log.find(|message| message.sender == sender && message.number == number)
            .map(|message| (message.seq, message.time_ms))
    }
}

/// A key package that waits.
#[derive(Clone)]
pub(crate) struct KeyPackageRow {
    pub(crate) ciphersuite: u16,
    pub(crate) last_resort: bool,
    pub(crate) bytes: Vec<u8>,
}

/// Everything.
#[derive(Clone, Default)]
pub(crate) struct Records {
    pub(crate) rooms: BTreeMap<RoomId, RoomRows>,
    pub(crate) key_packages: BTreeMap<DeviceId, Vec<KeyPackageRow>>,
    pub(crate) lists: BTreeMap<Fingerprint, SignedRevocationList>,
}

/// A message as it is delivered.
pub(crate) fn delivery(room: RoomId, message: &StoredMessage) -> Delivery {
    Delivery {
        room,
        seq: message.seq,
        kind: message.kind,
        sender: message.sender,
        number: message.number,
        epoch: message.epoch,
        time_ms: message.time_ms,
        message: message.message.clone().into(),
    }
}

/// What the disk does not do as it should.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DiskFlaws {
    pub(crate) forgets_closing: bool,
    pub(crate) rots: bool,
}

impl Records {
    /// Stores what a room decided on top of `base`, or nothing: false if the room is not there, or closed.
    pub(crate) fn store(
        &mut self,
        room: RoomId,
        base: Option<u64>,
        effects: &[Effect],
        keep: u64,
        flaws: DiskFlaws,
    ) -> bool {
        let rows = match base {
            None if self.rooms.contains_key(&room) => return false,
            None => self.rooms.entry(room).or_default(),
            Some(base) => match self.rooms.get_mut(&room) {
                Some(rows) if rows.head == base && !rows.closed => rows,
                _ => return false,
            },
        };
        let mut tree: &[u8] = &[];
        for effect in effects {
            if let Effect::Group { ratchet_tree, .. } = effect {
                tree = ratchet_tree;
            }
            rows.apply(room, effect, tree, flaws);
        }
        rows.oldest = rows.oldest.max(rows.head.saturating_sub(keep) + 1);
        let oldest = rows.oldest;
        rows.log.retain(|seq, _| *seq >= oldest);
        true
    }

    /// What a disk without transactions would be left with: the first half.
    pub(crate) fn tear(&mut self, room: RoomId, effects: &[Effect]) {
        let Some(rows) = self.rooms.get_mut(&room) else {
            return;
        };
        let is_first = |effect: &&Effect| matches!(effect, Effect::Append(_));
        for effect in effects.iter().filter(is_first) {
            rows.apply(room, effect, &[], DiskFlaws::default());
        }
    }
}

impl RoomRows {
    fn apply(&mut self, room: RoomId, effect: &Effect, tree: &[u8], flaws: DiskFlaws) {
        match effect {
            Effect::Append(message) => {
                let mut message = message.clone();
                if flaws.rots
                    && message.seq.is_multiple_of(7)
                    && message.kind == MessageKind::Application
                    && let Some(last) = message.message.last_mut()
                {
                    *last ^= 1;
                }
                self.head = message.seq;
                self.log.insert(message.seq, message);
            }
            Effect::Group {
                epoch,
                group_info,
                ratchet_tree,
                ..
            } => {
                self.epoch = *epoch;
                self.group_info.clone_from(group_info);
                self.ratchet_tree.clone_from(ratchet_tree);
            }
            Effect::Seat(seat) => drop(self.seats.insert(seat.device, *seat)),
            Effect::Unseat { device, .. } => {
                self.seats.remove(device);
                self.welcomes.remove(device);
            }
            Effect::Welcome {
                device,
                seq,
                welcome,
            } => {
                let waiting = WelcomeDelivery {
                    room,
                    seq: *seq,
                    welcome: welcome.clone().into(),
                    ratchet_tree: tree.to_vec().into(),
                };
                self.welcomes.insert(*device, waiting);
            }
            Effect::Closed { .. } => {
                self.closed = !flaws.forgets_closing;
                self.welcomes.clear();
            }
            Effect::Revocations { authority, list } => {
                self.revocations.insert(*authority, list.clone());
            }
            Effect::Duplicate { .. }
            | Effect::FanOut { .. }
            | Effect::Suspend { .. }
            | Effect::Wake { .. } => {}
        }
    }
}
