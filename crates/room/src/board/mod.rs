//! The target board: a deterministic function of the events in the hub's order, so that all
//! members' boards are equal byte for byte.

mod check;
mod compartment;
mod document;
mod duties;
mod field;
mod hit;
mod hits;
mod outcome;
mod permission;
mod place;
mod plan;
mod promotion;
mod stamp;
mod target;
mod targets;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use check::{Answer, Answered, Check, CheckId};
pub use compartment::Announced;
pub use document::{Document, DocumentId};
pub use field::{Field, Setting};
pub use hit::{Escalated, Hit, HitId, HitStage, HitState, Judged, Level, Matched, Noted, Reopened};
pub use outcome::{Applied, Outcome, Rejected};
pub use place::Position;
pub use plan::{
    Aborted, Begun, Choice, Custody, CustodyMove, Decision, Leg, Plan, Poll, Report, SetHHour,
    TaskKey, TaskProgress, TaskState, Voted,
};
pub use promotion::{Promotion, PromotionAnswer};
pub use stamp::Stamp;
pub use target::{
    Evaluation, Handling, LinkTo, Overtaken, Part, Seen, Source, TakenOff, Target, TargetId,
    TargetKind, TargetStatus,
};

use crate::playbook::Playbook;
use crate::record::to_cbor;
use crate::{Author, Event};
use permission::{check_place, check_role};

/// Everything that is known of an operation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    targets: BTreeMap<TargetId, Target>,
    hits: BTreeMap<HitId, Hit>,
    /// Hits that were raised for something that was open already.
    folded: BTreeMap<HitId, HitId>,
    checks: BTreeMap<CheckId, Check>,
    plan: Plan,
    custody: BTreeMap<TargetId, Custody>,
    documents: BTreeMap<DocumentId, Document>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    compartments: Vec<Announced>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    promotions: BTreeMap<[u8; 32], Promotion>,
    /// From the charter's text, the same for all; not part of what is sent in a snapshot.
    #[serde(skip, default = "without_playbook")]
    playbook: Arc<Playbook>,
    /// It is a compartment's: known to all who have it, and not part of it either.
    #[serde(skip)]
    is_inner: bool,
}

fn without_playbook() -> Arc<Playbook> {
    Arc::new(plan::no_playbook())
}

impl Default for Board {
    fn default() -> Self {
        Self {
            targets: BTreeMap::new(),
            hits: BTreeMap::new(),
            folded: BTreeMap::new(),
            checks: BTreeMap::new(),
            plan: Plan::default(),
            custody: BTreeMap::new(),
            documents: BTreeMap::new(),
            compartments: Vec::new(),
            promotions: BTreeMap::new(),
            playbook: without_playbook(),
            is_inner: false,
        }
    }
}

impl Board {
    /// An empty board of an operation that follows a playbook.
    #[must_use]
    pub fn of(playbook: Arc<Playbook>) -> Self {
        let mut board = Self::default();
        board.follow(playbook);
        board
    }

    /// Names the playbook. It must be the same at all members before the first event is applied.
    pub fn follow(&mut self, playbook: Arc<Playbook>) {
        self.playbook = playbook;
    }

    /// Makes it the board of a compartment: plan and votes are the room's.
    pub fn lie_inside(&mut self) {
        self.is_inner = true;
    }

    /// The playbook; one without phases if the room has none.
    #[must_use]
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    /// Applies one event at its place in the order.
    ///
    /// # Errors
    /// [`Rejected`]; the board is unchanged then.
    pub fn apply(
        &mut self,
        event: &Event,
        author: &Author,
        seq: u64,
        time_ms: u64,
    ) -> Result<Outcome, Rejected> {
        self.apply_within(event, (author, seq, time_ms), &[])
    }

    /// The same in a compartment, where links and hits may name targets of the room too: with those which this event
    /// names, as far as the room had them where its author was.
    ///
    /// # Errors
    /// As [`Board::apply`].
    pub fn apply_within(
        &mut self,
        event: &Event,
        (author, seq, time_ms): (&Author, u64, u64),
        above: &[TargetId],
    ) -> Result<Outcome, Rejected> {
        if !event.is_for_board() {
            return Ok(Outcome {
                applied: Applied::Untouched,
                voided_votes: false,
            });
        }
        check_place(event, self.is_inner)?;
        check_role(event, author.role)?;
        let stamp = Stamp::new(author, seq, time_ms);
        let applied = self.carry_out(event, stamp, above)?;
        Ok(Outcome {
            applied,
            voided_votes: self.void_votes(stamp),
        })
    }

    fn carry_out(
        &mut self,
        event: &Event,
        stamp: Stamp,
        above: &[TargetId],
    ) -> Result<Applied, Rejected> {
        match event {
            Event::Target(change) => return self.change_target(change, stamp, above),
            Event::Sighting(sighting) => self.see(sighting, stamp)?,
            Event::Hit(raised) => return self.raise(raised, stamp, above),
            Event::Delivered(receipt) => {
                self.note_delivered(&receipt.hits, stamp);
                if let Some(abort) = receipt.abort {
                    self.abort_reached(abort, stamp);
                }
            }
            Event::Acknowledge(ack) => return self.acknowledge(ack, stamp),
            Event::Verdict(verdict) => {
                let hit = self.known_hit(verdict.hit)?;
                hit.judge(verdict.confirmed, &verdict.note, stamp)?;
            }
            Event::Action(action) => {
                let hit = self.known_hit(action.hit)?;
                hit.act(&action.note, stamp)?;
            }
            Event::Reopen(reopening) => {
                let hit = self.known_hit(reopening.hit)?;
                hit.reopen(&reopening.note, stamp)?;
            }
            Event::Escalate(escalation) => self.escalate(*escalation, stamp)?,
            Event::Check(request) => self.request_check(request, stamp)?,
            Event::CheckAnswer(answer) => self.answer_check(answer, stamp)?,
            Event::Phase(begun) => self.begin_phase(begun, stamp)?,
            Event::Task(step) => self.step_task(step, stamp)?,
            Event::HHour(h_hour) => self.set_h_hour(*h_hour, stamp)?,
            Event::VoteCall(call) => self.call_vote(call, stamp)?,
            Event::Vote(vote) => self.vote(vote, stamp)?,
            Event::Abort(abort) => self.abort(abort, stamp)?,
            Event::Custody(step) => self.take_custody(step, stamp)?,
            Event::CustodyAlarm(alarm) => self.raise_custody_alarm(*alarm, stamp)?,
            Event::Document(shared) => self.share(shared, stamp)?,
            Event::Compartment(announced) => self.announce(*announced, stamp)?,
            Event::Promote(wanted) => self.want_promotion(wanted, stamp)?,
            Event::Promotion(answer) => self.answer_promotion(*answer, stamp)?,
            _ => return Ok(Applied::Untouched),
        }
        Ok(Applied::Done)
    }

    /// SHA-256 over the board's CBOR: equal boards, equal digests.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Board");
        hash.update(to_cbor(self));
        hash.finalize().into()
    }
}

impl core::fmt::Debug for Board {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Board({} targets, {} hits)",
            self.targets.len(),
            self.hits.len()
        )
    }
}
