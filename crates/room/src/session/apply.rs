//! Carrying out events that were read.

use entente_protocol::Delivery;

use super::Session;
use crate::notice::Lost;
use crate::{About, Author, Event, Notice, Overtaken, Rejected};

impl Session {
    pub(super) fn apply_event(
        &mut self,
        event: &Event,
        author: &Author,
        delivery: &Delivery,
    ) -> Vec<Notice> {
        let (seq, time_ms) = (delivery.seq, delivery.time_ms);
        let author = author.clone();
        match event {
            Event::Say(say) => vec![Notice::Said {
                seq,
                time_ms,
                author,
                say: say.clone(),
            }],
            Event::Snapshot(part) => self.take_snapshot_part(part, &author, seq),
            Event::SnapshotWanted(wanted) => {
                self.answer_snapshot_wanted(*wanted, &author, seq);
                Vec::new()
            }
            Event::Dispute(dispute) => self.take_dispute(*dispute, author.device, seq),
            Event::AmendmentProposed(proposed) => {
                vec![self.take_proposed(proposed, &author, seq, time_ms)]
            }
            Event::AmendmentSigned(signed) => vec![self.take_signed(signed, &author, seq)],
            Event::Bridge(bridge) => self.take_bridge(bridge, &author, seq),
            Event::Unknown(unknown) => {
                vec![Notice::NeedsNewerClient {
                    seq,
                    author,
                    kind: unknown.kind.clone(),
                }]
            }
            // Live places are not stored; one that is was sent by mistake.
            Event::Position(_) => Vec::new(),
            // Without a board the record keeps it, and it is applied when the snapshot comes.
            on_board if self.is_board_ready() => {
                self.apply_to_board(on_board, author, seq, time_ms)
            }
            _ => Vec::new(),
        }
    }

    /// Applies a board event and says what it did.
    pub(super) fn apply_to_board(
        &mut self,
        event: &Event,
        author: Author,
        seq: u64,
        time_ms: u64,
    ) -> Vec<Notice> {
        let entry = self.log.get(&seq);
        let above = entry.map_or(&[][..], |entry| entry.above.as_slice());
        let outcome = match self
            .board
            .apply_within(event, (&author, seq, time_ms), above)
        {
            Ok(outcome) => outcome,
            Err(Rejected::UnknownTarget) if entry.is_some_and(|it| it.is_above_unknown) => {
                return self.lose_board(seq);
            }
            Err(reason) => {
                self.rejected.insert(seq, reason);
                return vec![Notice::Rejected {
                    seq,
                    author,
                    reason,
                }];
            }
        };
        if let Some(all) = outcome.overtaken() {
            self.remember_lost(seq, all);
        }
        let place = Place {
            seq,
            time_ms,
            author: &author,
        };
        let mut notices: Vec<Notice> = self.told(event, place).into_iter().collect();
        if outcome.voided_votes {
            notices.push(Notice::VotesVoid { seq, author });
        }
        notices
    }

    pub(super) fn remember_lost(&mut self, seq: u64, all: Vec<Overtaken>) {
        let lost = all.into_iter().map(|one| Lost {
            field: one.field,
            value: one.value,
            by: self.author(one.by.author),
            seq: one.by.seq,
        });
        let lost = lost.collect();
        self.lost.insert(seq, lost);
    }

    /// An event that the board has taken, as it is told; none for what need not be.
    pub(super) fn told(&self, event: &Event, place: Place<'_>) -> Option<Notice> {
        let Place {
            seq,
            time_ms,
            author,
        } = place;
        let author = author.clone();
        let notice = match event {
            Event::Delivered(_) => return None,
            Event::Target(change) => {
                let target = self.board.target(change.target)?;
                Notice::Target {
                    seq,
                    time_ms,
                    author,
                    target: change.target,
                    name: change
                        .name
                        .clone()
                        .unwrap_or_else(|| target.name.value.clone()),
                    added: target.created.seq == seq,
                    change: change.clone(),
                    overtaken: self.lost.get(&seq).cloned().unwrap_or_default(),
                }
            }
            Event::Hit(hit) => {
                let id = self.board.resolve(hit.hit)?;
                let known = self.board.hit(id)?;
                Notice::Hit {
                    seq,
                    time_ms,
                    author,
                    folded_into: (known.raised.seq != seq).then_some(id),
                    count: known.count,
                    hit: hit.clone(),
                }
            }
            Event::Acknowledge(acknowledgement) => {
                let id = self.board.resolve(acknowledgement.hit)?;
                let first = self.board.hit(id)?.acknowledged.get(&author.country)?;
                Notice::Acknowledged {
                    seq,
                    time_ms,
                    hit: id,
                    first_of_country: first.stamp.seq == seq,
                    author,
                    acknowledgement: acknowledgement.clone(),
                }
            }
            other => Notice::Board {
                seq,
                time_ms,
                about: self.about(other),
                latency_ms: self.latency_of(other, &author),
                decision: matches!(other, Event::Vote(_)).then(|| self.board.decision()),
                author,
                event: other.clone(),
            },
        };
        Some(notice)
    }

    /// What an event is about, in words that are on the board or in the playbook.
    fn about(&self, event: &Event) -> About {
        let board = &self.board;
        let target = |id| {
            let name = board.target(id).map(|target| target.name.value.clone());
            name.map_or(About::Nothing, About::Name)
        };
        let hit = |id| {
            let seen = board.hit(id).map(|hit| hit.identifier.to_string());
            seen.map_or(About::Nothing, About::Name)
        };
        match event {
            Event::Sighting(sighting) => target(sighting.target),
            Event::Custody(step) => target(step.target),
            Event::CustodyAlarm(alarm) => target(alarm.target),
            Event::Document(shared) => shared.target.map_or(About::Nothing, target),
            Event::Verdict(verdict) => hit(verdict.hit),
            Event::Action(action) => hit(action.hit),
            Event::Reopen(reopening) => hit(reopening.hit),
            Event::Escalate(escalation) => hit(escalation.hit),
            Event::Check(request) => About::Name(request.identifier.to_string()),
            Event::CheckAnswer(answer) => {
                board.check(answer.check).map_or(About::Nothing, |check| {
                    About::Name(check.identifier.to_string())
                })
            }
            Event::Phase(begun) => board
                .playbook()
                .phase(&begun.phase)
                .map_or(About::Nothing, |phase| About::Title(phase.title.clone())),
            Event::Task(step) => board
                .playbook()
                .task(&step.task)
                .map_or(About::Nothing, |(_, task)| About::Title(task.title.clone())),
            _ => About::Nothing,
        }
    }

    fn latency_of(&self, event: &Event, author: &Author) -> Option<u64> {
        match event {
            Event::CheckAnswer(answer) => {
                self.board.check(answer.check)?.latency_ms(author.country)
            }
            _ => None,
        }
    }
}

/// Where in the order an event lies, and whose it is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) seq: u64,
    pub(super) time_ms: u64,
    pub(super) author: &'a Author,
}
