//! Check requests: is this known to you?

use std::collections::BTreeMap;

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::target::named;
use super::{Rejected, Stamp};
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
    pub(super) fn new(request: &CheckRequest, stamp: Stamp) -> Self {
        Self {
            asked: stamp,
            identifier: request.identifier.clone(),
            note: request.note.clone(),
            answers: request.countries.iter().map(|c| (*c, None)).collect(),
        }
    }

    /// Liaisons, coordinators and agents of an asked country answer, once; what was referred to a
    /// person is answered by a person.
    pub(super) fn answer(&mut self, answer: &CheckAnswer, stamp: Stamp) -> Result<(), Rejected> {
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

impl core::fmt::Debug for Check {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Check(hidden)")
    }
}
