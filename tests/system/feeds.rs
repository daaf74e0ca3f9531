//! Agents: feeds and records.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use entente_client::engine::Wish;
use entente_protocol::RoomId;
use entente_room::{
    Answer, CheckId, CheckRequest, Event, HitState, Session, TargetChange, TargetId, TargetKind,
};
use entente_tests::{Cast, HubProcess, Member, program, within};
use entente_trust::Role;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::CLASSIC;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/ais.mjs");

fn node(args: &[&str]) -> String {
    let output = Command::new("node")
        .arg(SCRIPT)
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn agent(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program("entente"));
    command
        .args(["agent", args[0], "--json", "--dir"])
        .arg(dir)
        .args(&args[1..])
        .env("ENTENTE_PASSPHRASE", "only for tests")
        .env("ENTENTE_LANG", "en");
    command
}

fn last_line(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

fn target(number: u32, kind: TargetKind, identifier: &str) -> Event {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Event::Target(TargetChange {
        kind: Some(kind),
        name: Some(format!("target {number}")),
        add_identifiers: vec![identifier.parse().unwrap()],
        ..TargetChange::of(TargetId::from_bytes(id))
    })
}

/// A coordinator and an agent in a room; the agent's engine is stopped, for a process of its own.
struct Scene {
    _hub: HubProcess,
    _folder: tempfile::TempDir,
    petra: Member,
    lookout: Member,
    room: RoomId,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let lookout = cast.member("AE", "Lookout", Role::Agent).await;
    let room = cast.open_room(&petra, &[&lookout], CLASSIC).await;
    lookout.engine.stop().await;
    Scene {
        _hub: hub,
        _folder: folder,
        petra,
        lookout,
        room,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_ais_sentences_against_five_hundred_vessels() {
    let scene = scene().await;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    node(&["make", dir]);
    let vessels = std::fs::read_to_string(folder.path().join("vessels.txt")).unwrap();
    let mut waiting = Vec::new();
    for (mmsi, number) in vessels.lines().zip(0..) {
        let event = target(number, TargetKind::Vessel, &format!("mmsi:{mmsi}"));
        waiting.push(scene.petra.engine.queue(scene.room, event).await.unwrap());
    }
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    let expected: Value = serde_json::from_str(&node(&["count", dir])).unwrap();
    let sentences = folder.path().join("sentences.nmea");
    let output = agent(
        &scene.lookout.dir,
        &[
            "feed",
            "--from",
            sentences.to_str().unwrap(),
            "--format",
            "ais",
        ],
    )
    .output()
    .unwrap();
    let counts = &last_line(&output)["counts"];
    for what in ["read", "bad", "matched"] {
        assert_eq!(counts[what], expected[what], "{what}: {counts}");
    }
    let seen = |session: &Session| {
        let hits = session.board().hits();
        let seen = hits.map(|(_, hit)| {
            let place = hit.position.map(|place| (place.lat(), place.lon()));
            (hit.identifier.value().to_owned(), hit.count, place)
        });
        seen.collect::<Vec<_>>()
    };
    // The last of what the agent said may still be on its way.
    let told = expected["matched"].as_u64().unwrap();
    let all_there = scene.petra.engine.until(scene.room, move |session| {
        let counts = session.board().hits().map(|(_, hit)| u64::from(hit.count));
        counts.sum::<u64>() >= told
    });
    tokio::time::timeout(Duration::from_secs(60), all_there)
        .await
        .unwrap()
        .unwrap();
    let hits = scene.petra.engine.view(scene.room, seen).await.unwrap();
    let found = expected["found"].as_object().unwrap();
    assert_eq!(hits.len(), found.len());
    for (mmsi, count, place) in hits {
        let ship = &found[mmsi.trim_start_matches('0')];
        assert_eq!(u64::from(count), ship["count"].as_u64().unwrap(), "{mmsi}");
        match (place, ship["lat"].as_f64(), ship["lon"].as_f64()) {
            (None, None, None) => {}
            (Some((lat, lon)), Some(lat_then), Some(lon_then)) => {
                let is_there = (lat - lat_then).abs() < 1e-4 && (lon - lon_then).abs() < 1e-4;
                assert!(
                    is_there,
                    "{mmsi}: {lat},{lon} instead of {lat_then},{lon_then}"
                );
            }
            other => panic!("{mmsi}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cameras_over_a_connection_that_breaks() {
    let scene = scene().await;
    let plate = target(1, TargetKind::Vehicle, "plate:JO 14-83921");
    scene.petra.engine.say(scene.room, plate).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let from = format!("tcp://{}", listener.local_addr().unwrap());
    let mut feed = agent(
        &scene.lookout.dir,
        &["feed", "--from", &from, "--format", "anpr-jsonl"],
    )
    .stdout(Stdio::null())
    .stderr(Stdio::null())
    .spawn()
    .unwrap();
    let lines = [
        "{\"plate\":\"14-83921\",\"country\":\"JO\",\"camera\":\"Azraq 2\",\"lat\":31.5,\"lon\":35.9}\n",
        "nonsense\n",
        // Read as an I instead of a 1.
        "{\"plate\":\"I4-83921\",\"country\":\"JO\"}\n",
        "{\"plate\":\"77-11111\"}\n",
    ];
    for line in lines {
        // Each line over a connection of its own.
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(line.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
    }
    let both = scene
        .petra
        .engine
        .until(scene.room, |session| session.board().hits().count() == 2);
    let both = tokio::time::timeout(Duration::from_secs(60), both).await;
    feed.kill().unwrap();
    feed.wait().unwrap();
    both.unwrap().unwrap();
    let look = |session: &Session| {
        let hits = session.board().hits();
        let mut rules: Vec<(String, u8)> = hits
            .filter_map(|(_, hit)| hit.matched.as_ref())
            .map(|matched| (matched.rule.as_str().to_owned(), matched.certainty))
            .collect();
        rules.sort();
        let track = session.board().targets().next().unwrap().1.track.len();
        (rules, track)
    };
    let (rules, track) = scene.petra.engine.view(scene.room, look).await.unwrap();
    assert_eq!(
        rules,
        [("confusion".to_owned(), 85), ("exact".to_owned(), 100)]
    );
    assert_eq!(track, 1, "the camera that knew where it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_answer_without_being_published() {
    let scene = scene().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stolen.csv");
    std::fs::write(
        &file,
        "Plate,Make\nJO 14-83921,Hino\nDXB A 12345,Toyota\n,none\n--,bad\n",
    )
    .unwrap();
    let ask = |number: u8, plate: &str| {
        Event::Check(CheckRequest {
            check: CheckId::from_bytes([number; 16]),
            identifier: plate.parse().unwrap(),
            countries: vec!["AE".parse().unwrap()],
            note: String::new(),
        })
    };
    let plates = ["plate:jo14-83921", "plate:DXB A I2345", "plate:ZZ 999999"];
    for (plate, number) in plates.iter().zip(1..) {
        let event = ask(number, plate);
        scene.petra.engine.say(scene.room, event).await.unwrap();
    }
    let output = agent(
        &scene.lookout.dir,
        &[
            "records",
            "--file",
            file.to_str().unwrap(),
            "--column",
            "plate=Plate",
            "--once",
        ],
    )
    .output()
    .unwrap();
    last_line(&output);
    let answered = scene.petra.engine.until(scene.room, |session| {
        session.board().checks().all(|(_, check)| !check.is_open())
    });
    tokio::time::timeout(Duration::from_secs(30), answered)
        .await
        .unwrap()
        .unwrap();
    let answers = scene
        .petra
        .engine
        .view(scene.room, |session| {
            let country = "AE".parse().unwrap();
            let checks = session.board().checks();
            checks
                .map(|(_, check)| check.answers[&country].as_ref().unwrap().answer)
                .collect::<Vec<_>>()
        })
        .await
        .unwrap();
    assert_eq!(answers, [Answer::Hit, Answer::Refer, Answer::NoHit]);
    // Nothing of the list but the answers has come into the room.
    let record = |session: &Session| {
        let events = session.record();
        events
            .filter(|(_, _, _, event)| {
                let text = serde_json::to_string(event).unwrap();
                text.contains("Toyota") || text.contains("Hino") || text.contains("DXBA12345")
            })
            .count()
    };
    assert_eq!(
        scene.petra.engine.view(scene.room, record).await.unwrap(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_passes_is_told_by_one_device_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let dune = cast.member("AE", "Dune", Role::Liaison).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let yaml = "version: 1
id: quick
title: {en: Quick}
hits: {acknowledge_within: 1s, decide_within: 1h, act_within: 1h}
phases: [{id: one, title: {en: One}}]
";
    let playbook = entente_client::read_playbook(yaml).unwrap().to_json();
    let spec = entente_client::engine::RoomSpec {
        playbook,
        ..entente_tests::room_spec(cast.authorities(), CLASSIC)
    };
    let room = petra.engine.open_room(spec).await.unwrap();
    let devices = vec![dune.identity.device(), falcon.identity.device()];
    petra
        .engine
        .commit(room, Wish::Admit(devices))
        .await
        .unwrap();
    for member in [&dune, &falcon] {
        let there = member
            .engine
            .until(room, |session| session.is_board_ready());
        within(there).await.unwrap();
    }
    let plate = target(1, TargetKind::Vehicle, "plate:JO 14-83921");
    petra.engine.say(room, plate).await.unwrap();
    let hit = entente_room::HitId::from_bytes([1; 16]);
    let raised = entente_room::HitRaised::seen(hit, "plate:JO 14-83921".parse().unwrap(), None);
    falcon.engine.say(room, Event::Hit(raised)).await.unwrap();
    for member in [&petra, &dune, &falcon] {
        let told = member.engine.until(room, move |session| {
            let hit = session.board().hit(hit);
            hit.is_some_and(|hit| hit.escalations.len() == 2 && hit.delivered.len() == 2)
        });
        tokio::time::timeout(Duration::from_secs(60), told)
            .await
            .unwrap()
            .unwrap();
    }
    let state = petra.engine.view(room, move |session| {
        session.board().hit(hit).unwrap().state()
    });
    assert_eq!(state.await.unwrap(), HitState::Delivered);
    drop(hub);
}

/// A camera that goes on seeing what was found false: it is counted, and wakes nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_repeats_itself_does_not_cry_wolf() {
    let scene = scene().await;
    let petra = &scene.petra.engine;
    let plate = target(1, TargetKind::Vehicle, "plate:JO 14-83921");
    petra.say(scene.room, plate).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("camera.jsonl");
    let line = "{\"plate\":\"14-83921\",\"country\":\"JO\",\"camera\":\"Azraq 2\"}\n";
    std::fs::write(&file, line.repeat(3)).unwrap();
    let from = file.to_str().unwrap();
    let args = ["feed", "--from", from, "--format", "anpr-jsonl"];
    let look = || async {
        tokio::process::Command::from(agent(&scene.lookout.dir, &args))
            .output()
            .await
    };
    last_line(&look().await.unwrap());
    let count = |wanted: u32| {
        petra.until(scene.room, move |session| {
            session
                .board()
                .hits()
                .map(|(_, hit)| hit.count)
                .sum::<u32>()
                == wanted
        })
    };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, count(3))
        .await
        .unwrap()
        .unwrap();
    let hit = petra
        .view(scene.room, |session| {
            session.board().hits().next().unwrap().0
        })
        .await
        .unwrap();
    let verdict = Event::Verdict(entente_room::Verdict {
        hit,
        confirmed: false,
        note: "Painted number".to_owned(),
    });
    petra.say(scene.room, verdict).await.unwrap();
    // Twice more, each time a process that knows nothing of the one before.
    for round in 2..4 {
        last_line(&look().await.unwrap());
        tokio::time::timeout(patience, count(3 * round))
            .await
            .unwrap()
            .unwrap();
    }
    let told = |session: &Session| {
        let hits: Vec<HitState> = session.board().hits().map(|(_, hit)| hit.state()).collect();
        let raised = session.record().filter_map(|(_, _, _, event)| match event {
            Event::Hit(hit) => Some(hit.quiet),
            _ => None,
        });
        (hits, raised.collect::<Vec<bool>>())
    };
    let (hits, quiet) = petra.view(scene.room, told).await.unwrap();
    assert_eq!(hits, [HitState::False]);
    assert_eq!(quiet, [false, true, true], "only the first wakes");
}

/// A manifest with columns of other names, as a process reads it from standard input.
#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_read_by_the_columns_that_were_named() {
    let scene = scene().await;
    let box_ = target(1, TargetKind::Container, "container:MSKU 907032 3");
    scene.petra.engine.say(scene.room, box_).await.unwrap();
    let args = [
        "feed",
        "--from",
        "-",
        "--format",
        "csv",
        "--column",
        "container=Box No",
        "--column",
        "note=Consignee",
        "--column",
        "lat=Lat",
        "--column",
        "lon=Lon",
    ];
    let mut feed = tokio::process::Command::from(agent(&scene.lookout.dir, &args));
    let mut feed = feed
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut rows = feed.stdin.take().unwrap();
    let manifest = "Seal,Box No,Consignee,Lat,Lon\n\
                    77,CSQU 305438 3,Nobody,,\n\
                    78,MSKU 907032 3,\"Deira, Ltd\",25.01,55.06\n\
                    79,nonsense,x,,\n\
                    80,MSKU9070323\n";
    rows.write_all(manifest.as_bytes()).await.unwrap();
    drop(rows);
    let counts = &last_line(&feed.wait_with_output().await.unwrap())["counts"];
    for (what, expected) in [
        ("read", 5),
        ("bad", 2),
        ("other", 1),
        ("matched", 1),
        ("told", 1),
    ] {
        assert_eq!(counts[what], expected, "{what}: {counts}");
    }
    let hit = scene
        .petra
        .engine
        .until(scene.room, |session| session.board().hits().count() == 1);
    tokio::time::timeout(Duration::from_secs(60), hit)
        .await
        .unwrap()
        .unwrap();
    let look = |session: &Session| {
        let (_, hit) = session.board().hits().next().unwrap();
        (hit.note.clone(), hit.position.map(|place| place.lat()))
    };
    let (note, lat) = scene.petra.engine.view(scene.room, look).await.unwrap();
    assert_eq!(note, "Deira, Ltd");
    assert_eq!(lat, Some(25.01));
}
