//! Devices on several hubs that all want to change the room at once.

use std::collections::BTreeSet;

use entente_client::engine::Wish;
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster};
use entente_trust::Role;

use crate::{POST_QUANTUM, said, say};

const DEVICES: usize = 6;
const ROUNDS: u64 = 10;

/// While others talk: a commit that was overtaken by a message is not a commit that has lost.
#[tokio::test(flavor = "multi_thread")]
async fn one_commit_wins_each_epoch_on_whatever_hub() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(folder.path(), 3, Durability::Off).await;
    let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
    let mut members = vec![cast.member("JO", "Racer0", Role::Coordinator).await];
    for number in 1..DEVICES {
        let callsign = format!("Racer{number}");
        members.push(cast.member("JO", &callsign, Role::Field).await);
    }
    let others: Vec<_> = members.iter().skip(1).collect();
    let room = cast.open_room(&members[0], &others, POST_QUANTUM).await;
    let first = members[0].engine.view(room, |s| s.epoch()).await.unwrap();

    let mut places = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for round in 0..ROUNDS {
        let racing: Vec<_> = members
            .iter()
            .map(|member| {
                let engine = member.engine.clone();
                tokio::spawn(async move { engine.commit(room, Wish::Update).await })
            })
            .collect();
        for (number, member) in members.iter().enumerate() {
            let text = format!("{number} in round {round}");
            let delivered = member.engine.queue(room, say(&text)).await.unwrap();
            places.insert(delivered.await.unwrap().unwrap());
            texts.insert(text);
        }
        for racer in racing {
            let seq = racer.await.unwrap().expect("nobody gives up");
            assert!(places.insert(seq), "two messages at {seq}");
        }
    }
    let commits = ROUNDS * DEVICES as u64;
    let last = *places.last().unwrap();
    let mut states = BTreeSet::new();
    for member in &members {
        let engine = &member.engine;
        engine
            .until(room, move |s| s.cursor() >= last)
            .await
            .unwrap();
        let state = |s: &entente_room::Session| {
            (
                s.epoch(),
                s.epoch_authenticator(),
                s.transcript_hash(),
                s.halted_at(),
                s.cursor(),
            )
        };
        states.insert(engine.view(room, state).await.unwrap());
        let heard: BTreeSet<String> = engine
            .view(room, said)
            .await
            .unwrap()
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(heard, texts);
    }
    assert_eq!(states.len(), 1, "{states:?}");
    // Each commit ended exactly one epoch: had two been let through for one, fewer would have passed.
    let (epoch, ..) = states.first().unwrap();
    assert_eq!(epoch.unwrap(), first.unwrap() + commits);
}
