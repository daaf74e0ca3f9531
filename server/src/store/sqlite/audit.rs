//! The audit log's table.

use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use crate::store::StoreError;
pub(super) use crate::store::audit::Chain;
use crate::store::audit::room_of;
use crate::store::rows::{to_i64, to_u64};

pub(super) async fn last(connection: &mut SqliteConnection) -> Result<Chain, StoreError> {
    let digest = sqlx::query_scalar("SELECT digest FROM audit ORDER BY id DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Chain::after(digest)
}

pub(super) async fn append(
    connection: &mut SqliteConnection,
    chain: &mut Chain,
    now_ms: u64,
    entries: Vec<String>,
) -> Result<(), StoreError> {
    for entry in entries {
        let digest = chain.link(now_ms, &entry);
        let room = room_of(&entry);
        sqlx::query("INSERT INTO audit (time_ms, entry, digest, room) VALUES (?, ?, ?, ?)")
            .bind(to_i64(now_ms))
            .bind(entry)
            .bind(digest.as_slice())
            .bind(room.map(|room| room.as_bytes().to_vec()))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn verify_audit(&self) -> Result<u64, StoreError> {
        let mut chain = Chain::after(None)?;
        let mut count = 0;
        let rows = sqlx::query("SELECT time_ms, entry, digest FROM audit ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        for row in rows {
            let time_ms = to_u64(row.try_get("time_ms")?)?;
            chain.check(time_ms, row.try_get("entry")?, row.try_get("digest")?)?;
            count += 1;
        }
        Ok(count)
    }
}
