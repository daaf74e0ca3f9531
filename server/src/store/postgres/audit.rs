//! The audit log's table. All hubs write one chain: its end is locked from here to the end of the
//! transaction, so it is written last.

use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::{Engine, in_time, lock};
use crate::store::StoreError;
use crate::store::audit::{Chain, room_of};
use crate::store::rows::{to_i64, to_u64};

pub(super) async fn append(
    connection: &mut PgConnection,
    now_ms: u64,
    entries: Vec<String>,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    lock(connection, lock::AUDIT).await?;
    let last = sqlx::query_scalar("SELECT digest FROM audit ORDER BY id DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let mut chain = Chain::after(last)?;
    let digests: Vec<Vec<u8>> = entries
        .iter()
        .map(|entry| chain.link(now_ms, entry).to_vec())
        .collect();
    let rooms: Vec<Option<Vec<u8>>> = entries
        .iter()
        .map(|entry| room_of(entry).map(|room| room.as_bytes().to_vec()))
        .collect();
    sqlx::query(
        "INSERT INTO audit (time_ms, entry, digest, room)
         SELECT $1, e.entry, e.digest, e.room FROM UNNEST($2::text[], $3::bytea[], $4::bytea[])
             WITH ORDINALITY AS e (entry, digest, room, place) ORDER BY e.place",
    )
    .bind(to_i64(now_ms))
    .bind(entries)
    .bind(digests)
    .bind(rooms)
    .execute(connection)
    .await?;
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn verify_audit(&self) -> Result<u64, StoreError> {
        in_time(async {
            let mut chain = Chain::after(None)?;
            let mut count = 0;
            let rows = sqlx::query("SELECT time_ms, entry, digest FROM audit ORDER BY id")
                .fetch_all(&self.pool)
                .await?;
            for row in rows {
                let time_ms = to_u64(row.try_get("time_ms")?)?;
                chain.check(time_ms, row.try_get("entry")?, row.try_get("digest")?)?;
                count += 1;
            }
            Ok(count)
        })
        .await
    }
}
