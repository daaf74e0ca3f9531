//! Targets of the room that links and hits of a compartment name. Targets never leave a board, so that all members who
//! know the room's board decide alike what was on it where an event's author was.

use std::collections::BTreeMap;

use super::Session;
use crate::board::TargetId;
use crate::{Event, Notice};

/// The room's targets, with the places at which they came onto its board.
#[derive(Default)]
pub(super) struct TargetsAbove {
    /// Since where the board is known; none if it is not.
    as_of: Option<u64>,
    since: BTreeMap<TargetId, u64>,
}

impl TargetsAbove {
    pub(super) fn of(room: &Session) -> Self {
        let targets = room.board.targets();
        Self {
            as_of: room.state.board_as_of,
            since: targets.map(|(id, it)| (id, it.created.seq)).collect(),
        }
    }

    /// Whether the room's board is still the one that was looked at.
    pub(super) fn is_of(&self, room: &Session) -> bool {
        self.as_of == room.state.board_as_of && self.since.len() == room.board.target_count()
    }

    /// Those that were there at a place of the room; none if that is not known.
    pub(super) fn there(&self, mut wanted: Vec<TargetId>, place: u64) -> Option<Vec<TargetId>> {
        let was_there = |id: &TargetId| self.since.get(id).is_some_and(|since| *since <= place);
        if !wanted.is_empty() {
            self.as_of?;
        }
        wanted.retain(was_there);
        Some(wanted)
    }
}

impl Session {
    /// The room's targets that what is being taken may name; none if this device can't tell.
    pub(super) fn named_above(&self, event: &Event) -> Option<Vec<TargetId>> {
        if self.compartment.is_none() {
            return Some(Vec::new());
        }
        self.targets_above(event.targets_beside())
    }

    /// Something names a target that is neither here nor, as far as this device knows, in the room, of which it has no
    /// board: the others know, and are asked for theirs.
    pub(super) fn lose_board(&mut self, seq: u64) -> Vec<Notice> {
        self.want_board(seq);
        // It asks again by its own patience.
        let _ = self.ask_for_snapshot();
        Vec::new()
    }
}
