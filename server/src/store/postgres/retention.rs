//! Forgetting rooms. What is deleted leaves the files of PostgreSQL when it writes over them: see docs/OPERATIONS.md.

use entente_protocol::RoomId;
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::{Engine, audit, every, in_time};
use crate::store::audit as entries;
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{AuditRow, Due, Holdings, Kept, Step, StoreError};

/// What goes with what was said.
const WITH_THE_MESSAGES: [&str; 4] = [
    "DELETE FROM blobs WHERE room = $1",
    "DELETE FROM welcomes WHERE room = $1",
    "DELETE FROM welcome_trees WHERE room = $1",
    "DELETE FROM unseated WHERE room = $1",
];

/// What goes in the end.
const WITH_THE_REST: [&str; 3] = [
    "DELETE FROM room_groups WHERE room = $1",
    "DELETE FROM seats WHERE room = $1",
    "DELETE FROM room_revocations WHERE room = $1",
];

async fn carry_out(
    connection: &mut PgConnection,
    room: RoomId,
    step: Step,
) -> Result<(u64, Vec<String>), StoreError> {
    let id = room.as_bytes().as_slice();
    let mut blobs = 0;
    let moved = match step {
        Step::Messages { most } => {
            let deleted = sqlx::query(
                "DELETE FROM messages WHERE room = $1 AND seq IN \
                 (SELECT seq FROM messages WHERE room = $1 ORDER BY seq LIMIT $2) \
                 AND (SELECT kept FROM rooms WHERE room = $1) = 1",
            )
            .bind(id)
            .bind(i64::from(most))
            .execute(&mut *connection)
            .await?;
            return Ok((deleted.rows_affected(), Vec::new()));
        }
        Step::Note { audited, to, .. } => sqlx::query_scalar(
            "UPDATE rooms SET audited = $2 WHERE room = $1 AND audited = $3 AND kept < 2 \
             RETURNING head",
        )
        .bind(id)
        .bind(to_i64(to))
        .bind(to_i64(audited)),
        Step::Begin => sqlx::query_scalar(
            "UPDATE rooms SET kept = 1, closed = 1 WHERE room = $1 AND kept = 0 RETURNING head",
        )
        .bind(id),
        Step::End => {
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM blobs WHERE room = $1")
                .bind(id)
                .fetch_one(&mut *connection)
                .await?;
            blobs = to_u64(count)?;
            sqlx::query_scalar(
                "UPDATE rooms SET kept = 2, oldest = head + 1 WHERE room = $1 AND kept = 1 \
                 RETURNING head",
            )
            .bind(id)
        }
        Step::Rest => sqlx::query_scalar(
            "UPDATE rooms SET kept = 3 WHERE room = $1 AND kept = 2 RETURNING head",
        )
        .bind(id),
    };
    let head: Option<i64> = moved.fetch_optional(&mut *connection).await?;
    let head = to_u64(head.ok_or(StoreError::Behind)?)?;
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
    Ok((0, entries::of_step(room, step, head, blobs)))
}

fn due(row: &PgRow) -> Result<Due, StoreError> {
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
        in_time(async {
            let kept: Option<i64> = sqlx::query_scalar("SELECT kept FROM rooms WHERE room = $1")
                .bind(room.as_bytes().as_slice())
                .fetch_optional(&self.pool)
                .await?;
            kept.map(Kept::from_number).transpose()
        })
        .await
    }

    pub(in crate::store) async fn due(
        &self,
        until_ms: u64,
        most: u32,
    ) -> Result<Vec<Due>, StoreError> {
        in_time(async {
            let found = sqlx::query(
                "SELECT room, kept, closes_at_ms, shred_at_ms, forget_at_ms \
                 FROM rooms WHERE (kept < 2 AND shred_at_ms <= $1) \
                 OR (kept = 2 AND forget_at_ms <= $1) ORDER BY shred_at_ms, room LIMIT $2",
            )
            .bind(to_i64(until_ms))
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
            every(&found, due)
        })
        .await
    }

    pub(in crate::store) async fn holdings(&self, room: RoomId) -> Result<Holdings, StoreError> {
        in_time(async {
            let row = sqlx::query(
                "SELECT COUNT(*) AS messages, \
                 COALESCE(SUM(length(message)), 0)::bigint AS message_bytes, \
                 (SELECT COUNT(*) FROM blobs WHERE room = $1) AS blobs \
                 FROM messages WHERE room = $1",
            )
            .bind(room.as_bytes().as_slice())
            .fetch_one(&self.pool)
            .await?;
            Ok(Holdings {
                messages: to_u64(row.try_get("messages")?)?,
                message_bytes: to_u64(row.try_get("message_bytes")?)?,
                blobs: to_u64(row.try_get("blobs")?)?,
            })
        })
        .await
    }

    pub(in crate::store) async fn forget(
        &self,
        room: RoomId,
        step: Step,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            let (gone, entries) = carry_out(&mut transaction, room, step).await?;
            audit::append(&mut transaction, now_ms, entries).await?;
            transaction.commit().await?;
            Ok(gone)
        })
        .await
    }

    pub(in crate::store) async fn audited(&self, room: RoomId) -> Result<u64, StoreError> {
        in_time(async {
            let audited: Option<i64> =
                sqlx::query_scalar("SELECT audited FROM rooms WHERE room = $1")
                    .bind(room.as_bytes().as_slice())
                    .fetch_optional(&self.pool)
                    .await?;
            to_u64(audited.unwrap_or_default())
        })
        .await
    }

    pub(in crate::store) async fn audit_of(
        &self,
        room: RoomId,
        after: u64,
        most: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        in_time(async {
            let found = sqlx::query(
                "SELECT id, time_ms, entry, digest, (SELECT digest FROM audit AS earlier \
                 WHERE earlier.id < audit.id ORDER BY earlier.id DESC LIMIT 1) AS before \
                 FROM audit WHERE room = $1 AND id > $2 ORDER BY id LIMIT $3",
            )
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(after))
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
            every(&found, |row| {
                let before: Option<Vec<u8>> = row.try_get("before")?;
                Ok(AuditRow {
                    id: to_u64(row.try_get("id")?)?,
                    before: rows::fingerprint(&before.unwrap_or_else(|| vec![0; 32]))?,
                    time_ms: to_u64(row.try_get("time_ms")?)?,
                    entry: row.try_get("entry")?,
                    digest: rows::fingerprint(row.try_get("digest")?)?,
                })
            })
        })
        .await
    }

    /// The database keeps its own log, for those who replicate and restore it.
    #[allow(clippy::unused_async)] // as the other engine's
    pub(in crate::store) async fn empty_log(&self) -> Result<bool, StoreError> {
        Ok(true)
    }

    #[allow(clippy::unused_async)] // as the other engine's
    pub(in crate::store) async fn rewrite(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
