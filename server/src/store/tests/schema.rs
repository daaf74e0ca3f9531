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

/// Where a message lies in its room SQLite has beside the messages, and so they have ids.
const OF_SQLITE_ALONE: [(&str, &str); 3] = [("messages", "id"), ("places", "*"), ("settled", "*")];

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
    let in_sqlite = rows
        .iter()
        .map(|row| (row.get("tab"), row.get("col")))
        .filter(|(table, column): &(String, String)| {
            !OF_SQLITE_ALONE
                .iter()
                .any(|(one, other)| one == table && (*other == "*" || other == column))
        });
    let in_sqlite = gather(in_sqlite);
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

/// The last step before rooms and their logs were kept in another way.
const OLD: i64 = 5;

/// Only the steps up to [`OLD`].
fn old(migrator: &Migrator) -> Migrator {
    let steps = migrator.iter().filter(|step| step.version <= OLD);
    Migrator {
        migrations: steps.cloned().collect(),
        ..Migrator::DEFAULT
    }
}

/// A room with its log as an old hub wrote them.
fn old_rows(kind: Kind) -> String {
    let bytes = |bytes: &[u8]| {
        let hex = data_encoding::HEXLOWER.encode(bytes);
        match kind {
            Kind::Sqlite => format!("X'{hex}'"),
            Kind::Postgres => format!("'\\x{hex}'::bytea"),
        }
    };
    let (room, device) = (bytes(ROOM.as_bytes()), bytes(DEVICE.as_bytes()));
    let mut rows = format!(
        "INSERT INTO rooms VALUES ({room}, 4, 1, 0, {NOW}, {}, 0, {}, {});
         INSERT INTO seats VALUES ({room}, {device}, 0, 1, 4, 4);",
        NOW + 1_000_000,
        bytes(b"group info"),
        bytes(b"tree"),
    );
    for seq in 1..=4_u64 {
        let kind = if seq == 1 {
            MessageKind::Opening
        } else {
            MessageKind::Application
        } as u8;
        let message = bytes(&seq.to_be_bytes());
        rows += &format!(
            "INSERT INTO messages VALUES ({room}, {seq}, {kind}, {device}, {seq}, 0, {NOW}, {message});"
        );
    }
    rows
}

/// Which database of which engine an old hub has left.
async fn left_by_an_old_hub(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let rows = sqlx::AssertSqlSafe(old_rows(kind));
    let url = match kind {
        Kind::Sqlite => {
            let url = format!("sqlite://{}/hub.db", folder.path().display());
            let pool = SqlitePool::connect(&format!("{url}?mode=rwc"))
                .await
                .unwrap();
            old(&SQLITE).run(&pool).await.unwrap();
            sqlx::raw_sql(rows).execute(&pool).await.unwrap();
            pool.close().await;
            url
        }
        Kind::Postgres => {
            let url = Postgres::shared().database();
            let pool = PgPool::connect(&url).await.unwrap();
            old(&POSTGRES).run(&pool).await.unwrap();
            sqlx::raw_sql(rows).execute(&pool).await.unwrap();
            pool.close().await;
            url
        }
    };
    let store = Store::open(&url, 1_000).await.unwrap();
    let record = store.room(ROOM).await.unwrap().unwrap().record;
    assert_eq!((record.head, record.closed), (4, false));
    assert_eq!(record.group_info, b"group info");
    assert_eq!(record.ratchet_tree, b"tree");
    assert_eq!(
        (record.seats[0].last_number, record.seats[0].last_seq),
        (4, 4)
    );
    let next = Basis::Head(4);
    store
        .store_effects(ROOM, next, Arc::new(effects(5)), NOW)
        .await
        .unwrap();
    let page = store.page(ROOM, 0, 100).await.unwrap();
    let log: Vec<_> = page
        .iter()
        .map(|one| (one.seq, one.message.as_slice().to_vec()))
        .collect();
    let expected: Vec<_> = (1..=5_u64)
        .map(|seq| (seq, seq.to_be_bytes().to_vec()))
        .collect();
    assert_eq!(log, expected);
    for number in 1..=5 {
        let place = store.place_of(ROOM, DEVICE, number).await.unwrap();
        assert_eq!(place.map(|(seq, _)| seq), Some(number));
    }
}

#[tokio::test]
async fn what_an_old_hub_has_left_in_sqlite_goes_on() {
    left_by_an_old_hub(Kind::Sqlite).await;
}

#[tokio::test]
async fn what_an_old_hub_has_left_in_postgresql_goes_on() {
    if !is_skipped() {
        left_by_an_old_hub(Kind::Postgres).await;
    }
}
