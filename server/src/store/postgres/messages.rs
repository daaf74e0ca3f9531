//! The log of each room.

use entente_delivery::{SeatRecord, StoredMessage};
use entente_protocol::{Delivery, DeviceId, MessageKind, RoomId, limits};
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgRow};
use sqlx::query::QueryScalar;
use sqlx::{Postgres, Row as _};

use super::{Engine, every, in_time};
use crate::store::StoreError;
use crate::store::rows::{self, to_i64, to_u64};

type Scalar<'q, T> = QueryScalar<'q, Postgres, T, PgArguments>;

/// Messages as columns, for UNNEST.
#[derive(Default)]
pub(super) struct Columns<'a> {
    rooms: Vec<Vec<u8>>,
    seqs: Vec<i64>,
    kinds: Vec<i64>,
    senders: Vec<Vec<u8>>,
    numbers: Vec<i64>,
    epochs: Vec<i64>,
    times: Vec<i64>,
    messages: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    pub(super) fn push(&mut self, room: RoomId, message: &'a StoredMessage) {
        self.rooms.push(room.as_bytes().to_vec());
        self.seqs.push(to_i64(message.seq));
        self.kinds.push(i64::from(message.kind as u8));
        self.senders.push(message.sender.as_bytes().to_vec());
        self.numbers.push(to_i64(message.number));
        self.epochs.push(to_i64(message.epoch));
        self.times.push(to_i64(message.time_ms));
        self.messages.push(&message.message);
    }

    pub(super) fn bind<'q, T>(self, query: Scalar<'q, T>) -> Scalar<'q, T>
    where
        'a: 'q,
    {
        query
            .bind(self.rooms)
            .bind(self.seqs)
            .bind(self.kinds)
            .bind(self.senders)
            .bind(self.numbers)
            .bind(self.epochs)
            .bind(self.times)
            .bind(self.messages)
    }
}

/// Seats as columns, for UNNEST.
#[derive(Default)]
pub(super) struct SeatColumns {
    rooms: Vec<Vec<u8>>,
    devices: Vec<Vec<u8>>,
    leaves: Vec<i64>,
    sinces: Vec<i64>,
    numbers: Vec<i64>,
    seqs: Vec<i64>,
}

impl SeatColumns {
    pub(super) fn push(&mut self, room: RoomId, seat: &SeatRecord) {
        self.rooms.push(room.as_bytes().to_vec());
        self.devices.push(seat.device.as_bytes().to_vec());
        self.leaves.push(i64::from(seat.leaf));
        self.sinces.push(to_i64(seat.since_seq));
        self.numbers.push(to_i64(seat.last_number));
        self.seqs.push(to_i64(seat.last_seq));
    }

    pub(super) fn bind<T>(self, query: Scalar<'_, T>) -> Scalar<'_, T> {
        query
            .bind(self.rooms)
            .bind(self.devices)
            .bind(self.leaves)
            .bind(self.sinces)
            .bind(self.numbers)
            .bind(self.seqs)
    }
}

/// Appends within a transaction that has moved the room's head.
pub(super) async fn append(
    connection: &mut PgConnection,
    room: RoomId,
    messages: impl Iterator<Item = &StoredMessage>,
) -> Result<u64, StoreError> {
    let mut columns = Columns::default();
    messages.for_each(|message| columns.push(room, message));
    let count = columns.seqs.len() as u64;
    if count > 0 {
        let query = sqlx::query_scalar::<_, i64>(
            "INSERT INTO messages (room, seq, kind, sender, number, epoch, time_ms, message)
             SELECT * FROM UNNEST($1::bytea[], $2::bigint[], $3::bigint[], $4::bytea[],
                $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[]) RETURNING seq",
        );
        columns.bind(query).fetch_all(connection).await?;
    }
    Ok(count)
}

pub(super) async fn prune(pool: &PgPool, room: RoomId, oldest: u64) -> Result<(), StoreError> {
    sqlx::query(
        "WITH cut AS (
            UPDATE rooms SET oldest = $2 WHERE room = $1 AND oldest < $2
         )
         DELETE FROM messages WHERE room = $1 AND seq < $2",
    )
    .bind(room.as_bytes().as_slice())
    .bind(to_i64(oldest))
    .execute(pool)
    .await?;
    Ok(())
}

fn delivery(room: RoomId, row: &PgRow) -> Result<Delivery, StoreError> {
    let kind = u8::try_from(row.try_get::<i64, _>("kind")?)
        .ok()
        .and_then(MessageKind::from_u8)
        .ok_or(StoreError::Damaged("kind"))?;
    Ok(Delivery {
        room,
        seq: to_u64(row.try_get("seq")?)?,
        kind,
        sender: rows::device(row.try_get("sender")?)?,
        number: to_u64(row.try_get("number")?)?,
        epoch: to_u64(row.try_get("epoch")?)?,
        time_ms: to_u64(row.try_get("time_ms")?)?,
        message: row.try_get::<Vec<u8>, _>("message")?.into(),
    })
}

impl Engine {
    pub(in crate::store) async fn oldest(&self, room: RoomId) -> Result<u64, StoreError> {
        in_time(async {
            let oldest: Option<i64> =
                sqlx::query_scalar("SELECT oldest FROM rooms WHERE room = $1")
                    .bind(room.as_bytes().as_slice())
                    .fetch_optional(&self.pool)
                    .await?;
            oldest.map_or(Ok(1), to_u64)
        })
        .await
    }

    pub(in crate::store) async fn page(
        &self,
        room: RoomId,
        after: u64,
        until: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT seq, kind, sender, number, epoch, time_ms, message FROM messages \
                 WHERE room = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
            )
            .bind(room.as_bytes().as_slice())
            .bind(to_i64(after))
            .bind(to_i64(until))
            .bind(to_i64(limits::HISTORY_PAGE_MESSAGES as u64))
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| delivery(room, row))
        })
        .await
    }

    pub(in crate::store) async fn place_of(
        &self,
        room: RoomId,
        sender: DeviceId,
        number: u64,
    ) -> Result<Option<(u64, u64)>, StoreError> {
        in_time(async {
            let row = sqlx::query(
                "SELECT seq, time_ms FROM messages WHERE room = $1 AND sender = $2 AND number = $3 \
                 ORDER BY seq DESC LIMIT 1",
            )
            .bind(room.as_bytes().as_slice())
            .bind(sender.as_bytes().as_slice())
            .bind(to_i64(number))
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let (seq, time_ms) = (row.try_get("seq")?, row.try_get("time_ms")?);
            Ok(Some((to_u64(seq)?, to_u64(time_ms)?)))
        })
        .await
    }
}
