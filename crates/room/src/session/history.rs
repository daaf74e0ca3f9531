//! The record as it would be told now.

use super::Session;
use super::apply::Place;
use crate::{Event, Notice};

impl Session {
    /// What was said and done, as far as the record goes, in order.
    #[must_use]
    pub fn history(&self) -> Vec<Notice> {
        self.log
            .values()
            .filter_map(|entry| {
                let author = entry.author.as_ref()?;
                let (seq, time_ms) = (entry.seq, entry.time_ms);
                match entry.event()? {
                    Event::Say(say) => Some(Notice::Said {
                        seq,
                        time_ms,
                        author: author.clone(),
                        say,
                    }),
                    event if event.is_for_board() => match self.rejected.get(&seq) {
                        Some(reason) => Some(Notice::Rejected {
                            seq,
                            author: author.clone(),
                            reason: *reason,
                        }),
                        None => self.told(
                            &event,
                            Place {
                                seq,
                                time_ms,
                                author,
                            },
                        ),
                    },
                    _ => None,
                }
            })
            .collect()
    }
}
