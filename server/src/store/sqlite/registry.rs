//! Authorities, devices and their key packages.

use entente_protocol::{DeviceId, Fingerprint, limits};
use entente_trust::Authority;
use sqlx::{Row as _, SqliteConnection};
use tls_codec::VLBytes;

use super::Engine;
use crate::store::rows::{self, to_i64};
use crate::store::{DeviceRow, KeyPackageRow, StoreError};

/// Whether it is new.
pub(super) async fn add_authority(
    connection: &mut SqliteConnection,
    authority: &Authority,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO authorities (fingerprint, country, der, registered_ms) VALUES (?, ?, ?, ?) \
         ON CONFLICT (fingerprint) DO NOTHING",
    )
    .bind(authority.fingerprint().as_bytes().as_slice())
    .bind(authority.country().to_string())
    .bind(authority.der())
    .bind(to_i64(now_ms))
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) const WAITING: &str = "SELECT (SELECT COUNT(*) FROM key_packages WHERE device = ?1 AND last_resort = 0), \
     (SELECT COUNT(*) FROM welcomes WHERE device = ?1)";

pub(super) async fn remember(
    connection: &mut SqliteConnection,
    device: &DeviceRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO devices (device, country, authority, chain, seen_ms) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (device) DO UPDATE SET country = excluded.country, \
         authority = excluded.authority, chain = excluded.chain, seen_ms = excluded.seen_ms",
    )
    .bind(device.device.as_bytes().as_slice())
    .bind(&device.country)
    .bind(device.authority.as_bytes().as_slice())
    .bind(rows::encode_chain(&device.chain))
    .bind(to_i64(device.seen_ms))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn publish(
    connection: &mut SqliteConnection,
    device: DeviceId,
    packages: &[KeyPackageRow],
) -> Result<u32, StoreError> {
    let stock: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM key_packages WHERE device = ? AND last_resort = 0",
    )
    .bind(device.as_bytes().as_slice())
    .fetch_one(&mut *connection)
    .await?;
    let new = packages
        .iter()
        .filter(|package| !package.last_resort)
        .count();
    let total = usize::try_from(stock)
        .unwrap_or(usize::MAX)
        .saturating_add(new);
    if total > limits::MAX_KEY_PACKAGES_PER_DEVICE {
        return Err(StoreError::TooManyKeyPackages);
    }
    for package in packages {
        if package.last_resort {
            sqlx::query(
                "DELETE FROM key_packages WHERE device = ? AND ciphersuite = ? AND last_resort = 1",
            )
            .bind(device.as_bytes().as_slice())
            .bind(i64::from(package.ciphersuite))
            .execute(&mut *connection)
            .await?;
        }
        sqlx::query(
            "INSERT INTO key_packages (device, ciphersuite, last_resort, not_after_s, hash, bytes) \
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(device.as_bytes().as_slice())
        .bind(i64::from(package.ciphersuite))
        .bind(i64::from(package.last_resort))
        .bind(to_i64(package.not_after_s))
        .bind(&package.hash)
        .bind(&package.bytes)
        .execute(&mut *connection)
        .await?;
    }
    u32::try_from(total).map_err(|_| StoreError::Damaged("count"))
}

pub(super) async fn take(
    connection: &mut SqliteConnection,
    ciphersuite: u16,
    (devices, sparing): (&[DeviceId], &[DeviceId]),
    now_ms: u64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut found = Vec::with_capacity(devices.len());
    let mut missing = Vec::new();
    for device in devices {
        let row = sqlx::query(
            "SELECT id, last_resort, bytes FROM key_packages WHERE device = ? AND ciphersuite = ? \
             AND not_after_s > ? AND last_resort >= ? ORDER BY last_resort, id LIMIT 1",
        )
        .bind(device.as_bytes().as_slice())
        .bind(i64::from(ciphersuite))
        .bind(to_i64(now_ms / 1_000))
        .bind(i64::from(sparing.contains(device)))
        .fetch_optional(&mut *connection)
        .await?;
        match row {
            Some(row) => found.push(row),
            None => missing.push(*device),
        }
    }
    if !missing.is_empty() {
        return Err(StoreError::NoKeyPackage(missing));
    }
    let mut taken = Vec::with_capacity(found.len());
    for row in found {
        if row.try_get::<i64, _>("last_resort")? == 0 {
            sqlx::query("DELETE FROM key_packages WHERE id = ?")
                .bind(row.try_get::<i64, _>("id")?)
                .execute(&mut *connection)
                .await?;
        }
        taken.push(row.try_get("bytes")?);
    }
    Ok(taken)
}

impl Engine {
    pub(in crate::store) async fn authorities(&self) -> Result<Vec<Authority>, StoreError> {
        sqlx::query("SELECT der FROM authorities")
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| {
                Authority::from_der(row.try_get("der")?)
                    .map_err(|_| StoreError::Damaged("authority"))
            })
            .collect()
    }

    pub(in crate::store) async fn authority(
        &self,
        root: Fingerprint,
    ) -> Result<Option<Authority>, StoreError> {
        let der: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT der FROM authorities WHERE fingerprint = ?")
                .bind(root.as_bytes().as_slice())
                .fetch_optional(&self.readers)
                .await?;
        der.map(|der| Authority::from_der(&der))
            .transpose()
            .map_err(|_| StoreError::Damaged("authority"))
    }

    pub(in crate::store) async fn waiting(
        &self,
        device: DeviceId,
    ) -> Result<(u32, u32), StoreError> {
        let (packages, welcomes): (i64, i64) = sqlx::query_as(WAITING)
            .bind(device.as_bytes().as_slice())
            .fetch_one(&self.readers)
            .await?;
        let count = |count| u32::try_from(count).map_err(|_| StoreError::Damaged("count"));
        Ok((count(packages)?, count(welcomes)?))
    }

    pub(in crate::store) async fn key_package_count(
        &self,
        device: DeviceId,
    ) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM key_packages WHERE device = ? AND last_resort = 0",
        )
        .bind(device.as_bytes().as_slice())
        .fetch_one(&self.readers)
        .await?;
        u32::try_from(count).map_err(|_| StoreError::Damaged("count"))
    }

    pub(in crate::store) async fn directory(
        &self,
        country: Option<&str>,
    ) -> Result<Vec<Vec<VLBytes>>, StoreError> {
        sqlx::query(
            "SELECT chain FROM devices WHERE ?1 IS NULL OR country = ?1 ORDER BY device LIMIT ?2",
        )
        .bind(country)
        .bind(to_i64(limits::MAX_DEVICES_PER_REQUEST as u64))
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| rows::decode_chain(row.try_get("chain")?))
        .collect()
    }
}
