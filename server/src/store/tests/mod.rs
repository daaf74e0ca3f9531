//! What the store promises, each promise held against both engines.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit;
mod compartments;
mod devices;
mod directory;
mod members;
mod retention;
mod rooms;
mod schema;

use std::sync::Arc;

use entente_delivery::{Effect, SeatRecord, StoredMessage};
use entente_protocol::{DeviceId, EnrolmentRequest, Fingerprint, MessageKind, RoomId, TicketId};
use entente_services::{Postgres, is_skipped};
use sqlx::{PgPool, SqlitePool};
use tempfile::TempDir;
use tls_codec::VLBytes;

use super::*;

const NOW: u64 = 1_767_225_600_000;
const ROOM: RoomId = RoomId::from_bytes([1; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
const AUTHORITY: Fingerprint = Fingerprint::from_bytes([3; 32]);

/// The engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Runs each promise against each engine.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(super::Kind::Sqlite).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() {
                if !entente_services::is_skipped() {
                    super::$name(super::Kind::Postgres).await;
                }
            })*
        }
    };
}
use promises;

/// A store with a database of its own.
struct Scene {
    url: String,
    store: Store,
    folder: TempDir,
}

async fn scene(kind: Kind, keep_messages: u64) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let url = match kind {
        Kind::Sqlite => format!("sqlite://{}/hub.db", folder.path().display()),
        Kind::Postgres => Postgres::shared().database(),
    };
    let store = Store::open(&url, keep_messages).await.unwrap();
    Scene { url, store, folder }
}

impl Scene {
    /// Somebody with the disk in their hands.
    async fn tamper(&self, sql: &'static str) {
        if self.store.is_shared() {
            let pool = PgPool::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let pool = SqlitePool::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    async fn store_message(&self, seq: u64) -> Result<(), StoreError> {
        let basis = match seq {
            1 => Basis::New,
            seq => Basis::Head(seq - 1),
        };
        self.store
            .store_effects(ROOM, basis, Arc::new(effects(seq)), NOW + seq)
            .await
    }

    async fn sequence(&self, after: u64) -> Vec<u64> {
        let page = self.store.page(ROOM, after, 1 << 40).await.unwrap();
        page.iter().map(|delivery| delivery.seq).collect()
    }

    /// Rows of a table.
    async fn count(&self, table: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        if self.store.is_shared() {
            let pool = PgPool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&pool).await.unwrap()
        } else {
            let pool = SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&pool).await.unwrap()
        }
    }

    async fn head(&self) -> u64 {
        self.store.room(ROOM).await.unwrap().unwrap().record.head
    }
}

fn effects(seq: u64) -> Vec<Effect> {
    let kind = if seq == 1 {
        MessageKind::Opening
    } else {
        MessageKind::Application
    };
    let mut effects = vec![
        Effect::Append(StoredMessage {
            seq,
            kind,
            sender: DEVICE,
            number: seq,
            epoch: 0,
            time_ms: NOW + seq,
            message: seq.to_be_bytes().to_vec(),
        }),
        Effect::Seat(SeatRecord {
            device: DEVICE,
            leaf: 0,
            since_seq: 1,
            last_number: seq,
            last_seq: seq,
        }),
    ];
    if seq == 1 {
        effects.push(Effect::Group {
            epoch: 0,
            opens_at_ms: NOW,
            closes_at_ms: NOW + 1_000_000,
            shred_at_ms: NOW + 2_000_000,
            forget_at_ms: NOW + 3_000_000,
            group_info: b"group info".to_vec(),
            ratchet_tree: b"tree".to_vec(),
        });
    }
    effects
}

fn package(hash: u8, last_resort: bool) -> KeyPackageRow {
    KeyPackageRow {
        ciphersuite: 1,
        last_resort,
        not_after_s: NOW / 1_000 + 60,
        hash: vec![hash; 32],
        bytes: vec![hash; 8],
    }
}

fn request(ticket: u8, key: u8) -> EnrolmentRequest {
    EnrolmentRequest {
        authority: AUTHORITY,
        ticket: TicketId::from_bytes([ticket; 16]),
        device_key: [key; 32],
        signature: VLBytes::new(vec![0; 64]),
        mac: VLBytes::new(vec![0; 32]),
    }
}
