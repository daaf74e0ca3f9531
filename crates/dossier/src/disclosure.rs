//! What a country may have of a record.
//!
//! The rule, for a country and the strictest handling code that it may have: it gets what its own people said, what
//! is about targets that it answers for, and what is about targets whose code was never stricter. What is about no
//! target counts as marked with the playbook's code for targets without one, or as the strictest if there is none.
//! Snapshots, which hold the whole board, and events that this version can't read are withheld.

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_room::{
    Author, Board, CheckId, Event, Handling, HitId, SnapshotPart, TargetId, playbook::Playbook,
};
use entente_trust::Country;

/// A country and the strictest handling code that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clearance {
    /// The country.
    pub country: Country,
    /// The code.
    pub handling: Handling,
}

/// The strictest code there is.
const STRICTEST: Handling = Handling::H3;

/// What is known of a record's targets, hits and checks.
pub struct Marks {
    unmarked: Handling,
    targets: BTreeMap<TargetId, Mark>,
    hits: BTreeMap<HitId, Option<TargetId>>,
    /// Who asked, and who was asked.
    checks: BTreeMap<CheckId, Vec<Country>>,
}

struct Mark {
    /// The strictest that the target ever had.
    handling: Handling,
    /// Whoever answered for it at the end.
    owner: Option<Country>,
}

impl Marks {
    /// What a live board knows. A target's codes are known as far as its history goes.
    #[must_use]
    pub fn of_board(board: &Board) -> Self {
        let mut marks = Self::unread(board);
        marks.take_board(board);
        marks
    }

    /// Before anything of the record is read: all that is known is the playbook.
    fn unread(board: &Board) -> Self {
        Self {
            unmarked: board.playbook().handling.default.unwrap_or(STRICTEST),
            targets: BTreeMap::new(),
            hits: BTreeMap::new(),
            checks: BTreeMap::new(),
        }
    }

    /// Reads a room's whole record: events in order with their authors and places.
    pub(crate) fn of<'a>(
        playbook: Option<Arc<Playbook>>,
        record: impl Iterator<Item = (u64, u64, &'a Author, &'a Event)>,
    ) -> Self {
        let board = playbook.map_or_else(Board::default, Board::of);
        let mut marks = Self::unread(&board);
        marks.read(board, record, |_| Vec::new());
        marks
    }

    /// Reads the record of a compartment too: what is said there may be about targets of the room.
    pub(crate) fn read_inner<'a>(
        &mut self,
        playbook: Option<Arc<Playbook>>,
        record: impl Iterator<Item = (u64, u64, &'a Author, &'a Event)>,
    ) {
        let mut board = playbook.map_or_else(Board::default, Board::of);
        board.lie_inside();
        // Whether the room had what is named there is not this one's question.
        self.read(board, record, Event::targets_beside);
    }

    fn read<'a>(
        &mut self,
        mut board: Board,
        record: impl Iterator<Item = (u64, u64, &'a Author, &'a Event)>,
        above: impl Fn(&Event) -> Vec<TargetId>,
    ) {
        let mut parts: Vec<SnapshotPart> = Vec::new();
        for (seq, time_ms, author, event) in record {
            match event {
                Event::Snapshot(part) => {
                    parts.retain(|other| other.as_of == part.as_of && other.digest == part.digest);
                    parts.push(part.clone());
                    if let Some((_, given)) = SnapshotPart::joined(&parts) {
                        self.take_board(&given);
                        // A record that begins with a snapshot has nothing else to go by.
                        if board.targets().next().is_none() {
                            let playbook = Arc::new(board.playbook().clone());
                            board = given;
                            board.follow(playbook);
                        }
                    }
                }
                Event::Target(change) => {
                    // Also what the board refused was said of the target.
                    if let Some(code) = change.handling {
                        self.raise(change.target, code);
                    }
                    let _ = board.apply_within(event, (author, seq, time_ms), &above(event));
                }
                Event::Hit(hit) => {
                    let known = self.hits.entry(hit.hit).or_insert(hit.target);
                    *known = known.or(hit.target);
                    let _ = board.apply_within(event, (author, seq, time_ms), &above(event));
                }
                Event::Check(check) => {
                    let asked = check.countries.iter().copied();
                    let all = asked.chain([author.country]).collect();
                    self.checks.insert(check.check, all);
                }
                Event::Promote(wanted) => {
                    // What would be said in the room is kept as what it is about, or more strictly.
                    if let Some(code) = wanted.say.handling {
                        self.raise(wanted.target, code);
                    }
                    let _ = board.apply_within(event, (author, seq, time_ms), &above(event));
                }
                other => {
                    let _ = board.apply_within(other, (author, seq, time_ms), &above(other));
                }
            }
        }
        self.take_board(&board);
    }

    fn take_board(&mut self, board: &Board) {
        for (id, target) in board.targets() {
            for code in target.handling.history().filter_map(|(code, _)| *code) {
                self.raise(id, code);
            }
            match target.handling.value {
                Some(code) => self.raise(id, code),
                None => self.raise(id, self.unmarked),
            }
            if let Some(mark) = self.targets.get_mut(&id) {
                mark.owner = Some(target.owner.value);
            }
        }
        for (id, hit) in board.hits() {
            self.hits.entry(id).or_insert(hit.target);
        }
        for (id, check) in board.checks() {
            let asked = check.answers.keys().copied();
            let all = asked.chain([check.asked.country]).collect();
            self.checks.entry(id).or_insert(all);
        }
    }

    fn raise(&mut self, target: TargetId, code: Handling) {
        let mark = self.targets.entry(target).or_insert(Mark {
            handling: code,
            owner: None,
        });
        mark.handling = mark.handling.max(code);
    }

    /// Whether a country may have an event.
    #[must_use]
    pub fn allows(&self, to: &Clearance, author: &Author, event: &Event) -> bool {
        if matches!(event, Event::Snapshot(_) | Event::Unknown(_)) {
            return false;
        }
        if author.country == to.country || self.is_party(to, event) {
            return true;
        }
        let about = self.about(event);
        if about.is_empty() {
            return self.unmarked <= to.handling;
        }
        about.iter().all(|target| self.allows_target(to, *target))
    }

    /// Whether a country may have what is about a target, or about none.
    #[must_use]
    pub fn allows_target(&self, to: &Clearance, target: Option<TargetId>) -> bool {
        let mark = target.and_then(|target| self.targets.get(&target));
        mark.map_or(self.unmarked <= to.handling, |mark| {
            mark.owner == Some(to.country) || mark.handling <= to.handling
        })
    }

    fn is_party(&self, to: &Clearance, event: &Event) -> bool {
        let check = match event {
            Event::Check(check) => check.check,
            Event::CheckAnswer(answer) => answer.check,
            _ => return false,
        };
        let parties = self.checks.get(&check);
        parties.is_some_and(|parties| parties.contains(&to.country))
    }

    /// The targets that an event is about; none of a hit of which nobody knows the target.
    fn about(&self, event: &Event) -> Vec<Option<TargetId>> {
        let hit = |id: &HitId| vec![self.hits.get(id).copied().flatten()];
        match event {
            Event::Target(change) => {
                let linked = change.add_links.iter().map(|link| link.to);
                let unlinked = change.remove_links.iter().copied();
                let all = linked.chain(unlinked).chain([change.target]);
                all.map(Some).collect()
            }
            Event::Sighting(sighting) => vec![Some(sighting.target)],
            Event::Hit(raised) => vec![raised.target],
            Event::Delivered(receipt) => receipt.hits.iter().flat_map(hit).collect(),
            Event::Acknowledge(body) => hit(&body.hit),
            Event::Verdict(body) => hit(&body.hit),
            Event::Action(body) => hit(&body.hit),
            Event::Reopen(body) => hit(&body.hit),
            Event::Escalate(body) => hit(&body.hit),
            Event::Custody(step) => vec![Some(step.target)],
            Event::CustodyAlarm(alarm) => vec![Some(alarm.target)],
            Event::Document(shared) => vec![shared.target],
            Event::Promote(wanted) => vec![Some(wanted.target)],
            _ => Vec::new(),
        }
    }
}

impl core::fmt::Debug for Marks {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Marks(hidden)")
    }
}
