//! Hubs that are killed, a broker that is cut off, a database that restarts, wires that swallow
//! everything: and nobody loses a word, hears one twice, or hears them in another order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use entente_protocol::RoomId;
use entente_room::Session;
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster, Member};
use entente_trust::Role;

use crate::{CLASSIC, said, say};

const HUBS: usize = 3;

/// How large and how long; the long run is told by variables.
struct Size {
    rooms: usize,
    members: usize,
    seconds: u64,
}

impl Size {
    fn told() -> Self {
        let number = |name: &str, default| {
            std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
        };
        Self {
            rooms: number("ENTENTE_CLUSTER_ROOMS", 4),
            members: number("ENTENTE_CLUSTER_MEMBERS", 5),
            seconds: number("ENTENTE_CLUSTER_SECONDS", 24) as u64,
        }
    }
}

struct Party {
    room: RoomId,
    members: Vec<Member>,
}

/// Fills rooms; the members' connections are spread over the hubs.
async fn gather(cast: &Cast, size: &Size) -> Vec<Party> {
    let mut parties = Vec::new();
    for room in 0..size.rooms {
        let mut members = Vec::new();
        for member in 0..size.members {
            let role = if member == 0 {
                Role::Coordinator
            } else {
                Role::Field
            };
            let callsign = format!("R{room}M{member}");
            members.push(cast.member("JO", &callsign, role).await);
        }
        let others: Vec<&Member> = members.iter().skip(1).collect();
        let room = cast.open_room(&members[0], &others, CLASSIC).await;
        parties.push(Party { room, members });
    }
    parties
}

/// One misfortune after the other until the time is over; returns what happened.
async fn misfortunes(cluster: &mut Cluster, size: &Size) -> BTreeMap<&'static str, u32> {
    let pause = |ms| tokio::time::sleep(Duration::from_millis(ms));
    let mut happened = BTreeMap::new();
    let mut turn = 0;
    let mut left_ms = size.seconds * 1_000;
    // Not waits for a state: each misfortune shall come at a moment that nobody chose.
    while left_ms > 0 {
        let victim = turn % HUBS;
        let (what, lasts_ms) = match turn % 7 {
            1 => ("broker stopped", 1_500),
            3 => ("database restarted", 500),
            5 => ("hub cut off from the database", 3_000),
            6 => ("hub cut off from the broker", 3_000),
            _ => ("hub killed", 300),
        };
        match what {
            "broker stopped" => {
                cluster.nats.stop();
                pause(lasts_ms).await;
                cluster.nats.resume();
            }
            "database restarted" => {
                cluster.postgres.stop();
                pause(lasts_ms).await;
                cluster.postgres.resume();
            }
            "hub cut off from the database" => {
                cluster.nodes[victim].database.cut();
                pause(lasts_ms).await;
                cluster.nodes[victim].database.mend();
            }
            "hub cut off from the broker" => {
                cluster.nodes[victim].broker.cut();
                pause(lasts_ms).await;
                cluster.nodes[victim].broker.mend();
            }
            _ => {
                cluster.nodes[victim].hub.kill();
                pause(lasts_ms).await;
                cluster.nodes[victim].hub.restart();
            }
        }
        *happened.entry(what).or_default() += 1;
        pause(1_200).await;
        left_ms = left_ms.saturating_sub(lasts_ms + 1_200);
        turn += 1;
    }
    happened
}

/// All say what they can, two at a time under way, until they are told to stop; returns what was
/// acknowledged.
async fn talk(
    engine: entente_client::engine::Engine,
    room: RoomId,
    name: String,
    stop: Arc<AtomicBool>,
) -> Vec<(u64, String)> {
    let mut acknowledged = Vec::new();
    let mut number = 0_u32;
    while !stop.load(Ordering::Relaxed) {
        let mut under_way = Vec::new();
        for _ in 0..2 {
            let text = format!("{name} says {number}");
            number += 1;
            under_way.push((engine.queue(room, say(&text)).await.unwrap(), text));
        }
        for (delivered, text) in under_way {
            acknowledged.push((delivered.await.unwrap().unwrap(), text));
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_everybody_gets_each_message_once_and_in_one_order() {
    if is_skipped() {
        return;
    }
    let size = Size::told();
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start(folder.path(), HUBS, Durability::Full).await;
    let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
    let parties = gather(&cast, &size).await;

    let stop = Arc::new(AtomicBool::new(false));
    let mut talking = Vec::new();
    for (number, party) in parties.iter().enumerate() {
        for (seat, member) in party.members.iter().enumerate() {
            let name = format!("member {seat}");
            let talk = talk(member.engine.clone(), party.room, name, stop.clone());
            talking.push((number, tokio::spawn(talk)));
        }
    }
    let happened = misfortunes(&mut cluster, &size).await;
    assert!(
        happened.len() == 5,
        "too short for all of them: {happened:?}"
    );
    stop.store(true, Ordering::Relaxed);
    let mut expected = vec![Vec::new(); parties.len()];
    for (number, talker) in talking {
        expected[number].extend(talker.await.unwrap());
    }

    let mut messages = 0;
    for (party, mut expected) in parties.iter().zip(expected) {
        expected.sort();
        messages += expected.len();
        let last = expected.last().unwrap().0;
        let mut first_order = None;
        for member in &party.members {
            let engine = &member.engine;
            engine
                .until(party.room, move |s| s.cursor() >= last)
                .await
                .unwrap();
            let gaps = engine.view(party.room, |s| s.gaps().to_vec()).await;
            assert!(gaps.unwrap().is_empty());
            // Each message that was acknowledged, once, at the place that was acknowledged.
            let order = engine.view(party.room, said).await.unwrap();
            assert_eq!(order, expected);
            let hashes = (Session::transcript_hash, Session::cursor);
            let state = engine
                .view(party.room, move |s| ((hashes.0)(s), s.halted_at()))
                .await
                .unwrap();
            assert_eq!(&state, first_order.get_or_insert(state));
        }
    }
    report(&size, messages, &happened);
}

/// For whoever asked for the figures.
fn report(size: &Size, messages: usize, happened: &BTreeMap<&'static str, u32>) {
    let Some(path) = std::env::var_os("ENTENTE_CLUSTER_REPORT").map(PathBuf::from) else {
        return;
    };
    let mut text = format!(
        "{HUBS} hubs, {} rooms, {} members, {} s of misfortunes: {messages} messages acknowledged, \
         {} deliveries compared, none lost, none twice, one order.\n\n",
        size.rooms,
        size.rooms * size.members,
        size.seconds,
        messages * size.members,
    );
    for (what, times) in happened {
        writeln!(text, "- {what}: {times}").unwrap();
    }
    std::fs::write(path, text).unwrap();
}
