//! Targets.

use core::fmt::Display;

use entente_protocol::{Fingerprint, RoomId};
use entente_room::{
    Field, Handling, HitState, Session, Target, TargetId, TargetKind, TargetStatus,
};
use serde::Serialize;

use super::promotion::{preview_of, promotions};
use super::{IdentifierView, Names, Place, PreviewView, PromotionView, When};
use crate::order::highest_first;

/// Changes of fields that are shown, newest first.
const HISTORY: usize = 40;

/// Sightings that are shown, the newest.
const TRACK: usize = 200;

/// A target.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct TargetView {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub seen: u64,
    pub created: When,
    pub kind: TargetKind,
    pub name: String,
    pub status: TargetStatus,
    pub next: &'static [TargetStatus],
    pub priority: u8,
    pub owner: String,
    pub team: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    pub notes: String,
    pub identifiers: Vec<IdentifierView>,
    pub links: Vec<LinkView>,
    pub track: Vec<SeenView>,
    pub stale: bool,
    pub changed: When,
    pub history: Vec<ChangeView>,
    pub open_hits: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted: Option<Fingerprint>,
    pub promotions: Vec<PromotionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<PreviewView>,
}

/// Another target that it has to do with.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LinkView {
    pub to: String,
    pub name: String,
    pub relation: String,
}

/// A sighting.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SeenView {
    pub seen_at_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub note: String,
    pub stamp: When,
}

/// A change of a field.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ChangeView {
    pub field: &'static str,
    pub value: String,
    pub stamp: When,
}

pub(super) fn target(
    session: &Session,
    (id, target): (TargetId, &Target),
    now_ms: u64,
) -> TargetView {
    let names = Names::of(session);
    let board = session.board();
    let history = history(&names, target);
    let created = names.stamp(&target.created);
    let links = target.links.iter().map(|(to, link)| LinkView {
        to: to.to_string(),
        name: board
            .target(*to)
            .map(|linked| linked.name.value.clone())
            .unwrap_or_default(),
        relation: link.relation.clone(),
    });
    let from = target.track.len().saturating_sub(TRACK);
    let track = target.track.iter().skip(from).map(|seen| SeenView {
        seen_at_ms: seen.seen_at_ms,
        place: seen.position.map(Place::from),
        note: seen.note.clone(),
        stamp: names.stamp(&seen.stamp),
    });
    let open_hits = board
        .hits()
        .filter(|(_, hit)| {
            hit.target == Some(id) && hit.state() != HitState::Actioned && hit.is_open()
        })
        .count();
    TargetView {
        id: id.to_string(),
        within: names.within(),
        seen: session.cursor(),
        kind: target.kind.value,
        name: target.name.value.clone(),
        status: target.status.value,
        next: target.status.value.next(),
        priority: target.priority.value,
        owner: target.owner.value.to_string(),
        team: target.team.value.clone(),
        evaluation: target.evaluation.value.map(|it| it.to_string()),
        handling: target.handling.value,
        notes: target.notes.value.clone(),
        identifiers: target.identifiers.keys().map(Into::into).collect(),
        links: links.collect(),
        track: track.collect(),
        stale: target.last_seen().is_some_and(|seen| seen.is_stale(now_ms)),
        changed: history
            .first()
            .map_or_else(|| created.clone(), |change| change.stamp.clone()),
        created,
        history,
        open_hits,
        promoted: target.promoted.map(Fingerprint::from_bytes),
        promotions: promotions(session, id),
        preview: preview_of(session, id),
    }
}

fn history(names: &Names<'_>, target: &Target) -> Vec<ChangeView> {
    let mut all = Vec::new();
    add(&mut all, names, ("kind", &target.kind), |kind| {
        kind.as_str().to_owned()
    });
    add(&mut all, names, ("name", &target.name), Clone::clone);
    add(&mut all, names, ("status", &target.status), |it| {
        it.as_str().to_owned()
    });
    add(
        &mut all,
        names,
        ("priority", &target.priority),
        ToString::to_string,
    );
    add(
        &mut all,
        names,
        ("owner", &target.owner),
        ToString::to_string,
    );
    add(&mut all, names, ("team", &target.team), Clone::clone);
    add(
        &mut all,
        names,
        ("evaluation", &target.evaluation),
        or_nothing,
    );
    add(&mut all, names, ("handling", &target.handling), |it| {
        it.map_or_else(String::new, |code| code.as_str().to_owned())
    });
    add(&mut all, names, ("notes", &target.notes), Clone::clone);
    // What the target came with is no change.
    all.retain(|change| change.stamp.seq != target.created.seq);
    highest_first(&mut all, |change| change.stamp.seq);
    all.truncate(HISTORY);
    all
}

#[allow(clippy::ref_option)] // as `Field` hands it out
fn or_nothing<T: Display>(value: &Option<T>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn add<T: PartialEq>(
    all: &mut Vec<ChangeView>,
    names: &Names<'_>,
    (name, field): (&'static str, &Field<T>),
    text: impl Fn(&T) -> String,
) {
    all.extend(field.history().map(|(value, stamp)| ChangeView {
        field: name,
        value: text(value),
        stamp: names.stamp(stamp),
    }));
}
