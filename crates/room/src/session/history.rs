//! The record as it would be told now.

use super::Session;
use super::apply::Place;
use crate::{Author, Event, Notice};

impl Session {
    /// Everything recorded, in order: place, time, author and event.
    pub fn record(&self) -> impl Iterator<Item = (u64, u64, &Author, Event)> {
        self.record_after(0)
    }

    /// As [`Session::record`], without what lies at `after` or before.
    pub fn record_after(&self, after: u64) -> impl Iterator<Item = (u64, u64, &Author, Event)> {
        let entries = self.log.range(after.saturating_add(1)..);
        entries.filter_map(|(_, entry)| {
            let author = entry.author.as_ref()?;
            Some((entry.seq, entry.time_ms, author, entry.event()?))
        })
    }

    /// Who said what lies at a place of the record, and when, Unix milliseconds.
    #[must_use]
    pub fn said_by(&self, seq: u64) -> Option<(&Author, u64)> {
        let entry = self.log.get(&seq)?;
        Some((entry.author.as_ref()?, entry.time_ms))
    }

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
