//! The migrations of both engines are the same steps.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::migrate::Migrator;

use super::*;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

fn steps(migrator: &Migrator) -> Vec<(i64, String)> {
    migrator
        .iter()
        .map(|step| (step.version, step.description.to_string()))
        .collect()
}

#[test]
fn the_steps_have_the_same_numbers_and_names() {
    assert!(!steps(&SQLITE).is_empty());
    assert_eq!(steps(&SQLITE), steps(&POSTGRES));
}

type Tables = BTreeMap<String, Vec<String>>;

fn gather(rows: impl Iterator<Item = (String, String)>) -> Tables {
    let mut tables = Tables::new();
    for (table, column) in rows {
        tables.entry(table).or_default().push(column);
    }
    tables
}

#[tokio::test]
async fn the_tables_and_their_columns_are_the_same() {
    if is_skipped() {
        return;
    }
    let sqlite = scene(Kind::Sqlite, 1).await;
    let pool = SqlitePool::connect(&sqlite.url).await.unwrap();
    let rows = sqlx::query(
        "SELECT m.name AS tab, c.name AS col FROM sqlite_master AS m, pragma_table_info(m.name) AS c \
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%' \
         ORDER BY m.name, c.name",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let in_sqlite = gather(rows.iter().map(|row| (row.get("tab"), row.get("col"))));
    let postgres = scene(Kind::Postgres, 1).await;
    let pool = PgPool::connect(&postgres.url).await.unwrap();
    let rows = sqlx::query(
        "SELECT table_name::text AS tab, column_name::text AS col FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' \
         ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let in_postgres = gather(rows.iter().map(|row| (row.get("tab"), row.get("col"))));
    assert!(in_sqlite.len() > 10, "{in_sqlite:?}");
    assert_eq!(in_sqlite, in_postgres);
}
