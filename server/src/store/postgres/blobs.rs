//! How much of each blob is stored.

use entente_protocol::{DeviceId, RoomId, limits};
use sqlx::Row as _;

use super::{Engine, in_time};
use crate::store::{BlobKey, BlobRow, StoreError};

impl Engine {
    pub(in crate::store) async fn blobs_of(&self, room: RoomId) -> Result<(u64, u64), StoreError> {
        in_time(async {
            let (blobs, chunks): (i64, i64) = sqlx::query_as(
                "SELECT count(*), coalesce(sum(stored), 0)::bigint FROM blobs WHERE room = $1",
            )
            .bind(room.as_bytes().as_slice())
            .fetch_one(&self.pool)
            .await?;
            Ok((blobs.unsigned_abs(), chunks.unsigned_abs()))
        })
        .await
    }

    pub(in crate::store) async fn put_blob(
        &self,
        (room, blob): BlobKey,
        row: BlobRow,
    ) -> Result<(), StoreError> {
        in_time(async {
            let is_over: Option<i64> =
                sqlx::query_scalar("SELECT kept FROM rooms WHERE room = $1 AND kept > 0")
                    .bind(room.as_bytes().as_slice())
                    .fetch_optional(&self.pool)
                    .await?;
            if is_over.is_some() {
                return Err(StoreError::Behind);
            }
            if row.stored == 1 {
                let count: i64 = sqlx::query_scalar("SELECT count(*) FROM blobs WHERE room = $1")
                    .bind(room.as_bytes().as_slice())
                    .fetch_one(&self.pool)
                    .await?;
                if count >= i64::from(limits::MAX_BLOBS_PER_ROOM) {
                    return Err(StoreError::TooManyBlobs);
                }
            }
            sqlx::query(
                "INSERT INTO blobs (room, blob, device, chunks, stored) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (room, blob) DO UPDATE \
                 SET stored = greatest(blobs.stored, excluded.stored)",
            )
            .bind(room.as_bytes().as_slice())
            .bind(blob.as_bytes().as_slice())
            .bind(row.device.as_bytes().as_slice())
            .bind(i64::from(row.chunks))
            .bind(i64::from(row.stored))
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    pub(in crate::store) async fn blob(
        &self,
        (room, blob): BlobKey,
    ) -> Result<Option<BlobRow>, StoreError> {
        in_time(async {
            let row = sqlx::query(
                "SELECT device, chunks, stored FROM blobs WHERE room = $1 AND blob = $2",
            )
            .bind(room.as_bytes().as_slice())
            .bind(blob.as_bytes().as_slice())
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let (chunks, stored): (i64, i64) = (row.try_get("chunks")?, row.try_get("stored")?);
            match (
                DeviceId::from_slice(row.try_get("device")?),
                u32::try_from(chunks),
                u32::try_from(stored),
            ) {
                (Some(device), Ok(chunks), Ok(stored)) => Ok(Some(BlobRow {
                    device,
                    chunks,
                    stored,
                })),
                _ => Err(StoreError::Damaged("blob")),
            }
        })
        .await
    }
}
