//! The end of the heap of messages: what is stored and not in its place yet.
//!
//! A plain message is written into the heap and nowhere else. Where it lies in its room, its room's head and what its
//! seat has said last follow for many of one room at once: a few rooms with each transaction once there are many, and all
//! of them before anything but plain messages is written, and before anybody reads. Until then it is known here which
//! messages those are; a room that is not here has its head in its row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entente_protocol::RoomId;
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::messages;
use crate::store::rows::{self, to_u64};
use crate::store::{StoreError, prune_below};

/// Messages that are not in their places, from which on some are put there with each transaction.
pub(super) const LAG_MESSAGES: usize = 2_048;

/// Ids that the heap has gone on since a room's first message that is not in its place: then that room's turn has come.
/// So many are looked through when a hub starts after a crash.
pub(super) const LAG_IDS: i64 = 16_384;

/// Heads of rooms in memory.
const MAX_HEADS: usize = 4_096;

/// The messages whose ids `?1` has as JSON.
macro_rules! those {
    () => {
        "FROM json_each(?1) AS one JOIN messages ON messages.id = one.value"
    };
}

/// Four statements; again for a message that is in its place they change nothing. `?2` is below all that are not.
macro_rules! settling {
    () => {
        concat!(
            "INSERT OR IGNORE INTO places (room, seq, sender, number, message) \
             SELECT room, seq, sender, number, messages.id ",
            those!(),
            "; UPDATE rooms SET head = said.seq FROM (SELECT room, MAX(seq) AS seq ",
            those!(),
            " GROUP BY room) AS said WHERE rooms.room = said.room AND rooms.head < said.seq; ",
            // Who came back to a seat has said nothing in it before that.
            "UPDATE seats SET last_number = said.number, last_seq = said.seq FROM \
             (SELECT room, sender, number, MAX(seq) AS seq ",
            those!(),
            " GROUP BY room, sender) AS said WHERE seats.room = said.room AND seats.device = said.sender \
             AND seats.since_seq < said.seq AND seats.last_seq < said.seq; ",
            "UPDATE settled SET message = ?2 WHERE message < ?2 AND ?1 IS NOT NULL"
        )
    };
}
pub(super) use settling;
pub(super) use those;

pub(super) const SETTLE: &str = settling!();

const GROWN: &str = concat!(
    "SELECT room, MAX(seq) AS head, COUNT(*) AS appended ",
    those!(),
    " GROUP BY room"
);

pub(super) const HEADS: &str = "SELECT rooms.room AS room, head FROM json_each(?) AS wanted \
     JOIN rooms ON rooms.room = unhex(wanted.value) WHERE closed = 0";

const UNSETTLED: &str =
    "SELECT id FROM messages WHERE id > (SELECT message FROM settled) ORDER BY id";

/// It changes with what others commit, and not with what this connection does.
const VERSION: &str = "SELECT data_version FROM pragma_data_version";

const NEXT_ID: &str =
    "SELECT MAX(message, (SELECT COALESCE(MAX(id), 0) FROM messages)) + 1 FROM settled";

/// A room that is open.
#[derive(Debug, Default)]
struct RoomTail {
    head: u64,
    /// Its messages that are not in their places, in order.
    ids: Vec<i64>,
}

/// Messages that are to be put in their places.
pub(super) struct Due {
    rooms: Vec<RoomId>,
    /// Their ids, as JSON.
    pub(super) ids: String,
    /// All up to here are in their places then.
    pub(super) mark: i64,
}

impl Due {
    pub(super) fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }
}

/// What the writing task knows of it.
pub(super) struct Tail {
    rooms: HashMap<RoomId, RoomTail>,
    next_id: Option<i64>,
    /// The database's version from before anything was learned of it.
    version: Option<i64>,
    /// How many there are, for those who read.
    length: Arc<AtomicU64>,
}

impl Tail {
    /// Of a database in which all is in its place.
    pub(super) fn new(length: Arc<AtomicU64>) -> Self {
        Self {
            rooms: HashMap::new(),
            next_id: None,
            version: None,
            length,
        }
    }

    /// A transaction failed, or somebody else has written: nothing is known any more.
    pub(super) fn lose(&mut self) {
        self.rooms.clear();
        self.next_id = None;
        self.version = None;
        // Who reads has it put in order first.
        self.length.store(1, Ordering::Release);
    }

    /// The head of an open room, if it was learned.
    pub(super) fn head(&self, room: RoomId) -> Option<u64> {
        self.rooms.get(&room).map(|room| room.head)
    }

    /// Learns the heads of rooms that are not known.
    pub(super) async fn learn(
        &mut self,
        connection: &mut SqliteConnection,
        rooms: impl Iterator<Item = RoomId>,
        keep_messages: u64,
    ) -> Result<(), StoreError> {
        if self.version.is_none() {
            self.version = Some(version(connection).await?);
            // What was there before, and whatever it was.
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            settle_all(&mut transaction, keep_messages).await?;
            transaction.commit().await?;
            self.settled();
        }
        let unknown: BTreeSet<RoomId> = rooms
            .filter(|room| !self.rooms.contains_key(room))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let wanted = serde_json::to_string(&unknown).map_err(|_| StoreError::Damaged("rooms"))?;
        let found = sqlx::query(HEADS)
            .bind(wanted)
            .fetch_all(connection)
            .await?;
        for row in found {
            let head = to_u64(row.try_get("head")?)?;
            let ids = Vec::new();
            let room = rows::room(row.try_get("room")?)?;
            self.rooms.insert(room, RoomTail { head, ids });
        }
        Ok(())
    }

    /// The id of the next message.
    pub(super) async fn next_id(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<i64, StoreError> {
        if let Some(id) = self.next_id {
            return Ok(id);
        }
        let id = sqlx::query_scalar(NEXT_ID).fetch_one(connection).await?;
        self.next_id = Some(id);
        Ok(id)
    }

    /// The version of the database for which all this holds.
    pub(super) fn version(&self) -> Option<i64> {
        self.version
    }

    /// Whether nobody else has written meanwhile.
    pub(super) async fn is_of_now(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, StoreError> {
        Ok(self.version == Some(version(connection).await?))
    }

    fn length(&self) -> usize {
        usize::try_from(self.length.load(Ordering::Acquire)).unwrap_or(usize::MAX)
    }

    /// What is to be put in its place with a transaction that adds so many messages: about as many once there are many,
    /// of the rooms that wait longest or have most.
    pub(super) fn due(&self, added: usize, next_id: i64) -> Result<Due, StoreError> {
        let mut waiting: Vec<_> = self
            .rooms
            .iter()
            .filter_map(|(id, room)| Some((*room.ids.first()?, room.ids.len(), *id)))
            .collect();
        let is_old = |first: i64| next_id.saturating_sub(first) > LAG_IDS;
        // The last are due first.
        waiting.sort_unstable_by_key(|(first, count, _)| (is_old(*first), *count));
        let mut rooms = Vec::new();
        let mut count = 0;
        while let Some((first, _, _)) = waiting.last()
            && (is_old(*first) || (self.length() + added >= LAG_MESSAGES && count < added))
            && let Some((_, more, room)) = waiting.pop()
        {
            rooms.push(room);
            count += more;
        }
        let ids: Vec<i64> = rooms
            .iter()
            .filter_map(|room| self.rooms.get(room))
            .flat_map(|room| room.ids.iter().copied())
            .collect();
        // What this transaction adds is above that.
        let first = waiting.iter().map(|(first, _, _)| *first).min();
        Ok(Due {
            rooms,
            ids: json(&ids)?,
            mark: first.unwrap_or(next_id) - 1,
        })
    }

    /// Rooms of which older messages must be deleted when they are put in their places: that is done apart.
    pub(super) fn must_prune(&self, due: &Due, keep_messages: u64) -> bool {
        due.rooms.iter().any(|room| {
            self.rooms.get(room).is_some_and(|room| {
                prune_below(room.head, room.ids.len() as u64, keep_messages).is_some()
            })
        })
    }

    /// These messages were written, in the order of their ids, and those that were due are in their places.
    pub(super) fn grow(&mut self, written: impl Iterator<Item = (RoomId, u64)>, due: &Due) {
        let mut gone = 0;
        for room in &due.rooms {
            if let Some(room) = self.rooms.get_mut(room) {
                gone += std::mem::take(&mut room.ids).len() as u64;
            }
        }
        let mut count = 0;
        for (room, seq) in written {
            let Some(id) = self.next_id else { break };
            let room = self.rooms.entry(room).or_default();
            room.head = seq;
            room.ids.push(id);
            self.next_id = id.checked_add(1);
            count += 1;
        }
        self.length.fetch_add(count, Ordering::Release);
        self.length.fetch_sub(gone, Ordering::Release);
    }

    /// Puts all in its place, within a transaction that does more; when that is committed, [`Self::settled`] follows.
    pub(super) async fn settle_within(
        &self,
        connection: &mut SqliteConnection,
        keep_messages: u64,
    ) -> Result<(), StoreError> {
        if self.version.is_none() || !self.is_of_now(connection).await? {
            return settle_all(connection, keep_messages).await;
        }
        let known = self
            .rooms
            .values()
            .flat_map(|room| room.ids.iter().copied());
        let mut ids: Vec<i64> = known.collect();
        ids.sort_unstable();
        let mark = self.next_id.map_or(0, |next| next - 1);
        settle(connection, &ids, mark, keep_messages).await
    }

    /// All is in its place, and that is committed.
    pub(super) fn settled(&mut self) {
        self.length.store(0, Ordering::Release);
        if self.rooms.len() > MAX_HEADS {
            self.rooms.clear();
        }
        for room in self.rooms.values_mut() {
            room.ids.clear();
        }
    }

    /// What is known of these rooms may be wrong now, and which id is next; all is in its place.
    pub(super) fn forget(&mut self, rooms: &[RoomId]) {
        if !rooms.is_empty() {
            self.next_id = None;
        }
        for room in rooms {
            self.rooms.remove(room);
        }
    }
}

/// Puts all in its place that is stored, whoever stored it, and deletes what rooms keep no longer.
pub(super) async fn settle_all(
    connection: &mut SqliteConnection,
    keep_messages: u64,
) -> Result<(), StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(UNSETTLED)
        .fetch_all(&mut *connection)
        .await?;
    let mark = ids.last().copied().unwrap_or_default();
    settle(connection, &ids, mark, keep_messages).await
}

/// Puts these in their places; all up to `mark` are there then.
async fn settle(
    connection: &mut SqliteConnection,
    ids: &[i64],
    mark: i64,
    keep_messages: u64,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids = json(ids)?;
    sqlx::query(SETTLE)
        .bind(ids.as_str())
        .bind(mark)
        .execute(&mut *connection)
        .await?;
    let grown = sqlx::query(GROWN)
        .bind(ids)
        .fetch_all(&mut *connection)
        .await?;
    for row in grown {
        let room = rows::room(row.try_get("room")?)?;
        let (head, appended) = (
            to_u64(row.try_get("head")?)?,
            to_u64(row.try_get("appended")?)?,
        );
        messages::prune(connection, room, head, appended, keep_messages).await?;
    }
    Ok(())
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(VERSION).fetch_one(connection).await?)
}

fn json(ids: &[i64]) -> Result<String, StoreError> {
    serde_json::to_string(ids).map_err(|_| StoreError::Damaged("ids"))
}
