//! The room as its compartments are judged by it: at each place of its order, which charter was in force and who stood
//! there.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{Fingerprint, MessageKind, Place};

use super::order;
use crate::fault::Wrong;
use crate::format::digest;
use crate::opened::Dossier;

pub(super) struct Above<'a> {
    room: &'a Dossier,
    /// The running hash behind each place, as far as it is known.
    hashes: BTreeMap<u64, [u8; 32]>,
    /// By certificate: since which place it sat, and the first at which it no longer did.
    stays: BTreeMap<Fingerprint, Vec<(u64, Option<u64>)>>,
    /// By certificate: since which place a list in the room's order says that it was revoked.
    revoked: BTreeMap<Fingerprint, u64>,
}

impl<'a> Above<'a> {
    /// Of a room that was checked.
    pub(super) fn of(room: &'a Dossier) -> Self {
        Self {
            room,
            hashes: order::running(room),
            stays: stays(room),
            revoked: revoked(room),
        }
    }

    /// The charter in force at a place; none where nothing is known of the room.
    pub(super) fn charter_at(&self, seq: u64) -> Option<Fingerprint> {
        let (last, _) = self.room.entries.last_key_value()?;
        let gap = self.room.gaps.range(..=seq).next_back();
        if seq > *last || gap.is_some_and(|(_, to)| seq <= *to) {
            return None;
        }
        let (_, step) = self.room.sittings.range(..=seq).next_back()?;
        Some(step.charter)
    }

    /// That those who sit in a compartment stood in the room where one of them says that it has seen it last, and that
    /// this is the room it saw. Nothing is said there while somebody sits who does not stand.
    pub(super) fn check<'c>(
        &self,
        place: Place,
        mut seated: impl Iterator<Item = &'c Fingerprint>,
    ) -> Result<(), Wrong> {
        if !seated.all(|certificate| self.stands(certificate, place.seq)) {
            return Err(Wrong::NotInRoom);
        }
        let hash = self.hashes.get(&place.seq);
        let is_other = hash.is_some_and(|hash| *hash != place.hash);
        // Who has no hash of the room yet names zeros.
        if is_other && place.hash != [0; 32] {
            return Err(Wrong::OtherStory { seen: place.seq });
        }
        Ok(())
    }

    fn stands(&self, certificate: &Fingerprint, seq: u64) -> bool {
        let revoked = self.revoked.get(certificate);
        let mut stays = self.stays.get(certificate).into_iter().flatten();
        revoked.is_none_or(|since| seq < *since)
            && stays.any(|(from, to)| *from <= seq && to.is_none_or(|to| seq < to))
    }
}

fn stays(room: &Dossier) -> BTreeMap<Fingerprint, Vec<(u64, Option<u64>)>> {
    let mut stays: BTreeMap<Fingerprint, Vec<(u64, Option<u64>)>> = BTreeMap::new();
    let mut seats: BTreeMap<u32, Fingerprint> = BTreeMap::new();
    let mut sat = BTreeSet::new();
    for (seq, step) in &room.sittings {
        if step.is_whole == 1 {
            seats.clear();
        }
        for leaf in &step.removed {
            seats.remove(leaf);
        }
        let added = step.added.iter();
        seats.extend(added.map(|seat| (seat.leaf, seat.certificate)));
        let sit: BTreeSet<Fingerprint> = seats.values().copied().collect();
        for left in sat.difference(&sit) {
            if let Some((_, to)) = stays.get_mut(left).and_then(|it| it.last_mut()) {
                *to = Some(*seq);
            }
        }
        for came in sit.difference(&sat) {
            stays.entry(*came).or_default().push((*seq, None));
        }
        sat = sit;
    }
    stays
}

/// By the lists that are here: of a device that an older one has named before, where the newer one lies.
fn revoked(room: &Dossier) -> BTreeMap<Fingerprint, u64> {
    let mut since = BTreeMap::new();
    for list in room.revocations.lists() {
        let list_digest = digest(&list.encode());
        let mut entries = room.entries.values();
        let lies_at = entries.find(|entry| {
            entry.head.kind == MessageKind::Revocation as u8
                && entry.head.message == *list_digest.as_bytes()
        });
        let Some(entry) = lies_at else {
            continue;
        };
        for (certificate, accreditation) in &room.chains {
            let is_meant = accreditation.root() == list.list.authority
                && list.list.devices.contains(&accreditation.device());
            if is_meant {
                since.insert(*certificate, entry.head.seq);
            }
        }
    }
    since
}
