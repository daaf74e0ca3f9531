//! How much of each blob is stored. The bytes themselves lie in the object store.

use entente_protocol::{DeviceId, RoomId, limits};
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use crate::store::{BlobKey, BlobRow, StoreError};

/// Notes that a blob's chunks before `row.stored` are stored.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    (room, blob): BlobKey,
    row: BlobRow,
) -> Result<(), StoreError> {
    let is_over: Option<i64> =
        sqlx::query_scalar("SELECT kept FROM rooms WHERE room = ? AND kept > 0")
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&mut *connection)
            .await?;
    if is_over.is_some() {
        return Err(StoreError::Behind);
    }
    if row.stored == 1 {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM blobs WHERE room = ?")
            .bind(room.as_bytes().as_slice())
            .fetch_one(&mut *connection)
            .await?;
        if count >= i64::from(limits::MAX_BLOBS_PER_ROOM) {
            return Err(StoreError::TooManyBlobs);
        }
    }
    sqlx::query(
        "INSERT INTO blobs (room, blob, device, chunks, stored) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (room, blob) DO UPDATE SET stored = max(stored, excluded.stored)",
    )
    .bind(room.as_bytes().as_slice())
    .bind(blob.as_bytes().as_slice())
    .bind(row.device.as_bytes().as_slice())
    .bind(i64::from(row.chunks))
    .bind(i64::from(row.stored))
    .execute(connection)
    .await?;
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn blobs_of(&self, room: RoomId) -> Result<(u64, u64), StoreError> {
        let (blobs, chunks): (i64, i64) =
            sqlx::query_as("SELECT count(*), coalesce(sum(stored), 0) FROM blobs WHERE room = ?")
                .bind(room.as_bytes().as_slice())
                .fetch_one(&self.readers)
                .await?;
        Ok((blobs.unsigned_abs(), chunks.unsigned_abs()))
    }

    pub(in crate::store) async fn blob(
        &self,
        (room, blob): BlobKey,
    ) -> Result<Option<BlobRow>, StoreError> {
        let row =
            sqlx::query("SELECT device, chunks, stored FROM blobs WHERE room = ? AND blob = ?")
                .bind(room.as_bytes().as_slice())
                .bind(blob.as_bytes().as_slice())
                .fetch_optional(&self.readers)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let damaged = StoreError::Damaged("blob");
        let device: Vec<u8> = row.try_get("device")?;
        let (chunks, stored): (i64, i64) = (row.try_get("chunks")?, row.try_get("stored")?);
        match (
            DeviceId::from_slice(&device),
            u32::try_from(chunks),
            u32::try_from(stored),
        ) {
            (Some(device), Ok(chunks), Ok(stored)) => Ok(Some(BlobRow {
                device,
                chunks,
                stored,
            })),
            _ => Err(damaged),
        }
    }
}
