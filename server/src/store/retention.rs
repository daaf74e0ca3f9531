//! Forgetting rooms, and the part of the audit log that is theirs.

use entente_protocol::RoomId;

use super::{AuditRow, Due, Holdings, Kept, Step, Store, StoreError, engine};

impl Store {
    /// How much of a room is kept; none if it never was here.
    pub(crate) async fn kept(&self, room: RoomId) -> Result<Option<Kept>, StoreError> {
        engine!(self.kept(room))
    }

    /// Rooms of which something must be gone by `until_ms`, at most `most` of them, the most urgent first.
    pub(crate) async fn due(&self, until_ms: u64, most: u32) -> Result<Vec<Due>, StoreError> {
        engine!(self.due(until_ms, most))
    }

    /// How much of what its members have said a room has. All of it is looked at.
    pub(crate) async fn holdings(&self, room: RoomId) -> Result<Holdings, StoreError> {
        engine!(self.holdings(room))
    }

    /// Carries a step out; returns how many messages it deleted.
    ///
    /// # Errors
    /// [`StoreError::Behind`] if the room is not where the step begins: somebody else has carried it out.
    pub(crate) async fn forget(
        &self,
        room: RoomId,
        step: Step,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        engine!(self.forget(room, step, now_ms))
    }

    /// Up to where the digests of a room's messages are in the audit log.
    pub(crate) async fn audited(&self, room: RoomId) -> Result<u64, StoreError> {
        engine!(self.audited(room))
    }

    /// A room's rows of the audit log above `after`, in order, at most `most` of them.
    pub(crate) async fn audit_of(
        &self,
        room: RoomId,
        after: u64,
        most: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        engine!(self.audit_of(room, after, most))
    }

    /// Has what was deleted leave the write-ahead log too, where the hub has one of its own. False if somebody reads
    /// in it just now.
    pub(crate) async fn empty_log(&self) -> Result<bool, StoreError> {
        engine!(self.empty_log())
    }

    /// Writes an embedded database anew, so that nothing is left in it of what was deleted at any time. It takes
    /// as long as copying it, and nobody may use it meanwhile.
    pub(crate) async fn rewrite(&self) -> Result<(), StoreError> {
        engine!(self.rewrite())
    }
}
