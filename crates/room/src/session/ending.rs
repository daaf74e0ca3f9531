//! The end of a room: by the clock, and by an amendment that a device has missed.

use std::collections::HashMap;

use entente_protocol::GroupInfoReply;
use entente_trust::mls;

use super::Session;
use super::resync::group_info;
use super::state::Ended;
use crate::record::{numbered, prefix};
use crate::{Notice, SessionError};

impl Session {
    /// When the room ends, as far as this device knows, Unix milliseconds.
    fn ends_at_ms(&self) -> u64 {
        let by_charter = self.charter().closes_at_ms;
        self.state
            .ends_by_ms
            .map_or(by_charter, |sooner| sooner.min(by_charter))
    }

    /// Ends the session if the time box is over at `now_ms`: keys and outbox are destroyed, what
    /// stays is the record.
    pub fn close_if_over(&mut self, now_ms: u64) -> Option<Notice> {
        let closes_at_ms = self.ends_at_ms();
        if self.state.ended.is_some() || now_ms < closes_at_ms {
            return None;
        }
        self.end(Ended::Closed {
            at_ms: closes_at_ms,
        });
        Some(Notice::Closed { closes_at_ms })
    }

    /// Takes the last state of a room that its hub has closed: amendments that this device has missed
    /// may have moved the end. Only they are believed, because they are signed: by coordinators of
    /// whom none was revoked or removed as far as this device knows. An end that they put off is of
    /// no use here; one that they brought forward counts.
    ///
    /// # Errors
    /// See [`SessionError`]; nothing has changed then.
    pub fn learn_end(&mut self, reply: &GroupInfoReply) -> Result<(), SessionError> {
        if self.state.ended.is_some() {
            return Ok(());
        }
        let info = group_info(reply.group_info.as_slice())?;
        let charters = mls::charter_of(info.group_context().extensions())?;
        charters.check_standing()?;
        if charters.in_force().room != self.room() || !charters.continues(&self.charters) {
            return Err(SessionError::OtherRoom);
        }
        for signer in charters.signers_since(&self.charters)? {
            if self.is_gone(signer.device()) || self.revocations.revokes(&signer) {
                return Err(SessionError::GoneSeat(signer.device()));
            }
        }
        self.state.ends_by_ms = Some(charters.in_force().closes_at_ms);
        Ok(())
    }

    pub(super) fn end(&mut self, how: Ended) {
        self.state.last_epoch = self.epoch().unwrap_or(self.state.last_epoch);
        self.group = None;
        self.store.with_values(HashMap::clear);
        for item in core::mem::take(&mut self.outbox).into_keys() {
            self.put(numbered(prefix::OUTBOX, item), None);
        }
        self.state.ended = Some(how);
        self.state.pending_commit = None;
    }
}
