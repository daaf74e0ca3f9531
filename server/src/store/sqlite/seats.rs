//! What each seat has said last. It is in the log: with a plain message the seat's own row is not written, but every
//! so many messages, and before anything else changes in the room. What the rows lack the log has.
//!
//! Everything up to the highest `last_seq` of a room's rows is in its rows.

use entente_delivery::SeatRecord;
use entente_protocol::{DeviceId, RoomId};
use sqlx::{Row as _, SqliteConnection};

use crate::store::StoreError;
use crate::store::rows::{self, to_i64, to_u64};

/// Messages of a room after which its rows are brought up to the log: as many as are read when it is loaded.
const LAG_MESSAGES: u64 = 512;

pub(super) const CATCH_UP: &str = "\
    UPDATE seats SET last_number = said.number, last_seq = said.seq FROM \
    (SELECT sender, number, MAX(seq) AS seq FROM messages WHERE room = ?1 \
    AND seq > (SELECT COALESCE(MAX(last_seq), 0) FROM seats WHERE room = ?1) GROUP BY sender) AS said \
    WHERE seats.room = ?1 AND seats.device = said.sender AND said.seq > seats.since_seq";

const LACKING: &str =
    "SELECT sender, number, seq FROM messages WHERE room = ? AND seq > ? ORDER BY seq";

/// Whether the rows are to be brought up to a log that went on from `base` to `head`.
pub(super) fn is_due(base: u64, head: u64) -> bool {
    base / LAG_MESSAGES != head / LAG_MESSAGES
}

/// Brings the rows up to the log.
pub(super) async fn catch_up(
    connection: &mut SqliteConnection,
    room: RoomId,
) -> Result<(), StoreError> {
    sqlx::query(CATCH_UP)
        .bind(room.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// The seats of a room as its log has them.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    room: RoomId,
) -> Result<Vec<SeatRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT device, leaf, since_seq, last_number, last_seq FROM seats WHERE room = ?",
    )
    .bind(room.as_bytes().as_slice())
    .fetch_all(&mut *connection)
    .await?;
    let mut seats = Vec::with_capacity(rows.len());
    for row in rows {
        seats.push(SeatRecord {
            device: rows::device(row.try_get("device")?)?,
            leaf: u32::try_from(row.try_get::<i64, _>("leaf")?)
                .map_err(|_| StoreError::Damaged("leaf"))?,
            since_seq: to_u64(row.try_get("since_seq")?)?,
            last_number: to_u64(row.try_get("last_number")?)?,
            last_seq: to_u64(row.try_get("last_seq")?)?,
        });
    }
    let known = seats.iter().map(|seat| seat.last_seq).max();
    let lacking = sqlx::query(LACKING)
        .bind(room.as_bytes().as_slice())
        .bind(to_i64(known.unwrap_or_default()))
        .fetch_all(connection)
        .await?;
    for row in lacking {
        let sender: DeviceId = rows::device(row.try_get("sender")?)?;
        let seq = to_u64(row.try_get("seq")?)?;
        let mut those = seats.iter_mut();
        // Who came back to a seat has said nothing in it before that.
        if let Some(seat) = those.find(|seat| seat.device == sender && seat.since_seq < seq) {
            seat.last_number = to_u64(row.try_get("number")?)?;
            seat.last_seq = seq;
        }
    }
    Ok(seats)
}
