//! Rooms that have compartments which are loaded here: so that these learn at once when the room above them changes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entente_delivery::{Above, LoadError, Room};
use entente_protocol::RoomId;

use super::Command;
use crate::hub::Hub;
use crate::store::{Store, StoreError};

/// What is known here of a room above compartments.
#[derive(Debug, Default)]
struct Nest {
    /// The last place at which its seats, its charter, or who is revoked have changed, as far as it was heard.
    turn: u64,
    /// Its compartments that are loaded.
    compartments: HashSet<RoomId>,
}

/// By room.
#[derive(Debug, Default)]
pub(crate) struct Nests(HashMap<RoomId, Nest>);

impl Nests {
    fn turn(&self, parent: RoomId) -> u64 {
        self.0.get(&parent).map_or(0, |nest| nest.turn)
    }

    fn enter(&mut self, parent: RoomId, compartment: RoomId) {
        let nest = self.0.entry(parent).or_default();
        nest.compartments.insert(compartment);
    }

    fn leave(&mut self, parent: RoomId, compartment: RoomId) {
        if let Some(nest) = self.0.get_mut(&parent) {
            nest.compartments.remove(&compartment);
            if nest.compartments.is_empty() {
                self.0.remove(&parent);
            }
        }
    }

    fn moved(&mut self, parent: RoomId, turn: u64) -> Vec<RoomId> {
        let Some(nest) = self.0.get_mut(&parent) else {
            return Vec::new();
        };
        nest.turn = nest.turn.max(turn);
        nest.compartments.iter().copied().collect()
    }
}

/// Why what is above a compartment can't be known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAbove {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// What compartments of a room are judged by, as it is stored; none if the room is no more.
pub(crate) async fn above(store: &Store, parent: RoomId) -> Result<Option<Above>, NoAbove> {
    let Some(stored) = store.room(parent).await? else {
        return Ok(None);
    };
    Ok(Some(Room::load(stored.record)?.as_above()))
}

impl Hub {
    /// A compartment is loaded here.
    pub(super) fn enter_nest(&self, parent: RoomId, compartment: RoomId) {
        self.nests().enter(parent, compartment);
    }

    /// It is not any more.
    pub(super) fn leave_nest(&self, parent: RoomId, compartment: RoomId) {
        self.nests().leave(parent, compartment);
    }

    /// The last turn of a room that was heard of here; 0 if none was.
    pub(super) fn turn_of(&self, parent: RoomId) -> u64 {
        self.nests().turn(parent)
    }

    /// A room has changed: its compartments here look at it before they do anything else.
    pub(crate) fn room_moved(self: &Arc<Self>, parent: RoomId, turn: u64) {
        let compartments = self.nests().moved(parent, turn);
        for compartment in compartments {
            // One that has too much to do to look is not idle, and sees the turn by itself.
            let _ = self.room(compartment).try_send(Command::Look);
        }
    }
}
