//! Plain messages of many rooms: three statements, however many there are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use entente_delivery::{Effect, SeatRecord, StoredMessage};
use entente_protocol::{DeviceId, MessageKind, RoomId};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::messages;
use super::writer::{Answer, Done, Job, settle};
use crate::store::rows::to_i64;
use crate::store::{Basis, StoreError};

/// Rows of one statement: few sizes, so that all of them stay prepared. What is left over is bound
/// as NULL and passed over.
const SIZES: [usize; 5] = [1, 4, 16, 64, 256];
const LARGEST: usize = 256;

/// What one room decided, if it is nothing but messages.
struct Plain {
    room: RoomId,
    base: u64,
    effects: Arc<Vec<Effect>>,
    now_ms: u64,
    answer: Answer<()>,
}

/// The plain jobs of one transaction.
#[derive(Default)]
pub(super) struct Bulk {
    jobs: Vec<Plain>,
}

/// How far a room goes on.
struct Step {
    base: u64,
    head: u64,
    appended: u64,
}

impl Bulk {
    /// Takes the plain jobs out of a batch, but for those of rooms that do more in it.
    pub(super) fn split(batch: Vec<Job>) -> (Self, Vec<Job>) {
        let special: HashSet<RoomId> = batch
            .iter()
            .filter_map(|job| match job {
                Job::Effects {
                    room,
                    basis,
                    effects,
                    ..
                } if !is_plain(*basis, effects) => Some(*room),
                _ => None,
            })
            .collect();
        let mut bulk = Self::default();
        let mut others = Vec::new();
        for job in batch {
            match job {
                Job::Effects {
                    room,
                    basis: Basis::Head(base),
                    effects,
                    now_ms,
                    answer,
                } if !special.contains(&room) => bulk.jobs.push(Plain {
                    room,
                    base,
                    effects,
                    now_ms,
                    answer,
                }),
                job => others.push(job),
            }
        }
        (bulk, others)
    }

    /// The jobs as they were.
    pub(super) fn into_jobs(self) -> impl Iterator<Item = Job> {
        self.jobs.into_iter().map(|plain| Job::Effects {
            room: plain.room,
            basis: Basis::Head(plain.base),
            effects: plain.effects,
            now_ms: plain.now_ms,
            answer: plain.answer,
        })
    }

    /// Notes that all was carried out.
    pub(super) fn settle(self, done: &mut Vec<Done>) {
        for plain in self.jobs {
            // Only trouble is handed back, and this is none.
            let _ = settle(Ok(()), plain.answer, done);
        }
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// [`StoreError::Behind`] if one of the rooms may not be where its job says; then the transaction
    /// must be rolled back.
    pub(super) async fn write(
        &self,
        connection: &mut SqliteConnection,
        keep_messages: u64,
    ) -> Result<(), StoreError> {
        let steps = self.steps()?;
        let mut messages: Vec<(RoomId, &StoredMessage)> = Vec::new();
        let mut seats: BTreeMap<(RoomId, DeviceId), &SeatRecord> = BTreeMap::new();
        for plain in &self.jobs {
            for effect in plain.effects.iter() {
                match effect {
                    Effect::Append(message) => messages.push((plain.room, message)),
                    Effect::Seat(seat) => {
                        seats.insert((plain.room, seat.device), seat);
                    }
                    _ => {}
                }
            }
        }
        let heads: Vec<(&RoomId, &Step)> = steps.iter().collect();
        let seats: Vec<(RoomId, &SeatRecord)> = seats
            .into_iter()
            .map(|((room, _), seat)| (room, seat))
            .collect();
        let (mut heads, mut rows, mut seats) = (
            heads.chunks(LARGEST),
            messages.chunks(LARGEST),
            seats.chunks(LARGEST),
        );
        loop {
            let (heads, rows, seats) = (
                heads.next().unwrap_or_default(),
                rows.next().unwrap_or_default(),
                seats.next().unwrap_or_default(),
            );
            let wanted = heads.len() + rows.len() + seats.len();
            if wanted == 0 {
                break;
            }
            if write_chunk(connection, heads, rows, seats).await? != wanted as u64 {
                return Err(StoreError::Behind);
            }
        }
        for (room, step) in steps {
            messages::prune(connection, room, step.head, step.appended, keep_messages).await?;
        }
        Ok(())
    }

    /// One step a room: its jobs must rest on one another.
    fn steps(&self) -> Result<HashMap<RoomId, Step>, StoreError> {
        let mut steps: HashMap<RoomId, Step> = HashMap::new();
        for plain in &self.jobs {
            let (mut head, mut count) = (plain.base, 0);
            for effect in plain.effects.iter() {
                if let Effect::Append(message) = effect {
                    head = message.seq;
                    count += 1;
                }
            }
            let step = steps.entry(plain.room).or_insert(Step {
                base: plain.base,
                head: plain.base,
                appended: 0,
            });
            if step.head != plain.base {
                return Err(StoreError::Behind);
            }
            step.head = head;
            step.appended += count;
        }
        Ok(steps)
    }
}

fn is_plain(basis: Basis, effects: &[Effect]) -> bool {
    basis != Basis::New
        && effects.iter().all(|effect| match effect {
            Effect::Append(message) => message.kind == MessageKind::Application,
            Effect::Seat(_)
            | Effect::Wake { .. }
            | Effect::Duplicate { .. }
            | Effect::FanOut { .. } => true,
            _ => false,
        })
}

/// Returns how many rows were changed.
async fn write_chunk(
    connection: &mut SqliteConnection,
    heads: &[(&RoomId, &Step)],
    messages: &[(RoomId, &StoredMessage)],
    seats: &[(RoomId, &SeatRecord)],
) -> Result<u64, StoreError> {
    let sql = statements(heads.len(), messages.len(), seats.len());
    // Its text is of this file alone: every value is bound.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (room, step) in heads {
        query = query
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(step.head))
            .bind(to_i64(step.base));
    }
    query = nulls(query, 3, heads.len());
    for (room, message) in messages {
        query = query
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(message.seq))
            .bind(i64::from(message.kind as u8))
            .bind(message.sender.as_bytes().as_slice())
            .bind(to_i64(message.number))
            .bind(to_i64(message.epoch))
            .bind(to_i64(message.time_ms))
            .bind(message.message.as_slice());
    }
    query = nulls(query, 8, messages.len());
    for (room, seat) in seats {
        query = query
            .bind(room.as_bytes().as_slice())
            .bind(seat.device.as_bytes().as_slice())
            .bind(i64::from(seat.leaf))
            .bind(to_i64(seat.since_seq))
            .bind(to_i64(seat.last_number))
            .bind(to_i64(seat.last_seq));
    }
    query = nulls(query, 6, seats.len());
    match query.execute(connection).await {
        Ok(done) => Ok(done.rows_affected()),
        // A place that is taken: somebody's head is not the room's any more. Each by itself tells whose.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StoreError::Behind),
        Err(error) => Err(error.into()),
    }
}

/// The statements for so many rows of each table.
pub(super) fn statements(heads: usize, messages: usize, seats: usize) -> String {
    let mut sql = String::new();
    if heads > 0 {
        sql.push_str("UPDATE rooms SET head = step.column2 FROM (VALUES ");
        places(3, heads, &mut sql);
        sql.push_str(
            ") AS step WHERE rooms.room = step.column1 AND rooms.head = step.column3 \
             AND rooms.closed = 0; ",
        );
    }
    if messages > 0 {
        sql.push_str(
            "INSERT INTO messages (room, seq, kind, sender, number, epoch, time_ms, message) \
             SELECT * FROM (VALUES ",
        );
        places(8, messages, &mut sql);
        sql.push_str(") WHERE column1 IS NOT NULL; ");
    }
    if seats > 0 {
        sql.push_str(
            "INSERT INTO seats (room, device, leaf, since_seq, last_number, last_seq) \
             SELECT * FROM (VALUES ",
        );
        places(6, seats, &mut sql);
        sql.push_str(
            ") WHERE column1 IS NOT NULL ON CONFLICT (room, device) DO UPDATE SET \
             leaf = excluded.leaf, since_seq = excluded.since_seq, \
             last_number = excluded.last_number, last_seq = excluded.last_seq; ",
        );
    }
    sql
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Binds what is left over.
fn nulls(mut query: Query<'_>, columns: usize, rows: usize) -> Query<'_> {
    let size = if rows == 0 { 0 } else { size_of(rows) };
    for _ in 0..columns * (size - rows) {
        query = query.bind(None::<i64>);
    }
    query
}

/// `(?, ?), (?, ?)`.
fn places(columns: usize, rows: usize, sql: &mut String) {
    for row in 0..size_of(rows) {
        sql.push_str(if row == 0 { "(?" } else { ", (?" });
        for _ in 1..columns {
            sql.push_str(", ?");
        }
        sql.push(')');
    }
}

fn size_of(rows: usize) -> usize {
    SIZES
        .into_iter()
        .find(|size| rows <= *size)
        .unwrap_or(LARGEST)
}
