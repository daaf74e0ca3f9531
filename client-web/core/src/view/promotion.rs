//! What is to be brought from a compartment into its room, and how far it has come.

use entente_protocol::Fingerprint;
use entente_room::{Handling, Session, TargetChange, TargetId, TargetKind, TargetStatus};
use serde::Serialize;

use super::{IdentifierView, Names, TargetView, When};
use crate::order::lowest_first;
use crate::promotion::preview;

/// Exactly what is to be said: nothing of it is left out here, whoever has written it.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct SayView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TargetKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TargetStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub identifiers: Vec<IdentifierView>,
    /// What does nothing to a new target, and would be read all the same.
    pub others: Vec<String>,
}

impl From<&TargetChange> for SayView {
    fn from(say: &TargetChange) -> Self {
        let removed = say.remove_identifiers.iter().map(ToString::to_string);
        let unlinked = say.remove_links.iter().map(ToString::to_string);
        let linked = say
            .add_links
            .iter()
            .map(|link| format!("{} {}", link.relation, link.to));
        Self {
            kind: say.kind,
            name: say.name.clone(),
            status: say.status,
            priority: say.priority,
            owner: say.owner.map(|owner| owner.to_string()),
            team: say.team.clone(),
            evaluation: say.evaluation.map(|it| it.to_string()),
            handling: say.handling,
            notes: say.notes.clone(),
            identifiers: say.add_identifiers.iter().map(Into::into).collect(),
            others: removed.chain(unlinked).chain(linked).collect(),
        }
    }
}

/// What would be said if somebody asked for it now.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PreviewView {
    pub digest: Fingerprint,
    pub say: SayView,
}

/// What somebody wants to be said in the room.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PromotionView {
    pub digest: Fingerprint,
    pub say: SayView,
    pub wanted: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<PromotionAnswerView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<PromotionSaidView>,
    pub may_answer: bool,
}

/// What the country that answers for the target has said to it.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PromotionAnswerView {
    pub agreed: bool,
    pub stamp: When,
}

/// As which target the room knows it.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PromotionSaidView {
    pub target: String,
    pub stamp: When,
}

/// What a target of a compartment would be in the room; nothing for the room's own.
pub(super) fn preview_of(session: &Session, target: TargetId) -> Option<PreviewView> {
    session.compartment()?;
    let (say, digest) = preview(session, target)?;
    Some(PreviewView {
        digest,
        say: (&say).into(),
    })
}

/// The promotions of a target, the oldest first.
pub(super) fn promotions(session: &Session, target: TargetId) -> Vec<PromotionView> {
    let names = Names::of(session);
    let may_answer = session.ended().is_none() && session.may_answer_for(target);
    let all = session.board().promotions();
    let mut of_target: Vec<_> = all.filter(|(_, it)| it.target == target).collect();
    lowest_first(&mut of_target, |(_, it)| it.wanted.seq);
    let shown = of_target.into_iter().map(|(digest, it)| PromotionView {
        digest: Fingerprint::from_bytes(digest),
        say: (&it.say).into(),
        wanted: names.stamp(&it.wanted),
        answer: it.answer.map(|answer| PromotionAnswerView {
            agreed: answer.agreed,
            stamp: names.stamp(&answer.stamp),
        }),
        said: None,
        may_answer: may_answer && !it.is_agreed(),
    });
    shown.collect()
}

/// As which of the room's targets a promotion was said.
pub(super) fn said_as(digest: Fingerprint, room: &[TargetView]) -> Option<PromotionSaidView> {
    let known = room.iter().find(|it| it.promoted == Some(digest))?;
    Some(PromotionSaidView {
        target: known.id.clone(),
        stamp: known.created.clone(),
    })
}
