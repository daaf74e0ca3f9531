//! Plain messages of many rooms: two statements, however many there are. They are always the same, so that they
//! stay prepared: bytes go in as one blob, and what lies where as JSON. Seats follow later ([`seats`]).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entente_delivery::{Effect, StoredMessage};
use entente_protocol::{MessageKind, RoomId};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::writer::{Answer, Done, Job, settle};
use super::{messages, seats};
use crate::store::rows::to_i64;
use crate::store::{Basis, StoreError};

/// The two statements. `?1` is the bytes, the others are arrays of rows; where bytes are meant a row says at
/// which place they begin, from 1.
pub(super) const WRITE: &str = "\
    UPDATE rooms SET head = step.value ->> 1 FROM json_each(?2) AS step \
    WHERE rooms.room = substr(?1, step.value ->> 0, 16) AND rooms.head = step.value ->> 2 \
    AND rooms.closed = 0; \
    INSERT INTO messages (room, seq, kind, sender, number, epoch, time_ms, message) \
    SELECT substr(?1, value ->> 0, 16), value ->> 1, value ->> 2, substr(?1, value ->> 3, 16), \
    value ->> 4, value ->> 5, value ->> 6, substr(?1, value ->> 7, value ->> 8) FROM json_each(?3)";

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
        let mut bytes = Bytes::default();
        let mut messages = Vec::new();
        for plain in &self.jobs {
            for effect in plain.effects.iter() {
                if let Effect::Append(message) = effect {
                    messages.push(bytes.message(plain.room, message));
                }
            }
        }
        let heads: Vec<_> = steps
            .iter()
            .map(|(room, step)| (bytes.room(*room), to_i64(step.head), to_i64(step.base)))
            .collect();
        let wanted = heads.len() + messages.len();
        let written = sqlx::query(WRITE)
            .bind(bytes.all)
            .bind(json(&heads)?)
            .bind(json(&messages)?)
            .execute(&mut *connection)
            .await;
        let count = match written {
            Ok(done) => done.rows_affected(),
            // A place that is taken: somebody's head is not the room's any more. Each by itself tells whose.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                return Err(StoreError::Behind);
            }
            Err(error) => return Err(error.into()),
        };
        if count != wanted as u64 {
            return Err(StoreError::Behind);
        }
        for (room, step) in steps {
            if seats::is_due(step.base, step.head) {
                seats::catch_up(connection, room).await?;
            }
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

/// Bytes of all rows one after the other.
#[derive(Default)]
struct Bytes {
    all: Vec<u8>,
    rooms: HashMap<RoomId, usize>,
}

impl Bytes {
    /// Adds bytes; returns where they begin, as SQLite counts.
    fn add(&mut self, bytes: &[u8]) -> usize {
        let place = self.all.len() + 1;
        self.all.extend_from_slice(bytes);
        place
    }

    fn room(&mut self, room: RoomId) -> usize {
        if let Some(place) = self.rooms.get(&room) {
            return *place;
        }
        let place = self.add(room.as_bytes());
        self.rooms.insert(room, place);
        place
    }

    fn message(&mut self, room: RoomId, message: &StoredMessage) -> impl Serialize + use<> {
        (
            self.room(room),
            to_i64(message.seq),
            message.kind as u8,
            self.add(message.sender.as_bytes()),
            to_i64(message.number),
            to_i64(message.epoch),
            to_i64(message.time_ms),
            self.add(&message.message),
            message.message.len(),
        )
    }
}

fn json(rows: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|_| StoreError::Damaged("rows"))
}
