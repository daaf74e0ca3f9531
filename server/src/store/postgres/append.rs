//! The hot path: messages of many rooms in one statement, one round trip, one flush of the log.
//!
//! A few tasks with a connection each take what waits; while they work, the next batch gathers.

use std::collections::HashSet;
use std::sync::Arc;

use entente_delivery::{Effect, SeatRecord, StoredMessage};
use entente_protocol::RoomId;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{in_time, messages};
use crate::clock::Stopwatch;
use crate::meters;
use crate::store::rows::to_i64;
use crate::store::{StoreError, appended, head_with, prune_below};

/// Tasks that write at once. PostgreSQL makes one flush of commits that come together.
const WRITERS: usize = 4;

/// Rooms of one statement at most.
const MAX_BATCH_ROOMS: usize = 256;

/// Batches that wait before those who bring them have to.
const QUEUE: usize = 1_024;

/// Messages of one room that change nothing but its log and its senders' seats.
pub(super) struct Append {
    pub(super) room: RoomId,
    pub(super) base: u64,
    pub(super) effects: Arc<Vec<Effect>>,
    pub(super) answer: oneshot::Sender<Result<(), StoreError>>,
}

/// Whether these effects need no more than an append.
pub(super) fn is_enough(effects: &[Effect]) -> bool {
    effects.iter().all(|effect| {
        matches!(
            effect,
            Effect::Append(_)
                | Effect::Seat(_)
                | Effect::Wake { .. }
                | Effect::FanOut { .. }
                | Effect::Duplicate { .. }
        )
    })
}

impl Append {
    fn messages(&self) -> impl Iterator<Item = &StoredMessage> {
        appended(&self.effects)
    }

    fn head(&self) -> u64 {
        head_with(&self.effects, self.base)
    }
}

/// The last state of each seat: one statement may touch a row only once.
pub(super) fn last_seats(effects: &[Effect]) -> Vec<&SeatRecord> {
    let mut seen = HashSet::new();
    let seats = effects.iter().rev().filter_map(|effect| match effect {
        Effect::Seat(seat) => Some(seat),
        _ => None,
    });
    seats.filter(|seat| seen.insert(seat.device)).collect()
}

pub(super) fn start(
    options: PgConnectOptions,
    pool: PgPool,
    keep_messages: u64,
) -> mpsc::Sender<Append> {
    let (appends, queue) = mpsc::channel(QUEUE);
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..WRITERS {
        let writer = Writer {
            options: options.clone(),
            pool: pool.clone(),
            keep_messages,
            connection: None,
        };
        tokio::spawn(writer.run(queue.clone()));
    }
    appends
}

struct Writer {
    options: PgConnectOptions,
    pool: PgPool,
    keep_messages: u64,
    connection: Option<PgConnection>,
}

impl Writer {
    async fn run(mut self, queue: Arc<Mutex<mpsc::Receiver<Append>>>) {
        let mut waiting = Vec::with_capacity(MAX_BATCH_ROOMS);
        loop {
            // Whoever waits for company holds up nobody: the lock is for taking, not for writing.
            let count = queue
                .lock()
                .await
                .recv_many(&mut waiting, MAX_BATCH_ROOMS)
                .await;
            if count == 0 {
                return;
            }
            while !waiting.is_empty() {
                // A room that is there twice must see its own first half stored.
                let mut rooms = HashSet::new();
                let (batch, rest) = waiting
                    .drain(..)
                    .partition(|append| rooms.insert(append.room));
                waiting = rest;
                self.write(batch).await;
            }
        }
    }

    async fn write(&mut self, batch: Vec<Append>) {
        let started = Stopwatch::start();
        let count = batch.len();
        let stored = in_time(self.statement(&batch)).await;
        if let Err(error) = &stored {
            tracing::error!(%error, rooms = count, "messages were not stored");
            self.connection = None;
        }
        for append in batch {
            let result = match &stored {
                Ok(rooms) if rooms.contains(&append.room) => {
                    self.prune(&append);
                    Ok(())
                }
                Ok(_) => Err(StoreError::Behind),
                Err(_) => Err(StoreError::Transaction),
            };
            let _ = append.answer.send(result);
        }
        meters::stored(count, started.read().as_secs_f64());
    }

    async fn statement(&mut self, batch: &[Append]) -> Result<HashSet<RoomId>, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        let stored = append(&mut connection, batch).await?;
        self.connection = Some(connection);
        Ok(stored)
    }

    /// In its own time: nobody waits for it, and the next one makes up for one that fails.
    fn prune(&self, append: &Append) {
        let appended = append.messages().count() as u64;
        let Some(oldest) = prune_below(append.head(), appended, self.keep_messages) else {
            return;
        };
        let (pool, room) = (self.pool.clone(), append.room);
        tokio::spawn(async move {
            if let Err(error) = in_time(messages::prune(&pool, room, oldest)).await {
                tracing::warn!(%error, "old messages could not be deleted");
            }
        });
    }
}

/// Moves each room's head on if it is still where its messages were decided, and stores them.
/// Returns the rooms of which that is true.
async fn append(
    connection: &mut PgConnection,
    batch: &[Append],
) -> Result<HashSet<RoomId>, StoreError> {
    let rooms: Vec<&[u8]> = batch.iter().map(|a| a.room.as_bytes().as_slice()).collect();
    let bases: Vec<i64> = batch.iter().map(|a| to_i64(a.base)).collect();
    let heads: Vec<i64> = batch.iter().map(|a| to_i64(a.head())).collect();
    let mut log = messages::Columns::default();
    let mut seats = messages::SeatColumns::default();
    for one in batch {
        one.messages()
            .for_each(|message| log.push(one.room, message));
        for seat in last_seats(&one.effects) {
            seats.push(one.room, seat);
        }
    }
    let query = sqlx::query_scalar::<_, Vec<u8>>(
        "WITH wanted AS (
            SELECT * FROM UNNEST($1::bytea[], $2::bigint[], $3::bigint[]) AS w (room, base, head)
         ), held AS (
            SELECT rooms.room, wanted.head FROM rooms JOIN wanted ON wanted.room = rooms.room
            WHERE rooms.head = wanted.base AND rooms.closed = 0 ORDER BY rooms.room FOR UPDATE OF rooms
         ), moved AS (
            UPDATE rooms SET head = held.head FROM held WHERE rooms.room = held.room
            RETURNING rooms.room
         ), logged AS (
            INSERT INTO messages (room, seq, kind, sender, number, epoch, time_ms, message)
            SELECT m.* FROM UNNEST($4::bytea[], $5::bigint[], $6::bigint[], $7::bytea[],
                $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[])
                AS m (room, seq, kind, sender, number, epoch, time_ms, message)
            JOIN moved ON moved.room = m.room
         ), seated AS (
            INSERT INTO seats (room, device, leaf, since_seq, last_number, last_seq)
            SELECT s.* FROM UNNEST($12::bytea[], $13::bytea[], $14::bigint[], $15::bigint[],
                $16::bigint[], $17::bigint[])
                AS s (room, device, leaf, since_seq, last_number, last_seq)
            JOIN moved ON moved.room = s.room
            ON CONFLICT (room, device) DO UPDATE SET leaf = excluded.leaf,
                since_seq = excluded.since_seq, last_number = excluded.last_number,
                last_seq = excluded.last_seq
         )
         SELECT room FROM moved",
    )
    .bind(rooms)
    .bind(bases)
    .bind(heads);
    let stored = seats.bind(log.bind(query)).fetch_all(connection).await?;
    stored
        .iter()
        .map(|room| crate::store::rows::room(room))
        .collect()
}

/// Waits until what was handed over is written.
pub(super) async fn stop(appends: &mpsc::Sender<Append>) {
    // Everybody who handed something over waits for its answer: when the queue has all its places
    // back, there is nobody left.
    let _ = appends.reserve_many(QUEUE).await;
}
