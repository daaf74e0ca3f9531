//! Check requests.

use entente_protocol::RoomId;
use entente_room::{Answer, CheckId, CheckState, Session};
use entente_trust::Role;
use serde::Serialize;

use super::{IdentifierView, Names, When};

/// A check request with its answers.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct CheckView {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub asked: When,
    pub identifier: IdentifierView,
    pub note: String,
    pub answers: Vec<AnswerView>,
    pub needs_me: bool,
}

/// A country's answer, or that it is awaited.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AnswerView {
    pub country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<When>,
}

pub(super) fn check(session: &Session, id: CheckId, check: &CheckState) -> CheckView {
    let names = Names::of(session);
    let me = session.author(session.device());
    let needs_me = me.is_some_and(|me| {
        matches!(me.role, Role::Coordinator | Role::Liaison)
            && session.ended().is_none()
            && matches!(check.answers.get(&me.country), Some(None))
    });
    let answers = check.answers.iter().map(|(country, answered)| AnswerView {
        country: country.to_string(),
        answer: answered.as_ref().map(|it| it.answer),
        note: answered.as_ref().map(|it| it.note.clone()),
        stamp: answered.as_ref().map(|it| names.stamp(&it.stamp)),
    });
    CheckView {
        id: id.to_string(),
        within: names.within(),
        asked: names.stamp(&check.asked),
        identifier: (&check.identifier).into(),
        note: check.note.clone(),
        answers: answers.collect(),
        needs_me,
    }
}
