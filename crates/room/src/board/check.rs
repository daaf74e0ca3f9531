//! Check requests: is this known to you?

use std::collections::BTreeMap;

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::target::named;
use super::{Board, Rejected, Stamp};
use crate::limits::MAX_CHECKS;
use crate::{CheckAnswer, CheckRequest, Identifier};

entente_protocol::id_newtype!(
    /// A check request. Random.
    CheckId,
    16
);

named! {
    /// What a country's records say.
    Answer {
        Hit = "hit",
        NoHit = "no_hit",
        Refer = "refer",
    }
}

/// A country's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What it is.
    pub answer: Answer,
    /// What may be said about it.
    pub note: String,
    /// Who said so.
    pub stamp: Stamp,
}

/// A check request and its answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Who asks.
    pub asked: Stamp,
    /// About what.
    pub identifier: Identifier,
    /// Why.
    pub note: String,
    /// The countries that were asked, with their answers.
    pub answers: BTreeMap<Country, Option<Answered>>,
}

impl Check {
    fn new(request: &CheckRequest, stamp: Stamp) -> Self {
        Self {
            asked: stamp,
            identifier: request.identifier.clone(),
            note: request.note.clone(),
            answers: request.countries.iter().map(|c| (*c, None)).collect(),
        }
    }

    /// Liaisons, coordinators and agents of an asked country answer, once; what was referred to a
    /// person is answered by a person.
    fn answer(&mut self, answer: &CheckAnswer, stamp: Stamp) -> Result<(), Rejected> {
        if stamp.role == Role::Field {
            return Err(Rejected::Role);
        }
        let place = self
            .answers
            .get_mut(&stamp.country)
            .ok_or(Rejected::NotAsked)?;
        let is_open = match place {
            None => true,
            Some(before) => before.answer == Answer::Refer && stamp.role != Role::Agent,
        };
        if !is_open {
            return Err(Rejected::Taken);
        }
        *place = Some(Answered {
            answer: answer.answer,
            note: answer.note.clone(),
            stamp,
        });
        Ok(())
    }

    /// How long a country took, milliseconds; none if it has not answered.
    #[must_use]
    pub fn latency_ms(&self, country: Country) -> Option<u64> {
        let answered = self.answers.get(&country)?.as_ref()?;
        Some(answered.stamp.time_ms.saturating_sub(self.asked.time_ms))
    }

    /// Whether somebody has still to answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.answers.values().any(Option::is_none)
    }
}

impl Board {
    pub(super) fn request_check(
        &mut self,
        request: &CheckRequest,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        if self.checks.contains_key(&request.check) {
            return Err(Rejected::Taken);
        }
        if self.checks.len() >= MAX_CHECKS {
            return Err(Rejected::Full);
        }
        self.checks
            .insert(request.check, Check::new(request, stamp));
        Ok(())
    }

    pub(super) fn answer_check(
        &mut self,
        answer: &CheckAnswer,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let check = self.checks.get_mut(&answer.check);
        check.ok_or(Rejected::UnknownCheck)?.answer(answer, stamp)
    }

    /// A check request.
    #[must_use]
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.checks.get(&id)
    }

    /// All check requests in order of id.
    pub fn checks(&self) -> impl Iterator<Item = (CheckId, &Check)> {
        self.checks.iter().map(|(id, check)| (*id, check))
    }
}

impl core::fmt::Debug for Check {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Check(hidden)")
    }
}
