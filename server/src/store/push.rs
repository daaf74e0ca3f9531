//! The key for pushes, and who asked for them.

use core::fmt;

use entente_protocol::{DeviceId, PushEndpoint, RoomId};
use sqlx::SqliteConnection;

use super::writer::Job;
use super::{Store, StoreError};

/// The secret scalar of the hub's VAPID key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PushSecret(pub(crate) [u8; 32]);

impl fmt::Debug for PushSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushSecret(hidden)")
    }
}

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

impl Store {
    /// The hub's key: `fresh`, unless it has one.
    pub(crate) async fn push_key(&self, fresh: PushSecret) -> Result<PushSecret, StoreError> {
        self.write(|answer| Job::PushKey { fresh, answer }).await
    }

    /// Where to push a device from now on, if anywhere.
    pub(crate) async fn push_subscribe(
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

    /// The push service knows no such subscription any more.
    pub(crate) async fn push_gone(
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

    /// Where to push a device because of a room: none if it did not ask, has no seat there any
    /// more, or the room is closed.
    pub(crate) async fn push_endpoint(
        &self,
        room: RoomId,
        device: DeviceId,
    ) -> Result<Option<PushEndpoint>, StoreError> {
        let endpoint: Option<String> = sqlx::query_scalar(
            "SELECT endpoint FROM push_subscriptions \
             JOIN seats ON seats.device = push_subscriptions.device \
             JOIN rooms ON rooms.room = seats.room \
             WHERE push_subscriptions.device = ? AND seats.room = ? AND rooms.closed = 0",
        )
        .bind(device.as_bytes().as_slice())
        .bind(room.as_bytes().as_slice())
        .fetch_optional(&self.readers)
        .await?;
        Ok(endpoint.map(PushEndpoint::new))
    }
}
