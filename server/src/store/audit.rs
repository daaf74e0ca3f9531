//! The audit log: each row's digest covers the one before, so that no row can be changed, dropped
//! or slipped in without a trace. It holds ids and numbers, never content.

use entente_delivery::Effect;
use entente_protocol::{DeviceId, Fingerprint, MessageKind, RoomId, TicketId};
use entente_trust::SignedRevocationList;
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection};

use super::rows::{to_i64, to_u64};
use super::{Store, StoreError};

/// The end of the chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    digest: [u8; 32],
}

fn link(before: &[u8; 32], time_ms: u64, entry: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"Entente 1.0 Audit");
    hash.update(before);
    hash.update(time_ms.to_be_bytes());
    hash.update(entry.as_bytes());
    hash.finalize().into()
}

pub(super) async fn last(connection: &mut SqliteConnection) -> Result<Chain, StoreError> {
    let digest: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT digest FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    let digest = digest.map_or(Ok([0; 32]), |bytes| {
        bytes
            .try_into()
            .map_err(|_| StoreError::Damaged("audit digest"))
    })?;
    Ok(Chain { digest })
}

pub(super) async fn append(
    connection: &mut SqliteConnection,
    chain: &mut Chain,
    now_ms: u64,
    entries: Vec<String>,
) -> Result<(), StoreError> {
    for entry in entries {
        chain.digest = link(&chain.digest, now_ms, &entry);
        sqlx::query("INSERT INTO audit (time_ms, entry, digest) VALUES (?, ?, ?)")
            .bind(to_i64(now_ms))
            .bind(entry)
            .bind(chain.digest.as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) fn of_effects(room: RoomId, is_new: bool, effects: &[Effect]) -> Vec<String> {
    let mut entries = Vec::new();
    for effect in effects {
        match effect {
            Effect::Append(message) if is_new => {
                entries.push(format!("room_opened room={room} by={}", message.sender));
            }
            Effect::Append(message) if message.kind == MessageKind::Commit => {
                let (seq, by, epoch) = (message.seq, message.sender, message.epoch);
                entries.push(format!(
                    "commit room={room} seq={seq} epoch={epoch} by={by}"
                ));
            }
            Effect::Welcome { device, seq, .. } => {
                entries.push(format!("seat_added room={room} seq={seq} device={device}"));
            }
            Effect::Unseat { device, seq } => {
                entries.push(format!(
                    "seat_removed room={room} seq={seq} device={device}"
                ));
            }
            Effect::Closed { at_ms } => {
                entries.push(format!("room_closed room={room} at_ms={at_ms}"));
            }
            _ => {}
        }
    }
    entries
}

pub(super) fn authority_registered(authority: Fingerprint) -> String {
    format!("authority_registered authority={authority}")
}

pub(super) fn enrolment_answered(
    authority: Fingerprint,
    ticket: TicketId,
    is_granted: bool,
) -> String {
    format!("enrolment_answered authority={authority} ticket={ticket} granted={is_granted}")
}

pub(super) fn of_revocations(list: &SignedRevocationList, devices: &[DeviceId]) -> Vec<String> {
    let (authority, number) = (list.list.authority, list.list.number);
    let mut entries = vec![format!(
        "revocation_list authority={authority} number={number}"
    )];
    entries.extend(
        devices
            .iter()
            .map(|device| format!("device_revoked authority={authority} device={device}")),
    );
    entries
}

impl Store {
    /// Checks the whole chain; returns how many rows it has.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row does not follow on the one before.
    pub async fn verify_audit(&self) -> Result<u64, StoreError> {
        let mut digest = [0_u8; 32];
        let mut count = 0;
        let rows = sqlx::query("SELECT time_ms, entry, digest FROM audit ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        for row in rows {
            let time_ms = to_u64(row.try_get("time_ms")?)?;
            digest = link(&digest, time_ms, row.try_get("entry")?);
            if row.try_get::<&[u8], _>("digest")? != digest.as_slice() {
                return Err(StoreError::Damaged("audit chain"));
            }
            count += 1;
        }
        Ok(count)
    }
}
