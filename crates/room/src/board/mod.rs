//! The target board: a deterministic function of the events in the hub's order, so that all
//! members' boards are equal byte for byte.

mod check;
mod compartment;
mod document;
mod duties;
mod field;
mod hit;
mod outcome;
mod place;
mod plan;
mod promotion;
mod target;

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
pub use target::{
    Evaluation, Handling, LinkTo, Overtaken, Part, Seen, Source, TakenOff, Target, TargetId,
    TargetKind, TargetStatus,
};

use crate::limits::{MAX_CHECKS, MAX_DOCUMENTS, MAX_HITS, MAX_TARGETS};
use crate::playbook::Playbook;
use crate::record::to_cbor;
use crate::{Author, Event, HitRaised, Identifier, Sighting, TargetChange};
use entente_protocol::DeviceId;
use entente_protocol::limits::CLOCK_TOLERANCE_MS;
use entente_trust::{Country, Role};

/// Who changed something, and where in the room's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The author's device.
    pub author: DeviceId,
    /// The author's country.
    pub country: Country,
    /// The author's role in the room.
    pub role: Role,
    /// Sequence number.
    pub seq: u64,
    /// The hub's time of acceptance, Unix milliseconds.
    pub time_ms: u64,
}

impl Stamp {
    pub(crate) fn new(author: &Author, seq: u64, time_ms: u64) -> Self {
        Self {
            author: author.device,
            country: author.country,
            role: author.role,
            seq,
            time_ms,
        }
    }
}

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
        if self.is_inner && is_the_rooms(event) {
            return Err(Rejected::RoomOnly);
        }
        if !self.is_inner && matches!(event, Event::Promote(_) | Event::Promotion(_)) {
            return Err(Rejected::CompartmentOnly);
        }
        check_role(event, author.role)?;
        let stamp = Stamp::new(author, seq, time_ms);
        let applied = self.carry_out(event, stamp, above)?;
        Ok(Outcome {
            applied,
            voided_votes: self.void_votes(stamp),
        })
    }

    /// Of a room: its targets that an event of a compartment names and may name, if its author had seen the room up to a
    /// place. Targets never leave a board: it may be a later one.
    #[must_use]
    pub fn named_at(&self, event: &Event, place: u64) -> Vec<TargetId> {
        let mut named = event.targets_beside();
        named.retain(|id| {
            let target = self.targets.get(id);
            target.is_some_and(|target| target.created.seq <= place)
        });
        named
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
                for id in &receipt.hits {
                    if let Some(hit) = self.hit_mut(*id) {
                        hit.delivered.entry(stamp.author).or_insert(stamp.time_ms);
                    }
                }
                if let Some(abort) = receipt.abort {
                    self.abort_reached(abort, stamp);
                }
            }
            Event::Acknowledge(ack) => {
                let id = self.resolve(ack.hit).ok_or(Rejected::UnknownHit)?;
                let hit = self.hits.get_mut(&id).ok_or(Rejected::UnknownHit)?;
                let is_first = hit.acknowledge(stamp, &ack.note);
                return Ok(Applied::HitAcknowledged(id, is_first));
            }
            Event::Verdict(verdict) => {
                let hit = self.hit_mut(verdict.hit).ok_or(Rejected::UnknownHit)?;
                hit.judge(verdict.confirmed, &verdict.note, stamp)?;
            }
            Event::Action(action) => {
                let hit = self.hit_mut(action.hit).ok_or(Rejected::UnknownHit)?;
                hit.act(&action.note, stamp)?;
            }
            Event::Reopen(reopening) => {
                let hit = self.hit_mut(reopening.hit).ok_or(Rejected::UnknownHit)?;
                hit.reopen(&reopening.note, stamp)?;
            }
            Event::Escalate(escalation) => {
                let rules = self.playbook.hits.clone();
                let hit = self.hit_mut(escalation.hit).ok_or(Rejected::UnknownHit)?;
                hit.escalate(*escalation, &rules, stamp)?;
            }
            Event::Check(request) => {
                if self.checks.contains_key(&request.check) {
                    return Err(Rejected::Taken);
                }
                if self.checks.len() >= MAX_CHECKS {
                    return Err(Rejected::Full);
                }
                self.checks
                    .insert(request.check, Check::new(request, stamp));
            }
            Event::CheckAnswer(answer) => {
                let check = self.checks.get_mut(&answer.check);
                check.ok_or(Rejected::UnknownCheck)?.answer(answer, stamp)?;
            }
            Event::Phase(begun) => self.begin_phase(begun, stamp)?,
            Event::Task(step) => self.step_task(step, stamp)?,
            Event::HHour(h_hour) => self.set_h_hour(*h_hour, stamp)?,
            Event::VoteCall(call) => self.call_vote(call, stamp)?,
            Event::Vote(vote) => self.vote(vote, stamp)?,
            Event::Abort(abort) => self.abort(abort, stamp)?,
            Event::Custody(step) => self.take_custody(step, stamp)?,
            Event::CustodyAlarm(alarm) => self.raise_custody_alarm(*alarm, stamp)?,
            Event::Document(shared) => {
                if self.documents.contains_key(&shared.document) {
                    return Err(Rejected::Taken);
                }
                self.check_target(shared.target)?;
                if self.documents.len() >= MAX_DOCUMENTS {
                    return Err(Rejected::Full);
                }
                let shared = shared.clone();
                self.documents
                    .insert(shared.document, Document { shared, stamp });
            }
            Event::Compartment(announced) => self.announce(*announced, stamp)?,
            Event::Promote(wanted) => self.want_promotion(wanted, stamp)?,
            Event::Promotion(answer) => self.answer_promotion(*answer, stamp)?,
            _ => return Ok(Applied::Untouched),
        }
        Ok(Applied::Done)
    }

    fn check_target(&self, target: Option<TargetId>) -> Result<(), Rejected> {
        if target.is_some_and(|target| !self.targets.contains_key(&target)) {
            return Err(Rejected::UnknownTarget);
        }
        Ok(())
    }

    /// A target here, or one of the room above.
    fn check_named(&self, target: Option<TargetId>, above: &[TargetId]) -> Result<(), Rejected> {
        match target {
            Some(target) if above.contains(&target) => Ok(()),
            target => self.check_target(target),
        }
    }

    fn change_target(
        &mut self,
        change: &TargetChange,
        stamp: Stamp,
        above: &[TargetId],
    ) -> Result<Applied, Rejected> {
        let id = change.target;
        for link in &change.add_links {
            self.check_named(Some(link.to), above)?;
        }
        self.check_provided(change, stamp)?;
        self.check_promoted(change)?;
        self.check_giver(change, stamp)?;
        if let Some(target) = self.targets.get_mut(&id) {
            let overtaken = target.change(change, stamp)?;
            return Ok(Applied::TargetChanged(id, overtaken));
        }
        if self.targets.len() >= MAX_TARGETS {
            return Err(Rejected::Full);
        }
        let handling = self.playbook.handling.default;
        self.targets
            .insert(id, Target::new(change, handling, stamp)?);
        Ok(Applied::TargetAdded(id))
    }

    /// Kinds and statuses that the playbook does not name are the coordinators' to bring in.
    fn check_provided(&self, change: &TargetChange, stamp: Stamp) -> Result<(), Rejected> {
        let rules = &self.playbook.targets;
        let kind = change.kind;
        let status = change.status;
        let has_kind = rules.kinds.is_empty() || kind.is_none_or(|it| rules.kinds.contains(&it));
        let has_status =
            rules.statuses.is_empty() || status.is_none_or(|it| rules.statuses.contains(&it));
        if (has_kind && has_status) || stamp.role == Role::Coordinator {
            Ok(())
        } else {
            Err(Rejected::NotInPlaybook)
        }
    }

    fn see(&mut self, sighting: &Sighting, stamp: Stamp) -> Result<(), Rejected> {
        check_seen(sighting.seen_at_ms, stamp)?;
        self.targets
            .get_mut(&sighting.target)
            .ok_or(Rejected::UnknownTarget)?
            .see(sighting, stamp);
        Ok(())
    }

    fn raise(
        &mut self,
        raised: &HitRaised,
        stamp: Stamp,
        above: &[TargetId],
    ) -> Result<Applied, Rejected> {
        self.check_named(raised.target, above)?;
        check_seen(raised.seen_at_ms, stamp)?;
        let known = self.resolve(raised.hit);
        let open = self.hit_of_sighting(raised, stamp);
        if open.is_none() && raised.quiet {
            return Err(Rejected::UnknownHit);
        }
        // The same hit again is more sightings of it; any other use of its id is a mistake.
        if known.is_some() && known != open {
            return Err(Rejected::Taken);
        }
        if let Some(id) = open {
            if known.is_none() {
                if self.folded.len() >= MAX_HITS {
                    return Err(Rejected::Full);
                }
                self.folded.insert(raised.hit, id);
            }
            if let Some(hit) = self.hits.get_mut(&id) {
                hit.fold(raised, stamp);
            }
            self.see_hit(raised, stamp);
            return Ok(Applied::HitFolded(id));
        }
        if self.hits.len() >= MAX_HITS {
            return Err(Rejected::Full);
        }
        let target = raised.target.and_then(|target| self.targets.get(&target));
        // Of a target of the room it is who saw it: the other country may not sit here.
        let responsible = target.map_or(stamp.country, |target| target.owner.value);
        self.hits
            .insert(raised.hit, Hit::new(raised, responsible, stamp));
        self.see_hit(raised, stamp);
        Ok(Applied::HitRaised(raised.hit))
    }

    /// A hit with a place is a sighting of its target.
    fn see_hit(&mut self, raised: &HitRaised, stamp: Stamp) {
        let target = raised.target.and_then(|id| self.targets.get_mut(&id));
        if let (Some(target), Some(position)) = (target, raised.position) {
            let seen_at_ms = match raised.seen_at_ms {
                0 => stamp.time_ms,
                at_ms => at_ms,
            };
            let sighting = Sighting {
                target: raised.target.unwrap_or(TargetId::from_bytes([0; 16])),
                seen_at_ms,
                position: Some(position),
                note: raised.note.clone(),
            };
            target.see(&sighting, stamp);
        }
    }

    /// The hit that what was seen belongs to: same target, and same identifier seen.
    fn hit_of_sighting(&self, raised: &HitRaised, stamp: Stamp) -> Option<HitId> {
        // Most often it is the one that it says it is.
        let named = self.resolve(raised.hit);
        let is_named = |hit: &Hit| hit.is_open() && hit.is_of(raised.target, &raised.identifier);
        if named
            .and_then(|id| self.hits.get(&id))
            .is_some_and(is_named)
        {
            return named;
        }
        let (target, identifier) = (raised.target, &raised.identifier);
        match stamp.role {
            Role::Agent => self.hit_to_count_in(target, identifier, stamp.time_ms),
            // Who sees it with their own eyes is heard, whatever was said of it before.
            _ => self
                .hits
                .iter()
                .find(|(_, hit)| hit.is_open() && hit.is_of(target, identifier))
                .map(|(id, _)| *id),
        }
    }

    /// The hit in which an agent's further sightings of a thing are counted: the open one, or the last
    /// that is closed and takes them in; none if they are a new one.
    #[must_use]
    pub fn hit_to_count_in(
        &self,
        target: Option<TargetId>,
        identifier: &Identifier,
        now_ms: u64,
    ) -> Option<HitId> {
        let same = self.hits.iter();
        let same = same.filter(|(_, hit)| hit.is_of(target, identifier));
        let (id, hit) = same.max_by_key(|(_, hit)| (hit.is_open(), hit.raised.seq))?;
        hit.takes_in(&self.playbook.hits, now_ms).then_some(*id)
    }

    /// The hit of an id: itself, or the one that it was folded into.
    #[must_use]
    pub fn resolve(&self, id: HitId) -> Option<HitId> {
        if self.hits.contains_key(&id) {
            return Some(id);
        }
        self.folded.get(&id).copied()
    }

    fn hit_mut(&mut self, id: HitId) -> Option<&mut Hit> {
        let id = self.resolve(id)?;
        self.hits.get_mut(&id)
    }

    /// SHA-256 over the board's CBOR: equal boards, equal digests.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Board");
        hash.update(to_cbor(self));
        hash.finalize().into()
    }

    /// A target.
    #[must_use]
    pub fn target(&self, id: TargetId) -> Option<&Target> {
        self.targets.get(&id)
    }

    /// How many targets there are. They only grow.
    #[must_use]
    pub fn target_count(&self) -> usize {
        self.targets.len()
    }

    /// All targets in order of id.
    pub fn targets(&self) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets.iter().map(|(id, target)| (*id, target))
    }

    /// A hit, by its own id or by one that was folded into it.
    #[must_use]
    pub fn hit(&self, id: HitId) -> Option<&Hit> {
        self.hits.get(&self.resolve(id)?)
    }

    /// All hits in order of id.
    pub fn hits(&self) -> impl Iterator<Item = (HitId, &Hit)> {
        self.hits.iter().map(|(id, hit)| (*id, hit))
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

    /// How far the plan has come.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Goods in custody.
    pub fn custody(&self) -> impl Iterator<Item = (TargetId, &Custody)> {
        self.custody.iter().map(|(id, custody)| (*id, custody))
    }

    /// All documents in order of id.
    pub fn documents(&self) -> impl Iterator<Item = (DocumentId, &Document)> {
        self.documents.iter().map(|(id, document)| (*id, document))
    }

    /// Targets that have an identifier.
    pub fn targets_with(
        &self,
        identifier: &Identifier,
    ) -> impl Iterator<Item = (TargetId, &Target)> {
        self.targets()
            .filter(move |(_, target)| target.identifiers.contains_key(identifier))
    }
}

/// What concerns everybody is said to everybody: a plan that some don't know can't be carried out by all.
const fn is_the_rooms(event: &Event) -> bool {
    matches!(
        event,
        Event::Phase(_)
            | Event::Task(_)
            | Event::HHour(_)
            | Event::VoteCall(_)
            | Event::Vote(_)
            | Event::Abort(_)
            | Event::Compartment(_)
    )
}

/// Observers read. Agents have no hands: they see, raise, and answer from records.
fn check_role(event: &Event, role: Role) -> Result<(), Rejected> {
    let is_for_agents = matches!(
        event,
        Event::Sighting(_) | Event::Hit(_) | Event::CheckAnswer(_)
    );
    match role {
        Role::Observer => Err(Rejected::Role),
        Role::Agent if !is_for_agents => Err(Rejected::Role),
        _ => Ok(()),
    }
}

/// Nothing is seen before it happens; clocks differ a little.
fn check_seen(seen_at_ms: u64, stamp: Stamp) -> Result<(), Rejected> {
    if seen_at_ms > stamp.time_ms.saturating_add(CLOCK_TOLERANCE_MS) {
        Err(Rejected::Future)
    } else {
        Ok(())
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
