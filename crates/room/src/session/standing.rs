//! What a room is to its compartments: who sat there at a place of its order and was not revoked, by which charter.

use std::collections::BTreeMap;

use entente_protocol::{Fingerprint, Place};
use entente_trust::Standing;

use super::Session;
use crate::transcript::Claim;

impl Session {
    /// The room as it is now; none once the session has ended.
    pub(super) fn standing(&self) -> Option<Standing> {
        self.group.as_ref()?;
        Some(Standing::of(
            &self.charters,
            &self.roster,
            &self.revocations,
        ))
    }

    /// The room at a place of its order; none where this device has not been, or has not been told all.
    pub(super) fn standing_at(&self, seq: u64) -> Option<Standing> {
        let in_gap = |(from, to): &(u64, u64)| (*from..=*to).contains(&seq);
        if seq > self.cursor() || self.state.gaps.iter().any(in_gap) {
            return None;
        }
        let mut seats = BTreeMap::new();
        let mut charter = None;
        for (_, step) in self.sittings.steps.range(..=seq) {
            step.follow(&mut seats);
            charter = Some(step.charter);
        }
        let charter = charter?;
        let charter = self.charters.all().find(|it| it.fingerprint() == charter)?;
        let revoked = &self.state.revoked;
        let is_revoked =
            |certificate: &Fingerprint| revoked.get(certificate).is_some_and(|since| *since <= seq);
        let standing = seats.into_values().filter(|it| !is_revoked(it));
        Some(Standing::new(charter.clone(), standing))
    }

    /// Compares what somebody saw of the room with what this device saw.
    pub(super) fn judge_place(&self, place: Place) -> Claim {
        self.state.transcript.judge_place(place.seq, &place.hash)
    }

    /// Where this device is in the room, and the hash there as far as it knows it.
    pub(super) fn place(&self) -> Place {
        Place {
            seq: self.cursor(),
            hash: self.state.transcript.head().unwrap_or_default(),
        }
    }

    /// Grows with each change of seats, charter, or who is revoked.
    pub(super) fn turn_here(&self) -> u64 {
        let sat = self.sittings.steps.keys().next_back().copied();
        let revoked = self.state.revoked.values().max().copied();
        sat.max(revoked).unwrap_or_default()
    }
}
