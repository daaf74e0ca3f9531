//! The target board: a deterministic function of the events in the hub's order, so that all
//! members' boards are equal byte for byte.

mod hit;
mod target;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use hit::{Hit, HitId};
pub use target::{Field, Target, TargetId, TargetKind, TargetStatus};

use crate::limits::{MAX_HITS, MAX_TARGETS};
use crate::record::to_cbor;
use crate::{Acknowledgement, Author, Event, HitRaised, TargetChange};
use entente_protocol::DeviceId;
use entente_trust::{Country, Role};

/// Who changed something, and where in the room's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The author's device.
    pub author: DeviceId,
    /// The author's country.
    pub country: Country,
    /// Sequence number.
    pub seq: u64,
    /// The hub's time of acceptance, Unix milliseconds.
    pub time_ms: u64,
}

impl Stamp {
    pub(crate) fn new(author: &Author, seq: u64, time_ms: u64) -> Self {
        Self {
            author: author.device,
            country: author.country,
            seq,
            time_ms,
        }
    }
}

/// What an event did to the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// The event is not about the board.
    Untouched,
    /// A target is new.
    TargetAdded(TargetId),
    /// A target changed.
    TargetChanged(TargetId),
    /// A hit is new.
    HitRaised(HitId),
    /// A hit was acknowledged for the author's country; false if it had been already.
    HitAcknowledged(HitId, bool),
}

/// Why an event did nothing to the board. Every member decides alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejected {
    /// Observers read.
    #[error("observers do not write")]
    Role,
    /// A new target needs a kind and a name.
    #[error("a new target needs a kind and a name")]
    Incomplete,
    /// The named target is not on the board.
    #[error("the target is not on the board")]
    UnknownTarget,
    /// The named hit is not on the board.
    #[error("the hit is not on the board")]
    UnknownHit,
    /// The id is taken.
    #[error("the id is taken")]
    Taken,
    /// Over a named limit.
    #[error("the board is full")]
    Full,
    /// An amendment that may not follow on the charter, or a signature that does not verify.
    #[error("not a permitted amendment, or not signed by a coordinator")]
    Amendment,
}

/// Targets and hits.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    targets: BTreeMap<TargetId, Target>,
    hits: BTreeMap<HitId, Hit>,
}

impl Board {
    /// Applies one event at its place in the order.
    ///
    /// # Errors
    /// [`Rejected`]; the board is unchanged then.
    pub fn apply(
        &mut self,
        event: &Event,
        author: &Author,
        seq: u64,
        time_ms: u64,
    ) -> Result<Applied, Rejected> {
        let is_write = matches!(
            event,
            Event::Target(_) | Event::Hit(_) | Event::Acknowledge(_)
        );
        if !is_write {
            return Ok(Applied::Untouched);
        }
        if author.role == Role::Observer {
            return Err(Rejected::Role);
        }
        let stamp = Stamp::new(author, seq, time_ms);
        match event {
            Event::Target(change) => self.change_target(change, stamp),
            Event::Hit(raised) => self.raise(raised, stamp),
            Event::Acknowledge(ack) => self.acknowledge(ack, stamp),
            _ => Ok(Applied::Untouched),
        }
    }

    fn change_target(&mut self, change: &TargetChange, stamp: Stamp) -> Result<Applied, Rejected> {
        let id = change.target;
        if let Some(target) = self.targets.get_mut(&id) {
            target.change(change, stamp)?;
            return Ok(Applied::TargetChanged(id));
        }
        if self.targets.len() >= MAX_TARGETS {
            return Err(Rejected::Full);
        }
        self.targets.insert(id, Target::new(change, stamp)?);
        Ok(Applied::TargetAdded(id))
    }

    fn raise(&mut self, raised: &HitRaised, stamp: Stamp) -> Result<Applied, Rejected> {
        if self.hits.contains_key(&raised.hit) {
            return Err(Rejected::Taken);
        }
        if raised
            .target
            .is_some_and(|target| !self.targets.contains_key(&target))
        {
            return Err(Rejected::UnknownTarget);
        }
        if self.hits.len() >= MAX_HITS {
            return Err(Rejected::Full);
        }
        self.hits.insert(raised.hit, Hit::new(raised, stamp));
        Ok(Applied::HitRaised(raised.hit))
    }

    fn acknowledge(&mut self, ack: &Acknowledgement, stamp: Stamp) -> Result<Applied, Rejected> {
        let hit = self.hits.get_mut(&ack.hit).ok_or(Rejected::UnknownHit)?;
        let is_first = hit.acknowledge(stamp);
        Ok(Applied::HitAcknowledged(ack.hit, is_first))
    }

    /// SHA-256 over the board's CBOR: equal boards, equal digests.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Board");
        hash.update(to_cbor(self));
        hash.finalize().into()
    }

    /// A target.
    #[must_use]
    pub fn target(&self, id: TargetId) -> Option<&Target> {
        self.targets.get(&id)
    }

    /// All targets in order of id.
    pub fn targets(&self) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets.iter().map(|(id, target)| (*id, target))
    }

    /// A hit.
    #[must_use]
    pub fn hit(&self, id: HitId) -> Option<&Hit> {
        self.hits.get(&id)
    }

    /// All hits in order of id.
    pub fn hits(&self) -> impl Iterator<Item = (HitId, &Hit)> {
        self.hits.iter().map(|(id, hit)| (*id, hit))
    }

    /// Targets that have an identifier.
    pub fn targets_with(
        &self,
        identifier: &crate::Identifier,
    ) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets()
            .filter(move |(_, target)| target.identifiers.contains_key(identifier))
    }
}

impl core::fmt::Debug for Board {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Board({} targets, {} hits)",
            self.targets.len(),
            self.hits.len()
        )
    }
}
