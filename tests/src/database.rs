//! What lies in a hub's store, as one digest for each table.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Row as _, SqlitePool};

use crate::program;

/// A digest of every table's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, String>);

impl Snapshot {
    /// Reads the store of a hub, running or not. The time at which a device was last seen is left
    /// out: a good hello is allowed to change it. Messages follow into their places in the hub's own time: here they
    /// do in a copy.
    pub async fn of(data: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pool = opened(data).await;
        sqlx::query("VACUUM INTO ?")
            .bind(folder.path().join("hub.db").to_str().unwrap())
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        let ordered = Command::new(program("entente-server"))
            .arg("--data")
            .arg(folder.path())
            .arg("migrate")
            .env_clear()
            .output()
            .unwrap();
        assert!(ordered.status.success(), "{ordered:?}");
        let pool = opened(folder.path()).await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY name",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        assert!(tables.len() > 5, "{tables:?}");
        let mut digests = BTreeMap::new();
        for table in tables {
            let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
                "SELECT name FROM pragma_table_info('{table}')"
            )))
            .fetch_all(&pool)
            .await
            .unwrap();
            let wanted: Vec<String> = columns
                .into_iter()
                .filter(|column| column != "seen_ms")
                .map(|column| format!("quote({column})"))
                .collect();
            let row = wanted.join(" || ',' || ");
            let query = AssertSqlSafe(format!("SELECT {row} AS line FROM {table} ORDER BY 1"));
            let mut hash = Sha256::new();
            for found in sqlx::query(query).fetch_all(&pool).await.unwrap() {
                hash.update(found.get::<String, _>("line").as_bytes());
                hash.update(b"\n");
            }
            digests.insert(table, data_encoding::HEXLOWER.encode(&hash.finalize()));
        }
        pool.close().await;
        Self(digests)
    }
}

async fn opened(data: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(data.join("hub.db"))
        .read_only(true);
    SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap()
}

/// Runs a statement in a hub's store behind its back, as a broken disk or a meddler would.
pub async fn with_database(data: &Path, sql: &str) {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(SqliteConnectOptions::new().filename(data.join("hub.db")))
        .await
        .unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
}
