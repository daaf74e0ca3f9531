//! A room in the list of rooms.

use entente_protocol::RoomId;
use entente_room::{Ended, Session};
use entente_trust::Role;
use serde::Serialize;

use super::hit::needs_me;
use super::people::queued;
use super::{InnerView, lies_in};

/// Where a room stands for this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    /// Its time box has not begun.
    Upcoming,
    /// Now.
    Open,
    /// Its time box is over.
    Closed,
    /// This device lost its seat.
    Removed,
    /// The hub ordered something forbidden; the session stands still.
    Halted,
}

/// A room.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct RoomSummary {
    pub room: RoomId,
    pub title: String,
    pub exercise: bool,
    pub state: RoomState,
    pub opens_at_ms: u64,
    pub closes_at_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    pub countries: Vec<String>,
    pub seats: usize,
    pub open_hits: usize,
    pub hits_for_me: usize,
    pub queued: usize,
    pub unread: usize,
    pub live: bool,
    /// Those of its compartments in which something can be said.
    pub compartments: Vec<InnerView>,
}

/// Where a room stands.
#[must_use]
pub fn state_of(session: &Session, now_ms: u64) -> RoomState {
    match (session.ended(), session.halted_at()) {
        (Some(Ended::Removed { .. }), _) => RoomState::Removed,
        (Some(Ended::Closed { .. }), _) => RoomState::Closed,
        (None, Some(_)) => RoomState::Halted,
        (None, None) if now_ms < session.charter().opens_at_ms => RoomState::Upcoming,
        (None, None) => RoomState::Open,
    }
}

/// Nobody must take a compartment for the room that it lies in: it bears the countries that see it.
pub(super) fn title(session: &Session) -> String {
    let title = session.text().map(|text| text.title.clone());
    let title = title.unwrap_or_default();
    match session.compartment() {
        Some(_) => format!("{title} [{}]", countries(session).join(" ")),
        None => title,
    }
}

/// The countries that see what is said in a room, or in a compartment.
#[must_use]
pub fn countries(session: &Session) -> Vec<String> {
    if let Some(compartment) = session.compartment() {
        return compartment
            .countries
            .iter()
            .map(ToString::to_string)
            .collect();
    }
    let authorities = session.charter().authorities.iter();
    let mut countries: Vec<String> = authorities.map(|it| it.country.to_string()).collect();
    countries.dedup();
    countries
}

/// What the device knows of a room beside its session.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// The hub's time, Unix milliseconds.
    pub now_ms: u64,
    /// The hub delivers it as it comes.
    pub live: bool,
    /// Lines that the reader has not looked at.
    pub unread: usize,
}

/// The rooms of a list; a compartment is none: what waits there waits in its room.
#[must_use]
pub fn list(all: Vec<(Option<RoomId>, RoomSummary)>) -> Vec<RoomSummary> {
    let (rooms, compartments): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(parent, _)| parent.is_none());
    let mut rooms: Vec<RoomSummary> = rooms.into_iter().map(|(_, room)| room).collect();
    for (parent, inner) in compartments {
        let Some(room) = rooms.iter_mut().find(|it| Some(it.room) == parent) else {
            continue;
        };
        if inner.state != RoomState::Open {
            continue;
        }
        room.open_hits += inner.open_hits;
        room.hits_for_me += inner.hits_for_me;
        room.queued += inner.queued;
        room.unread += inner.unread;
        room.compartments.push(InnerView {
            compartment: inner.room,
            countries: inner.countries,
        });
    }
    rooms
}

/// A session in the list, and the room that it lies in if it is a compartment.
#[must_use]
pub fn summary(session: &Session, shown: Shown) -> (Option<RoomId>, RoomSummary) {
    let (parent, within) = lies_in(session);
    (within.map(|_| parent), of(session, shown))
}

fn of(session: &Session, shown: Shown) -> RoomSummary {
    let charter = session.charter();
    let open = || session.board().hits().filter(|(_, hit)| hit.is_open());
    RoomSummary {
        room: session.room(),
        title: title(session),
        exercise: session.text().is_some_and(|text| text.exercise),
        state: state_of(session, shown.now_ms),
        opens_at_ms: charter.opens_at_ms,
        closes_at_ms: charter.closes_at_ms,
        role: session.role(),
        countries: countries(session),
        seats: session.roster().len(),
        open_hits: open().count(),
        hits_for_me: open().filter(|(_, hit)| needs_me(session, hit)).count(),
        queued: queued(session).len(),
        unread: shown.unread,
        live: shown.live,
        compartments: Vec::new(),
    }
}
