//! Signed revocation lists.

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::SignedRevocationList;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::{Engine, audit, every, in_time};
use crate::store::audit as entries;
use crate::store::{StoreError, rows};

pub(super) async fn put_of_room(
    connection: &mut PgConnection,
    room: RoomId,
    authority: Fingerprint,
    list: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO room_revocations (room, authority, list) VALUES ($1, $2, $3) \
         ON CONFLICT (room, authority) DO UPDATE SET list = excluded.list",
    )
    .bind(room.as_bytes().as_slice())
    .bind(authority.as_bytes().as_slice())
    .bind(list)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn of_room(
    connection: &mut PgConnection,
    room: RoomId,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let lists = sqlx::query_scalar("SELECT list FROM room_revocations WHERE room = $1")
        .bind(room.as_bytes().as_slice())
        .fetch_all(connection)
        .await?;
    Ok(lists)
}

async fn put(
    connection: &mut PgConnection,
    list: &SignedRevocationList,
    devices: &[DeviceId],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO revocations (authority, number, list) VALUES ($1, $2, $3) \
         ON CONFLICT (authority) DO UPDATE SET number = excluded.number, list = excluded.list \
         WHERE revocations.number < excluded.number",
    )
    .bind(list.list.authority.as_bytes().as_slice())
    .bind(i64::from(list.list.number))
    .bind(list.encode())
    .execute(&mut *connection)
    .await?;
    let devices: Vec<&[u8]> = devices.iter().map(|d| d.as_bytes().as_slice()).collect();
    for statement in [
        "DELETE FROM key_packages WHERE device = ANY($1)",
        "DELETE FROM devices WHERE device = ANY($1)",
        "DELETE FROM welcomes WHERE device = ANY($1)",
        "DELETE FROM push_subscriptions WHERE device = ANY($1)",
    ] {
        sqlx::query(statement)
            .bind(&devices)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Engine {
    pub(in crate::store) async fn put_revocations(
        &self,
        list: SignedRevocationList,
        devices: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            put(&mut transaction, &list, &devices).await?;
            let entries = entries::of_revocations(&list, &devices);
            audit::append(&mut transaction, now_ms, entries).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn revocation_numbers(
        &self,
    ) -> Result<Vec<(Fingerprint, u32)>, StoreError> {
        in_time(async {
            let rows = sqlx::query("SELECT authority, number FROM revocations")
                .fetch_all(&self.pool)
                .await?;
            every(&rows, |row| {
                rows::list_number(row.try_get("authority")?, row.try_get("number")?)
            })
        })
        .await
    }

    pub(in crate::store) async fn revocations(
        &self,
    ) -> Result<Vec<SignedRevocationList>, StoreError> {
        in_time(async {
            let rows = sqlx::query("SELECT list FROM revocations")
                .fetch_all(&self.pool)
                .await?;
            every(&rows, |row| {
                SignedRevocationList::decode(row.try_get("list")?)
                    .map_err(|_| StoreError::Damaged("revocation list"))
            })
        })
        .await
    }
}
