//! SIGKILL at moments that nobody chose, while messages are on their way.

use std::time::Duration;

use entente_client::{HubUrl, random_bytes};
use entente_services::{Durability, Postgres, is_skipped};
use entente_tests::{Balancer, HubProcess};

use crate::party::Party;
use crate::report::report;
use crate::told;

/// In `make test`.
const KILLS: u32 = 10;

/// The hub is killed at the latest so long after the party got on again.
const LATEST_MS: u64 = 400;

async fn killed(what: &str, options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let balancer = Balancer::start().await;
    let name = balancer.address.to_string();
    let mut all = vec!["--name", &name];
    all.extend(options);
    let mut hub = HubProcess::start(&folder.path().join("hub"), &all);
    balancer.serve(vec![hub.address]);
    let url: HubUrl = format!("http://{name}").parse().unwrap();
    let mut party = Party::begin(folder.path(), &url).await;
    let kills = told("ENTENTE_CHAOS_KILLS", KILLS);
    for kill in 0..kills {
        // Every seventh while it starts and they come back; the others while they talk.
        if kill % 7 != 6 {
            party.go_on(1).await;
        }
        let random = u64::from_be_bytes(random_bytes().unwrap());
        tokio::time::sleep(Duration::from_millis(random % LATEST_MS)).await;
        hub.kill();
        hub.restart();
        balancer.serve(vec![hub.address]);
    }
    party.go_on(1).await;
    let counted = party.end().await;
    report(what, kills, counted);
    assert!(counted.is_whole(), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_kills_on_sqlite() {
    killed("hub killed (SIGKILL), SQLite", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_kills_on_postgresql() {
    if is_skipped() {
        return;
    }
    let postgres = Postgres::start(Durability::Full);
    let database = postgres.database();
    let options = ["--database", &database];
    killed("hub killed (SIGKILL), PostgreSQL", &options).await;
}
