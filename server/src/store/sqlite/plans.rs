//! What is asked for with every message, hello or resumption goes by a key, never through a table.
#![allow(clippy::unwrap_used)]

use sqlx::{AssertSqlSafe, Row as _, SqlitePool};

use super::{Engine, bulk, messages, registry};

/// Each step of SQLite's plan.
async fn plan(pool: &SqlitePool, sql: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = sqlx::query(explain).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn hot_statements_go_by_keys() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/hub.db", folder.path().display());
    let engine = Engine::open(&url, 1_000).await.unwrap();
    let bulk: Vec<&str> = bulk::WRITE.split("; ").collect();
    assert_eq!(bulk.len(), 2, "{bulk:?}");
    let others = [
        messages::PAGE,
        messages::PLACE,
        messages::PRUNE,
        registry::WAITING,
    ];
    for sql in others.iter().chain(&bulk) {
        let steps = plan(&engine.readers, sql).await;
        let is_through_a_table = |step: &&String| {
            step.starts_with("SCAN")
                && ["messages", "rooms", "seats", "key_packages", "welcomes"]
                    .iter()
                    .any(|table| step.contains(table))
        };
        assert!(
            !steps.iter().any(|step| is_through_a_table(&step)),
            "{sql}: {steps:?}"
        );
        assert!(
            !steps.iter().any(|step| step.contains("TEMP B-TREE")),
            "{sql}: {steps:?}"
        );
    }
    let page = plan(&engine.readers, messages::PAGE).await;
    assert!(
        page[0].contains("INDEX sqlite_autoindex_messages_1 (room=? AND seq>? AND seq<?)"),
        "{page:?}"
    );
    let heads = plan(&engine.readers, bulk[0]).await;
    assert!(
        heads.iter().any(|step| step.starts_with("SEARCH rooms")),
        "{heads:?}"
    );
}
