//! Copies of a hub's data: taken while it runs, put in another place, and devices go on.

use std::path::Path;
use std::process::{Command, Output};

use entente_client::documents::{Share, fetch, share};
use entente_client::engine::EngineEvent;
use entente_protocol::RoomId;
use entente_room::{Notice, SecurityEvent, Session};
use entente_services::{Durability, Postgres, is_skipped};
use entente_tests::{Cast, HubProcess, Member, Snapshot, program, within};
use entente_trust::Role;

use crate::{CLASSIC, said, say};

fn server(arguments: &[&str]) -> Output {
    Command::new(program("entente-server"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

struct Scene {
    hub: HubProcess,
    anvil: Member,
    bellows: Member,
    room: RoomId,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn set(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), options);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let bellows = cast.member("JO", "Bellows", Role::Field).await;
        let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
        anvil
            .engine
            .say(room, say("before the copy"))
            .await
            .unwrap();
        Self {
            hub,
            anvil,
            bellows,
            room,
            folder,
        }
    }

    /// Both go on at the hub that has the copy, and have one order.
    async fn go_on(&self) {
        let room = self.room;
        self.anvil.engine.say(room, say("after it")).await.unwrap();
        self.bellows
            .engine
            .say(room, say("here too"))
            .await
            .unwrap();
        let head = self
            .bellows
            .engine
            .view(room, Session::cursor)
            .await
            .unwrap();
        let there = move |s: &Session| s.cursor() >= head;
        self.anvil.engine.until(room, there).await.unwrap();
        let mine = self.anvil.engine.view(room, said).await.unwrap();
        let theirs = self.bellows.engine.view(room, said).await.unwrap();
        assert_eq!(mine, theirs);
        let texts: Vec<&str> = mine.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["before the copy", "after it", "here too"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_hub_comes_back_from_its_copy() {
    let mut scene = Scene::set(&[]).await;
    let path = scene.folder.path().join("gate.txt");
    let bytes = vec![7; 300_000];
    std::fs::write(&path, &bytes).unwrap();
    let what = Share {
        path,
        media_type: "text/plain".into(),
        target: None,
    };
    let engine = &scene.anvil.engine;
    let (document, _) = share(engine, scene.room, &what, |_, _| ()).await.unwrap();
    let there = move |s: &Session| s.board().documents().any(|(id, _)| id == document);
    scene.bellows.engine.until(scene.room, there).await.unwrap();

    let (data, copy) = (
        scene.hub.data().to_owned(),
        scene.folder.path().join("copy"),
    );
    let taken = server(&["--data", text(&data), "backup", text(&copy)]);
    assert!(taken.status.success(), "{taken:?}");
    // Nothing is written over.
    let again = server(&["--data", text(&data), "backup", text(&copy)]);
    assert!(!again.status.success());
    scene.hub.kill();
    let before = Snapshot::of(&data).await;
    let over = server(&["--data", text(&data), "restore", text(&copy)]);
    assert!(!over.status.success());
    assert_eq!(Snapshot::of(&data).await, before);

    // The machine is lost; another one takes its address.
    std::fs::rename(&data, scene.folder.path().join("lost")).unwrap();
    let put = server(&["--data", text(&data), "restore", text(&copy)]);
    assert!(put.status.success(), "{put:?}");
    assert_eq!(Snapshot::of(&data).await, before);
    scene.hub.restart();
    scene.go_on().await;
    let into = tempfile::tempdir().unwrap();
    let engine = &scene.bellows.engine;
    let found = fetch(engine, scene.room, document, into.path(), |_, _| ())
        .await
        .unwrap();
    assert!(std::fs::read(found).unwrap() == bytes);
}

/// A copy lacks what was acknowledged after it was taken: whoever had that says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_copy_lacks_is_missed_aloud() {
    let mut scene = Scene::set(&[]).await;
    let (data, copy) = (
        scene.hub.data().to_owned(),
        scene.folder.path().join("copy"),
    );
    let taken = server(&["--data", text(&data), "backup", text(&copy)]);
    assert!(taken.status.success(), "{taken:?}");
    let (engine, room) = (scene.anvil.engine.clone(), scene.room);
    let kept = engine.view(room, Session::cursor).await.unwrap();
    let lost = engine.say(room, say("after the copy")).await.unwrap();
    let there = move |s: &Session| s.cursor() >= lost;
    scene.bellows.engine.until(room, there).await.unwrap();
    let members = [&scene.anvil, &scene.bellows];
    let events = members.map(|member| member.engine.events());

    scene.hub.kill();
    std::fs::rename(&data, scene.folder.path().join("lost")).unwrap();
    let put = server(&["--data", text(&data), "restore", text(&copy)]);
    assert!(put.status.success(), "{put:?}");
    scene.hub.restart();
    for mut events in events {
        let alarm = async {
            loop {
                if let EngineEvent::Room {
                    notice: Notice::Security { security, .. },
                    ..
                } = events.recv().await.unwrap()
                {
                    return security;
                }
            }
        };
        let alarm = within(alarm).await;
        assert_eq!(alarm, SecurityEvent::Rollback { head: kept });
    }
    // What they had they keep.
    for engine in [&scene.anvil.engine, &scene.bellows.engine] {
        let said = engine.view(room, said).await.unwrap();
        let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["before the copy", "after the copy"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_tampered_with_is_not_put_in_place() {
    let mut scene = Scene::set(&[]).await;
    let (data, copy) = (
        scene.hub.data().to_owned(),
        scene.folder.path().join("copy"),
    );
    assert!(
        server(&["--data", text(&data), "backup", text(&copy)])
            .status
            .success()
    );
    scene.hub.kill();
    entente_tests::with_database(&copy, "UPDATE audit SET entry = 'nothing' WHERE id = 2").await;
    let new = scene.folder.path().join("new");
    let refused = server(&["--data", text(&new), "restore", text(&copy)]);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("audit chain"), "{said}");
    assert!(!new.join("hub.db").exists() && !new.join("restoring.db").exists());
}

/// The documented way for PostgreSQL, and the schema by hand before the first start.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_on_postgresql_comes_back_from_a_dump() {
    if is_skipped() {
        return;
    }
    let postgres = Postgres::start(Durability::Off);
    let (old, new) = (postgres.database(), postgres.database());
    let nowhere = tempfile::tempdir().unwrap();
    let migrate = [
        "--data",
        text(nowhere.path()),
        "--database",
        &old,
        "migrate",
    ];
    assert!(server(&migrate).status.success());
    assert!(
        server(&migrate).status.success(),
        "a second time is no harm"
    );
    let mut scene = Scene::set(&["--database", &old]).await;
    let by_hand = ["--data", text(nowhere.path()), "--database", &old];
    let refused = server(&[&by_hand[..], &["backup", text(&nowhere.path().join("x"))]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("pg_dump"));

    let dumped = Postgres::tool("pg_dump")
        .args(["--format=custom", &old])
        .output()
        .unwrap();
    assert!(dumped.status.success());
    scene.hub.kill();
    let mut restore = Postgres::tool("pg_restore")
        .args(["--exit-on-error", "--no-owner"])
        .arg(format!("--dbname={new}"))
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = restore.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, &dumped.stdout).unwrap();
    drop(stdin);
    assert!(restore.wait().unwrap().success());
    scene.hub.restart_with(&["--database", &new]);
    scene.go_on().await;
}
