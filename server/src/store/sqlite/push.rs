//! The key for pushes, and who asked for them.

use entente_protocol::{DeviceId, PushEndpoint, RoomId};
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use super::writer::Job;
use crate::store::rows::{to_i64, to_u64};
use crate::store::{PushSecret, StoreError, Subscription};

/// Keeps a key unless there is one; returns the one that is kept.
pub(super) async fn keep_key(
    connection: &mut SqliteConnection,
    fresh: &PushSecret,
) -> Result<PushSecret, StoreError> {
    sqlx::query("INSERT INTO push_key (id, secret) VALUES (1, ?) ON CONFLICT (id) DO NOTHING")
        .bind(fresh.0.as_slice())
        .execute(&mut *connection)
        .await?;
    let kept: Vec<u8> = sqlx::query_scalar("SELECT secret FROM push_key WHERE id = 1")
        .fetch_one(connection)
        .await?;
    kept.try_into()
        .map(PushSecret)
        .map_err(|_| StoreError::Damaged("push key"))
}

pub(super) async fn subscribe(
    connection: &mut SqliteConnection,
    device: DeviceId,
    endpoint: Option<&PushEndpoint>,
) -> Result<(), StoreError> {
    match endpoint {
        Some(endpoint) => sqlx::query(
            "INSERT INTO push_subscriptions (device, endpoint) VALUES (?, ?) \
             ON CONFLICT (device) DO UPDATE SET endpoint = excluded.endpoint",
        )
        .bind(device.as_bytes().as_slice())
        .bind(endpoint.expose()),
        None => sqlx::query("DELETE FROM push_subscriptions WHERE device = ?")
            .bind(device.as_bytes().as_slice()),
    }
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets a subscription that is no more, unless the device has another one by now.
pub(super) async fn gone(
    connection: &mut SqliteConnection,
    device: DeviceId,
    endpoint: &PushEndpoint,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM push_subscriptions WHERE device = ? AND endpoint = ?")
        .bind(device.as_bytes().as_slice())
        .bind(endpoint.expose())
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a device is pushed now, unless somebody else does since `pushed_ms`.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    device: DeviceId,
    pushed_ms: u64,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let claimed = sqlx::query(
        "UPDATE push_subscriptions SET pushed_ms = ? WHERE device = ? AND pushed_ms = ?",
    )
    .bind(to_i64(now_ms))
    .bind(device.as_bytes().as_slice())
    .bind(to_i64(pushed_ms))
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

impl Engine {
    pub(in crate::store) async fn push_key(
        &self,
        fresh: PushSecret,
    ) -> Result<PushSecret, StoreError> {
        self.write(|answer| Job::PushKey { fresh, answer }).await
    }

    pub(in crate::store) async fn push_subscribe(
        &self,
        device: DeviceId,
        endpoint: Option<PushEndpoint>,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::PushSubscribe {
            device,
            endpoint,
            answer,
        })
        .await
    }

    pub(in crate::store) async fn push_gone(
        &self,
        device: DeviceId,
        endpoint: PushEndpoint,
    ) -> Result<(), StoreError> {
        self.write(|answer| Job::PushGone {
            device,
            endpoint,
            answer,
        })
        .await
    }

    pub(in crate::store) async fn push_subscription(
        &self,
        room: RoomId,
        device: DeviceId,
    ) -> Result<Option<Subscription>, StoreError> {
        let row = sqlx::query(
            "SELECT endpoint, pushed_ms FROM push_subscriptions \
             JOIN seats ON seats.device = push_subscriptions.device \
             JOIN rooms ON rooms.room = seats.room \
             WHERE push_subscriptions.device = ? AND seats.room = ? AND rooms.closed = 0",
        )
        .bind(device.as_bytes().as_slice())
        .bind(room.as_bytes().as_slice())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Subscription {
            endpoint: PushEndpoint::new(row.try_get("endpoint")?),
            pushed_ms: to_u64(row.try_get("pushed_ms")?)?,
        }))
    }

    pub(in crate::store) async fn push_claim(
        &self,
        device: DeviceId,
        pushed_ms: u64,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        self.write(|answer| Job::PushClaim {
            device,
            pushed_ms,
            now_ms,
            answer,
        })
        .await
    }
}
