//! The record as it would be told now.

use super::Session;
use crate::{Event, Notice};

impl Session {
    /// What was said and done, as far as the record goes and the board agrees, in order.
    #[must_use]
    pub fn history(&self) -> Vec<Notice> {
        self.log
            .values()
            .filter_map(|entry| {
                let author = entry.author.clone()?;
                let (seq, time_ms) = (entry.seq, entry.time_ms);
                match entry.event()? {
                    Event::Say(say) => Some(Notice::Said {
                        seq,
                        time_ms,
                        author,
                        say,
                    }),
                    Event::Target(change) => {
                        let target = self.board.target(change.target)?;
                        Some(Notice::Target {
                            seq,
                            time_ms,
                            author,
                            target: change.target,
                            name: change
                                .name
                                .clone()
                                .unwrap_or_else(|| target.name.value.clone()),
                            added: target.created.seq == seq,
                            change,
                        })
                    }
                    Event::Hit(hit) => {
                        let is_on_board = self
                            .board
                            .hit(hit.hit)
                            .is_some_and(|known| known.raised.seq == seq);
                        is_on_board.then_some(Notice::Hit {
                            seq,
                            time_ms,
                            author,
                            hit,
                        })
                    }
                    Event::Acknowledge(acknowledgement) => {
                        let hit = self.board.hit(acknowledgement.hit)?;
                        let first = hit.acknowledged.get(&author.country)?;
                        Some(Notice::Acknowledged {
                            seq,
                            time_ms,
                            hit: acknowledgement.hit,
                            first_of_country: first.seq == seq,
                            author,
                            acknowledgement,
                        })
                    }
                    _ => None,
                }
            })
            .collect()
    }
}
