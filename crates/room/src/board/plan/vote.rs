//! Go or no go: a vote by country on the plan as it is.

use std::collections::BTreeMap;

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Plan, only_coordinators};
use crate::board::target::named;
use crate::board::{Board, Rejected, Stamp};
use crate::limits::MAX_POLLS;
use crate::{Vote, VoteCall};

named! {
    /// What a country says.
    Choice {
        Go = "go",
        NoGo = "no_go",
        Hold = "hold",
    }
}

named! {
    /// What the countries together say.
    Decision {
        NotAsked = "not_asked",
        Open = "open",
        Go = "go",
        NoGo = "no_go",
        Held = "held",
        Void = "void",
    }
}

/// A country's vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voted {
    /// What it says.
    pub choice: Choice,
    /// Why.
    pub note: String,
    /// Who said so.
    pub stamp: Stamp,
}

/// A vote that was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// By whom, and when.
    pub called: Stamp,
    /// Digest of the plan that is voted on.
    pub plan: [u8; 32],
    /// Who was asked, with their votes.
    pub votes: BTreeMap<Country, Option<Voted>>,
    /// Whose change of the plan made all of it void.
    pub void_by: Option<Stamp>,
    /// Who began what the countries had said go to. From then on the plan is carried out, and what
    /// happens to its targets makes the votes void no more.
    pub carried_out: Option<Stamp>,
}

impl Plan {
    /// The vote that was called last is history.
    pub(super) fn put_poll_away(&mut self) {
        if self.past_polls.len() >= MAX_POLLS {
            self.past_polls.remove(0);
        }
        self.past_polls.extend(self.poll.take());
    }
}

impl Board {
    pub(in crate::board) fn call_vote(
        &mut self,
        call: &VoteCall,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        only_coordinators(stamp)?;
        if call.plan != self.plan_digest() {
            return Err(Rejected::OtherPlan);
        }
        self.plan.check_aborted(None)?;
        // Whose targets are struck at is asked, whoever else is.
        let asked = call.countries.iter().copied().chain(self.owners());
        let votes = asked.map(|country| (country, None)).collect();
        self.plan.put_poll_away();
        self.plan.poll = Some(Poll {
            called: stamp,
            plan: call.plan,
            votes,
            void_by: None,
            carried_out: None,
        });
        Ok(())
    }

    pub(in crate::board) fn vote(&mut self, vote: &Vote, stamp: Stamp) -> Result<(), Rejected> {
        if !matches!(stamp.role, Role::Coordinator | Role::Liaison) {
            return Err(Rejected::Role);
        }
        let plan = self.plan_digest();
        let poll = self.plan.poll.as_mut().ok_or(Rejected::NotAsked)?;
        if poll.void_by.is_some() || vote.plan != plan || poll.plan != plan {
            return Err(Rejected::OtherPlan);
        }
        let place = poll
            .votes
            .get_mut(&stamp.country)
            .ok_or(Rejected::NotAsked)?;
        *place = Some(Voted {
            choice: vote.choice,
            note: vote.note.clone(),
            stamp,
        });
        Ok(())
    }

    /// After each event: a plan that is no longer the one voted on makes the votes void. Returns
    /// whether it has just done so.
    pub(in crate::board) fn void_votes(&mut self, stamp: Stamp) -> bool {
        let is_settled = |poll: &Poll| poll.void_by.is_some() || poll.carried_out.is_some();
        if self.plan.poll.as_ref().is_none_or(is_settled) {
            return false;
        }
        let plan = self.plan_digest();
        match &mut self.plan.poll {
            Some(poll) if poll.plan != plan => {
                poll.void_by = Some(stamp);
                true
            }
            _ => false,
        }
    }

    /// What the countries together say of the plan as it is.
    #[must_use]
    pub fn decision(&self) -> Decision {
        let Some(poll) = &self.plan.poll else {
            return Decision::NotAsked;
        };
        if poll.void_by.is_some() {
            return Decision::Void;
        }
        let rules = &self.playbook.go_no_go;
        let count = |choice: Choice| {
            let votes = poll.votes.values().flatten();
            votes.filter(|voted| voted.choice == choice).count()
        };
        let needed = rules.quorum.of(poll.votes.len());
        let (go, no_go, hold) = (count(Choice::Go), count(Choice::NoGo), count(Choice::Hold));
        let may_still_go = poll.votes.len() - no_go;
        if rules.any_country_holds && no_go > 0 || may_still_go < needed {
            Decision::NoGo
        } else if hold > 0 && (rules.any_country_holds || go < needed) {
            Decision::Held
        } else if go >= needed {
            Decision::Go
        } else {
            Decision::Open
        }
    }
}
