//! Rooms, seats and welcomes.

use std::sync::Arc;

use entente_delivery::{Effect, RoomRecord, SeatRecord};
use entente_protocol::{DeviceId, MessageKind, RoomId, RoomSummary, WelcomeDelivery};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};
use tokio::sync::oneshot;

use super::append::{self, Append};
use super::{Engine, audit, every, in_time, messages, revocations};
use crate::store::audit as entries;
use crate::store::rows::{self, to_i64, to_u64};
use crate::store::{Basis, Head, StoreError, StoredRoom, StoredWelcome, prune_below};

/// What a room is loaded from is read at one point in time.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Moves the head on, if it is where it was when the effects were decided and the room is open; the
/// room's row is locked from then on.
async fn advance(
    connection: &mut PgConnection,
    room: RoomId,
    base: u64,
    head: u64,
) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "UPDATE rooms SET head = $1 WHERE room = $2 AND head = $3 AND closed = 0",
    )
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
    connection: &mut PgConnection,
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
         group_info, ratchet_tree) VALUES ($1, $2, 1, 0, $3, $4, 0, '', '') \
         ON CONFLICT (room) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(head))
    .bind(to_i64(opens_at_ms))
    .bind(to_i64(closes_at_ms))
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::RoomExists)
    }
}

async fn write(
    connection: &mut PgConnection,
    room: RoomId,
    basis: Basis,
    effects: &[Effect],
) -> Result<u64, StoreError> {
    let log = || {
        effects.iter().filter_map(|effect| match effect {
            Effect::Append(message) => Some(message),
            _ => None,
        })
    };
    let head = log().last().map(|message| message.seq);
    match basis {
        Basis::New => insert(connection, room, head.unwrap_or_default(), effects).await?,
        Basis::Head(base) => advance(connection, room, base, head.unwrap_or(base)).await?,
    }
    let appended = messages::append(connection, room, log()).await?;
    let mut tree: &[u8] = &[];
    for effect in effects {
        match effect {
            Effect::Group {
                epoch,
                opens_at_ms,
                closes_at_ms,
                group_info,
                ratchet_tree,
            } => {
                tree = ratchet_tree;
                sqlx::query(
                    "UPDATE rooms SET epoch = $1, opens_at_ms = $2, closes_at_ms = $3, \
                     group_info = $4, ratchet_tree = $5 WHERE room = $6",
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
            } => put_welcome(connection, room, (*device, *seq), welcome, tree).await?,
            Effect::Closed { .. } => close(connection, room).await?,
            Effect::Revocations { authority, list } => {
                revocations::put_of_room(connection, room, *authority, list).await?;
            }
            Effect::Append(_)
            | Effect::Duplicate { .. }
            | Effect::FanOut { .. }
            | Effect::Suspend { .. }
            | Effect::Wake { .. } => {}
        }
    }
    Ok(appended)
}

async fn put_seat(
    connection: &mut PgConnection,
    room: RoomId,
    seat: &SeatRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO seats (room, device, leaf, since_seq, last_number, last_seq) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (room, device) DO UPDATE SET \
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
    connection: &mut PgConnection,
    room: RoomId,
    device: DeviceId,
    seq: u64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM seats WHERE room = $1 AND device = $2")
        .bind(room.as_bytes().as_slice())
        .bind(device.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO unseated (room, seq, device) VALUES ($1, $2, $3)")
        .bind(room.as_bytes().as_slice())
        .bind(to_i64(seq))
        .bind(device.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    welcome_taken(connection, device, room).await
}

async fn put_welcome(
    connection: &mut PgConnection,
    room: RoomId,
    (device, seq): (DeviceId, u64),
    welcome: &[u8],
    tree: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO welcome_trees (room, seq, ratchet_tree) VALUES ($1, $2, $3) \
         ON CONFLICT (room, seq) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(seq))
    .bind(tree)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO welcomes (device, room, seq, welcome) VALUES ($1, $2, $3, $4) \
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

async fn welcome_taken(
    connection: &mut PgConnection,
    device: DeviceId,
    room: RoomId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM welcomes WHERE device = $1 AND room = $2")
        .bind(device.as_bytes().as_slice())
        .bind(room.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    // A tree is kept as long as somebody may come by it.
    sqlx::query(
        "DELETE FROM welcome_trees WHERE room = $1 AND seq NOT IN \
         (SELECT seq FROM welcomes WHERE room = $1)",
    )
    .bind(room.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn close(connection: &mut PgConnection, room: RoomId) -> Result<(), StoreError> {
    for statement in [
        "UPDATE rooms SET closed = 1 WHERE room = $1",
        "DELETE FROM welcomes WHERE room = $1",
        "DELETE FROM welcome_trees WHERE room = $1",
        "DELETE FROM unseated WHERE room = $1",
    ] {
        sqlx::query(statement)
            .bind(room.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

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
        "SELECT head, oldest, epoch, closed, group_info, ratchet_tree FROM rooms WHERE room = $1",
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
    pub(in crate::store) async fn store_effects(
        &self,
        room: RoomId,
        basis: Basis,
        effects: Arc<Vec<Effect>>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        if let Basis::Head(base) = basis
            && append::is_enough(&effects)
        {
            let (answer, stored) = oneshot::channel();
            let append = Append {
                room,
                base,
                effects,
                answer,
            };
            let handed_over = self.appends.send(append).await;
            handed_over.map_err(|_| StoreError::Stopped)?;
            return stored.await.map_err(|_| StoreError::Stopped)?;
        }
        in_time(async {
            let mut transaction = self.begin().await?;
            let appended = write(&mut transaction, room, basis, &effects).await?;
            let entries = entries::of_effects(room, basis == Basis::New, &effects);
            audit::append(&mut transaction, now_ms, entries).await?;
            transaction.commit().await?;
            if let Basis::Head(base) = basis
                && let Some(oldest) = prune_below(base + appended, appended, self.keep_messages)
            {
                messages::prune(&self.pool, room, oldest).await?;
            }
            Ok(())
        })
        .await
    }

    pub(in crate::store) async fn welcome_taken(
        &self,
        device: DeviceId,
        room: RoomId,
    ) -> Result<(), StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            welcome_taken(&mut transaction, device, room).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

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

    pub(in crate::store) async fn heads(
        &self,
        rooms: &[RoomId],
    ) -> Result<Vec<Head>, StoreError> {
        in_time(async {
            let rooms: Vec<&[u8]> = rooms.iter().map(|r| r.as_bytes().as_slice()).collect();
            let rows = sqlx::query("SELECT room, head, closed FROM rooms WHERE room = ANY($1)")
                .bind(rooms)
                .fetch_all(&self.pool)
                .await?;
            every(&rows, |row| {
                Ok(Head {
                    room: rows::room(row.try_get("room")?)?,
                    head: to_u64(row.try_get("head")?)?,
                    closed: row.try_get::<i64, _>("closed")? != 0,
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
                "SELECT rooms.room, head, epoch, opens_at_ms, closes_at_ms, \
                 (SELECT COUNT(*) FROM seats AS all_seats WHERE all_seats.room = rooms.room) AS seats \
                 FROM seats JOIN rooms ON rooms.room = seats.room \
                 WHERE seats.device = $1 AND closed = 0 ORDER BY rooms.room",
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
