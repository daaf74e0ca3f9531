//! Hits: raised, delivered, acknowledged, confirmed or false, actioned.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::target::named;
use super::{Position, Rejected, Stamp, TargetId};
use crate::limits::MAX_VERDICTS;
use crate::playbook::HitRules;
use crate::{Escalation, HitRaised, Identifier, MatchRule};

entente_protocol::id_newtype!(
    /// A hit. Random.
    HitId,
    16
);

named! {
    /// How far a hit has come.
    HitState {
        Raised = "raised",
        Delivered = "delivered",
        Acknowledged = "acknowledged",
        Confirmed = "confirmed",
        False = "false",
        Actioned = "actioned",
    }
}

named! {
    /// What a deadline is for.
    HitStage {
        Acknowledge = "acknowledge",
        Decide = "decide",
        Act = "act",
    }
}

named! {
    /// Who is asked next when a deadline has passed.
    Level {
        Liaison = "liaison",
        Coordinator = "coordinator",
    }
}

/// Which identifier a hit matches, and how surely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// The target's identifier.
    pub identifier: Identifier,
    /// The rule.
    pub rule: MatchRule,
    /// Percent.
    pub certainty: u8,
}

/// Something said about a hit, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Who, and when.
    pub stamp: Stamp,
    /// What.
    pub note: String,
}

/// Confirmed or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Who, and when.
    pub stamp: Stamp,
    /// Which of the two.
    pub confirmed: bool,
    /// How that is known.
    pub note: String,
}

/// That it was taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopened {
    /// Who, and when.
    pub stamp: Stamp,
    /// Why.
    pub note: String,
    /// What had been done about it.
    pub actioned: Option<Noted>,
}

/// A deadline that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Whose device said so, and when.
    pub stamp: Stamp,
    /// What should have happened.
    pub stage: HitStage,
    /// Who is asked.
    pub level: Level,
}

/// A sighting or check that matches an identifier of a target.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Who raised it.
    pub raised: Stamp,
    /// What was seen.
    pub identifier: Identifier,
    /// The target, if known.
    pub target: Option<TargetId>,
    /// What it matches.
    pub matched: Option<Matched>,
    /// The country that must answer: the target's, or that of who raised it.
    pub responsible: Country,
    /// Where it was seen last.
    pub position: Option<Position>,
    /// When it was seen last, Unix milliseconds.
    pub seen_at_ms: u64,
    /// Where and how.
    pub note: String,
    /// How often it was seen.
    pub count: u32,
    /// Who said so last.
    pub last: Stamp,
    /// Devices that have it, with when.
    pub delivered: BTreeMap<DeviceId, u64>,
    /// The first acknowledgement of each country.
    pub acknowledged: BTreeMap<Country, Noted>,
    /// Who acknowledged it so that the deadline is met.
    pub answered: Option<Stamp>,
    /// Verdicts; the last since it was reopened counts.
    pub verdicts: Vec<Judged>,
    /// What was done.
    pub actioned: Option<Noted>,
    /// When it was closed and taken up again.
    pub reopened: Vec<Reopened>,
    /// Deadlines that passed.
    pub escalations: Vec<Escalated>,
}

impl Hit {
    pub(super) fn new(raised: &HitRaised, responsible: Country, stamp: Stamp) -> Self {
        Self {
            raised: stamp,
            identifier: raised.identifier.clone(),
            target: raised.target,
            matched: raised.matched.clone(),
            responsible,
            position: raised.position,
            seen_at_ms: seen_at(raised, stamp),
            note: raised.note.clone(),
            count: raised.count,
            last: stamp,
            delivered: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            answered: None,
            verdicts: Vec::new(),
            actioned: None,
            reopened: Vec::new(),
            escalations: Vec::new(),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> HitState {
        match (&self.actioned, self.verdict()) {
            (Some(_), _) => HitState::Actioned,
            (None, Some(verdict)) if verdict.confirmed => HitState::Confirmed,
            (None, Some(_)) => HitState::False,
            (None, None) if !self.acknowledged.is_empty() => HitState::Acknowledged,
            (None, None) if !self.delivered.is_empty() => HitState::Delivered,
            (None, None) => HitState::Raised,
        }
    }

    /// Whether it waits for somebody.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.state(), HitState::False | HitState::Actioned)
    }

    /// Whether what an agent sees again of the same thing belongs to it: while it is open; once it
    /// is false, until somebody reopens it; once it was acted on, for a while.
    #[must_use]
    pub fn takes_in(&self, rules: &HitRules, now_ms: u64) -> bool {
        match &self.actioned {
            Some(acted) => now_ms <= rules.quiet_for.after_ms(acted.stamp.time_ms),
            None => true,
        }
    }

    /// The verdict that counts.
    #[must_use]
    pub fn verdict(&self) -> Option<&Judged> {
        let since = self.reopened.last().map_or(0, |last| last.stamp.seq);
        self.verdicts.last().filter(|last| last.stamp.seq > since)
    }

    /// Whether it is about that target and what was seen was this.
    pub(super) fn is_of(&self, target: Option<TargetId>, identifier: &Identifier) -> bool {
        self.target == target && self.identifier == *identifier
    }

    /// Another sighting of the same thing.
    pub(super) fn fold(&mut self, again: &HitRaised, stamp: Stamp) {
        self.count = self.count.saturating_add(again.count);
        self.last = stamp;
        let seen_at_ms = seen_at(again, stamp);
        if seen_at_ms >= self.seen_at_ms {
            self.seen_at_ms = seen_at_ms;
            if again.position.is_some() {
                self.position = again.position;
            }
        }
        // The surer match is the one to show.
        let certainty = |matched: &Option<Matched>| matched.as_ref().map_or(0, |m| m.certainty);
        if certainty(&again.matched) > certainty(&self.matched) {
            self.matched.clone_from(&again.matched);
        }
    }

    /// Whether it is the country's first.
    pub(super) fn acknowledge(&mut self, stamp: Stamp, note: &str) -> bool {
        let mut is_first = false;
        self.acknowledged.entry(stamp.country).or_insert_with(|| {
            is_first = true;
            let note = note.to_owned();
            Noted { stamp, note }
        });
        let answers = stamp.country == self.responsible || stamp.role == Role::Coordinator;
        if answers && self.answered.is_none() {
            self.answered = Some(stamp);
        }
        is_first
    }

    /// The first verdict is anybody's who is there; to turn it, a liaison or coordinator is needed.
    pub(super) fn judge(
        &mut self,
        confirmed: bool,
        note: &str,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        if self.actioned.is_some() {
            return Err(Rejected::Order);
        }
        match self.verdict() {
            Some(last) if last.confirmed == confirmed => return Err(Rejected::Taken),
            Some(_) if stamp.role == Role::Field => return Err(Rejected::Role),
            _ => {}
        }
        if self.verdicts.len() >= MAX_VERDICTS {
            return Err(Rejected::Full);
        }
        self.verdicts.push(Judged {
            stamp,
            confirmed,
            note: note.to_owned(),
        });
        Ok(())
    }

    /// To take up again what others have closed is for those who answer for them.
    pub(super) fn reopen(&mut self, note: &str, stamp: Stamp) -> Result<(), Rejected> {
        if !matches!(stamp.role, Role::Liaison | Role::Coordinator) {
            return Err(Rejected::Role);
        }
        if self.is_open() {
            return Err(Rejected::Order);
        }
        if self.reopened.len() >= MAX_VERDICTS {
            return Err(Rejected::Full);
        }
        self.reopened.push(Reopened {
            stamp,
            note: note.to_owned(),
            actioned: self.actioned.take(),
        });
        Ok(())
    }

    pub(super) fn act(&mut self, note: &str, stamp: Stamp) -> Result<(), Rejected> {
        match self.state() {
            HitState::Confirmed => {
                let note = note.to_owned();
                self.actioned = Some(Noted { stamp, note });
                Ok(())
            }
            HitState::Actioned => Err(Rejected::Taken),
            _ => Err(Rejected::Order),
        }
    }

    /// What must happen next, and until when, Unix milliseconds; none once it is over.
    #[must_use]
    pub fn deadline(&self, rules: &HitRules) -> Option<(HitStage, u64)> {
        let reopened_ms = self.reopened.last().map_or(0, |last| last.stamp.time_ms);
        let (stage, since, within) = match (self.state(), self.verdict(), &self.answered) {
            (HitState::False | HitState::Actioned, ..) => return None,
            (_, Some(verdict), _) => (HitStage::Act, verdict.stamp.time_ms, rules.act_within),
            (_, None, Some(answered)) => (HitStage::Decide, answered.time_ms, rules.decide_within),
            (_, None, None) => (
                HitStage::Acknowledge,
                self.raised.time_ms,
                rules.acknowledge_within,
            ),
        };
        // Whoever was asked next has as long again, and whoever it was reopened for.
        let asked = self.asked(stage).map(|one| one.stamp.time_ms);
        let since = asked.fold(since.max(reopened_ms), u64::max);
        Some((stage, within.after_ms(since)))
    }

    /// The escalation that is due at `now_ms`.
    #[must_use]
    pub fn escalation_due(&self, rules: &HitRules, now_ms: u64) -> Option<(HitStage, Level)> {
        let (stage, deadline_ms) = self.deadline(rules)?;
        let level = match self.asked(stage).count() {
            0 => Level::Liaison,
            1 => Level::Coordinator,
            _ => return None,
        };
        (now_ms > deadline_ms).then_some((stage, level))
    }

    /// Who was asked since it was opened last.
    fn asked(&self, stage: HitStage) -> impl Iterator<Item = &Escalated> {
        let since = self.reopened.last().map_or(0, |last| last.stamp.seq);
        let all = self.escalations.iter();
        all.filter(move |one| one.stage == stage && one.stamp.seq > since)
    }

    pub(super) fn escalate(
        &mut self,
        escalation: Escalation,
        rules: &HitRules,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let due = self.escalation_due(rules, stamp.time_ms);
        if due != Some((escalation.stage, escalation.level)) {
            return Err(Rejected::Order);
        }
        self.escalations.push(Escalated {
            stamp,
            stage: escalation.stage,
            level: escalation.level,
        });
        Ok(())
    }
}

/// When it was seen: not later than the hub ordered it.
fn seen_at(raised: &HitRaised, stamp: Stamp) -> u64 {
    match raised.seen_at_ms {
        0 => stamp.time_ms,
        at_ms => at_ms.min(stamp.time_ms),
    }
}

impl core::fmt::Debug for Hit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Hit(hidden)")
    }
}
