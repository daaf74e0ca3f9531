//! The end of the heap of messages: what is stored and not in its place yet.
//!
//! A plain message is written into the heap and nowhere else. Where it lies in its room, its room's head and what its
//! seat has said last follow for many at once: after so many messages, before anything but plain messages is written, and
//! before anybody reads. Until then the heads of the rooms that speak are here; a room that is not here has its head in
//! its row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entente_protocol::RoomId;
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::messages;
use crate::store::StoreError;
use crate::store::rows::{self, to_u64};

/// Messages after which they are put in their places: as many as are looked through when a hub starts after a crash.
const LAG_MESSAGES: u64 = 512;

/// Heads of rooms in memory.
const MAX_HEADS: usize = 4_096;

/// What is above the last message that is in its place.
macro_rules! tail {
    () => {
        "FROM messages WHERE id > (SELECT message FROM settled)"
    };
}

const GROWN: &str = concat!(
    "SELECT room, MAX(seq) AS head, COUNT(*) AS appended ",
    tail!(),
    " GROUP BY room"
);

pub(super) const SETTLE: &str = concat!(
    "INSERT INTO places (room, seq, sender, number, message) SELECT room, seq, sender, number, id ",
    tail!(),
    " ORDER BY room, seq; ",
    "UPDATE rooms SET head = said.seq FROM (SELECT room, MAX(seq) AS seq ",
    tail!(),
    " GROUP BY room) AS said WHERE rooms.room = said.room AND rooms.head < said.seq; ",
    // Who came back to a seat has said nothing in it before that.
    "UPDATE seats SET last_number = said.number, last_seq = said.seq FROM \
     (SELECT room, sender, number, MAX(seq) AS seq ",
    tail!(),
    " GROUP BY room, sender) AS said WHERE seats.room = said.room AND seats.device = said.sender \
     AND seats.since_seq < said.seq AND seats.last_seq < said.seq; ",
    "UPDATE settled SET message = MAX(message, (SELECT COALESCE(MAX(id), 0) FROM messages))"
);

pub(super) const HEADS: &str = "SELECT rooms.room AS room, head FROM json_each(?) AS wanted \
     JOIN rooms ON rooms.room = unhex(wanted.value) WHERE closed = 0";

/// It changes with what others commit, and not with what this connection does.
const VERSION: &str = "SELECT data_version FROM pragma_data_version";

const NEXT_ID: &str =
    "SELECT MAX(message, (SELECT COALESCE(MAX(id), 0) FROM messages)) + 1 FROM settled";

/// What the writing task knows of it.
pub(super) struct Tail {
    heads: HashMap<RoomId, u64>,
    next_id: Option<i64>,
    /// The database's version from before anything was learned of it.
    version: Option<i64>,
    /// How many there are, for those who read.
    length: Arc<AtomicU64>,
    /// Something went wrong: what is in memory is nothing to rely on.
    is_lost: bool,
}

impl Tail {
    /// Of a database in which all is in its place.
    pub(super) fn new(length: Arc<AtomicU64>) -> Self {
        Self {
            heads: HashMap::new(),
            next_id: None,
            version: None,
            length,
            is_lost: false,
        }
    }

    /// A transaction failed.
    pub(super) fn lose(&mut self) {
        self.heads.clear();
        self.next_id = None;
        self.version = None;
        self.is_lost = true;
        // Who reads has it put in order first.
        self.length.fetch_max(1, Ordering::Release);
    }

    pub(super) fn is_long(&self) -> bool {
        self.length.load(Ordering::Acquire) >= LAG_MESSAGES
    }

    /// The head of an open room, if it was learned.
    pub(super) fn head(&self, room: RoomId) -> Option<u64> {
        self.heads.get(&room).copied()
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
        }
        if self.is_lost {
            self.settle(connection, keep_messages).await?;
        }
        let unknown: BTreeSet<RoomId> = rooms
            .filter(|room| !self.heads.contains_key(room))
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
            self.heads.insert(rows::room(row.try_get("room")?)?, head);
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

    /// So many messages were written, up to these heads.
    pub(super) fn grow(&mut self, heads: HashMap<RoomId, u64>, count: u64) {
        self.heads.extend(heads);
        let count_i64 = i64::try_from(count).unwrap_or(i64::MAX);
        self.next_id = self.next_id.and_then(|id| id.checked_add(count_i64));
        self.length.fetch_add(count, Ordering::Release);
    }

    /// Puts all in its place, in a transaction of its own.
    pub(super) async fn settle(
        &mut self,
        connection: &mut SqliteConnection,
        keep_messages: u64,
    ) -> Result<(), StoreError> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        settle(&mut transaction, keep_messages).await?;
        transaction.commit().await?;
        self.settled();
        Ok(())
    }

    /// All is in its place, and that is committed.
    pub(super) fn settled(&mut self) {
        self.length.store(0, Ordering::Release);
        self.is_lost = false;
        if self.heads.len() > MAX_HEADS {
            self.heads.clear();
        }
    }

    /// What is known of these rooms may be wrong now, and which id is next; all is in its place.
    pub(super) fn forget(&mut self, rooms: &[RoomId]) {
        if !rooms.is_empty() {
            self.next_id = None;
        }
        for room in rooms {
            self.heads.remove(room);
        }
    }
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(VERSION).fetch_one(connection).await?)
}

/// Puts all in its place that is stored, whoever stored it, and deletes what rooms keep no longer.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    keep_messages: u64,
) -> Result<(), StoreError> {
    let grown = sqlx::query(GROWN).fetch_all(&mut *connection).await?;
    if grown.is_empty() {
        return Ok(());
    }
    sqlx::query(SETTLE).execute(&mut *connection).await?;
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
