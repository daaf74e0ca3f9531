//! Signed revocation lists.

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::SignedRevocationList;
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use crate::store::{StoreError, rows};

/// Keeps an authority's newest list, and forgets what could be handed out of the revoked devices.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    list: &SignedRevocationList,
    devices: &[DeviceId],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO revocations (authority, number, list) VALUES (?, ?, ?) \
         ON CONFLICT (authority) DO UPDATE SET number = excluded.number, list = excluded.list \
         WHERE revocations.number < excluded.number",
    )
    .bind(list.list.authority.as_bytes().as_slice())
    .bind(i64::from(list.list.number))
    .bind(list.encode())
    .execute(&mut *connection)
    .await?;
    for device in devices {
        for statement in [
            "DELETE FROM key_packages WHERE device = ?",
            "DELETE FROM devices WHERE device = ?",
            "DELETE FROM welcomes WHERE device = ?",
            "DELETE FROM push_subscriptions WHERE device = ?",
        ] {
            sqlx::query(statement)
                .bind(device.as_bytes().as_slice())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

pub(super) async fn put_of_room(
    connection: &mut SqliteConnection,
    room: RoomId,
    authority: Fingerprint,
    list: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO room_revocations (room, authority, list) VALUES (?, ?, ?) \
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
    connection: &mut SqliteConnection,
    room: RoomId,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let lists = sqlx::query_scalar("SELECT list FROM room_revocations WHERE room = ?")
        .bind(room.as_bytes().as_slice())
        .fetch_all(connection)
        .await?;
    Ok(lists)
}

impl Engine {
    pub(in crate::store) async fn revocation_numbers(
        &self,
    ) -> Result<Vec<(Fingerprint, u32)>, StoreError> {
        sqlx::query("SELECT authority, number FROM revocations")
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| rows::list_number(row.try_get("authority")?, row.try_get("number")?))
            .collect()
    }

    pub(in crate::store) async fn revocations(
        &self,
    ) -> Result<Vec<SignedRevocationList>, StoreError> {
        sqlx::query("SELECT list FROM revocations")
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| {
                SignedRevocationList::decode(row.try_get("list")?)
                    .map_err(|_| StoreError::Damaged("revocation list"))
            })
            .collect()
    }
}
