//! Reading rooms, seats and welcomes.

use entente_delivery::{RoomRecord, SeatRecord};
use entente_protocol::{DeviceId, MessageKind, RoomId, RoomSummary, WelcomeDelivery};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::{Engine, every, in_time, revocations};
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{Head, StoreError, StoredRoom, StoredWelcome};

/// What a room is loaded from is read at one point in time.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

fn seat(row: &PgRow) -> Result<SeatRecord, StoreError> {
    Ok(SeatRecord {
        device: rows::device(row.try_get("device")?)?,
        leaf: u32::try_from(row.try_get::<i64, _>("leaf")?)
            .map_err(|_| StoreError::Damaged("leaf"))?,
        since_seq: to_u64(row.try_get("since_seq")?)?,
        last_number: to_u64(row.try_get("last_number")?)?,
        last_seq: to_u64(row.try_get("last_seq")?)?,
    })
}

async fn load(
    connection: &mut PgConnection,
    room: RoomId,
) -> Result<Option<StoredRoom>, StoreError> {
    let row = sqlx::query(
        "SELECT head, oldest, epoch, closed, turn, parent, group_info, ratchet_tree FROM rooms \
         JOIN room_groups ON room_groups.room = rooms.room \
         WHERE rooms.room = $1 AND kept < 3",
    )
    .bind(room.as_bytes().as_slice())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let seats = sqlx::query(
        "SELECT device, leaf, since_seq, last_number, last_seq FROM seats WHERE room = $1",
    )
    .bind(room.as_bytes().as_slice())
    .fetch_all(&mut *connection)
    .await?;
    let proposals = sqlx::query_scalar(
        "SELECT message FROM messages WHERE room = $1 AND epoch = $2 AND kind = $3 ORDER BY seq",
    )
    .bind(room.as_bytes().as_slice())
    .bind(row.try_get::<i64, _>("epoch")?)
    .bind(i64::from(MessageKind::Proposal as u8))
    .fetch_all(&mut *connection)
    .await?;
    let record = RoomRecord {
        room,
        head: to_u64(row.try_get("head")?)?,
        closed: row.try_get::<i64, _>("closed")? != 0,
        turn: to_u64(row.try_get("turn")?)?,
        parent: rows::optional_room(row.try_get("parent")?)?,
        group_info: row.try_get("group_info")?,
        ratchet_tree: row.try_get("ratchet_tree")?,
        seats: every(&seats, seat)?,
        revocations: revocations::of_room(connection, room).await?,
        proposals,
    };
    Ok(Some(StoredRoom {
        record,
        oldest: to_u64(row.try_get("oldest")?)?,
    }))
}

impl Engine {
    pub(in crate::store) async fn room(
        &self,
        room: RoomId,
    ) -> Result<Option<StoredRoom>, StoreError> {
        in_time(async {
            let mut snapshot = self.pool.begin_with(SNAPSHOT).await?;
            let stored = load(&mut snapshot, room).await?;
            snapshot.rollback().await?;
            Ok(stored)
        })
        .await
    }

    pub(in crate::store) async fn heads(&self, rooms: &[RoomId]) -> Result<Vec<Head>, StoreError> {
        in_time(async {
            let rooms: Vec<&[u8]> = rooms.iter().map(|r| r.as_bytes().as_slice()).collect();
            let rows = sqlx::query(
                "SELECT room, head, closed, (SELECT turn FROM rooms AS above \
                 WHERE above.room = rooms.parent) AS turn_above FROM rooms WHERE room = ANY($1)",
            )
            .bind(rooms)
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| {
                Ok(Head {
                    room: rows::room(row.try_get("room")?)?,
                    head: to_u64(row.try_get("head")?)?,
                    closed: row.try_get::<i64, _>("closed")? != 0,
                    turn_above: rows::optional_u64(row.try_get("turn_above")?)?,
                })
            })
        })
        .await
    }

    pub(in crate::store) async fn unseated(
        &self,
        room: RoomId,
        after: u64,
    ) -> Result<Vec<(u64, DeviceId)>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT seq, device FROM unseated WHERE room = $1 AND seq > $2 ORDER BY seq",
            )
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(after))
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| {
                let seq = to_u64(row.try_get("seq")?)?;
                Ok((seq, rows::device(row.try_get("device")?)?))
            })
        })
        .await
    }

    pub(in crate::store) async fn waiting_welcomes(
        &self,
        devices: &[DeviceId],
    ) -> Result<Vec<(DeviceId, RoomId, u64)>, StoreError> {
        in_time(async {
            let devices: Vec<&[u8]> = devices.iter().map(|d| d.as_bytes().as_slice()).collect();
            let rows = sqlx::query("SELECT device, room, seq FROM welcomes WHERE device = ANY($1)")
                .bind(devices)
                .fetch_all(&self.pool)
                .await?;
            every(&rows, |row| {
                let device = rows::device(row.try_get("device")?)?;
                let room = rows::room(row.try_get("room")?)?;
                Ok((device, room, to_u64(row.try_get("seq")?)?))
            })
        })
        .await
    }

    pub(in crate::store) async fn overdue_rooms(
        &self,
        now_ms: u64,
    ) -> Result<Vec<RoomId>, StoreError> {
        in_time(async {
            let rows =
                sqlx::query("SELECT room FROM rooms WHERE closed = 0 AND closes_at_ms <= $1")
                    .bind(to_i64(now_ms))
                    .fetch_all(&self.pool)
                    .await?;
            every(&rows, |row| rows::room(row.try_get("room")?))
        })
        .await
    }

    pub(in crate::store) async fn open_room_count(&self) -> Result<usize, StoreError> {
        in_time(async {
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rooms WHERE closed = 0")
                .fetch_one(&self.pool)
                .await?;
            usize::try_from(count).map_err(|_| StoreError::Damaged("count"))
        })
        .await
    }

    pub(in crate::store) async fn rooms_of(
        &self,
        device: DeviceId,
    ) -> Result<Vec<RoomSummary>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT rooms.room, head, epoch, opens_at_ms, closes_at_ms, parent, \
                 (SELECT COUNT(*) FROM seats AS all_seats WHERE all_seats.room = rooms.room) AS seats \
                 FROM seats JOIN rooms ON rooms.room = seats.room \
                 WHERE seats.device = $1 AND closed = 0 AND (parent IS NULL OR EXISTS \
                 (SELECT 1 FROM seats AS above WHERE above.room = parent AND above.device = $1)) \
                 ORDER BY rooms.room",
            )
            .bind(device.as_bytes().as_slice())
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| {
                Ok(RoomSummary {
                    room: rows::room(row.try_get("room")?)?,
                    epoch: to_u64(row.try_get("epoch")?)?,
                    head: to_u64(row.try_get("head")?)?,
                    opens_at_ms: to_u64(row.try_get("opens_at_ms")?)?,
                    closes_at_ms: to_u64(row.try_get("closes_at_ms")?)?,
                    seats: u32::try_from(row.try_get::<i64, _>("seats")?)
                        .map_err(|_| StoreError::Damaged("count"))?,
                    parent: rows::optional_room(row.try_get("parent")?)?,
                })
            })
        })
        .await
    }

    pub(in crate::store) async fn welcome_count(
        &self,
        device: DeviceId,
    ) -> Result<u32, StoreError> {
        in_time(async {
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM welcomes WHERE device = $1")
                .bind(device.as_bytes().as_slice())
                .fetch_one(&self.pool)
                .await?;
            u32::try_from(count).map_err(|_| StoreError::Damaged("count"))
        })
        .await
    }

    pub(in crate::store) async fn welcomes(
        &self,
        device: DeviceId,
    ) -> Result<Vec<StoredWelcome>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT welcomes.room, welcomes.seq, welcome, ratchet_tree FROM welcomes \
                 JOIN welcome_trees ON welcome_trees.room = welcomes.room \
                 AND welcome_trees.seq = welcomes.seq WHERE device = $1 ORDER BY welcomes.room",
            )
            .bind(device.as_bytes().as_slice())
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| {
                Ok(WelcomeDelivery {
                    room: rows::room(row.try_get("room")?)?,
                    seq: to_u64(row.try_get("seq")?)?,
                    welcome: row.try_get::<Vec<u8>, _>("welcome")?.into(),
                    ratchet_tree: row.try_get::<Vec<u8>, _>("ratchet_tree")?.into(),
                })
            })
        })
        .await
    }
}
