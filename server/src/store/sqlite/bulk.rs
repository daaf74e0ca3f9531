//! Plain messages of many rooms: one statement, however many there are, and a transaction in one go. It is always the
//! same, so that it stays prepared: bytes go in as one blob, and what lies where as JSON. All else follows later ([`tail`]).
//!
//! [`tail`]: super::tail

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entente_delivery::{Effect, StoredMessage};
use entente_protocol::{DeviceId, MessageKind, RoomId};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::tail::{Tail, settling, those};
use super::writer::{Answer, Job};
use crate::store::rows::to_i64;
use crate::store::{Basis, StoreError, appended, head_with};

/// `?4` is the id of the first message, `?5` an array of rows, `?6` the bytes; where bytes are meant a row says at which
/// place they begin, from 1. If another process has written, which is not so while a hub has its lock, what is looked at last is
/// no JSON, and nothing is done. Each of several statements has to name all parameters up to its last one, or the library counts
/// wrong.
macro_rules! insert {
    () => {
        "INSERT INTO messages (id, room, seq, kind, sender, number, epoch, time_ms, message) \
         SELECT ?4 + key, substr(?6, value ->> 0, 16), value ->> 1, value ->> 2, substr(?6, value ->> 3, 16), \
         value ->> 4, value ->> 5, value ->> 6, substr(?6, value ->> 7, value ->> 8) FROM json_each(?5) \
         WHERE ?1 IS NOT NULL AND ?2 IS NOT NULL AND CASE (SELECT data_version FROM pragma_data_version) WHEN ?3 THEN 1 \
         ELSE json('somebody else has written') END"
    };
}

/// A transaction by itself: its end is all that the thread of the database has to tell.
pub(super) const INSERT: &str = insert!();

/// With others of which the places are due.
const INSERT_AND_SETTLE: &str = concat!(
    "BEGIN IMMEDIATE; ",
    insert!(),
    "; ",
    settling!(),
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

impl Plain {
    fn messages(&self) -> impl Iterator<Item = &StoredMessage> {
        appended(&self.effects)
    }

    /// As it was.
    fn into_job(self) -> Job {
        Job::Effects {
            room: self.room,
            basis: Basis::Head(self.base),
            effects: self.effects,
            now_ms: self.now_ms,
            answer: self.answer,
        }
    }
}

/// The plain jobs of one transaction.
#[derive(Default)]
pub(super) struct Bulk {
    jobs: Vec<Plain>,
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
                Job::Forget { room, .. } => Some(*room),
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

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(super) fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.jobs.iter().map(|plain| plain.room)
    }

    /// Lets those go that don't rest on their room's head, or whose room is closed or not there: the long way says what
    /// is wrong with each.
    pub(super) fn turn_away(&mut self, tail: &Tail) -> Vec<Job> {
        let mut away = Vec::new();
        // With those before in the same batch.
        let mut heads = HashMap::new();
        for plain in std::mem::take(&mut self.jobs) {
            let head = heads.get(&plain.room).copied();
            if head.or_else(|| tail.head(plain.room)) == Some(plain.base) {
                heads.insert(plain.room, head_with(&plain.effects, plain.base));
                self.jobs.push(plain);
            } else {
                away.push(plain.into_job());
            }
        }
        away
    }

    /// Writes all of it and says so; or returns all of it, if it has to go the long way.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it is stored then.
    pub(super) async fn write(
        self,
        connection: &mut SqliteConnection,
        tail: &mut Tail,
        keep_messages: u64,
    ) -> Result<Vec<Job>, StoreError> {
        let first_id = tail.next_id(connection).await?;
        let rows = self.rows()?;
        let due = tail.due(rows.count, first_id)?;
        if tail.must_prune(&due, keep_messages) {
            return Ok(self.into_jobs());
        }
        let statements = if due.is_empty() {
            INSERT
        } else {
            INSERT_AND_SETTLE
        };
        let written = sqlx::query(statements)
            .bind(due.ids.as_str())
            .bind(due.mark)
            .bind(tail.version())
            .bind(first_id)
            .bind(rows.messages)
            .bind(rows.bytes)
            .execute(&mut *connection)
            .await;
        if let Err(error) = written {
            // SQLite may have done it itself.
            let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            if tail.is_of_now(connection).await? {
                return Err(error.into());
            }
            tracing::warn!("another process has written to the database of this hub");
            tail.lose();
            return Ok(self.into_jobs());
        }
        let messages = self.jobs.iter().flat_map(|plain| {
            let seqs = plain.messages().map(|message| message.seq);
            seqs.map(|seq| (plain.room, seq))
        });
        tail.grow(messages, &due);
        for plain in self.jobs {
            let _ = plain.answer.send(Ok(()));
        }
        Ok(Vec::new())
    }

    fn into_jobs(self) -> Vec<Job> {
        self.jobs.into_iter().map(Plain::into_job).collect()
    }

    /// What the statement is given.
    fn rows(&self) -> Result<Rows, StoreError> {
        let all = || self.jobs.iter().flat_map(Plain::messages);
        let size_bytes = all().map(|message| message.message.len() + IDS_BYTES).sum();
        let mut bytes = Bytes::with_capacity(size_bytes);
        let mut messages = Vec::with_capacity(all().count());
        for plain in &self.jobs {
            for message in plain.messages() {
                messages.push(bytes.message(plain.room, message));
            }
        }
        Ok(Rows {
            count: messages.len(),
            messages: serde_json::to_string(&messages).map_err(|_| StoreError::Damaged("rows"))?,
            bytes: bytes.all,
        })
    }
}

/// What the statement is given, and how many rows there are.
struct Rows {
    bytes: Vec<u8>,
    messages: String,
    count: usize,
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

/// A room's id and a sender's.
const IDS_BYTES: usize = RoomId::LEN + DeviceId::LEN;

/// Bytes of all rows one after the other.
struct Bytes {
    all: Vec<u8>,
    rooms: HashMap<RoomId, usize>,
}

impl Bytes {
    fn with_capacity(size_bytes: usize) -> Self {
        Self {
            all: Vec::with_capacity(size_bytes),
            rooms: HashMap::new(),
        }
    }

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use entente_delivery::SeatRecord;
    use sqlx::Connection as _;
    use tokio::sync::oneshot;

    use super::*;
    use crate::store::sqlite::{Engine, effects, tail};

    const ROOM: RoomId = RoomId::from_bytes([1; 16]);
    const OTHER: RoomId = RoomId::from_bytes([9; 16]);
    const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
    const KEEP: u64 = 100_000;

    fn message(seq: u64) -> Effect {
        Effect::Append(StoredMessage {
            seq,
            kind: MessageKind::Application,
            sender: DEVICE,
            number: seq,
            epoch: 0,
            time_ms: 0,
            message: vec![7; 1_000],
        })
    }

    fn bulk(room: RoomId, base: u64, count: u64) -> Bulk {
        let (answer, _) = oneshot::channel();
        Bulk {
            jobs: vec![Plain {
                room,
                base,
                effects: Arc::new((base + 1..=base + count).map(message).collect()),
                now_ms: 0,
                answer,
            }],
        }
    }

    /// Of this room: head in its row, what its seat has said last, messages in the heap, messages in their places.
    async fn stored(connection: &mut SqliteConnection, room: RoomId) -> (i64, i64, i64, i64) {
        sqlx::query_as(
            "SELECT head, (SELECT last_number FROM seats WHERE room = ?1), \
             (SELECT COUNT(*) FROM messages WHERE room = ?1), \
             (SELECT COUNT(*) FROM places JOIN messages ON messages.id = places.message \
              WHERE places.room = ?1 AND messages.room = ?1 AND messages.seq = places.seq) \
             FROM rooms WHERE room = ?1",
        )
        .bind(room.as_bytes().as_slice())
        .fetch_one(connection)
        .await
        .unwrap()
    }

    /// A database with two rooms of one message.
    async fn opened(folder: &std::path::Path) -> SqliteConnection {
        let url = format!("sqlite://{}/hub.db", folder.display());
        // For its tables.
        Engine::open(&url, KEEP).await.unwrap();
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        for room in [ROOM, OTHER] {
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
                Effect::Seat(SeatRecord {
                    device: DEVICE,
                    leaf: 0,
                    since_seq: 0,
                    last_number: 1,
                    last_seq: 1,
                }),
            ];
            effects::write(&mut connection, room, Basis::New, &opening)
                .await
                .unwrap();
        }
        tail::settle_all(&mut connection, KEEP).await.unwrap();
        assert_eq!(stored(&mut connection, ROOM).await, (1, 1, 1, 1));
        connection
    }

    async fn write(connection: &mut SqliteConnection, tail: &mut Tail, mut bulk: Bulk) {
        tail.learn(connection, bulk.rooms(), KEEP).await.unwrap();
        assert!(bulk.turn_away(tail).is_empty());
        let rest = bulk.write(connection, tail, KEEP).await.unwrap();
        assert!(rest.is_empty());
    }

    /// What rests on the head is written, what does not is turned away and leaves nothing behind, neither rows nor a
    /// transaction that is not ended; and all is put in its place.
    #[tokio::test]
    async fn plain_messages_go_into_the_heap_and_then_into_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = opened(folder.path()).await;
        let mut tail = Tail::new(Arc::new(AtomicU64::new(0)));
        let mut written = 1;
        for (base, is_right) in [(1, true), (2, false), (3, true), (9, false), (5, true)] {
            let mut bulk = bulk(ROOM, base, 2);
            if is_right {
                write(&mut connection, &mut tail, bulk).await;
                written += 2;
            } else {
                let rooms = bulk.rooms().collect::<Vec<_>>().into_iter();
                tail.learn(&mut connection, rooms, KEEP).await.unwrap();
                assert_eq!((bulk.turn_away(&tail).len(), bulk.is_empty()), (1, true));
            }
            assert_eq!(stored(&mut connection, ROOM).await, (1, 1, written, 1));
        }
        tail.settle_within(&mut connection, KEEP).await.unwrap();
        let all = (written, written, written, written);
        assert_eq!(stored(&mut connection, ROOM).await, all);
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .unwrap();
    }

    /// One room talks, the other says a word: the first one's messages follow into their places, the word's turn comes too,
    /// and when nothing is known any more what is missing is found.
    #[tokio::test]
    async fn places_follow_and_are_found_again() {
        const AT_ONCE: u64 = 256;
        let folder = tempfile::tempdir().unwrap();
        let mut connection = opened(folder.path()).await;
        let length = Arc::new(AtomicU64::new(0));
        let mut tail = Tail::new(length.clone());
        write(&mut connection, &mut tail, bulk(OTHER, 1, 1)).await;
        let mut head = 1;
        let mut most = 0;
        let mut has_word = Vec::new();
        while head < 3 * tail::LAG_IDS as u64 / 2 {
            write(&mut connection, &mut tail, bulk(ROOM, head, AT_ONCE)).await;
            head += AT_ONCE;
            let (row, number, messages, places) = stored(&mut connection, ROOM).await;
            assert_eq!((row, row, messages), (places, number, head as i64));
            most = most.max(messages - places);
            has_word.push(stored(&mut connection, OTHER).await == (2, 2, 2, 2));
            let (_, _, said, placed) = stored(&mut connection, OTHER).await;
            let missing = messages - places + said - placed;
            assert_eq!(
                length.load(std::sync::atomic::Ordering::Relaxed),
                missing as u64
            );
        }
        // Never more than the lag and what came with it; and they were not put there one by one.
        assert!(
            (1_024..=tail::LAG_MESSAGES as i64 + 1).contains(&most),
            "{most}"
        );
        assert!(!has_word[0] && *has_word.last().unwrap());
        write(&mut connection, &mut tail, bulk(OTHER, 2, 3)).await;
        // As after a crash.
        drop(tail);
        let (_, _, messages, places) = stored(&mut connection, ROOM).await;
        assert!(places < messages);
        tail::settle_all(&mut connection, KEEP).await.unwrap();
        let all = head as i64;
        assert_eq!(stored(&mut connection, ROOM).await, (all, all, all, all));
        assert_eq!(stored(&mut connection, OTHER).await, (5, 5, 5, 5));
    }
}
