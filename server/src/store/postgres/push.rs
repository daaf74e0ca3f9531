//! The key for pushes, and who asked for them.

use entente_protocol::{DeviceId, PushEndpoint, RoomId};
use sqlx::Row as _;

use super::{Engine, in_time};
use crate::store::rows::{to_i64, to_u64};
use crate::store::{PushSecret, StoreError, Subscription};

impl Engine {
    pub(in crate::store) async fn push_key(
        &self,
        fresh: PushSecret,
    ) -> Result<PushSecret, StoreError> {
        in_time(async {
            sqlx::query(
                "INSERT INTO push_key (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
            )
            .bind(fresh.0.as_slice())
            .execute(&self.pool)
            .await?;
            let kept: Vec<u8> = sqlx::query_scalar("SELECT secret FROM push_key WHERE id = 1")
                .fetch_one(&self.pool)
                .await?;
            kept.try_into()
                .map(PushSecret)
                .map_err(|_| StoreError::Damaged("push key"))
        })
        .await
    }

    pub(in crate::store) async fn push_subscribe(
        &self,
        device: DeviceId,
        endpoint: Option<PushEndpoint>,
    ) -> Result<(), StoreError> {
        in_time(async {
            match &endpoint {
                Some(endpoint) => sqlx::query(
                    "INSERT INTO push_subscriptions (device, endpoint) VALUES ($1, $2) \
                     ON CONFLICT (device) DO UPDATE SET endpoint = excluded.endpoint",
                )
                .bind(device.as_bytes().as_slice())
                .bind(endpoint.expose()),
                None => sqlx::query("DELETE FROM push_subscriptions WHERE device = $1")
                    .bind(device.as_bytes().as_slice()),
            }
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    /// Unless the device has another one by now.
    pub(in crate::store) async fn push_gone(
        &self,
        device: DeviceId,
        endpoint: PushEndpoint,
    ) -> Result<(), StoreError> {
        in_time(async {
            sqlx::query("DELETE FROM push_subscriptions WHERE device = $1 AND endpoint = $2")
                .bind(device.as_bytes().as_slice())
                .bind(endpoint.expose())
                .execute(&self.pool)
                .await?;
            Ok(())
        })
        .await
    }

    pub(in crate::store) async fn push_subscription(
        &self,
        room: RoomId,
        device: DeviceId,
    ) -> Result<Option<Subscription>, StoreError> {
        in_time(async {
            let row = sqlx::query(
                "SELECT endpoint, pushed_ms FROM push_subscriptions \
                 JOIN seats ON seats.device = push_subscriptions.device \
                 JOIN rooms ON rooms.room = seats.room \
                 WHERE push_subscriptions.device = $1 AND seats.room = $2 AND rooms.closed = 0",
            )
            .bind(device.as_bytes().as_slice())
            .bind(room.as_bytes().as_slice())
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            Ok(Some(Subscription {
                endpoint: PushEndpoint::new(row.try_get("endpoint")?),
                pushed_ms: to_u64(row.try_get("pushed_ms")?)?,
            }))
        })
        .await
    }

    pub(in crate::store) async fn push_claim(
        &self,
        device: DeviceId,
        pushed_ms: u64,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        in_time(async {
            let claimed = sqlx::query(
                "UPDATE push_subscriptions SET pushed_ms = $1 WHERE device = $2 AND pushed_ms = $3",
            )
            .bind(to_i64(now_ms))
            .bind(device.as_bytes().as_slice())
            .bind(to_i64(pushed_ms))
            .execute(&self.pool)
            .await?;
            Ok(claimed.rows_affected() == 1)
        })
        .await
    }
}
