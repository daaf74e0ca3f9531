//! What a dossier tells, computed from what is proven in it: the board as it was at the end, and who sat when.

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::{DeviceId, Fingerprint};
use entente_room::playbook::Playbook;
use entente_room::{Board, Event, Rejected, SnapshotPart};
use serde::Serialize;

use crate::findings::Person;
use crate::opened::Dossier;

/// Somebody's time in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sat {
    /// Who.
    pub person: Person,
    /// Place of the commit that seated them, or where the record begins.
    pub from_seq: u64,
    /// The hub's time of it, Unix milliseconds; none if it is not in the record.
    pub from_ms: Option<u64>,
    /// Whose commit it was.
    pub by: Option<DeviceId>,
    /// Place of the commit that took the seat; none if they sat to the end.
    pub to_seq: Option<u64>,
    /// The hub's time of it.
    pub to_ms: Option<u64>,
    /// Whose commit it was.
    pub taken_by: Option<DeviceId>,
}

/// What happened.
pub struct Story {
    /// The board at the end, of what is disclosed. Hits, votes and custody stand there with their clocks.
    pub board: Board,
    /// Whether the board at the beginning was a member's snapshot: its word, not everybody's.
    pub begins_with_snapshot: bool,
    /// What the board refused, by its place: it was said and did nothing.
    pub rejected: BTreeMap<u64, Rejected>,
    /// Who sat when, in the order in which they came.
    pub roster: Vec<Sat>,
}

impl Story {
    /// Plays a dossier's record again.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        let mut story = play(dossier);
        story.roster = roster(dossier);
        story
    }
}

/// The same without who sat when.
pub(crate) fn play(dossier: &Dossier) -> Story {
    let text = dossier.text.as_ref();
    let playbook = text.and_then(|text| Playbook::from_json(&text.playbook).ok());
    let playbook = playbook.map(Arc::new);
    let mut board = playbook.clone().map_or_else(Board::default, Board::of);
    let from_the_start = dossier.entries.contains_key(&1);
    let mut given_at = None;
    if !from_the_start && let Some((as_of, mut given)) = first_snapshot(dossier) {
        if let Some(playbook) = playbook {
            given.follow(playbook);
        }
        board = given;
        given_at = Some(as_of);
    }
    if dossier.compartment.is_some() {
        board.lie_inside();
    }
    let begins = given_at.unwrap_or_default();
    let mut rejected = BTreeMap::new();
    for (seq, time_ms, author, event) in dossier.record() {
        if seq > begins && event.is_for_board() {
            let above = dossier.named_above.get(&seq).map_or(&[][..], Vec::as_slice);
            // What the board refused then it refuses again.
            if let Err(reason) = board.apply_within(event, (author, seq, time_ms), above) {
                rejected.insert(seq, reason);
            }
        }
    }
    Story {
        board,
        begins_with_snapshot: given_at.is_some(),
        rejected,
        roster: Vec::new(),
    }
}

/// The first snapshot that is here as a whole, and its place.
fn first_snapshot(dossier: &Dossier) -> Option<(u64, Board)> {
    let mut found: BTreeMap<(DeviceId, u64), Vec<SnapshotPart>> = BTreeMap::new();
    for (_, _, author, event) in dossier.record() {
        if let Event::Snapshot(part) = event {
            let parts = found.entry((author.device, part.as_of)).or_default();
            parts.push(part.clone());
            if let Some((_, board)) = SnapshotPart::joined(parts) {
                return Some((part.as_of, board));
            }
        }
    }
    None
}

fn roster(dossier: &Dossier) -> Vec<Sat> {
    let mut seats: BTreeMap<u32, Fingerprint> = BTreeMap::new();
    let mut sitting: BTreeMap<Fingerprint, Sat> = BTreeMap::new();
    let mut told = Vec::new();
    for (seq, step) in &dossier.sittings {
        if step.is_whole == 1 {
            seats.clear();
        }
        for leaf in &step.removed {
            seats.remove(leaf);
        }
        for seat in &step.added {
            seats.insert(seat.leaf, seat.certificate);
        }
        let commit = dossier.entries.get(seq).map(|entry| &entry.head);
        let (at_ms, by) = (commit.map(|it| it.time_ms), commit.map(|it| it.sender));
        let left: Vec<Fingerprint> = sitting
            .keys()
            .filter(|certificate| !seats.values().any(|it| it == *certificate))
            .copied()
            .collect();
        for certificate in left {
            if let Some(mut sat) = sitting.remove(&certificate) {
                sat.to_seq = Some(*seq);
                sat.to_ms = at_ms;
                sat.taken_by = by;
                told.push(sat);
            }
        }
        for certificate in seats.values() {
            let Some(accreditation) = dossier.chains.get(certificate) else {
                continue;
            };
            sitting.entry(*certificate).or_insert_with(|| Sat {
                person: Person::of(accreditation),
                from_seq: *seq,
                from_ms: at_ms,
                by,
                to_seq: None,
                to_ms: None,
                taken_by: None,
            });
        }
    }
    told.extend(sitting.into_values());
    told.sort_by_key(|sat| (sat.from_seq, sat.person.device));
    told
}

impl core::fmt::Debug for Story {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Story(hidden)")
    }
}
