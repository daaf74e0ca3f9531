//! The broker or the database is gone, and comes back.

use entente_room::Session;
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster, room_spec};
use entente_trust::Role;

use crate::{CLASSIC, said, say};

/// What `/readyz` says: status and body.
fn ready(cluster: &Cluster, hub: usize) -> (u16, String) {
    let url = format!("http://{}/readyz", cluster.nodes[hub].hub.address);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut response = agent.get(&url).call().unwrap();
    let status = response.status().as_u16();
    (status, response.body_mut().read_to_string().unwrap())
}

async fn until_ready_says(cluster: &Cluster, hub: usize, wanted: (u16, &str)) {
    while ready(cluster, hub) != (wanted.0, wanted.1.to_owned()) {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_is_told_and_no_reason_to_stop() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start(folder.path(), 1, Durability::Off).await;
    until_ready_says(&cluster, 0, (200, "ready\n")).await;
    cluster.nats.stop();
    until_ready_says(&cluster, 0, (200, "ready\nbroker unreachable, polling\n")).await;
    // A hub that starts without its broker serves too.
    cluster.nodes[0].hub.kill();
    cluster.nodes[0].hub.restart();
    until_ready_says(&cluster, 0, (200, "ready\nbroker unreachable, polling\n")).await;
    cluster.nats.resume();
    until_ready_says(&cluster, 0, (200, "ready\n")).await;
}

/// While the database is gone nothing is acknowledged; afterwards what was said is there once.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_nothing_is_acknowledged_and_nothing_is_lost() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
    let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    cluster.postgres.stop();
    until_ready_says(&cluster, 0, (503, "store\n")).await;
    let mut first = anvil.engine.queue(room, say("one")).await.unwrap();
    let mut second = bellows.engine.queue(room, say("two")).await.unwrap();
    until_ready_says(&cluster, 1, (503, "store\n")).await;
    assert!(first.try_recv().is_err() && second.try_recv().is_err());
    cluster.postgres.resume();
    let mut expected = vec![
        (first.await.unwrap().unwrap(), "one".to_owned()),
        (second.await.unwrap().unwrap(), "two".to_owned()),
    ];
    expected.sort();
    let last = expected[1].0;
    for member in [&anvil, &bellows] {
        let there = move |s: &Session| s.cursor() >= last;
        member.engine.until(room, there).await.unwrap();
        assert_eq!(member.engine.view(room, said).await.unwrap(), expected);
    }
}

/// A network that swallows everything: the hub gives its connections up, and comes back.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_cut_off_from_the_database_comes_back_by_itself() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(folder.path(), 1, Durability::Off).await;
    let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let spec = room_spec(cast.authorities(), CLASSIC);
    let room = anvil.engine.open_room(spec).await.unwrap();
    cluster.nodes[0].database.cut();
    let mut waiting = anvil
        .engine
        .queue(room, say("into the dark"))
        .await
        .unwrap();
    until_ready_says(&cluster, 0, (503, "store\n")).await;
    assert!(waiting.try_recv().is_err());
    cluster.nodes[0].database.mend();
    let seq = waiting.await.unwrap().unwrap();
    let order = anvil.engine.view(room, said).await.unwrap();
    assert_eq!(order, [(seq, "into the dark".to_owned())]);
    until_ready_says(&cluster, 0, (200, "ready\n")).await;
}
