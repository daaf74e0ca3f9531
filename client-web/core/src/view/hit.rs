//! Hits.

use entente_protocol::RoomId;
use entente_room::{Hit, HitId, HitStage, HitState, Level, Session};
use entente_trust::Role;
use serde::Serialize;

use super::{IdentifierView, Names, NotedView, Place, When, Who};

/// A hit.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct HitView {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub raised: When,
    pub identifier: IdentifierView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<MatchedView>,
    pub responsible: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub seen_at_ms: u64,
    pub note: String,
    pub count: u32,
    pub state: HitState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    pub delivered: Vec<Who>,
    pub waiting: Vec<Who>,
    pub acknowledged: Vec<AcknowledgedView>,
    pub needs_me: bool,
    pub verdicts: Vec<VerdictView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actioned: Option<NotedView>,
    pub reopened: Vec<NotedView>,
    pub escalations: Vec<EscalationView>,
    pub open: bool,
}

/// A target by name.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// What a hit matches.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct MatchedView {
    pub identifier: IdentifierView,
    pub rule: &'static str,
    pub certainty: u8,
}

/// A deadline.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Due {
    pub stage: HitStage,
    pub at_ms: u64,
}

/// A country's first acknowledgement.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AcknowledgedView {
    pub country: String,
    pub note: String,
    pub stamp: When,
}

/// Confirmed or false.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct VerdictView {
    pub confirmed: bool,
    pub note: String,
    pub stamp: When,
}

/// A deadline that passed.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct EscalationView {
    pub stage: HitStage,
    pub level: Level,
    pub stamp: When,
}

/// Whether a hit waits for this device's country, and this device may answer.
pub(super) fn needs_me(session: &Session, hit: &Hit) -> bool {
    let Some(me) = session.author(session.device()) else {
        return false;
    };
    hit.is_open()
        && session.ended().is_none()
        && !matches!(me.role, Role::Observer | Role::Agent)
        && !hit.acknowledged.contains_key(&me.country)
        && hit.raised.author != me.device
}

/// A hit as the page shows it.
#[must_use]
pub fn hit(session: &Session, id: HitId, hit: &Hit) -> HitView {
    let names = Names::of(session);
    let board = session.board();
    let target = hit.target.map(|target| Named {
        id: target.to_string(),
        name: board
            .target(target)
            .map(|target| target.name.value.clone())
            .unwrap_or_default(),
    });
    let people = || {
        let seats = session.roster().seats();
        // Agents have no screen; who raised it has it.
        seats
            .map(|(device, _)| device)
            .filter(|device| *device != hit.raised.author)
            .filter_map(|device| names.device(device))
            .filter(|who| !matches!(who.role, Role::Agent | Role::Observer))
    };
    let has_it = |who: &Who| {
        hit.delivered
            .keys()
            .any(|device| device.to_string() == who.device)
    };
    let (delivered, waiting) = people().partition(has_it);
    HitView {
        id: id.to_string(),
        within: names.within(),
        raised: names.stamp(&hit.raised),
        identifier: (&hit.identifier).into(),
        target,
        matched: hit.matched.as_ref().map(|matched| MatchedView {
            identifier: (&matched.identifier).into(),
            rule: matched.rule.as_str(),
            certainty: matched.certainty,
        }),
        responsible: hit.responsible.to_string(),
        place: hit.position.map(Place::from),
        seen_at_ms: hit.seen_at_ms,
        note: hit.note.clone(),
        count: hit.count,
        state: hit.state(),
        due: hit
            .deadline(&board.playbook().hits)
            .map(|(stage, at_ms)| Due { stage, at_ms }),
        delivered,
        waiting,
        acknowledged: hit
            .acknowledged
            .iter()
            .map(|(country, noted)| AcknowledgedView {
                country: country.to_string(),
                note: noted.note.clone(),
                stamp: names.stamp(&noted.stamp),
            })
            .collect(),
        needs_me: needs_me(session, hit),
        verdicts: hit
            .verdicts
            .iter()
            .map(|verdict| VerdictView {
                confirmed: verdict.confirmed,
                note: verdict.note.clone(),
                stamp: names.stamp(&verdict.stamp),
            })
            .collect(),
        actioned: hit.actioned.as_ref().map(|noted| NotedView {
            stamp: names.stamp(&noted.stamp),
            note: noted.note.clone(),
        }),
        reopened: hit
            .reopened
            .iter()
            .map(|one| NotedView {
                stamp: names.stamp(&one.stamp),
                note: one.note.clone(),
            })
            .collect(),
        escalations: hit
            .escalations
            .iter()
            .map(|one| EscalationView {
                stage: one.stage,
                level: one.level,
                stamp: names.stamp(&one.stamp),
            })
            .collect(),
        open: hit.is_open(),
    }
}
