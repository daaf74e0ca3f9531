//! The time box: when the room opens, and that it closes.

use super::Room;
use crate::Effect;

impl Room {
    /// When [`Room::handle_timeout`] wants to be called next, Unix milliseconds.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<u64> {
        (!self.closed).then_some(self.charter().closes_at_ms)
    }

    /// Closes the room if its time is over.
    pub fn handle_timeout(&mut self, now_ms: u64) -> Vec<Effect> {
        if self.closed || now_ms < self.charter().closes_at_ms {
            return Vec::new();
        }
        self.closed = true;
        self.pending.can_not_be_undone();
        vec![Effect::Closed {
            at_ms: self.charter().closes_at_ms,
        }]
    }

    pub(crate) fn mark_closed(&mut self) {
        self.closed = true;
    }

    /// Whether its closing was carried out.
    #[must_use]
    pub fn is_marked_closed(&self) -> bool {
        self.closed
    }

    /// Start of the time box, Unix milliseconds.
    #[must_use]
    pub fn opens_at_ms(&self) -> u64 {
        self.charter().opens_at_ms
    }

    /// End of the time box, Unix milliseconds.
    #[must_use]
    pub fn closes_at_ms(&self) -> u64 {
        self.charter().closes_at_ms
    }

    /// Whether the room is closed at `now_ms`.
    #[must_use]
    pub fn is_closed_at(&self, now_ms: u64) -> bool {
        self.closed || now_ms >= self.charter().closes_at_ms
    }
}
