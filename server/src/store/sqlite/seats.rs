//! Who sits in a room, and what each seat has said last.

use entente_delivery::SeatRecord;
use entente_protocol::RoomId;
use sqlx::{Row as _, SqliteConnection};

use crate::store::StoreError;
use crate::store::rows::{self, to_u64};

pub(super) async fn read(
    connection: &mut SqliteConnection,
    room: RoomId,
) -> Result<Vec<SeatRecord>, StoreError> {
    sqlx::query("SELECT device, leaf, since_seq, last_number, last_seq FROM seats WHERE room = ?")
        .bind(room.as_bytes().as_slice())
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| {
            Ok(SeatRecord {
                device: rows::device(row.try_get("device")?)?,
                leaf: u32::try_from(row.try_get::<i64, _>("leaf")?)
                    .map_err(|_| StoreError::Damaged("leaf"))?,
                since_seq: to_u64(row.try_get("since_seq")?)?,
                last_number: to_u64(row.try_get("last_number")?)?,
                last_seq: to_u64(row.try_get("last_seq")?)?,
            })
        })
        .collect()
}
