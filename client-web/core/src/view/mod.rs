//! What the page shows, made anew from a session after each change. Nothing in here is a key.

mod analysis;
mod check;
mod compartment;
mod hit;
mod people;
mod plan;
mod promotion;
mod room;
mod summary;
mod talk;
mod target;

use entente_device::engine::Clock;
use entente_protocol::{DeviceId, RoomId};
use entente_room::{Author, Identifier, Position, Session, Stamp};
use entente_trust::Role;
use serde::Serialize;

pub use analysis::{AnalysisView, Learned, analysis};
pub use check::CheckView;
pub use compartment::{CompartmentView, Count, InnerView, union};
pub use hit::{HitView, hit};
pub use people::{
    AmendmentView, AskerView, LivePositionView, PartyOption, QueuedLine, SeatView, SecurityLine,
    queued,
};
pub use plan::{CustodyView, PlanView, plan_digest};
pub use promotion::{PreviewView, PromotionView, SayView};
pub use room::{Can, Context, RoomView, room};
pub use summary::{RoomState, RoomSummary, Shown, countries, list, state_of, summary};
pub use talk::{DocumentView, Talk, TalkLine};
pub use target::TargetView;

/// Hundredths of a knot in a centimetre a second: 1 kn = 51.4444 cm/s.
const CM_S_PER_KNOT: f64 = 51.444_4;

/// Who said something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Who {
    /// The device.
    pub device: String,
    /// Call sign.
    pub callsign: String,
    /// Country.
    pub country: String,
    /// Role in the room.
    pub role: Role,
    /// This device.
    pub me: bool,
}

/// Who said something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    /// Who.
    pub who: Who,
    /// Place in the order.
    pub seq: u64,
    /// The hub's time, Unix milliseconds.
    pub time_ms: u64,
}

/// Something noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotedView {
    /// Who, and when.
    pub stamp: When,
    /// What.
    pub note: String,
}

/// A place on earth.
#[derive(Clone, PartialEq, Serialize)]
pub struct Place {
    /// Degrees.
    pub lat: f64,
    /// Degrees.
    pub lon: f64,
    /// Metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<u32>,
    /// Degrees from true north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course_deg: Option<u16>,
    /// Knots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_kn: Option<f64>,
}

/// Where somebody is, is plaintext.
impl core::fmt::Debug for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Place(hidden)")
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        Self {
            lat: position.lat(),
            lon: position.lon(),
            accuracy_m: position.accuracy_m,
            course_deg: position.course_deg,
            speed_kn: position
                .speed_cm_s
                .map(|speed| (f64::from(speed) / CM_S_PER_KNOT * 10.0).round() / 10.0),
        }
    }
}

/// An identifier and its halves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentifierView {
    /// `plate:JO1483921`.
    pub text: String,
    /// `plate`.
    pub kind: &'static str,
    /// `JO1483921`.
    pub value: String,
}

impl From<&Identifier> for IdentifierView {
    fn from(identifier: &Identifier) -> Self {
        Self {
            text: identifier.to_string(),
            kind: identifier.kind().as_str(),
            value: identifier.value().to_owned(),
        }
    }
}

/// The hub's clock as this device knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// Hub minus device, milliseconds.
    pub offset_ms: i64,
    /// How wrong that can be, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainty_ms: Option<u64>,
    /// Known well enough to strike by.
    pub certain: bool,
}

impl From<Clock> for ClockView {
    fn from(clock: Clock) -> Self {
        Self {
            offset_ms: clock.offset_ms,
            uncertainty_ms: clock.uncertainty_ms,
            certain: clock.is_certain(),
        }
    }
}

/// The room that a session belongs to on the screen, and the compartment of it that it is.
pub(crate) fn lies_in(session: &Session) -> (RoomId, Option<RoomId>) {
    match session.compartment() {
        Some(inner) => (inner.room, Some(inner.compartment)),
        None => (session.room(), None),
    }
}

/// Names of authors in one room.
pub(crate) struct Names<'a> {
    session: &'a Session,
    me: DeviceId,
}

impl<'a> Names<'a> {
    pub(crate) fn of(session: &'a Session) -> Self {
        Self {
            session,
            me: session.device(),
        }
    }

    /// The compartment that this is, if it is one.
    pub(crate) fn within(&self) -> Option<RoomId> {
        lies_in(self.session).1
    }

    pub(crate) fn author(&self, author: &Author) -> Who {
        Who {
            device: author.device.to_string(),
            callsign: author.callsign.clone(),
            country: author.country.to_string(),
            role: author.role,
            me: author.device == self.me,
        }
    }

    pub(crate) fn device(&self, device: DeviceId) -> Option<Who> {
        self.session
            .author(device)
            .map(|author| self.author(&author))
    }

    /// Country and role as they were at that moment; the call sign by the seat, by the record if the
    /// seat is gone, by the device's id if it was before this device came.
    pub(crate) fn stamp(&self, stamp: &Stamp) -> When {
        let seated = self.session.author(stamp.author);
        let recorded = || {
            let (author, _) = self.session.said_by(stamp.seq)?;
            (author.device == stamp.author).then(|| author.callsign.clone())
        };
        let id = stamp.author.to_string();
        let callsign = seated.map(|author| author.callsign).or_else(recorded);
        When {
            who: Who {
                callsign: callsign.unwrap_or_else(|| id.chars().take(6).collect()),
                device: id,
                country: stamp.country.to_string(),
                role: stamp.role,
                me: stamp.author == self.me,
            },
            seq: stamp.seq,
            time_ms: stamp.time_ms,
        }
    }
}
