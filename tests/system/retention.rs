//! What a hub has on its disk of rooms that are over.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use entente_client::connection::{Incoming, RequestError, connect};
use entente_client::documents::{Share, share};
use entente_client::engine::{RoomSpec, Wish};
use entente_client::now_ms;
use entente_protocol::{ErrorCode, MessageKind, RoomId};
use entente_room::{CharterChange, Event, Say};
use entente_tests::{Bucket, Cast, HubProcess, Member, program, room_spec, within};
use entente_trust::{Role, Terms};
use serde_json::Value;

use crate::CLASSIC;

/// Bytes of a ciphertext by which it is recognised.
const MARK_BYTES: usize = 24;

fn line(text: &str) -> Event {
    Event::Say(Say {
        text: text.into(),
        urgent: false,
        reply_to: None,
    })
}

/// Ciphertexts of a room as a member gets them, by marks out of them. Takes the member's connection over.
async fn ciphertexts(hub: &HubProcess, member: &Member, room: RoomId) -> Vec<Vec<u8>> {
    let (connection, mut incoming, _) = connect(&hub.url(), &member.identity).await.unwrap();
    let head = within(connection.follow(room, 0)).await.unwrap().head;
    let mut marks = Vec::new();
    loop {
        match within(incoming.recv()).await.unwrap() {
            Incoming::Delivery(delivery) if delivery.kind == MessageKind::Application => {
                let bytes = delivery.message.as_slice();
                // Behind the header, and before the database cuts a long value in two.
                marks.push(bytes[200..200 + MARK_BYTES].to_vec());
            }
            Incoming::CaughtUp(_, seq) if seq == head => return marks,
            _ => {}
        }
    }
}

/// Which of the marks stand in a file of the hub.
fn on_disk(hub: &HubProcess, marks: &[Vec<u8>]) -> usize {
    let mut windows = BTreeSet::new();
    read_all(hub.data(), &mut |bytes| {
        for window in bytes.windows(MARK_BYTES) {
            if marks.iter().any(|mark| mark == window) {
                windows.insert(window.to_vec());
            }
        }
    });
    windows.len()
}

fn read_all(folder: &Path, look: &mut impl FnMut(&[u8])) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, look);
        } else if let Ok(bytes) = std::fs::read(&path) {
            look(&bytes);
        }
    }
}

fn chunk_marks(hub: &HubProcess, room: RoomId) -> Vec<Vec<u8>> {
    let mut marks = Vec::new();
    let folder = hub.data().join("blobs").join(room.to_string());
    read_all(&folder, &mut |bytes| {
        marks.push(bytes[40..40 + MARK_BYTES].to_vec())
    });
    marks
}

async fn film(folder: &Path, member: &Member, room: RoomId) {
    let path = folder.join("film.mp4");
    std::fs::write(&path, vec![7; 400_000]).unwrap();
    let what = Share {
        path,
        media_type: "video/mp4".into(),
        target: None,
    };
    share(&member.engine, room, &what, |_, _| ()).await.unwrap();
}

/// Closes a room at once, and has nothing kept of it.
async fn close_for_good(member: &Member, room: RoomId) {
    let change = CharterChange {
        retention_ms: Some(0),
        ..CharterChange::close_at(now_ms())
    };
    let wish = Wish::Amend(Box::new(change));
    within(member.engine.commit(room, wish)).await.unwrap();
}

/// What the hub says to a device that follows a room, once it is not the ordinary end any more.
async fn told(hub: &HubProcess, member: &Member, room: RoomId) -> Option<ErrorCode> {
    let (connection, _incoming, _) = connect(&hub.url(), &member.identity).await.unwrap();
    within(async {
        loop {
            match connection.follow(room, 0).await {
                Err(RequestError::Refused {
                    code: ErrorCode::RoomClosed,
                    ..
                }) => tokio::task::yield_now().await,
                Err(RequestError::Refused { code, .. }) => return Some(code),
                other => return other.err().and(None),
            }
        }
    })
    .await
}

fn retention(hub: &HubProcess, more: &[&str]) -> Output {
    Command::new(program("entente-server"))
        .args(["--data", hub.data().to_str().unwrap(), "--json"])
        .arg("retention")
        .args(more)
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_hub_shreds_what_is_past_its_retention_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let over = cast.open_room(&petra, &[&falcon], CLASSIC).await;
    let open = cast.open_room(&petra, &[&falcon], CLASSIC).await;
    // In turns, so that they lie beside each other.
    for number in 0..20 {
        for room in [over, open] {
            let said = line(&format!(
                "line {number} {}",
                "and more ".repeat(number * 20)
            ));
            within(petra.engine.say(room, said)).await.unwrap();
        }
    }
    for room in [over, open] {
        film(folder.path(), &petra, room).await;
    }
    falcon.engine.stop().await;
    let gone = ciphertexts(&hub, &falcon, over).await;
    let kept = ciphertexts(&hub, &falcon, open).await;
    let (gone_chunks, kept_chunks) = (chunk_marks(&hub, over), chunk_marks(&hub, open));
    assert!(gone.len() > 20 && kept.len() > 20 && gone_chunks.len() == 2);
    assert_eq!(on_disk(&hub, &gone), gone.len());
    assert_eq!(on_disk(&hub, &gone_chunks), gone_chunks.len());

    close_for_good(&petra, over).await;
    assert_eq!(
        told(&hub, &falcon, over).await,
        Some(ErrorCode::RoomShredded)
    );
    within(async {
        while on_disk(&hub, &gone) + on_disk(&hub, &gone_chunks) > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(on_disk(&hub, &kept), kept.len());
    assert_eq!(on_disk(&hub, &kept_chunks), kept_chunks.len());

    // A device that was off learns how it ended, and the other room goes on.
    let awake = cast.wake(&falcon.dir).await;
    within(awake.until(over, |session| session.ended().is_some()))
        .await
        .unwrap();
    within(petra.engine.say(open, line("still here")))
        .await
        .unwrap();
    let heard = awake.until(open, |session| {
        crate::said(session)
            .iter()
            .any(|(_, text)| text == "still here")
    });
    within(heard).await.unwrap();

    // What is left to do, and when; the hub is running.
    let listed = lines(&retention(&hub, &["--dry-run"]));
    let of = |room: RoomId| {
        let mut lines = listed.iter();
        lines.find(|line| line["room"] == room.to_string()).unwrap()
    };
    assert_eq!(
        (&of(over)["what"], &of(over)["due"]),
        (&"forget".into(), &false.into())
    );
    assert_eq!(
        (&of(open)["what"], &of(open)["due"]),
        (&"shred".into(), &false.into())
    );
    assert!(of(open)["messages"].as_u64().unwrap() > 20 && of(open)["blobs"] == 1);
    // It does it by itself: nobody else may on the same files.
    let refused = retention(&hub, &[]);
    assert_eq!(refused.status.code(), Some(4));
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(said["error"]["code"], "in_use");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_shreds_what_ended_while_no_hub_was_running() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let spec = room_spec(cast.authorities(), CLASSIC);
    let spec = RoomSpec {
        terms: Terms::default().keeping(0),
        closes_at_ms: entente_client::now_ms() + 15_000,
        ..spec
    };
    let room = petra.engine.open_room(spec).await.unwrap();
    within(petra.engine.say(room, line("not for long")))
        .await
        .unwrap();
    let marks = ciphertexts(&hub, &petra, room).await;
    assert!(!marks.is_empty());
    tokio::task::block_in_place(|| hub.kill());
    assert_eq!(on_disk(&hub, &marks), marks.len());

    // It is listed, and nothing goes by being listed.
    let due = || lines(&retention(&hub, &["--dry-run"]))[0]["due"] == true;
    within(async {
        while !due() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(on_disk(&hub, &marks), marks.len());
    let done = lines(&retention(&hub, &[]));
    assert_eq!(done.len(), 1, "{done:?}");
    assert_eq!(
        (&done[0]["room"], &done[0]["what"]),
        (&room.to_string().into(), &"shred".into())
    );
    assert_eq!(on_disk(&hub, &marks), 0);
    assert!(lines(&retention(&hub, &[])).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_in_a_bucket_go_too() {
    let bucket = Bucket::start().await;
    let folder = tempfile::tempdir().unwrap();
    let options = ["--blobs", "s3://evidence/room-documents"];
    let data = folder.path().join("hub");
    let hub = HubProcess::start_in(&data, &options, bucket.environment());
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let over = cast.open_room(&petra, &[], CLASSIC).await;
    let open = cast.open_room(&petra, &[], CLASSIC).await;
    for room in [over, open] {
        film(folder.path(), &petra, room).await;
    }
    let before = bucket.objects();
    assert_eq!(before.len(), 4);
    close_for_good(&petra, over).await;
    petra.engine.stop().await;
    assert_eq!(
        told(&hub, &petra, over).await,
        Some(ErrorCode::RoomShredded)
    );
    within(async {
        while bucket.objects().len() > 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let left: Vec<_> = bucket.objects().into_iter().collect();
    let open = open.to_string();
    let theirs = before.into_iter().filter(|(path, _)| path.contains(&open));
    assert_eq!(left, theirs.collect::<Vec<_>>());
    assert_eq!(bucket.unsigned(), 0);
}
