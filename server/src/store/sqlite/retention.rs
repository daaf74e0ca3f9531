//! Forgetting rooms.

use entente_protocol::RoomId;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use super::writer::Job;
use crate::store::audit as entries;
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{AuditRow, Due, Holdings, Kept, Step, StoreError};

/// What goes with what was said.
const WITH_THE_MESSAGES: [&str; 4] = [
    "DELETE FROM blobs WHERE room = ?",
    "DELETE FROM welcomes WHERE room = ?",
    "DELETE FROM welcome_trees WHERE room = ?",
    "DELETE FROM unseated WHERE room = ?",
];

/// What goes in the end.
const WITH_THE_REST: [&str; 3] = [
    "DELETE FROM room_groups WHERE room = ?",
    "DELETE FROM seats WHERE room = ?",
    "DELETE FROM room_revocations WHERE room = ?",
];

/// Carries a step out; returns how many messages went and what the audit log says of it.
pub(super) async fn carry_out(
    connection: &mut SqliteConnection,
    room: RoomId,
    step: Step,
) -> Result<(u64, Vec<String>), StoreError> {
    let id = room.as_bytes().as_slice();
    let mut blobs = 0;
    let moved = match step {
        Step::Messages { most } => {
            let mut gone = 0;
            // A place says where its message is.
            for statement in [
                "DELETE FROM messages WHERE id IN \
                 (SELECT message FROM places WHERE room = ?1 ORDER BY seq LIMIT ?2) \
                 AND (SELECT kept FROM rooms WHERE room = ?1) = 1",
                "DELETE FROM places WHERE room = ?1 AND seq IN \
                 (SELECT seq FROM places WHERE room = ?1 ORDER BY seq LIMIT ?2) \
                 AND (SELECT kept FROM rooms WHERE room = ?1) = 1",
            ] {
                let deleted = sqlx::query(statement)
                    .bind(id)
                    .bind(i64::from(most))
                    .execute(&mut *connection)
                    .await?;
                gone = deleted.rows_affected();
            }
            return Ok((gone, Vec::new()));
        }
        Step::Note { audited, to, .. } => {
            sqlx::query("UPDATE rooms SET audited = ? WHERE room = ? AND audited = ? AND kept < 2")
                .bind(to_i64(to))
                .bind(id)
                .bind(to_i64(audited))
        }
        Step::Begin => {
            sqlx::query("UPDATE rooms SET kept = 1, closed = 1 WHERE room = ? AND kept = 0")
                .bind(id)
        }
        Step::End => {
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM blobs WHERE room = ?")
                .bind(id)
                .fetch_one(&mut *connection)
                .await?;
            blobs = to_u64(count)?;
            sqlx::query("UPDATE rooms SET kept = 2, oldest = head + 1 WHERE room = ? AND kept = 1")
                .bind(id)
        }
        Step::Rest => sqlx::query("UPDATE rooms SET kept = 3 WHERE room = ? AND kept = 2").bind(id),
    };
    if moved.execute(&mut *connection).await?.rows_affected() != 1 {
        return Err(StoreError::Behind);
    }
    let statements: &[&str] = match step {
        Step::End => &WITH_THE_MESSAGES,
        Step::Rest => &WITH_THE_REST,
        _ => &[],
    };
    for statement in statements {
        sqlx::query(*statement)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    let head: i64 = sqlx::query_scalar("SELECT head FROM rooms WHERE room = ?")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let entries = entries::of_step(room, step, to_u64(head)?, blobs);
    Ok((0, entries))
}

/// Moves all of the write-ahead log into the database and cuts it to nothing.
pub(super) async fn empty_log(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(connection)
        .await?;
    let is_busy: i64 = row.try_get(0)?;
    Ok(is_busy == 0)
}

fn due(row: &SqliteRow) -> Result<Due, StoreError> {
    let number = |name| to_u64(row.try_get(name)?);
    Ok(Due {
        room: rows::room(row.try_get("room")?)?,
        kept: Kept::from_number(row.try_get("kept")?)?,
        closes_at_ms: number("closes_at_ms")?,
        shred_at_ms: number("shred_at_ms")?,
        forget_at_ms: number("forget_at_ms")?,
    })
}

impl Engine {
    pub(in crate::store) async fn kept(&self, room: RoomId) -> Result<Option<Kept>, StoreError> {
        let kept: Option<i64> = sqlx::query_scalar("SELECT kept FROM rooms WHERE room = ?")
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&self.readers)
            .await?;
        kept.map(Kept::from_number).transpose()
    }

    pub(in crate::store) async fn due(
        &self,
        until_ms: u64,
        most: u32,
    ) -> Result<Vec<Due>, StoreError> {
        sqlx::query(
            "SELECT room, kept, closes_at_ms, shred_at_ms, forget_at_ms \
             FROM rooms WHERE (kept < 2 AND shred_at_ms <= ?1) OR (kept = 2 AND forget_at_ms <= ?1) \
             ORDER BY shred_at_ms, room LIMIT ?2",
        )
        .bind(to_i64(until_ms))
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(due)
        .collect()
    }

    pub(in crate::store) async fn holdings(&self, room: RoomId) -> Result<Holdings, StoreError> {
        self.settled().await?;
        let row = sqlx::query(
            "SELECT COUNT(*) AS messages, COALESCE(SUM(length(messages.message)), 0) AS message_bytes, \
             (SELECT COUNT(*) FROM blobs WHERE room = ?1) AS blobs \
             FROM places JOIN messages ON messages.id = places.message WHERE places.room = ?1",
        )
        .bind(room.as_bytes().as_slice())
        .fetch_one(&self.readers)
        .await?;
        Ok(Holdings {
            messages: to_u64(row.try_get("messages")?)?,
            message_bytes: to_u64(row.try_get("message_bytes")?)?,
            blobs: to_u64(row.try_get("blobs")?)?,
        })
    }

    pub(in crate::store) async fn forget(
        &self,
        room: RoomId,
        step: Step,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        self.write(|answer| Job::Forget {
            room,
            step,
            now_ms,
            answer,
        })
        .await
    }

    pub(in crate::store) async fn audited(&self, room: RoomId) -> Result<u64, StoreError> {
        let audited: Option<i64> = sqlx::query_scalar("SELECT audited FROM rooms WHERE room = ?")
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&self.readers)
            .await?;
        to_u64(audited.unwrap_or_default())
    }

    pub(in crate::store) async fn audit_of(
        &self,
        room: RoomId,
        after: u64,
        most: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        sqlx::query(
            "SELECT id, time_ms, entry, digest, (SELECT digest FROM audit AS earlier \
             WHERE earlier.id < audit.id ORDER BY earlier.id DESC LIMIT 1) AS before \
             FROM audit WHERE room = ? AND id > ? ORDER BY id LIMIT ?",
        )
        .bind(room.as_bytes().as_slice())
        .bind(to_i64(after))
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
            let before: Option<Vec<u8>> = row.try_get("before")?;
            Ok(AuditRow {
                id: to_u64(row.try_get("id")?)?,
                before: rows::fingerprint(&before.unwrap_or_else(|| vec![0; 32]))?,
                time_ms: to_u64(row.try_get("time_ms")?)?,
                entry: row.try_get("entry")?,
                digest: rows::fingerprint(row.try_get("digest")?)?,
            })
        })
        .collect()
    }

    pub(in crate::store) async fn empty_log(&self) -> Result<bool, StoreError> {
        self.write(|answer| Job::EmptyLog { answer }).await
    }

    pub(in crate::store) async fn rewrite(&self) -> Result<(), StoreError> {
        self.write(|answer| Job::Rewrite { answer }).await
    }
}
