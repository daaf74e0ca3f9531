//! A hub that is killed while members talk.

use std::collections::{BTreeMap, VecDeque};

use entente_client::HubUrl;
use entente_protocol::{ClientFrame, DeviceId};
use entente_room::{Event, Say, Session};
use entente_tests::{Cast, HubProcess, Wire, within};
use entente_trust::{Accreditation, Role};
use tokio::sync::watch;

use crate::POST_QUANTUM;

const MESSAGES: usize = 90;
const KILLS: usize = 3;

/// The hub is killed each time when so many more are acknowledged.
const KILL_AFTER: usize = 80;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let mut wire = Wire::lay().await;
    let name = wire.address.to_string();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &["--name", &name]);
    wire.connect(hub.address);
    let url: HubUrl = format!("http://{name}").parse().unwrap();
    let cast = Cast::new(folder.path(), &url, &["JO", "AE"]).await;
    let members = vec![
        cast.member("JO", "Anvil", Role::Coordinator).await,
        cast.member("AE", "Bellows", Role::Liaison).await,
        cast.member("JO", "Chisel", Role::Field).await,
        cast.member("AE", "Drill", Role::Field).await,
    ];
    let others: Vec<_> = members.iter().skip(1).collect();
    let room = cast.open_room(&members[0], &others, POST_QUANTUM).await;

    let (progress, mut acknowledged) = watch::channel(0_usize);
    let talking: Vec<_> = members
        .iter()
        .enumerate()
        .map(|(number, member)| {
            let engine = member.engine.clone();
            let progress = progress.clone();
            tokio::spawn(async move {
                // Two on their way at a time, so that kills hit messages in flight.
                let mut waiting = VecDeque::new();
                let mut told = Vec::new();
                for message in 0..MESSAGES {
                    let text = format!("member {number} message {message}");
                    let event = Event::Say(Say {
                        text: text.clone(),
                        urgent: false,
                        reply_to: None,
                    });
                    waiting.push_back((engine.queue(room, event).await.unwrap(), text));
                    while waiting.len() > usize::from(message + 1 < MESSAGES) {
                        let (answer, text) = waiting.pop_front().unwrap();
                        told.push((answer.await.unwrap().unwrap(), text));
                        progress.send_modify(|count| *count += 1);
                    }
                }
                told
            })
        })
        .collect();
    for kill in 1..=KILLS {
        let due = acknowledged.wait_for(|count| *count >= kill * KILL_AFTER);
        drop(within(due).await.unwrap());
        hub.kill();
        assert!(
            talking.iter().all(|talker| !talker.is_finished()),
            "all of them are in the middle of it"
        );
        hub.restart();
    }
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for talker in talking {
        for (seq, text) in within(talker).await.unwrap() {
            assert_eq!(expected.insert(text, seq), None);
        }
    }
    assert_eq!(expected.len(), members.len() * MESSAGES);
    let again = sent_again(&wire);
    assert!(again > 0, "no kill hit anything in flight");

    let mut head = 0;
    for member in &members {
        head = head.max(member.engine.view(room, Session::cursor).await.unwrap());
    }
    let mut orders = Vec::new();
    for member in &members {
        let there = member.engine.until(room, move |s| s.cursor() >= head);
        within(there).await.unwrap();
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
    let found: Vec<(u64, String)> = orders.swap_remove(0);
    assert_eq!(found.len(), expected.len(), "each message once");
    for (seq, text) in found {
        assert_eq!(expected.get(&text), Some(&seq), "where its sender was told");
    }
}

/// How many messages were sent on more than one connection, under the number that they had.
fn sent_again(wire: &Wire) -> usize {
    let mut connections: BTreeMap<(DeviceId, u64), usize> = BTreeMap::new();
    for payloads in wire.from_devices() {
        let frames = payloads
            .iter()
            .filter_map(|payload| ClientFrame::decode(payload).ok());
        let mut device = None;
        let mut numbers = Vec::new();
        for frame in frames {
            match frame {
                ClientFrame::Hello(hello) => {
                    let chain: Vec<&[u8]> = hello.chain.iter().map(|der| der.as_slice()).collect();
                    device = Accreditation::from_chain(&chain).ok().map(|it| it.device());
                }
                ClientFrame::Send(send) => numbers.push(send.number),
                _ => {}
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            *connections.entry((device.unwrap(), number)).or_default() += 1;
        }
    }
    connections.values().filter(|count| **count > 1).count()
}
