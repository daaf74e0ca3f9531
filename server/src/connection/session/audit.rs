//! What the hub has noted of a room, for those who coordinate it.

use entente_protocol::{AuditRow, AuditRows, ErrorCode, HubFrame, RoomId, limits};

use super::Session;
use crate::retention::{RetentionError, note_messages};
use crate::room::Command;

impl Session {
    pub(super) async fn audit(&self, request: u32, room: RoomId, after: u64) {
        let device = self.peer.device();
        let ask = |reply| Command::CheckCoordinator { device, reply };
        if let Err(code) = self.hub.ask_room(room, ask).await {
            return self.refuse(request, Some(room), code);
        }
        match self.rows(room, after).await {
            Ok(rows) => self.send(request, &HubFrame::AuditRows(AuditRows { request, rows })),
            Err(error) => {
                tracing::error!(%room, %error, "the audit log of a room can't be told");
                self.refuse(request, Some(room), ErrorCode::Unavailable);
            }
        }
    }

    async fn rows(&self, room: RoomId, after: u64) -> Result<Vec<AuditRow>, RetentionError> {
        let store = &self.hub.store;
        note_messages(store, room, self.hub.clock.now_ms()).await?;
        let most = u32::try_from(limits::AUDIT_ROWS_PER_REPLY).unwrap_or(u32::MAX);
        let rows = store.audit_of(room, after, most).await?;
        Ok(rows
            .into_iter()
            .map(|row| AuditRow {
                id: row.id,
                before: row.before,
                time_ms: row.time_ms,
                entry: row.entry.into_bytes().into(),
                digest: row.digest,
            })
            .collect())
    }
}
