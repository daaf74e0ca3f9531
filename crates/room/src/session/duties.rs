//! What a device says of its own accord: that hits have reached it, and that a deadline has passed.

use entente_trust::Role;

use super::Session;
use crate::{Event, SessionError};

/// How long each member waits for the one before it in line, in milliseconds.
const TURN_MS: u64 = 3_000;

/// How long after something was said it may be said again, in milliseconds.
const AGAIN_MS: u64 = 15_000;

impl Session {
    /// Whether this device has a hit that it has not told the others of having.
    #[must_use]
    pub fn owes_receipt(&self) -> bool {
        let is_hand = self
            .role()
            .is_some_and(|role| !matches!(role, Role::Observer | Role::Agent));
        is_hand && self.board.receipt_due(self.device()).is_some()
    }

    /// Puts what is due now into the outbox; returns whether there was anything. Deadlines are told
    /// by the coordinators in the order of their leaves, then liaisons, then the field, each a while
    /// after the one before; the board takes only the first.
    ///
    /// # Errors
    /// As [`Session::enqueue`].
    pub fn say_what_is_due(&mut self, now_ms: u64) -> Result<bool, SessionError> {
        // What waits is said first; a board that is not complete has nothing to say.
        let turn = self.turn(|role, _| !matches!(role, Role::Observer | Role::Agent));
        let Some(turn) = turn.filter(|_| self.outbox.is_empty() && self.is_board_ready()) else {
            return Ok(false);
        };
        self.said
            .retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < AGAIN_MS);
        let mut due: Vec<Event> = self.board.receipt_due(self.device()).into_iter().collect();
        let turn_ms = u64::try_from(turn)
            .unwrap_or(u64::MAX)
            .saturating_mul(TURN_MS);
        let overdue = self.board.overdue(now_ms).into_iter();
        due.extend(
            overdue
                .filter(|(since_ms, _)| now_ms >= since_ms.saturating_add(turn_ms))
                .map(|(_, event)| event),
        );
        let mut any = false;
        for event in due {
            let bytes = event.encode().map_err(|_| SessionError::TooLarge)?;
            if self.said.contains_key(&bytes) {
                continue;
            }
            self.enqueue(&event)?;
            self.said.insert(bytes, now_ms);
            any = true;
        }
        Ok(any)
    }
}
