//! The board's hits: raised, folded into what is open already, and answered.

use super::targets::check_seen;
use super::{Applied, Board, Hit, HitId, Rejected, Stamp, TargetId};
use crate::limits::MAX_HITS;
use crate::{Acknowledgement, Escalation, HitRaised, Identifier, Sighting};
use entente_trust::Role;

impl Board {
    pub(super) fn raise(
        &mut self,
        raised: &HitRaised,
        stamp: Stamp,
        above: &[TargetId],
    ) -> Result<Applied, Rejected> {
        self.check_named(raised.target, above)?;
        check_seen(raised.seen_at_ms, stamp)?;
        let known = self.resolve(raised.hit);
        let open = self.hit_of_sighting(raised, stamp);
        if open.is_none() && raised.quiet {
            return Err(Rejected::UnknownHit);
        }
        // The same hit again is more sightings of it; any other use of its id is a mistake.
        if known.is_some() && known != open {
            return Err(Rejected::Taken);
        }
        if let Some(id) = open {
            if known.is_none() {
                if self.folded.len() >= MAX_HITS {
                    return Err(Rejected::Full);
                }
                self.folded.insert(raised.hit, id);
            }
            if let Some(hit) = self.hits.get_mut(&id) {
                hit.fold(raised, stamp);
            }
            self.see_hit(raised, stamp);
            return Ok(Applied::HitFolded(id));
        }
        if self.hits.len() >= MAX_HITS {
            return Err(Rejected::Full);
        }
        let target = raised.target.and_then(|target| self.targets.get(&target));
        // Of a target of the room it is who saw it: the other country may not sit here.
        let responsible = target.map_or(stamp.country, |target| target.owner.value);
        self.hits
            .insert(raised.hit, Hit::new(raised, responsible, stamp));
        self.see_hit(raised, stamp);
        Ok(Applied::HitRaised(raised.hit))
    }

    /// A hit with a place is a sighting of its target.
    fn see_hit(&mut self, raised: &HitRaised, stamp: Stamp) {
        let target = raised.target.and_then(|id| self.targets.get_mut(&id));
        if let (Some(target), Some(position)) = (target, raised.position) {
            let seen_at_ms = match raised.seen_at_ms {
                0 => stamp.time_ms,
                at_ms => at_ms,
            };
            let sighting = Sighting {
                target: raised.target.unwrap_or(TargetId::from_bytes([0; 16])),
                seen_at_ms,
                position: Some(position),
                note: raised.note.clone(),
            };
            target.see(&sighting, stamp);
        }
    }

    /// The hit that what was seen belongs to: same target, and same identifier seen.
    fn hit_of_sighting(&self, raised: &HitRaised, stamp: Stamp) -> Option<HitId> {
        // Most often it is the one that it says it is.
        let named = self.resolve(raised.hit);
        let is_named = |hit: &Hit| hit.is_open() && hit.is_of(raised.target, &raised.identifier);
        if named
            .and_then(|id| self.hits.get(&id))
            .is_some_and(is_named)
        {
            return named;
        }
        let (target, identifier) = (raised.target, &raised.identifier);
        match stamp.role {
            Role::Agent => self.hit_to_count_in(target, identifier, stamp.time_ms),
            // Who sees it with their own eyes is heard, whatever was said of it before.
            _ => self
                .hits
                .iter()
                .find(|(_, hit)| hit.is_open() && hit.is_of(target, identifier))
                .map(|(id, _)| *id),
        }
    }

    /// The hit in which an agent's further sightings of a thing are counted: the open one, or the last
    /// that is closed and takes them in; none if they are a new one.
    #[must_use]
    pub fn hit_to_count_in(
        &self,
        target: Option<TargetId>,
        identifier: &Identifier,
        now_ms: u64,
    ) -> Option<HitId> {
        let same = self.hits.iter();
        let same = same.filter(|(_, hit)| hit.is_of(target, identifier));
        let (id, hit) = same.max_by_key(|(_, hit)| (hit.is_open(), hit.raised.seq))?;
        hit.takes_in(&self.playbook.hits, now_ms).then_some(*id)
    }

    /// The hit of an id: itself, or the one that it was folded into.
    #[must_use]
    pub fn resolve(&self, id: HitId) -> Option<HitId> {
        if self.hits.contains_key(&id) {
            return Some(id);
        }
        self.folded.get(&id).copied()
    }

    pub(super) fn acknowledge(
        &mut self,
        ack: &Acknowledgement,
        stamp: Stamp,
    ) -> Result<Applied, Rejected> {
        let id = self.resolve(ack.hit).ok_or(Rejected::UnknownHit)?;
        let hit = self.hits.get_mut(&id).ok_or(Rejected::UnknownHit)?;
        let is_first = hit.acknowledge(stamp, &ack.note);
        Ok(Applied::HitAcknowledged(id, is_first))
    }

    pub(super) fn note_delivered(&mut self, hits: &[HitId], stamp: Stamp) {
        for id in hits {
            if let Some(hit) = self.hit_mut(*id) {
                hit.delivered.entry(stamp.author).or_insert(stamp.time_ms);
            }
        }
    }

    pub(super) fn escalate(
        &mut self,
        escalation: Escalation,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let rules = self.playbook.hits.clone();
        self.known_hit(escalation.hit)?
            .escalate(escalation, &rules, stamp)
    }

    pub(super) fn known_hit(&mut self, id: HitId) -> Result<&mut Hit, Rejected> {
        self.hit_mut(id).ok_or(Rejected::UnknownHit)
    }

    fn hit_mut(&mut self, id: HitId) -> Option<&mut Hit> {
        let id = self.resolve(id)?;
        self.hits.get_mut(&id)
    }

    /// A hit, by its own id or by one that was folded into it.
    #[must_use]
    pub fn hit(&self, id: HitId) -> Option<&Hit> {
        self.hits.get(&self.resolve(id)?)
    }

    /// All hits in order of id.
    pub fn hits(&self) -> impl Iterator<Item = (HitId, &Hit)> {
        self.hits.iter().map(|(id, hit)| (*id, hit))
    }
}
