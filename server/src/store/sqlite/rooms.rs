//! Reading rooms, seats and welcomes.

use entente_delivery::RoomRecord;
use entente_protocol::{DeviceId, MessageKind, RoomId, RoomSummary, WelcomeDelivery};
use sqlx::Row as _;

use super::{Engine, revocations, seats};
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{Head, StoreError, StoredRoom, StoredWelcome};

impl Engine {
    pub(in crate::store) async fn room(
        &self,
        room: RoomId,
    ) -> Result<Option<StoredRoom>, StoreError> {
        self.settled().await?;
        let mut transaction = self.readers.begin().await?;
        let row = sqlx::query(
            "SELECT head, oldest, epoch, closed, turn, parent, group_info, ratchet_tree FROM rooms \
             JOIN room_groups ON room_groups.room = rooms.room \
             WHERE rooms.room = ? AND kept < 3",
        )
        .bind(room.as_bytes().as_slice())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let epoch: i64 = row.try_get("epoch")?;
        let seats = seats::read(&mut transaction, room).await?;
        let proposals = sqlx::query(
            "SELECT messages.message AS message FROM places \
             JOIN messages ON messages.id = places.message \
             WHERE places.room = ? AND epoch = ? AND kind = ? ORDER BY places.seq",
        )
        .bind(room.as_bytes().as_slice())
        .bind(epoch)
        .bind(i64::from(MessageKind::Proposal as u8))
        .fetch_all(&mut *transaction)
        .await?
        .iter()
        .map(|row| row.try_get("message"))
        .collect::<Result<_, _>>()?;
        let record = RoomRecord {
            room,
            head: to_u64(row.try_get("head")?)?,
            closed: row.try_get::<i64, _>("closed")? != 0,
            turn: to_u64(row.try_get("turn")?)?,
            parent: rows::optional_room(row.try_get("parent")?)?,
            group_info: row.try_get("group_info")?,
            ratchet_tree: row.try_get("ratchet_tree")?,
            seats,
            revocations: revocations::of_room(&mut transaction, room).await?,
            proposals,
        };
        Ok(Some(StoredRoom {
            record,
            oldest: to_u64(row.try_get("oldest")?)?,
        }))
    }

    pub(in crate::store) async fn heads(&self, rooms: &[RoomId]) -> Result<Vec<Head>, StoreError> {
        self.settled().await?;
        let mut heads = Vec::with_capacity(rooms.len());
        for room in rooms {
            let row = sqlx::query(
                "SELECT head, closed, (SELECT turn FROM rooms AS above \
                 WHERE above.room = rooms.parent) AS turn_above FROM rooms WHERE room = ?",
            )
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&self.readers)
            .await?;
            if let Some(row) = row {
                heads.push(Head {
                    room: *room,
                    head: to_u64(row.try_get("head")?)?,
                    closed: row.try_get::<i64, _>("closed")? != 0,
                    turn_above: rows::optional_u64(row.try_get("turn_above")?)?,
                });
            }
        }
        Ok(heads)
    }

    pub(in crate::store) async fn unseated(
        &self,
        room: RoomId,
        after: u64,
    ) -> Result<Vec<(u64, DeviceId)>, StoreError> {
        sqlx::query("SELECT seq, device FROM unseated WHERE room = ? AND seq > ? ORDER BY seq")
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(after))
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| {
                Ok((
                    to_u64(row.try_get("seq")?)?,
                    rows::device(row.try_get("device")?)?,
                ))
            })
            .collect()
    }

    pub(in crate::store) async fn waiting_welcomes(
        &self,
        devices: &[DeviceId],
    ) -> Result<Vec<(DeviceId, RoomId, u64)>, StoreError> {
        let mut waiting = Vec::new();
        for device in devices {
            let rows = sqlx::query("SELECT room, seq FROM welcomes WHERE device = ?")
                .bind(device.as_bytes().as_slice())
                .fetch_all(&self.readers)
                .await?;
            for row in rows {
                let room = rows::room(row.try_get("room")?)?;
                waiting.push((*device, room, to_u64(row.try_get("seq")?)?));
            }
        }
        Ok(waiting)
    }

    pub(in crate::store) async fn overdue_rooms(
        &self,
        now_ms: u64,
    ) -> Result<Vec<RoomId>, StoreError> {
        sqlx::query("SELECT room FROM rooms WHERE closed = 0 AND closes_at_ms <= ?")
            .bind(to_i64(now_ms))
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| rows::room(row.try_get("room")?))
            .collect()
    }

    pub(in crate::store) async fn open_room_count(&self) -> Result<usize, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rooms WHERE closed = 0")
            .fetch_one(&self.readers)
            .await?;
        usize::try_from(count).map_err(|_| StoreError::Damaged("count"))
    }

    pub(in crate::store) async fn rooms_of(
        &self,
        device: DeviceId,
    ) -> Result<Vec<RoomSummary>, StoreError> {
        self.settled().await?;
        sqlx::query(
            "SELECT rooms.room, head, epoch, opens_at_ms, closes_at_ms, parent, \
             (SELECT COUNT(*) FROM seats AS all_seats WHERE all_seats.room = rooms.room) AS seats \
             FROM seats JOIN rooms ON rooms.room = seats.room \
             WHERE seats.device = ?1 AND closed = 0 AND (parent IS NULL OR EXISTS \
             (SELECT 1 FROM seats AS above WHERE above.room = parent AND above.device = ?1)) \
             ORDER BY rooms.room",
        )
        .bind(device.as_bytes().as_slice())
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
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
        .collect()
    }

    pub(in crate::store) async fn welcome_count(
        &self,
        device: DeviceId,
    ) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM welcomes WHERE device = ?")
            .bind(device.as_bytes().as_slice())
            .fetch_one(&self.readers)
            .await?;
        u32::try_from(count).map_err(|_| StoreError::Damaged("count"))
    }

    pub(in crate::store) async fn welcomes(
        &self,
        device: DeviceId,
    ) -> Result<Vec<StoredWelcome>, StoreError> {
        sqlx::query(
            "SELECT welcomes.room, welcomes.seq, welcome, ratchet_tree FROM welcomes \
             JOIN welcome_trees ON welcome_trees.room = welcomes.room \
             AND welcome_trees.seq = welcomes.seq WHERE device = ? ORDER BY welcomes.room",
        )
        .bind(device.as_bytes().as_slice())
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
            Ok(WelcomeDelivery {
                room: rows::room(row.try_get("room")?)?,
                seq: to_u64(row.try_get("seq")?)?,
                welcome: row.try_get::<Vec<u8>, _>("welcome")?.into(),
                ratchet_tree: row.try_get::<Vec<u8>, _>("ratchet_tree")?.into(),
            })
        })
        .collect()
    }
}
