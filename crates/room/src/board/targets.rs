//! The board's targets: brought in, changed, seen, and named by what else is on the board.

use entente_protocol::limits::CLOCK_TOLERANCE_MS;
use entente_trust::Role;

use super::{Applied, Board, Rejected, Stamp, Target, TargetId};
use crate::limits::MAX_TARGETS;
use crate::{Event, Identifier, Sighting, TargetChange};

impl Board {
    pub(super) fn change_target(
        &mut self,
        change: &TargetChange,
        stamp: Stamp,
        above: &[TargetId],
    ) -> Result<Applied, Rejected> {
        let id = change.target;
        for link in &change.add_links {
            self.check_named(Some(link.to), above)?;
        }
        self.check_provided(change, stamp)?;
        self.check_promoted(change)?;
        self.check_giver(change, stamp)?;
        if let Some(target) = self.targets.get_mut(&id) {
            let overtaken = target.change(change, stamp)?;
            return Ok(Applied::TargetChanged(id, overtaken));
        }
        if self.targets.len() >= MAX_TARGETS {
            return Err(Rejected::Full);
        }
        let handling = self.playbook.handling.default;
        self.targets
            .insert(id, Target::new(change, handling, stamp)?);
        Ok(Applied::TargetAdded(id))
    }

    /// Kinds and statuses that the playbook does not name are the coordinators' to bring in.
    fn check_provided(&self, change: &TargetChange, stamp: Stamp) -> Result<(), Rejected> {
        let rules = &self.playbook.targets;
        let kind = change.kind;
        let status = change.status;
        let has_kind = rules.kinds.is_empty() || kind.is_none_or(|it| rules.kinds.contains(&it));
        let has_status =
            rules.statuses.is_empty() || status.is_none_or(|it| rules.statuses.contains(&it));
        if (has_kind && has_status) || stamp.role == Role::Coordinator {
            Ok(())
        } else {
            Err(Rejected::NotInPlaybook)
        }
    }

    pub(super) fn check_target(&self, target: Option<TargetId>) -> Result<(), Rejected> {
        if target.is_some_and(|target| !self.targets.contains_key(&target)) {
            return Err(Rejected::UnknownTarget);
        }
        Ok(())
    }

    /// A target here, or one of the room above.
    pub(super) fn check_named(
        &self,
        target: Option<TargetId>,
        above: &[TargetId],
    ) -> Result<(), Rejected> {
        match target {
            Some(target) if above.contains(&target) => Ok(()),
            target => self.check_target(target),
        }
    }

    /// Of a room: its targets that an event of a compartment names and may name, if its author had seen the room up to a
    /// place. Targets never leave a board: it may be a later one.
    #[must_use]
    pub fn named_at(&self, event: &Event, place: u64) -> Vec<TargetId> {
        let mut named = event.targets_beside();
        named.retain(|id| {
            let target = self.targets.get(id);
            target.is_some_and(|target| target.created.seq <= place)
        });
        named
    }

    pub(super) fn see(&mut self, sighting: &Sighting, stamp: Stamp) -> Result<(), Rejected> {
        check_seen(sighting.seen_at_ms, stamp)?;
        self.targets
            .get_mut(&sighting.target)
            .ok_or(Rejected::UnknownTarget)?
            .see(sighting, stamp);
        Ok(())
    }

    /// A target.
    #[must_use]
    pub fn target(&self, id: TargetId) -> Option<&Target> {
        self.targets.get(&id)
    }

    /// How many targets there are. They only grow.
    #[must_use]
    pub fn target_count(&self) -> usize {
        self.targets.len()
    }

    /// All targets in order of id.
    pub fn targets(&self) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets.iter().map(|(id, target)| (*id, target))
    }

    /// Targets that have an identifier.
    pub fn targets_with(
        &self,
        identifier: &Identifier,
    ) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets()
            .filter(move |(_, target)| target.identifiers.contains_key(identifier))
    }
}

/// Nothing is seen before it happens; clocks differ a little.
pub(super) fn check_seen(seen_at_ms: u64, stamp: Stamp) -> Result<(), Rejected> {
    if seen_at_ms > stamp.time_ms.saturating_add(CLOCK_TOLERANCE_MS) {
        Err(Rejected::Future)
    } else {
        Ok(())
    }
}
