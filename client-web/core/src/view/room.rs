//! A whole room.

use entente_protocol::{DeviceId, RoomId};
use entente_room::Session;
use entente_trust::Role;
use serde::Serialize;

use super::people::{amendment, askers, positions, seats};
use super::plan::{custody, plan};
use super::summary::countries;
use super::talk::document;
use super::target::target;
use super::{
    AmendmentView, AskerView, CheckView, CompartmentView, Count, CustodyView, DocumentView,
    HitView, LivePositionView, Names, PlanView, QueuedLine, RoomState, SeatView, SecurityLine,
    Talk, TalkLine, TargetView, Who, check, hit, queued, state_of,
};
use crate::order::highest_first;

/// What a device may do by its role. The board judges again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Can {
    Say,
    Target,
    Sighting,
    Hit,
    Acknowledge,
    Check,
    AnswerCheck,
    Reopen,
    Vote,
    CallVote,
    Phase,
    Task,
    HHour,
    Abort,
    Document,
    Custody,
    Admit,
    AdmitAny,
    Remove,
    Amend,
    Leave,
    Compartment,
}

/// What may be done before the time box begins.
const BEFORE_OPENING: [Can; 5] = [
    Can::Admit,
    Can::AdmitAny,
    Can::Remove,
    Can::Amend,
    Can::Leave,
];

/// What may be done in a compartment; the rest is the room's.
const WITHIN: [Can; 13] = [
    Can::Say,
    Can::Target,
    Can::Sighting,
    Can::Hit,
    Can::Acknowledge,
    Can::Check,
    Can::AnswerCheck,
    Can::Reopen,
    Can::Document,
    Can::Custody,
    Can::Admit,
    Can::Remove,
    Can::Leave,
];

/// What the device knows of a room beside its session.
#[derive(Clone, Default)]
pub struct Context {
    /// The hub's time, Unix milliseconds.
    pub now_ms: u64,
    /// The hub delivers it as it comes.
    pub live: bool,
    /// What may have been lies.
    pub security: Vec<SecurityLine>,
    /// Seats that their authority has revoked.
    pub revoked: Vec<DeviceId>,
    /// Compartments that were announced.
    pub count: Count,
}

/// Ranges of the order.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Gap {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub from: u64,
    pub to: u64,
}

/// A room.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct RoomView {
    pub room: RoomId,
    pub title: String,
    pub exercise: bool,
    pub state: RoomState,
    pub opens_at_ms: u64,
    pub closes_at_ms: u64,
    pub latest_close_ms: u64,
    pub live: bool,
    pub board_ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub me: Option<Who>,
    pub can: Vec<Can>,
    pub countries: Vec<String>,
    pub targets: Vec<TargetView>,
    pub hits: Vec<HitView>,
    pub checks: Vec<CheckView>,
    pub talk: Vec<TalkLine>,
    pub documents: Vec<DocumentView>,
    pub plan: PlanView,
    pub custody: Vec<CustodyView>,
    pub seats: Vec<SeatView>,
    pub asking: Vec<AskerView>,
    pub positions: Vec<LivePositionView>,
    pub security: Vec<SecurityLine>,
    pub amendments: Vec<AmendmentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safety_number: Option<String>,
    pub queued: Vec<QueuedLine>,
    pub gaps: Vec<Gap>,
    pub compartments: Vec<CompartmentView>,
    pub announced: usize,
    pub unseen: usize,
}

/// The view of a room.
#[must_use]
pub fn room(session: &Session, talk: &mut Talk, context: Context) -> RoomView {
    talk.read(session);
    let names = Names::of(session);
    let (board, charter) = (session.board(), session.charter());
    let now_ms = context.now_ms;
    let state = state_of(session, now_ms);
    let within = names.within();
    let mut hits: Vec<_> = board.hits().collect();
    highest_first(&mut hits, |(_, it)| it.last.seq);
    let mut checks: Vec<_> = board.checks().collect();
    highest_first(&mut checks, |(_, it)| it.asked.seq);
    let mut documents: Vec<_> = board.documents().collect();
    highest_first(&mut documents, |(_, it)| it.stamp.seq);
    RoomView {
        room: session.room(),
        title: session
            .text()
            .map(|text| text.title.clone())
            .unwrap_or_default(),
        exercise: session.text().is_some_and(|text| text.exercise),
        state,
        opens_at_ms: charter.opens_at_ms,
        closes_at_ms: charter.closes_at_ms,
        latest_close_ms: charter.latest_close_ms,
        live: context.live,
        board_ready: session.is_board_ready(),
        me: names.device(session.device()),
        can: match state {
            RoomState::Open => rights(session),
            // The hub takes no messages yet, but seats and the charter can change.
            RoomState::Upcoming => {
                let mut can = rights(session);
                can.retain(|it| BEFORE_OPENING.contains(it));
                can
            }
            _ => Vec::new(),
        },
        countries: countries(session),
        targets: board
            .targets()
            .map(|it| target(session, it, now_ms))
            .collect(),
        hits: hits
            .into_iter()
            .map(|(id, it)| hit(session, id, it))
            .collect(),
        checks: checks
            .into_iter()
            .map(|(id, it)| check::check(session, id, it))
            .collect(),
        talk: talk.lines(),
        documents: documents
            .into_iter()
            .map(|(id, it)| document(&names, id, it))
            .collect(),
        plan: plan(session, now_ms),
        custody: board.custody().map(|it| custody(session, it)).collect(),
        seats: seats(session, &context.revoked),
        asking: askers(session, now_ms),
        positions: positions(session),
        security: context.security,
        amendments: session
            .amendments()
            .iter()
            .map(|it| amendment(session, it))
            .collect(),
        safety_number: session.safety_number().map(|number| number.digits()),
        queued: queued(session),
        gaps: session
            .gaps()
            .iter()
            .map(|(from, to)| Gap {
                within,
                from: *from,
                to: *to,
            })
            .collect(),
        compartments: Vec::new(),
        announced: context.count.announced,
        unseen: context.count.unseen,
    }
}

fn rights(session: &Session) -> Vec<Can> {
    let Some(role) = session.role() else {
        return Vec::new();
    };
    let mut can = Vec::new();
    if matches!(role, Role::Observer | Role::Agent) {
        can.push(Can::Leave);
        return can;
    }
    can.extend([
        Can::Say,
        Can::Target,
        Can::Sighting,
        Can::Hit,
        Can::Acknowledge,
        Can::Check,
        Can::Task,
        Can::Document,
        Can::Custody,
        Can::Leave,
    ]);
    if matches!(role, Role::Coordinator | Role::Liaison) {
        can.extend([
            Can::AnswerCheck,
            Can::Reopen,
            Can::Vote,
            Can::Admit,
            Can::Remove,
            Can::Compartment,
        ]);
    }
    if role == Role::Coordinator || session.board().playbook().abort.by.contains(&role) {
        can.push(Can::Abort);
    }
    if role == Role::Coordinator {
        can.extend([
            Can::AdmitAny,
            Can::CallVote,
            Can::Phase,
            Can::HHour,
            Can::Amend,
        ]);
    }
    if session.compartment().is_some() {
        can.retain(|it| WITHIN.contains(it));
    }
    can
}
