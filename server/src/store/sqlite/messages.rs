//! The log of each room.

use entente_delivery::StoredMessage;
use entente_protocol::{Delivery, DeviceId, MessageKind, RoomId, limits};
use futures_util::TryStreamExt as _;
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{StoreError, prune_below};

/// Bytes of messages after which a page ends, so that large ones don't fill the memory.
const PAGE_BYTES: usize = 1024 * 1024;

pub(super) const PAGE: &str = "SELECT places.seq AS seq, kind, places.sender AS sender, places.number AS number, \
     epoch, time_ms, messages.message AS message FROM places JOIN messages ON messages.id = places.message \
     WHERE places.room = ? AND places.seq > ? AND places.seq <= ? ORDER BY places.seq LIMIT ?";

pub(super) const PLACE: &str = "SELECT places.seq AS seq, time_ms FROM places \
     JOIN messages ON messages.id = places.message \
     WHERE places.room = ? AND places.sender = ? AND places.number = ? ORDER BY places.seq DESC LIMIT 1";

/// Both, in this order: a place says where its message is.
pub(super) const PRUNE: [&str; 2] = [
    "DELETE FROM messages WHERE id IN (SELECT message FROM places WHERE room = ? AND seq < ?)",
    "DELETE FROM places WHERE room = ? AND seq < ?",
];

/// Into the heap: its place follows.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    room: RoomId,
    message: &StoredMessage,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO messages (id, room, seq, kind, sender, number, epoch, time_ms, message) \
         SELECT MAX(message, (SELECT COALESCE(MAX(id), 0) FROM messages)) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM settled",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(message.seq))
    .bind(i64::from(message.kind as u8))
    .bind(message.sender.as_bytes().as_slice())
    .bind(to_i64(message.number))
    .bind(to_i64(message.epoch))
    .bind(to_i64(message.time_ms))
    .bind(message.message.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what a room keeps no longer; all of it must be in its place.
pub(super) async fn prune(
    connection: &mut SqliteConnection,
    room: RoomId,
    head: u64,
    appended: u64,
    keep: u64,
) -> Result<(), StoreError> {
    let Some(oldest) = prune_below(head, appended, keep) else {
        return Ok(());
    };
    for statement in PRUNE {
        sqlx::query(statement)
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(oldest))
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("UPDATE rooms SET oldest = ? WHERE room = ?")
        .bind(to_i64(oldest))
        .bind(room.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn oldest(&self, room: RoomId) -> Result<u64, StoreError> {
        let oldest: Option<i64> = sqlx::query_scalar("SELECT oldest FROM rooms WHERE room = ?")
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&self.readers)
            .await?;
        oldest.map_or(Ok(1), to_u64)
    }

    pub(in crate::store) async fn page(
        &self,
        room: RoomId,
        after: u64,
        until: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.settled().await?;
        let mut rows = sqlx::query(PAGE)
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(after))
            .bind(to_i64(until))
            .bind(to_i64(limits::HISTORY_PAGE_MESSAGES as u64))
            .fetch(&self.readers);
        let (mut page, mut size_bytes) = (Vec::new(), 0);
        while let Some(row) = rows.try_next().await? {
            let kind = u8::try_from(row.try_get::<i64, _>("kind")?)
                .ok()
                .and_then(MessageKind::from_u8)
                .ok_or(StoreError::Damaged("kind"))?;
            let message: Vec<u8> = row.try_get("message")?;
            size_bytes += message.len();
            page.push(Delivery {
                room,
                seq: to_u64(row.try_get("seq")?)?,
                kind,
                sender: rows::device(row.try_get("sender")?)?,
                number: to_u64(row.try_get("number")?)?,
                epoch: to_u64(row.try_get("epoch")?)?,
                time_ms: to_u64(row.try_get("time_ms")?)?,
                message: message.into(),
            });
            if size_bytes >= PAGE_BYTES {
                break;
            }
        }
        Ok(page)
    }

    pub(in crate::store) async fn place_of(
        &self,
        room: RoomId,
        sender: DeviceId,
        number: u64,
    ) -> Result<Option<(u64, u64)>, StoreError> {
        self.settled().await?;
        let row = sqlx::query(PLACE)
            .bind(room.as_bytes().as_slice())
            .bind(sender.as_bytes().as_slice())
            .bind(to_i64(number))
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((
            to_u64(row.try_get("seq")?)?,
            to_u64(row.try_get("time_ms")?)?,
        )))
    }
}
