//! A room and those of its compartments in which this device sits, as one.

use entente_protocol::RoomId;
use entente_room::Boards;
use serde::Serialize;

use super::promotion::said_as;
use super::room::{Can, RoomView};
use super::{RoomState, SeatView, SecurityLine, TargetView};
use crate::order::{highest_first, lowest_first};

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
    lowest_first(&mut compartments, |inner| {
        u128::from_be_bytes(*inner.room.as_bytes())
    });
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
    look_above(&mut room);
    // Each has an order of its own; between them there is the hub's time.
    lowest_first(&mut room.talk, |line| line.time_ms);
    lowest_first(&mut room.security, |line| line.time_ms);
    highest_first(&mut room.documents, |it| it.stamp.time_ms);
    highest_first(&mut room.checks, |it| it.asked.time_ms);
    room
}

/// What lies in a compartment and the room's board tells: the names of the room's targets, and what the room knows by now.
fn look_above(room: &mut RoomView) {
    let (all, inner): (Vec<_>, Vec<_>) = core::mem::take(&mut room.targets)
        .into_iter()
        .partition(|it| it.within.is_none());
    let name = |name: &mut String, id: &str| {
        let known = all.iter().find(|it| name.is_empty() && it.id == id);
        if let Some(known) = known {
            name.clone_from(&known.name);
        }
    };
    let hits = room.hits.iter_mut().filter_map(|it| it.target.as_mut());
    hits.for_each(|target| name(&mut target.name, &target.id));
    let inner = inner.into_iter().map(|mut target: TargetView| {
        for link in &mut target.links {
            name(&mut link.name, &link.to);
        }
        for promotion in &mut target.promotions {
            promotion.said = said_as(promotion.digest, &all);
        }
        target
    });
    let inner: Vec<_> = inner.collect();
    room.targets = all;
    room.targets.extend(inner);
}
