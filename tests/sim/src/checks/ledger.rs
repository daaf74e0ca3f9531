//! What has come onto the hub's disk, in its order: the truth against which all else is held.

use std::collections::{BTreeMap, BTreeSet};

use entente_delivery::{Effect, StoredMessage};
use entente_protocol::{DeviceId, MessageKind};
use entente_trust::{Role, SignedRevocationList};

use super::{Invariant, Watch};
use crate::cast::{Cast, PARTS};

/// A device's time in the room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sitting {
    pub(crate) device: DeviceId,
    /// The commit that seated it.
    pub(crate) from: u64,
    /// The commit that took the seat.
    pub(crate) to: Option<u64>,
}

/// The room as the disk has it, from its beginning.
pub(crate) struct Ledger {
    cast: &'static Cast,
    pub(crate) log: BTreeMap<u64, StoredMessage>,
    pub(crate) sittings: Vec<Sitting>,
    pub(crate) closes_at_ms: u64,
    pub(crate) is_closed: bool,
    pub(crate) revoked: BTreeSet<DeviceId>,
    numbers: BTreeSet<(DeviceId, u64)>,
    commits: BTreeMap<u64, u64>,
    epoch: u64,
}

impl Ledger {
    pub(crate) fn new(cast: &'static Cast) -> Self {
        Self {
            cast,
            log: BTreeMap::new(),
            sittings: Vec::new(),
            closes_at_ms: 0,
            is_closed: false,
            revoked: BTreeSet::new(),
            numbers: BTreeSet::new(),
            commits: BTreeMap::new(),
            epoch: 0,
        }
    }

    pub(crate) fn head(&self) -> u64 {
        self.log.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// How many epochs have ended.
    pub(crate) fn epochs(&self) -> u64 {
        self.epoch
    }

    /// Whether a device sits when everything up to `seq` has happened.
    pub(crate) fn sits_at(&self, device: DeviceId, seq: u64) -> bool {
        let mut sittings = self.sittings.iter();
        sittings
            .any(|one| one.device == device && one.from <= seq && one.to.is_none_or(|to| seq < to))
    }

    /// Whether a device may be given what lies at a place: from after the commit that seated it, up to the
    /// one that took the seat.
    pub(crate) fn may_have(&self, device: DeviceId, seq: u64) -> bool {
        let mut sittings = self.sittings.iter();
        sittings.any(|one| {
            let is_founder = one.from == 1;
            one.device == device
                && (one.from < seq || is_founder)
                && one.to.is_none_or(|to| seq <= to)
        })
    }

    /// Whether a device was given a seat after a place.
    pub(crate) fn was_seated_after(&self, device: DeviceId, seq: u64) -> bool {
        let mut sittings = self.sittings.iter();
        sittings.any(|one| one.device == device && one.from > seq)
    }

    /// How often a device was given a seat.
    pub(crate) fn times_seated(&self, device: DeviceId) -> usize {
        self.sittings
            .iter()
            .filter(|one| one.device == device)
            .count()
    }

    /// Who sits now.
    pub(crate) fn seated(&self) -> impl Iterator<Item = DeviceId> {
        self.sittings
            .iter()
            .filter(|one| one.to.is_none())
            .map(|one| one.device)
    }

    fn role(&self, device: DeviceId) -> Option<(usize, Role)> {
        PARTS.get(self.cast.place(device)?).copied()
    }

    /// May this device act on that one's seat, by what the authorities decided?
    fn may_act(&self, by: DeviceId, on: DeviceId) -> bool {
        let (Some((country, role)), Some((other, _))) = (self.role(by), self.role(on)) else {
            return false;
        };
        match role {
            Role::Coordinator => true,
            Role::Liaison => country == other,
            _ => false,
        }
    }

    /// Takes what has come onto the disk with one batch.
    pub(crate) fn take(&mut self, effects: &[Effect], watch: &mut Watch) {
        // Of the message to which the effects after it belong.
        let mut by = DeviceId::from_bytes([0; DeviceId::LEN]);
        let mut seq = self.head();
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    self.append(message, watch);
                    (by, seq) = (message.sender, message.seq);
                }
                Effect::Group {
                    epoch,
                    closes_at_ms,
                    ..
                } => {
                    let is_moved = seq > 1 && *closes_at_ms != self.closes_at_ms;
                    let may_move = matches!(self.role(by), Some((_, Role::Coordinator)));
                    watch.demand(!is_moved || may_move, Invariant::Policy, || {
                        format!("{} moved the end of the room at {seq}", self.name(by))
                    });
                    self.closes_at_ms = *closes_at_ms;
                    self.epoch = *epoch;
                }
                Effect::Seat(seat) if self.seated().all(|device| device != seat.device) => {
                    let may = seq == 1 || self.may_act(by, seat.device);
                    watch.demand(may, Invariant::Policy, || {
                        format!(
                            "{} seated {} at {seq}",
                            self.name(by),
                            self.name(seat.device)
                        )
                    });
                    let (device, to) = (seat.device, None);
                    // In a new seat a device begins its numbers anew.
                    self.numbers.retain(|(of, _)| *of != device || seq == 1);
                    self.sittings.push(Sitting {
                        device,
                        from: seq,
                        to,
                    });
                }
                Effect::Unseat { device, .. } => {
                    watch.demand(self.may_unseat(by, *device), Invariant::Policy, || {
                        format!("{} removed {} at {seq}", self.name(by), self.name(*device))
                    });
                    let mut open = self.sittings.iter_mut();
                    if let Some(one) = open.find(|one| one.device == *device && one.to.is_none()) {
                        one.to = Some(seq);
                    }
                }
                Effect::Closed { .. } => self.is_closed = true,
                Effect::Revocations { list, .. } => {
                    if let Ok(list) = SignedRevocationList::decode(list) {
                        self.revoked.extend(list.list.devices);
                    }
                }
                _ => {}
            }
        }
    }

    fn may_unseat(&self, by: DeviceId, device: DeviceId) -> bool {
        // A proposal is carried out by the commit that clears the list, so it is looked up in the log.
        let has_asked = self.log.values().rev().any(|message| {
            message.kind == MessageKind::Proposal
                && message.sender == device
                && message.epoch + 1 == self.epoch
        });
        by == device || has_asked || self.may_act(by, device)
    }

    fn append(&mut self, message: &StoredMessage, watch: &mut Watch) {
        let (seq, sender) = (message.seq, message.sender);
        watch.demand(seq == self.head() + 1, Invariant::OneOrder, || {
            format!("{seq} was stored after {}", self.head())
        });
        watch.demand(!self.is_closed, Invariant::ClosedStaysClosed, || {
            format!("{seq} was stored in a closed room")
        });
        let is_in_time = seq == 1 || message.time_ms < self.closes_at_ms;
        watch.demand(is_in_time, Invariant::ClosedStaysClosed, || {
            format!("{seq} was accepted after the end")
        });
        if message.kind != MessageKind::Revocation {
            let is_new = self.numbers.insert((sender, message.number));
            let is_by_who_sits = seq == 1 || self.seated().any(|device| device == sender);
            watch.demand(is_new, Invariant::NoDuplicates, || {
                format!(
                    "number {} of {} is stored twice",
                    message.number,
                    self.name(sender)
                )
            });
            watch.demand(is_by_who_sits, Invariant::Policy, || {
                format!("{} has no seat and spoke at {seq}", self.name(sender))
            });
            watch.demand(!self.revoked.contains(&sender), Invariant::Policy, || {
                format!("{} was revoked and spoke at {seq}", self.name(sender))
            });
        }
        if message.kind == MessageKind::Commit {
            let other = self.commits.insert(message.epoch, seq);
            watch.demand(other.is_none(), Invariant::OneWinner, || {
                format!(
                    "epoch {} was ended at {other:?} and at {seq}",
                    message.epoch
                )
            });
        }
        self.log.insert(seq, message.clone());
    }

    /// A device's name in traces.
    pub(crate) fn name(&self, device: DeviceId) -> String {
        match self.cast.place(device) {
            Some(place) => format!("d{place}"),
            None => "nobody".to_owned(),
        }
    }
}
