//! What a step of a script says, as an event.

use entente_room::{
    Abort, Acknowledgement, Action, CheckAnswer, CheckId, CheckRequest, CustodyMove, CustodyStep,
    Event, HHour, HitId, HitRaised, Link, PhaseBegun, Position, Reopening, Say, Session, Sighting,
    TargetChange, TargetId, TaskStep, Verdict, Vote, VoteCall,
};

use super::Play;
use crate::exercise::stage::unknown;
use crate::exercise::step::{CustodyWord, FEED_PREFIX, OfHit, Step};
use crate::exercise::{ExerciseError, Options};
use crate::{now_ms, random_bytes};

/// An H-hour is at least this far away, however fast the exercise is played, in milliseconds.
const SHORTEST_H_HOUR_MS: u64 = 1_500;

pub(in crate::exercise) fn position([lat, lon]: [f64; 2]) -> Option<Position> {
    Position::from_degrees(lat, lon)
}

impl<'a> Play<'a> {
    /// What a step says.
    pub(super) async fn event(
        &mut self,
        step: &'a Step,
        options: &Options,
    ) -> Result<Event, ExerciseError> {
        let event = match step {
            Step::Say { text, urgent, .. } => {
                self.tally.messages += 1;
                Event::Say(Say {
                    text: text.clone(),
                    urgent: *urgent,
                    reply_to: None,
                })
            }
            Step::Target(step) => {
                let id = self.target(&step.target)?;
                let link = match &step.link {
                    Some((to, relation)) => Some(Link {
                        to: self.target(to)?,
                        relation: relation.clone(),
                    }),
                    None => None,
                };
                Event::Target(TargetChange {
                    kind: step.kind,
                    name: step.name.clone(),
                    status: step.status,
                    priority: step.priority,
                    owner: step.owner,
                    team: step.team.clone(),
                    evaluation: step.evaluated(),
                    handling: step.handling,
                    notes: step.notes.clone(),
                    add_identifiers: step.identifiers.clone(),
                    add_links: link.into_iter().collect(),
                    ..TargetChange::of(id)
                })
            }
            Step::Sighting {
                target, at, note, ..
            } => Event::Sighting(Sighting {
                target: self.target(target)?,
                seen_at_ms: now_ms(),
                position: at.and_then(position),
                note: note.clone(),
            }),
            Step::Hit {
                hit,
                identifier,
                target,
                at,
                note,
                ..
            } => {
                let id = HitId::from_bytes(random_bytes()?);
                self.hits.insert(hit, id);
                self.tally.hits += 1;
                let target = target
                    .as_ref()
                    .and_then(|name| self.targets.get(name.as_str()));
                Event::Hit(HitRaised {
                    position: at.and_then(position),
                    note: note.clone(),
                    ..HitRaised::seen(id, identifier.clone(), target.copied())
                })
            }
            Step::Acknowledge(of) => Event::Acknowledge(Acknowledgement {
                hit: self.hit(of).await?,
                note: of.note.clone(),
            }),
            Step::Confirm(of) | Step::False(of) => Event::Verdict(Verdict {
                hit: self.hit(of).await?,
                confirmed: matches!(step, Step::Confirm(_)),
                note: of.note.clone(),
            }),
            Step::Action(of) => Event::Action(Action {
                hit: self.hit(of).await?,
                note: of.note.clone(),
            }),
            Step::Reopen(of) => Event::Reopen(Reopening {
                hit: self.hit(of).await?,
                note: of.note.clone(),
            }),
            Step::Check {
                check,
                identifier,
                of,
                note,
                ..
            } => {
                let id = CheckId::from_bytes(random_bytes()?);
                self.checks.insert(check, id);
                Event::Check(CheckRequest {
                    check: id,
                    identifier: identifier.clone(),
                    countries: of.clone(),
                    note: note.clone(),
                })
            }
            Step::Answer {
                check,
                answer,
                note,
                ..
            } => Event::CheckAnswer(CheckAnswer {
                check: self
                    .checks
                    .get(check.as_str())
                    .copied()
                    .ok_or_else(|| unknown(check))?,
                answer: *answer,
                note: note.clone(),
            }),
            Step::Phase {
                by,
                phase,
                in_spite,
                after_abort,
            } => Event::Phase(PhaseBegun {
                in_spite: in_spite.clone(),
                after_abort: self.seen_abort(by, *after_abort).await?,
                ..PhaseBegun::of(phase)
            }),
            Step::Task {
                task,
                of,
                state,
                note,
                ..
            } => Event::Task(TaskStep {
                task: task.clone(),
                country: *of,
                state: *state,
                note: note.clone(),
            }),
            Step::HHour {
                by,
                after,
                after_abort,
            } => {
                let after_abort = self.seen_abort(by, *after_abort).await?;
                let after_ms = after.as_ms();
                self.h_hour_ms = Some(self.at_ms.saturating_add(after_ms));
                let real_ms = match options.speed {
                    speed if speed > 0.0 => (after_ms as f64 / speed) as u64,
                    _ => 0,
                };
                Event::HHour(HHour {
                    at_ms: Some(now_ms().saturating_add(real_ms.max(SHORTEST_H_HOUR_MS))),
                    after_abort,
                })
            }
            Step::CallVote { by, of } => Event::VoteCall(VoteCall {
                plan: self.plan(by).await?,
                countries: of.clone(),
            }),
            Step::Vote { by, choice, note } => Event::Vote(Vote {
                plan: self.plan(by).await?,
                choice: *choice,
                note: note.clone(),
            }),
            Step::Abort { reason, .. } => Event::Abort(Abort {
                reason: reason.clone(),
            }),
            Step::Custody {
                target,
                step,
                to,
                every,
                note,
                by,
            } => Event::Custody(CustodyStep {
                target: self.target(target)?,
                step: match (step, to) {
                    (CustodyWord::Take, _) => CustodyMove::Take,
                    (CustodyWord::Offer, Some(to)) => CustodyMove::Offer(*to),
                    (CustodyWord::Offer, None) => return Err(unknown(by)),
                    (CustodyWord::Accept, _) => CustodyMove::Accept,
                    (CustodyWord::Refuse, _) => CustodyMove::Refuse,
                    (CustodyWord::CheckIn, _) => CustodyMove::CheckIn,
                    (CustodyWord::Close, _) => CustodyMove::Close,
                },
                position: None,
                report_every: *every,
                note: note.clone(),
            }),
            // Those that are no event have been taken by `step`.
            other => return Err(unknown(other.by().unwrap_or_default())),
        };
        Ok(event)
    }

    /// A hit by its name in the script; `feed:TARGET` is the one that a feed has raised of a target.
    async fn hit(&self, of: &OfHit) -> Result<HitId, ExerciseError> {
        if let Some(id) = self.hits.get(of.hit.as_str()) {
            return Ok(*id);
        }
        let target = of.hit.strip_prefix(FEED_PREFIX);
        let target = target.and_then(|name| self.targets.get(name).copied());
        let room = self.stage.room()?;
        let look = move |session: &Session| {
            let hits = session.board().hits();
            let of_target = hits.filter(|(_, hit)| hit.target == target);
            let found = of_target.max_by_key(|(_, hit)| (hit.is_open(), hit.raised.seq));
            found.map(|(id, _)| id)
        };
        let found = self.stage.engine(&of.by)?.view(room, look).await?;
        found.ok_or_else(|| unknown(&of.hit))
    }

    /// The abort in force as somebody sees it, if the script says that they know of it.
    async fn seen_abort(&self, by: &str, knows: bool) -> Result<Option<u64>, ExerciseError> {
        if !knows {
            return Ok(None);
        }
        let room = self.stage.room()?;
        let look = |session: &Session| {
            let aborted = session.board().plan().aborted();
            aborted.map(|aborted| aborted.stamp.seq)
        };
        Ok(self.stage.engine(by)?.view(room, look).await?)
    }

    /// The plan's digest as somebody sees it.
    async fn plan(&self, by: &str) -> Result<[u8; 32], ExerciseError> {
        let room = self.stage.room()?;
        let look = |session: &Session| session.board().plan_digest();
        Ok(self.stage.engine(by)?.view(room, look).await?)
    }

    fn target(&mut self, name: &'a str) -> Result<TargetId, ExerciseError> {
        if let Some(id) = self.targets.get(name) {
            return Ok(*id);
        }
        let id = TargetId::from_bytes(random_bytes()?);
        self.targets.insert(name, id);
        self.tally.targets += 1;
        Ok(id)
    }
}
