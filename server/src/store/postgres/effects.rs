//! Writing what a room decided.

use std::sync::Arc;

use entente_delivery::{Effect, SeatRecord};
use entente_protocol::{DeviceId, RoomId, limits};
use sqlx::postgres::PgConnection;
use tokio::sync::oneshot;

use super::append::{self, Append};
use super::{Engine, audit, in_time, messages, revocations};
use crate::store::audit as entries;
use crate::store::rows::to_i64;
use crate::store::within::only_closes;
use crate::store::{Basis, StoreError, Within, last_turn, prune_below};

/// That the room above has taken no turn since, and takes none until this is stored: its row is locked, before the
/// compartment's own. Who opens a compartment is alone with it.
async fn check_within(
    connection: &mut PgConnection,
    within: Within,
    (is_new, only_closes): (bool, bool),
) -> Result<(), StoreError> {
    let statement = if is_new {
        "SELECT turn FROM rooms WHERE room = $1 AND (closed = 0 OR $2) FOR UPDATE"
    } else {
        "SELECT turn FROM rooms WHERE room = $1 AND (closed = 0 OR $2) FOR SHARE"
    };
    let turn: Option<i64> = sqlx::query_scalar(statement)
        .bind(within.parent.as_bytes().as_slice())
        .bind(only_closes)
        .fetch_optional(&mut *connection)
        .await?;
    if turn != Some(to_i64(within.turn)) {
        return Err(StoreError::Behind);
    }
    Ok(())
}

/// Moves the head on, if it is where it was when the effects were decided and the room is open; the
/// room's row is locked from then on.
async fn advance(
    connection: &mut PgConnection,
    room: RoomId,
    base: u64,
    head: u64,
) -> Result<(), StoreError> {
    let moved =
        sqlx::query("UPDATE rooms SET head = $1 WHERE room = $2 AND head = $3 AND closed = 0")
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
    parent: Option<RoomId>,
    head: u64,
    effects: &[Effect],
) -> Result<(), StoreError> {
    if let Some(parent) = parent {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rooms WHERE parent = $1")
            .bind(parent.as_bytes().as_slice())
            .fetch_one(&mut *connection)
            .await?;
        if count >= i64::from(limits::MAX_COMPARTMENTS) {
            return Err(StoreError::TooManyCompartments);
        }
    }
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
        "INSERT INTO rooms (room, head, oldest, epoch, opens_at_ms, closes_at_ms, closed, parent) \
         VALUES ($1, $2, 1, 0, $3, $4, 0, $5) ON CONFLICT (room) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(head))
    .bind(to_i64(opens_at_ms))
    .bind(to_i64(closes_at_ms))
    .bind(parent.map(|parent| parent.as_bytes().to_vec()))
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
    let head = log().next_back().map(|message| message.seq);
    if let Some(within) = basis.within() {
        let how = (basis.is_new(), only_closes(effects));
        check_within(connection, within, how).await?;
    }
    match basis.head() {
        None => {
            let parent = basis.within().map(|within| within.parent);
            insert(connection, room, parent, head.unwrap_or_default(), effects).await?;
        }
        Some(base) => advance(connection, room, base, head.unwrap_or(base)).await?,
    }
    if let Some(turn) = last_turn(effects) {
        sqlx::query("UPDATE rooms SET turn = $1 WHERE room = $2")
            .bind(to_i64(turn))
            .bind(room.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    let appended = messages::append(connection, room, log()).await?;
    let mut tree: &[u8] = &[];
    for effect in effects {
        match effect {
            Effect::Group {
                epoch,
                opens_at_ms,
                closes_at_ms,
                shred_at_ms,
                forget_at_ms,
                group_info,
                ratchet_tree,
            } => {
                tree = ratchet_tree;
                sqlx::query(
                    "UPDATE rooms SET epoch = CASE room WHEN $6 THEN $1 ELSE epoch END, \
                     opens_at_ms = $2, closes_at_ms = $3, shred_at_ms = $4, forget_at_ms = $5 \
                     WHERE room = $6 OR parent = $6",
                )
                .bind(to_i64(*epoch))
                .bind(to_i64(*opens_at_ms))
                .bind(to_i64(*closes_at_ms))
                .bind(to_i64(*shred_at_ms))
                .bind(to_i64(*forget_at_ms))
                .bind(room.as_bytes().as_slice())
                .execute(&mut *connection)
                .await?;
                sqlx::query(
                    "INSERT INTO room_groups (room, group_info, ratchet_tree) VALUES ($1, $2, $3) \
                     ON CONFLICT (room) DO UPDATE SET group_info = excluded.group_info, \
                     ratchet_tree = excluded.ratchet_tree",
                )
                .bind(room.as_bytes().as_slice())
                .bind(group_info.as_slice())
                .bind(ratchet_tree.as_slice())
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
    // Out of the room is out of its compartments: what waits there for the device goes with its seat.
    sqlx::query(
        "DELETE FROM welcomes WHERE device = $1 AND room IN \
         (SELECT room FROM rooms WHERE parent = $2)",
    )
    .bind(device.as_bytes().as_slice())
    .bind(room.as_bytes().as_slice())
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
            let entries = entries::of_effects(room, basis.is_new(), &effects);
            audit::append(&mut transaction, now_ms, entries).await?;
            transaction.commit().await?;
            if let Some(base) = basis.head()
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
}
