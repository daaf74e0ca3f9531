//! Authorities, devices and their key packages.

use std::collections::HashMap;

use entente_protocol::{DeviceId, Fingerprint, limits};
use entente_trust::Authority;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use tls_codec::VLBytes;

use super::{Engine, audit, every, in_time, lock};
use crate::store::audit as entries;
use crate::store::rows::{self, to_i64};
use crate::store::{DeviceRow, KeyPackageRow, StoreError};

async fn publish(
    connection: &mut PgConnection,
    device: DeviceId,
    packages: &[KeyPackageRow],
) -> Result<u32, StoreError> {
    lock(connection, lock::KEY_PACKAGES).await?;
    let stock: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM key_packages WHERE device = $1 AND last_resort = 0",
    )
    .bind(device.as_bytes().as_slice())
    .fetch_one(&mut *connection)
    .await?;
    let new = packages.iter().filter(|one| !one.last_resort).count();
    let total = usize::try_from(stock)
        .unwrap_or(usize::MAX)
        .saturating_add(new);
    if total > limits::MAX_KEY_PACKAGES_PER_DEVICE {
        return Err(StoreError::TooManyKeyPackages);
    }
    for package in packages {
        if package.last_resort {
            sqlx::query(
                "DELETE FROM key_packages WHERE device = $1 AND ciphersuite = $2 AND last_resort = 1",
            )
            .bind(device.as_bytes().as_slice())
            .bind(i64::from(package.ciphersuite))
            .execute(&mut *connection)
            .await?;
        }
        sqlx::query(
            "INSERT INTO key_packages (device, ciphersuite, last_resort, not_after_s, hash, bytes) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO NOTHING",
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

async fn take(
    connection: &mut PgConnection,
    ciphersuite: u16,
    (devices, sparing): (&[DeviceId], &[DeviceId]),
    now_ms: u64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    // One taker at a time, on all hubs: so that all or none are taken, and each once.
    lock(connection, lock::KEY_PACKAGES).await?;
    let ids =
        |of: &[DeviceId]| -> Vec<Vec<u8>> { of.iter().map(|d| d.as_bytes().to_vec()).collect() };
    let rows = sqlx::query(
        "SELECT DISTINCT ON (device) id, device, last_resort, bytes FROM key_packages \
         WHERE device = ANY($1) AND ciphersuite = $2 AND not_after_s > $3 \
         AND (last_resort <> 0 OR device <> ALL($4)) \
         ORDER BY device, last_resort, id",
    )
    .bind(ids(devices))
    .bind(i64::from(ciphersuite))
    .bind(to_i64(now_ms / 1_000))
    .bind(ids(sparing))
    .fetch_all(&mut *connection)
    .await?;
    let mut found: HashMap<DeviceId, Vec<u8>> = HashMap::with_capacity(rows.len());
    let mut used: Vec<i64> = Vec::with_capacity(rows.len());
    for row in rows {
        if row.try_get::<i64, _>("last_resort")? == 0 {
            used.push(row.try_get("id")?);
        }
        found.insert(rows::device(row.try_get("device")?)?, row.try_get("bytes")?);
    }
    let missing: Vec<DeviceId> = devices
        .iter()
        .filter(|device| !found.contains_key(device))
        .copied()
        .collect();
    if !missing.is_empty() {
        return Err(StoreError::NoKeyPackage(missing));
    }
    sqlx::query("DELETE FROM key_packages WHERE id = ANY($1)")
        .bind(used)
        .execute(connection)
        .await?;
    Ok(devices
        .iter()
        .filter_map(|device| found.get(device).cloned())
        .collect())
}

impl Engine {
    pub(in crate::store) async fn register_authority(
        &self,
        authority: Authority,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            let inserted = sqlx::query(
                "INSERT INTO authorities (fingerprint, country, der, registered_ms) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (fingerprint) DO NOTHING",
            )
            .bind(authority.fingerprint().as_bytes().as_slice())
            .bind(authority.country().to_string())
            .bind(authority.der())
            .bind(to_i64(now_ms))
            .execute(&mut *transaction)
            .await?;
            if inserted.rows_affected() == 1 {
                let entry = entries::authority_registered(authority.fingerprint());
                audit::append(&mut transaction, now_ms, vec![entry]).await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn remember_device(
        &self,
        device: DeviceRow,
    ) -> Result<(), StoreError> {
        in_time(async {
            sqlx::query(
                "INSERT INTO devices (device, country, authority, chain, seen_ms) \
                 VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (device) DO UPDATE SET country = excluded.country, \
                 authority = excluded.authority, chain = excluded.chain, seen_ms = excluded.seen_ms",
            )
            .bind(device.device.as_bytes().as_slice())
            .bind(&device.country)
            .bind(device.authority.as_bytes().as_slice())
            .bind(rows::encode_chain(&device.chain))
            .bind(to_i64(device.seen_ms))
            .execute(&self.pool)
            .await?;
            Ok(())
        })
        .await
    }

    pub(in crate::store) async fn publish_key_packages(
        &self,
        device: DeviceId,
        packages: Vec<KeyPackageRow>,
    ) -> Result<u32, StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            let stock = publish(&mut transaction, device, &packages).await?;
            transaction.commit().await?;
            Ok(stock)
        })
        .await
    }

    pub(in crate::store) async fn take_key_packages(
        &self,
        ciphersuite: u16,
        devices: Vec<DeviceId>,
        sparing: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            let wanted = (devices.as_slice(), sparing.as_slice());
            let taken = take(&mut transaction, ciphersuite, wanted, now_ms).await?;
            transaction.commit().await?;
            Ok(taken)
        })
        .await
    }

    pub(in crate::store) async fn authorities(&self) -> Result<Vec<Authority>, StoreError> {
        in_time(async {
            let rows = sqlx::query("SELECT der FROM authorities")
                .fetch_all(&self.pool)
                .await?;
            every(&rows, |row| {
                Authority::from_der(row.try_get("der")?)
                    .map_err(|_| StoreError::Damaged("authority"))
            })
        })
        .await
    }

    pub(in crate::store) async fn authority(
        &self,
        root: Fingerprint,
    ) -> Result<Option<Authority>, StoreError> {
        in_time(async {
            let der: Option<Vec<u8>> =
                sqlx::query_scalar("SELECT der FROM authorities WHERE fingerprint = $1")
                    .bind(root.as_bytes().as_slice())
                    .fetch_optional(&self.pool)
                    .await?;
            der.map(|der| Authority::from_der(&der))
                .transpose()
                .map_err(|_| StoreError::Damaged("authority"))
        })
        .await
    }

    pub(in crate::store) async fn waiting(
        &self,
        device: DeviceId,
    ) -> Result<(u32, u32), StoreError> {
        in_time(async {
            let (packages, welcomes): (i64, i64) = sqlx::query_as(
                "SELECT (SELECT COUNT(*) FROM key_packages WHERE device = $1 AND last_resort = 0), \
                 (SELECT COUNT(*) FROM welcomes WHERE device = $1)",
            )
            .bind(device.as_bytes().as_slice())
            .fetch_one(&self.pool)
            .await?;
            let count = |count| u32::try_from(count).map_err(|_| StoreError::Damaged("count"));
            Ok((count(packages)?, count(welcomes)?))
        })
        .await
    }

    pub(in crate::store) async fn key_package_count(
        &self,
        device: DeviceId,
    ) -> Result<u32, StoreError> {
        in_time(async {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM key_packages WHERE device = $1 AND last_resort = 0",
            )
            .bind(device.as_bytes().as_slice())
            .fetch_one(&self.pool)
            .await?;
            u32::try_from(count).map_err(|_| StoreError::Damaged("count"))
        })
        .await
    }

    pub(in crate::store) async fn directory(
        &self,
        country: Option<&str>,
    ) -> Result<Vec<Vec<VLBytes>>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT chain FROM devices WHERE $1::text IS NULL OR country = $1 \
                 ORDER BY device LIMIT $2",
            )
            .bind(country)
            .bind(to_i64(limits::MAX_DEVICES_PER_REQUEST as u64))
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| rows::decode_chain(row.try_get("chain")?))
        })
        .await
    }
}
