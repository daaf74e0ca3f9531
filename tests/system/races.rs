//! Ten devices that all want to change the room at once.

use std::collections::BTreeSet;

use entente_client::engine::Wish;
use entente_tests::{Cast, HubProcess, within};
use entente_trust::Role;

use crate::POST_QUANTUM;

const DEVICES: usize = 10;
const ROUNDS: u64 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn one_commit_wins_each_epoch_and_none_gives_up() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let mut members = vec![cast.member("JO", "Racer0", Role::Coordinator).await];
    for number in 1..DEVICES {
        members.push(
            cast.member("JO", &format!("Racer{number}"), Role::Field)
                .await,
        );
    }
    let others: Vec<_> = members.iter().skip(1).collect();
    let room = cast.open_room(&members[0], &others, POST_QUANTUM).await;
    let first = members[0]
        .engine
        .view(room, |s| s.epoch())
        .await
        .unwrap()
        .unwrap();

    let mut places = BTreeSet::new();
    for _ in 0..ROUNDS {
        let racing = members.iter().map(|member| {
            let engine = member.engine.clone();
            tokio::spawn(async move { engine.commit(room, Wish::Update).await })
        });
        for racer in racing.collect::<Vec<_>>() {
            let seq = racer.await.unwrap().expect("nobody gives up");
            assert!(places.insert(seq), "two commits at {seq}");
        }
    }
    let commits = ROUNDS * DEVICES as u64;
    assert_eq!(places.len() as u64, commits);
    let last = *places.last().unwrap();
    let mut states = BTreeSet::new();
    for member in &members {
        let there = member.engine.until(room, move |s| s.cursor() >= last);
        within(there).await.unwrap();
        let state = |s: &entente_room::Session| {
            (
                s.epoch(),
                s.epoch_authenticator(),
                s.transcript_hash(),
                s.halted_at(),
                s.cursor(),
            )
        };
        states.insert(member.engine.view(room, state).await.unwrap());
    }
    assert_eq!(states.len(), 1, "{states:?}");
    // Each commit ended exactly one epoch: had two been let through for one, fewer would have passed.
    let (epoch, ..) = states.first().unwrap();
    assert_eq!(epoch.unwrap(), first + commits);
}
