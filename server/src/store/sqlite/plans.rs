//! What is asked for with every message, hello or resumption goes by a key, never through a table.
#![allow(clippy::unwrap_used)]

use sqlx::{AssertSqlSafe, Row as _, SqlitePool};

use super::{Engine, bulk, messages, registry, tail};

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
    let settling: Vec<&str> = tail::SETTLE.split("; ").collect();
    assert_eq!(settling.len(), 4, "{settling:?}");
    let others = [
        bulk::INSERT,
        tail::HEADS,
        messages::PAGE,
        messages::PLACE,
        messages::PRUNE[0],
        messages::PRUNE[1],
        registry::WAITING,
    ];
    for sql in others.iter().chain(&settling) {
        let steps = plan(&engine.readers, sql).await;
        let is_through_a_table = |step: &&String| {
            step.starts_with("SCAN")
                && [
                    "messages",
                    "places",
                    "rooms",
                    "seats",
                    "key_packages",
                    "welcomes",
                ]
                .iter()
                .any(|table| step.contains(table))
        };
        assert!(
            !steps.iter().any(|step| is_through_a_table(&step)),
            "{sql}: {steps:?}"
        );
        // The tail is short, and sorted by room.
        assert!(
            settling.contains(sql) || !steps.iter().any(|step| step.contains("TEMP B-TREE")),
            "{sql}: {steps:?}"
        );
    }
    let page = plan(&engine.readers, messages::PAGE).await;
    assert_eq!(
        page,
        [
            "SEARCH places USING PRIMARY KEY (room=? AND seq>? AND seq<?)",
            "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)"
        ]
    );
    let place = plan(&engine.readers, messages::PLACE).await;
    assert!(
        place[0].contains("INDEX places_by_number (room=? AND number=? AND sender=?)"),
        "{place:?}"
    );
    let heads = plan(&engine.readers, tail::HEADS).await;
    assert!(
        heads.iter().any(|step| step.starts_with("SEARCH rooms")),
        "{heads:?}"
    );
}
