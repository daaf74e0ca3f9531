//! Writing what a room decided.

use entente_delivery::{Effect, SeatRecord};
use entente_protocol::{DeviceId, RoomId, limits};
use sqlx::SqliteConnection;

use super::{messages, revocations};
use crate::store::rows::to_i64;
use crate::store::within::only_closes;
use crate::store::{Basis, StoreError, Within, head_with, last_turn};

/// All that was stored before must be in its place, and what this writes must be put there in the same transaction.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    room: RoomId,
    basis: Basis,
    effects: &[Effect],
) -> Result<(), StoreError> {
    if let Some(within) = basis.within() {
        check_within(connection, within, only_closes(effects)).await?;
    }
    match basis.head() {
        None => {
            let parent = basis.within().map(|within| within.parent);
            insert(connection, room, parent, head_with(effects, 0), effects).await?;
        }
        Some(base) => advance(connection, room, base, head_with(effects, base)).await?,
    }
    if let Some(turn) = last_turn(effects) {
        sqlx::query("UPDATE rooms SET turn = ? WHERE room = ?")
            .bind(to_i64(turn))
            .bind(room.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    let mut tree: &[u8] = &[];
    for effect in effects {
        match effect {
            Effect::Append(message) => {
                messages::append(connection, room, message).await?;
            }
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
                    "UPDATE rooms SET epoch = CASE room WHEN ?6 THEN ?1 ELSE epoch END, \
                     opens_at_ms = ?2, closes_at_ms = ?3, shred_at_ms = ?4, forget_at_ms = ?5 \
                     WHERE room = ?6 OR parent = ?6",
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
                    "INSERT INTO room_groups (room, group_info, ratchet_tree) VALUES (?, ?, ?) \
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
    Ok(())
}

/// That the room above has taken no turn since.
async fn check_within(
    connection: &mut SqliteConnection,
    within: Within,
    only_closes: bool,
) -> Result<(), StoreError> {
    let turn: Option<i64> =
        sqlx::query_scalar("SELECT turn FROM rooms WHERE room = ? AND (closed = 0 OR ?)")
            .bind(within.parent.as_bytes().as_slice())
            .bind(only_closes)
            .fetch_optional(connection)
            .await?;
    if turn == Some(to_i64(within.turn)) {
        Ok(())
    } else {
        Err(StoreError::Behind)
    }
}

/// Moves the head on, if it is where it was when the effects were decided and the room is open.
async fn advance(
    connection: &mut SqliteConnection,
    room: RoomId,
    base: u64,
    head: u64,
) -> Result<(), StoreError> {
    let moved = sqlx::query("UPDATE rooms SET head = ? WHERE room = ? AND head = ? AND closed = 0")
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
    parent: Option<RoomId>,
    head: u64,
    effects: &[Effect],
) -> Result<(), StoreError> {
    if let Some(parent) = parent {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rooms WHERE parent = ?")
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
         VALUES (?, ?, 1, 0, ?, ?, 0, ?) ON CONFLICT (room) DO NOTHING",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(head))
    .bind(to_i64(opens_at_ms))
    .bind(to_i64(closes_at_ms))
    .bind(parent.map(|parent| parent.as_bytes().to_vec()))
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
    // Out of the room is out of its compartments: what waits there for the device goes with its seat.
    sqlx::query(
        "DELETE FROM welcomes WHERE device = ? AND room IN \
         (SELECT room FROM rooms WHERE parent = ?)",
    )
    .bind(device.as_bytes().as_slice())
    .bind(room.as_bytes().as_slice())
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
