//! A hub that is killed while members talk.

use std::collections::BTreeMap;
use std::time::Duration;

use entente_room::{Event, Say, Session};
use entente_tests::{Cast, HubProcess};
use entente_trust::Role;

use crate::POST_QUANTUM;

const MESSAGES: usize = 120;
const KILLS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let members = vec![
        cast.member("JO", "Anvil", Role::Coordinator).await,
        cast.member("AE", "Bellows", Role::Liaison).await,
        cast.member("JO", "Chisel", Role::Field).await,
        cast.member("AE", "Drill", Role::Field).await,
    ];
    let others: Vec<_> = members.iter().skip(1).collect();
    let room = cast.open_room(&members[0], &others, POST_QUANTUM).await;

    let talking: Vec<_> = members
        .iter()
        .enumerate()
        .map(|(number, member)| {
            let engine = member.engine.clone();
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for message in 0..MESSAGES {
                    let text = format!("member {number} message {message}");
                    let event = Event::Say(Say {
                        text: text.clone(),
                        urgent: false,
                        reply_to: None,
                    });
                    // Two on their way at a time, so that kills hit messages in flight.
                    let first = engine.queue(room, event).await.unwrap();
                    let seq = first.await.unwrap().unwrap();
                    acknowledged.push((seq, text));
                }
                acknowledged
            })
        })
        .collect();
    for _ in 0..KILLS {
        // Not a wait for a state: the kill shall come at a moment that nobody chose.
        tokio::time::sleep(Duration::from_millis(700)).await;
        hub.kill();
        hub.restart();
    }
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for talker in talking {
        for (_, text) in talker.await.unwrap() {
            *expected.entry(text).or_default() += 1;
        }
    }
    assert_eq!(expected.len(), members.len() * MESSAGES);

    let mut head = 0;
    for member in &members {
        head = head.max(member.engine.view(room, Session::cursor).await.unwrap());
    }
    let mut orders = Vec::new();
    for member in &members {
        member
            .engine
            .until(room, move |s| s.cursor() >= head)
            .await
            .unwrap();
        orders.push(member.engine.view(room, crate::said).await.unwrap());
        let gaps = member
            .engine
            .view(room, |s| s.gaps().to_vec())
            .await
            .unwrap();
        assert!(gaps.is_empty(), "{gaps:?}");
    }
    for order in &orders {
        assert_eq!(order, &orders[0], "one order for all");
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in &orders[0] {
        *found.entry(text.clone()).or_default() += 1;
    }
    assert_eq!(found, expected, "each message once");
}
