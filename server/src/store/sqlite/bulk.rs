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
use crate::store::{Basis, StoreError, prune_below};

/// Heads that move on. `?1` is the bytes, the others are arrays of rows; where bytes are meant a row says at which
/// place they begin, from 1.
macro_rules! heads {
    () => {
        "UPDATE rooms SET head = step.value ->> 1 FROM json_each(?2) AS step \
         WHERE rooms.room = substr(?1, step.value ->> 0, 16) AND rooms.head = step.value ->> 2 \
         AND rooms.closed = 0"
    };
}

macro_rules! messages {
    () => {
        "INSERT INTO messages (room, seq, kind, sender, number, epoch, time_ms, message) \
         SELECT substr(?1, value ->> 0, 16), value ->> 1, value ->> 2, substr(?1, value ->> 3, 16), \
         value ->> 4, value ->> 5, value ->> 6, substr(?1, value ->> 7, value ->> 8) FROM json_each(?3)"
    };
}

/// Both, within a transaction that does more.
pub(super) const WRITE: &str = concat!(heads!(), "; ", messages!());

/// A transaction of nothing else, in one go: the thread of the database is waited for once, and not for each step. If one of
/// the rooms is not where it should be, what is read in the middle is no JSON, and nothing after that is done.
pub(super) const AT_ONCE: &str = concat!(
    "BEGIN IMMEDIATE; ",
    heads!(),
    "; SELECT CASE changes() WHEN ?4 THEN 1 ELSE json('behind by ' || changes()) END; ",
    messages!(),
    "; COMMIT"
);

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

/// What the statements are given, and how many rows there are.
struct Rows {
    bytes: Vec<u8>,
    heads: String,
    messages: String,
    steps: usize,
    count: usize,
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

    /// Writes all of it in a transaction of its own; false if it can't be, and nothing was written: the long way says why.
    pub(super) async fn write_at_once(
        &self,
        connection: &mut SqliteConnection,
        keep_messages: u64,
    ) -> Result<bool, StoreError> {
        let Ok(steps) = self.steps() else {
            return Ok(false);
        };
        let does_more = |step: &Step| {
            seats::is_due(step.base, step.head)
                || prune_below(step.head, step.appended, keep_messages).is_some()
        };
        if steps.is_empty() || steps.values().any(does_more) {
            return Ok(false);
        }
        let rows = self.rows(&steps)?;
        let written = sqlx::query(AT_ONCE)
            .bind(rows.bytes)
            .bind(rows.heads)
            .bind(rows.messages)
            .bind(to_i64(rows.steps as u64))
            .execute(&mut *connection)
            .await;
        if written.is_err() {
            // SQLite may have done it itself.
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
        }
        Ok(written.is_ok())
    }

    /// What the statements are given.
    fn rows(&self, steps: &HashMap<RoomId, Step>) -> Result<Rows, StoreError> {
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
        Ok(Rows {
            steps: heads.len(),
            count: messages.len(),
            heads: json(&heads)?,
            messages: json(&messages)?,
            bytes: bytes.all,
        })
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
        let rows = self.rows(&steps)?;
        let wanted = rows.steps + rows.count;
        let written = sqlx::query(WRITE)
            .bind(rows.bytes)
            .bind(rows.heads)
            .bind(rows.messages)
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
    matches!(basis, Basis::Head(_))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use entente_protocol::DeviceId;
    use sqlx::Connection as _;
    use tokio::sync::oneshot;

    use super::*;
    use crate::store::sqlite::{Engine, effects};

    const ROOM: RoomId = RoomId::from_bytes([1; 16]);
    const KEEP: u64 = 1_000;

    fn message(seq: u64) -> Effect {
        Effect::Append(StoredMessage {
            seq,
            kind: MessageKind::Application,
            sender: DeviceId::from_bytes([2; 16]),
            number: seq,
            epoch: 0,
            time_ms: 0,
            message: vec![7; 1_000],
        })
    }

    fn bulk(base: u64) -> Bulk {
        let (answer, _) = oneshot::channel();
        Bulk {
            jobs: vec![Plain {
                room: ROOM,
                base,
                effects: Arc::new(vec![message(base + 1), message(base + 2)]),
                now_ms: 0,
                answer,
            }],
        }
    }

    /// The short way is taken where it can be, and where it can't it leaves nothing behind: neither rows nor a
    /// transaction that is not ended.
    #[tokio::test]
    async fn a_transaction_in_one_go_is_whole_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/hub.db", folder.path().display());
        // For its tables.
        Engine::open(&url, KEEP).await.unwrap();
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let opening = [
            message(1),
            Effect::Group {
                epoch: 0,
                opens_at_ms: 0,
                closes_at_ms: 1,
                shred_at_ms: 2,
                forget_at_ms: 3,
                group_info: Vec::new(),
                ratchet_tree: Vec::new(),
            },
        ];
        effects::write(&mut connection, ROOM, Basis::New, &opening, KEEP)
            .await
            .unwrap();
        let mut head = 1;
        for (base, is_right) in [(1, true), (2, false), (3, true), (9, false), (5, true)] {
            let written = bulk(base).write_at_once(&mut connection, KEEP).await;
            assert_eq!(written.unwrap(), is_right, "{base}");
            head += if is_right { 2 } else { 0 };
            let stored: (i64, i64) =
                sqlx::query_as("SELECT head, (SELECT COUNT(*) FROM messages) FROM rooms")
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
            assert_eq!(stored, (head, head));
        }
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .unwrap();
    }
}
