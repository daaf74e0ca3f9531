//! A room and those of its compartments in which this device sits, as one.

use core::cmp::Reverse;

use entente_protocol::RoomId;
use entente_room::Boards;
use serde::Serialize;

use super::room::{Can, RoomView};
use super::{RoomState, SeatView, SecurityLine};

/// A compartment by name: the countries that see it.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct InnerView {
    pub compartment: RoomId,
    pub countries: Vec<String>,
}

/// A compartment in which this device sits.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct CompartmentView {
    pub compartment: RoomId,
    pub countries: Vec<String>,
    pub state: RoomState,
    pub can: Vec<Can>,
    pub seats: Vec<SeatView>,
    pub board_ready: bool,
}

/// How many compartments of a room were announced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them: that much is everybody's.
    pub announced: usize,
    /// Those in which this device does not sit.
    pub unseen: usize,
}

impl Count {
    /// As the room's board has them.
    #[must_use]
    pub fn of(boards: &Boards<'_>) -> Self {
        let announced = boards.all().next();
        Self {
            announced: announced.map_or(0, |(_, board)| board.compartments().len()),
            unseen: boards.unseen(),
        }
    }
}

/// One view of a room and of its compartments. What lies in one of them bears its mark; plan, votes and seats are the
/// room's.
#[must_use]
pub fn union(mut room: RoomView, mut compartments: Vec<RoomView>) -> RoomView {
    compartments.sort_by_key(|inner| inner.room);
    for inner in compartments {
        let within = Some(inner.room);
        room.compartments.push(CompartmentView {
            compartment: inner.room,
            countries: inner.countries,
            state: inner.state,
            can: inner.can,
            seats: inner.seats,
            board_ready: inner.board_ready,
        });
        let marked = |line| SecurityLine { within, ..line };
        room.security.extend(inner.security.into_iter().map(marked));
        // Where this device lost its seat time stands still: that is no picture to act on.
        if inner.state == RoomState::Removed && room.state == RoomState::Open {
            continue;
        }
        room.targets.extend(inner.targets);
        room.hits.extend(inner.hits);
        room.checks.extend(inner.checks);
        room.talk.extend(inner.talk);
        room.documents.extend(inner.documents);
        room.custody.extend(inner.custody);
        room.queued.extend(inner.queued);
        room.gaps.extend(inner.gaps);
    }
    // Each has an order of its own; between them there is the hub's time.
    room.talk.sort_by_key(|line| line.time_ms);
    room.security.sort_by_key(|line| line.time_ms);
    let newest = |stamp: &super::When| Reverse(stamp.time_ms);
    room.documents.sort_by_key(|it| newest(&it.stamp));
    room.checks.sort_by_key(|it| newest(&it.asked));
    room
}
