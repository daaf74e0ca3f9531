//! Rooms, seats and welcomes.

use entente_delivery::{Effect, RoomRecord, SeatRecord};
use entente_protocol::{DeviceId, MessageKind, RoomId, RoomSummary, WelcomeDelivery};
use sqlx::{Row as _, SqliteConnection};

use super::{Engine, messages, revocations};
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{Basis, Head, StoreError, StoredRoom, StoredWelcome};

pub(super) async fn write(
    connection: &mut SqliteConnection,
    room: RoomId,
    basis: Basis,
    effects: &[Effect],
    keep_messages: u64,
) -> Result<(), StoreError> {
    let head = effects.iter().rev().find_map(|effect| match effect {
        Effect::Append(message) => Some(message.seq),
        _ => None,
    });
    match basis {
        Basis::New => insert(connection, room, head.unwrap_or_default(), effects).await?,
        Basis::Head(base) => advance(connection, room, base, head.unwrap_or(base)).await?,
    }
    let mut appended = 0;
    let mut tree: &[u8] = &[];
    for effect in effects {
        match effect {
            Effect::Append(message) => {
                messages::append(connection, room, message).await?;
                appended += 1;
            }
            Effect::Group {
                epoch,
                opens_at_ms,
                closes_at_ms,
                group_info,
                ratchet_tree,
            } => {
                tree = ratchet_tree;
                sqlx::query(
                    "UPDATE rooms SET epoch = ?, opens_at_ms = ?, closes_at_ms = ?, \
                     group_info = ?, ratchet_tree = ? WHERE room = ?",
                )
                .bind(to_i64(*epoch))
                .bind(to_i64(*opens_at_ms))
                .bind(to_i64(*closes_at_ms))
                .bind(group_info.as_slice())
                .bind(ratchet_tree.as_slice())
                .bind(room.as_bytes().as_slice())
                .execute(&mut *connection)
                .await?;
            }
            Effect::Seat(seat) => put_seat(connection, room, seat).await?,
            Effect::Unseat { device, seq } => unseat(connection, room, *device, *seq).await?,
            Effect::Welcome {
                device,
                seq,
                welcome,
            } => {
                put_welcome(connection, room, *device, *seq, welcome, tree).await?;
            }
            Effect::Closed { .. } => close(connection, room).await?,
            Effect::Revocations { authority, list } => {
                revocations::put_of_room(connection, room, *authority, list).await?;
            }
            Effect::Duplicate { .. }
            | Effect::FanOut { .. }
            | Effect::Suspend { .. }
            | Effect::Wake { .. } => {}
        }
    }
    if let Some(head) = head {
        messages::prune(connection, room, head, appended, keep_messages).await?;
    }
    Ok(())
}

/// Moves the head on, if it is where it was when the effects were decided and the room is open.
async fn advance(
    connection: &mut SqliteConnection,
    room: RoomId,
    base: u64,
    head: u64,
) -> Result<(), StoreError> {
    let moved =
        sqlx::query("UPDATE rooms SET head = ? WHERE room = ? AND head = ? AND closed = 0")
            .bind(to_i64(head))
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(base))
            .execute(connection)
            .await?;
    if moved.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::Behind)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    room: RoomId,
    head: u64,
    effects: &[Effect],
) -> Result<(), StoreError> {
    let opening = effects.iter().find_map(|effect| match effect {
        Effect::Group {
            opens_at_ms,
            closes_at_ms,
            ..
        } => Some((*opens_at_ms, *closes_at_ms)),
        _ => None,
    });
    let (opens_at_ms, closes_at_ms) = opening.ok_or(StoreError::Damaged("opening"))?;
    let inserted = sqlx::query(
        "INSERT INTO rooms (room, head, oldest, epoch, opens_at_ms, closes_at_ms, closed, \
         group_info, ratchet_tree) VALUES (?, ?, 1, 0, ?, ?, 0, x'', x'') \
         ON CONFLICT (room) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(head))
    .bind(to_i64(opens_at_ms))
    .bind(to_i64(closes_at_ms))
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::RoomExists)
    }
}

async fn put_seat(
    connection: &mut SqliteConnection,
    room: RoomId,
    seat: &SeatRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO seats (room, device, leaf, since_seq, last_number, last_seq) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (room, device) DO UPDATE SET \
         leaf = excluded.leaf, since_seq = excluded.since_seq, \
         last_number = excluded.last_number, last_seq = excluded.last_seq",
    )
    .bind(room.as_bytes().as_slice())
    .bind(seat.device.as_bytes().as_slice())
    .bind(i64::from(seat.leaf))
    .bind(to_i64(seat.since_seq))
    .bind(to_i64(seat.last_number))
    .bind(to_i64(seat.last_seq))
    .execute(connection)
    .await?;
    Ok(())
}

async fn unseat(
    connection: &mut SqliteConnection,
    room: RoomId,
    device: DeviceId,
    seq: u64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM seats WHERE room = ? AND device = ?")
        .bind(room.as_bytes().as_slice())
        .bind(device.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO unseated (room, seq, device) VALUES (?, ?, ?)")
        .bind(room.as_bytes().as_slice())
        .bind(to_i64(seq))
        .bind(device.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    welcome_taken(connection, device, room).await
}

async fn put_welcome(
    connection: &mut SqliteConnection,
    room: RoomId,
    device: DeviceId,
    seq: u64,
    welcome: &[u8],
    tree: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO welcome_trees (room, seq, ratchet_tree) VALUES (?, ?, ?) \
         ON CONFLICT (room, seq) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(seq))
    .bind(tree)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO welcomes (device, room, seq, welcome) VALUES (?, ?, ?, ?) \
         ON CONFLICT (device, room) DO UPDATE SET seq = excluded.seq, welcome = excluded.welcome",
    )
    .bind(device.as_bytes().as_slice())
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(seq))
    .bind(welcome)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn welcome_taken(
    connection: &mut SqliteConnection,
    device: DeviceId,
    room: RoomId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM welcomes WHERE device = ? AND room = ?")
        .bind(device.as_bytes().as_slice())
        .bind(room.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    // A tree is kept as long as somebody may come by it.
    sqlx::query(
        "DELETE FROM welcome_trees WHERE room = ?1 AND seq NOT IN \
         (SELECT seq FROM welcomes WHERE room = ?1)",
    )
    .bind(room.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn close(connection: &mut SqliteConnection, room: RoomId) -> Result<(), StoreError> {
    for statement in [
        "UPDATE rooms SET closed = 1 WHERE room = ?",
        "DELETE FROM welcomes WHERE room = ?",
        "DELETE FROM welcome_trees WHERE room = ?",
        "DELETE FROM unseated WHERE room = ?",
    ] {
        sqlx::query(statement)
            .bind(room.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn room(&self, room: RoomId) -> Result<Option<StoredRoom>, StoreError> {
        let mut transaction = self.readers.begin().await?;
        let row = sqlx::query(
            "SELECT head, oldest, epoch, closed, group_info, ratchet_tree FROM rooms WHERE room = ?",
        )
        .bind(room.as_bytes().as_slice())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let epoch: i64 = row.try_get("epoch")?;
        let seats = sqlx::query(
            "SELECT device, leaf, since_seq, last_number, last_seq FROM seats WHERE room = ?",
        )
        .bind(room.as_bytes().as_slice())
        .fetch_all(&mut *transaction)
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
        .collect::<Result<_, StoreError>>()?;
        let proposals = sqlx::query(
            "SELECT message FROM messages WHERE room = ? AND epoch = ? AND kind = ? ORDER BY seq",
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

    pub(in crate::store) async fn heads(
        &self,
        rooms: &[RoomId],
    ) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::with_capacity(rooms.len());
        for room in rooms {
            let row = sqlx::query("SELECT head, closed FROM rooms WHERE room = ?")
                .bind(room.as_bytes().as_slice())
                .fetch_optional(&self.readers)
                .await?;
            if let Some(row) = row {
                heads.push(Head {
                    room: *room,
                    head: to_u64(row.try_get("head")?)?,
                    closed: row.try_get::<i64, _>("closed")? != 0,
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

    pub(in crate::store) async fn overdue_rooms(&self, now_ms: u64) -> Result<Vec<RoomId>, StoreError> {
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

    pub(in crate::store) async fn rooms_of(&self, device: DeviceId) -> Result<Vec<RoomSummary>, StoreError> {
        sqlx::query(
            "SELECT rooms.room, head, epoch, opens_at_ms, closes_at_ms, \
             (SELECT COUNT(*) FROM seats AS all_seats WHERE all_seats.room = rooms.room) AS seats \
             FROM seats JOIN rooms ON rooms.room = seats.room \
             WHERE seats.device = ? AND closed = 0 ORDER BY rooms.room",
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
            })
        })
        .collect()
    }

    pub(in crate::store) async fn welcome_count(&self, device: DeviceId) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM welcomes WHERE device = ?")
            .bind(device.as_bytes().as_slice())
            .fetch_one(&self.readers)
            .await?;
        u32::try_from(count).map_err(|_| StoreError::Damaged("count"))
    }

    pub(in crate::store) async fn welcomes(&self, device: DeviceId) -> Result<Vec<StoredWelcome>, StoreError> {
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
