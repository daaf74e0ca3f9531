//! Carrying out events that were read.

use entente_protocol::Delivery;

use super::Session;
use crate::board::Applied;
use crate::{Author, Event, Notice, SecurityEvent};

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
            Event::Target(_) | Event::Hit(_) | Event::Acknowledge(_) => {
                // Without a board the record keeps it, and it is applied when the snapshot comes.
                if !self.is_board_ready() {
                    return Vec::new();
                }
                vec![self.apply_to_board(event, author, seq, time_ms)]
            }
            Event::Snapshot(part) => self.take_snapshot_part(part, &author, seq),
            Event::SnapshotWanted(wanted) => {
                self.answer_snapshot_wanted(*wanted, &author, seq);
                Vec::new()
            }
            Event::Dispute(dispute) => {
                let security = SecurityEvent::SnapshotDisputedBy {
                    as_of: dispute.as_of,
                };
                vec![Notice::security(seq, author.device, security)]
            }
            Event::AmendmentProposed(proposed) => {
                vec![self.take_proposed(proposed, &author, seq, time_ms)]
            }
            Event::AmendmentSigned(signed) => vec![self.take_signed(signed, &author, seq)],
            Event::Unknown(unknown) => {
                vec![Notice::NeedsNewerClient {
                    seq,
                    author,
                    kind: unknown.kind.clone(),
                }]
            }
        }
    }

    /// Applies a board event and says what it did.
    pub(super) fn apply_to_board(
        &mut self,
        event: &Event,
        author: Author,
        seq: u64,
        time_ms: u64,
    ) -> Notice {
        let applied = match self.board.apply(event, &author, seq, time_ms) {
            Ok(applied) => applied,
            Err(reason) => {
                return Notice::Rejected {
                    seq,
                    author,
                    reason,
                };
            }
        };
        match (event, applied) {
            (Event::Target(change), applied) => Notice::Target {
                seq,
                time_ms,
                author,
                target: change.target,
                name: self
                    .board
                    .target(change.target)
                    .map(|target| target.name.value.clone())
                    .unwrap_or_default(),
                added: matches!(applied, Applied::TargetAdded(_)),
                change: change.clone(),
            },
            (Event::Hit(hit), _) => Notice::Hit {
                seq,
                time_ms,
                author,
                hit: hit.clone(),
            },
            (Event::Acknowledge(ack), Applied::HitAcknowledged(hit, first_of_country)) => {
                let acknowledgement = ack.clone();
                Notice::Acknowledged {
                    seq,
                    time_ms,
                    author,
                    hit,
                    first_of_country,
                    acknowledgement,
                }
            }
            _ => Notice::NeedsNewerClient {
                seq,
                author,
                kind: event.kind().to_owned(),
            },
        }
    }
}
