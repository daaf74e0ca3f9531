//! Calling it off, and taking it up again.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use entente_trust::Role;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::Abort;
use crate::board::{Board, Rejected, Stamp};
use crate::limits::MAX_ABORTS;

/// That the operation was called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aborted {
    /// By whom, and when.
    pub stamp: Stamp,
    /// Why.
    pub note: String,
    /// Devices that have it, with when.
    pub delivered: BTreeMap<DeviceId, u64>,
    /// Who has taken the operation up again, knowing of it.
    pub resumed: Option<Stamp>,
}

impl Plan {
    /// The abort that is in force, if one is.
    #[must_use]
    pub fn aborted(&self) -> Option<&Aborted> {
        self.aborts.last().filter(|last| last.resumed.is_none())
    }

    /// Whether somebody who names this abort (by its sequence number) may go on with the operation.
    /// Who had not seen it does not undo it.
    pub(super) fn check_aborted(&self, named: Option<u64>) -> Result<(), Rejected> {
        match self.aborted() {
            Some(aborted) if named != Some(aborted.stamp.seq) => Err(Rejected::Aborted),
            _ => Ok(()),
        }
    }

    /// The operation goes on.
    pub(super) fn resume(&mut self, stamp: Stamp) {
        if let Some(last) = self.aborts.last_mut() {
            last.resumed.get_or_insert(stamp);
        }
    }
}

impl Board {
    pub(in crate::board) fn abort(&mut self, abort: &Abort, stamp: Stamp) -> Result<(), Rejected> {
        let may = stamp.role == Role::Coordinator || self.playbook.abort.by.contains(&stamp.role);
        if !may {
            return Err(Rejected::Role);
        }
        if self.plan.aborted().is_some() {
            return Err(Rejected::Taken);
        }
        // An abort is never refused for want of room: the oldest of those that are over goes.
        if self.plan.aborts.len() >= MAX_ABORTS {
            self.plan.aborts.remove(0);
        }
        self.plan.aborts.push(Aborted {
            stamp,
            note: abort.reason.clone(),
            delivered: BTreeMap::new(),
            resumed: None,
        });
        self.plan.h_hour = None;
        self.plan.put_poll_away();
        Ok(())
    }

    /// A device has the abort of that sequence number.
    pub(in crate::board) fn abort_reached(&mut self, seq: u64, stamp: Stamp) {
        let mut aborts = self.plan.aborts.iter_mut();
        if let Some(abort) = aborts.find(|abort| abort.stamp.seq == seq) {
            abort.delivered.entry(stamp.author).or_insert(stamp.time_ms);
        }
    }

    /// The abort that a device has and has not told the others of having.
    pub(in crate::board) fn abort_to_confirm(&self, device: DeviceId) -> Option<u64> {
        let aborted = self.plan.aborted()?;
        let owes = aborted.stamp.author != device && !aborted.delivered.contains_key(&device);
        owes.then_some(aborted.stamp.seq)
    }
}
