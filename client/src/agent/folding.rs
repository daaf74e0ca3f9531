//! Many sightings of one thing become one hit and, later, more of its count.

use std::collections::HashMap;

use entente_protocol::limits::MAX_TEXT_BYTES;
use entente_room::{HitId, HitRaised, Identifier, Matched, Position, TargetId};

/// How long further sightings of one thing are gathered before they are told, in milliseconds.
const GATHER_MS: u64 = 5_000;

/// What was seen of one thing since it was told last.
struct Gathered {
    hit: Option<HitId>,
    matched: Matched,
    position: Option<Position>,
    seen_at_ms: u64,
    note: String,
    count: u32,
    next_at_ms: u64,
}

type Thing = (TargetId, Identifier);

/// What is to be told.
pub(super) struct Telling {
    pub(super) target: TargetId,
    pub(super) identifier: Identifier,
    /// The hit that it belongs to; none for a new one.
    pub(super) hit: Option<HitId>,
    matched: Matched,
    position: Option<Position>,
    seen_at_ms: u64,
    note: String,
    count: u32,
}

impl Telling {
    /// As an event of a hit.
    pub(super) fn raised(self, hit: HitId) -> HitRaised {
        let mut note = self.note;
        let mut end = note.len().min(MAX_TEXT_BYTES);
        while !note.is_char_boundary(end) {
            end -= 1;
        }
        note.truncate(end);
        HitRaised {
            hit,
            identifier: self.identifier,
            target: Some(self.target),
            matched: Some(self.matched),
            position: self.position,
            seen_at_ms: self.seen_at_ms,
            count: self.count,
            note,
            quiet: false,
        }
    }
}

/// Everything that was seen and matches.
#[derive(Default)]
pub(super) struct Folding {
    things: HashMap<Thing, Gathered>,
}

impl Folding {
    pub(super) fn see(
        &mut self,
        target: TargetId,
        identifier: &Identifier,
        matched: Matched,
        (position, seen_at_ms, note): (Option<Position>, u64, &str),
    ) {
        let thing = (target, identifier.clone());
        let gathered = self.things.entry(thing).or_insert_with(|| Gathered {
            hit: None,
            matched: matched.clone(),
            position: None,
            seen_at_ms: 0,
            note: String::new(),
            count: 0,
            next_at_ms: 0,
        });
        gathered.count = gathered.count.saturating_add(1);
        if seen_at_ms >= gathered.seen_at_ms {
            gathered.seen_at_ms = seen_at_ms;
            if position.is_some() {
                gathered.position = position;
            }
            if !note.is_empty() {
                note.clone_into(&mut gathered.note);
            }
        }
        if matched.certainty > gathered.matched.certainty {
            gathered.matched = matched;
        }
    }

    /// What is to be told at `now_ms`: the first sighting of a thing at once, more of it in a while.
    /// With `all`, everything.
    pub(super) fn due(&mut self, now_ms: u64, all: bool) -> Vec<Telling> {
        let mut due = Vec::new();
        for ((target, identifier), gathered) in &mut self.things {
            if gathered.count == 0 || (now_ms < gathered.next_at_ms && !all) {
                continue;
            }
            due.push(Telling {
                target: *target,
                identifier: identifier.clone(),
                hit: gathered.hit,
                matched: gathered.matched.clone(),
                position: gathered.position,
                seen_at_ms: gathered.seen_at_ms,
                note: core::mem::take(&mut gathered.note),
                count: core::mem::take(&mut gathered.count),
            });
            gathered.next_at_ms = now_ms.saturating_add(GATHER_MS);
        }
        // The order of a table is no order; people see the oldest first.
        due.sort_by(|a, b| {
            (a.seen_at_ms, a.target, &a.identifier).cmp(&(b.seen_at_ms, b.target, &b.identifier))
        });
        due
    }

    /// The hit that sightings of a thing belong to from now on.
    pub(super) fn told(&mut self, target: TargetId, identifier: &Identifier, hit: HitId) {
        if let Some(gathered) = self.things.get_mut(&(target, identifier.clone())) {
            gathered.hit = Some(hit);
        }
    }
}
