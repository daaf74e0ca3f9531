//! What passes between hubs: welcomes, positions, documents, connections, key packages.

use std::time::Duration;

use entente_client::connection::{Incoming, connect};
use entente_client::documents::{Share, fetch, share};
use entente_client::engine::{EngineEvent, Wish};
use entente_protocol::{ErrorCode, RoomId};
use entente_room::{Event, LivePosition, Notice, Position};
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster, Member};
use entente_trust::Role;

use crate::{CLASSIC, said, say};

/// Anvil at the first hub, Bellows at the second, in one room.
struct Scene {
    cluster: Cluster,
    cast: Cast,
    anvil: Member,
    bellows: Member,
    room: RoomId,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
        cluster.route_to(Some(0));
        let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        // The authority registered at the first hub; the second one serves it too.
        cluster.route_to(Some(1));
        let bellows = cast.member("JO", "Bellows", Role::Field).await;
        // Connected to the second hub, it is handed the welcome of a commit at the first.
        let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
        Self {
            cluster,
            cast,
            anvil,
            bellows,
            room,
            folder,
        }
    }

    async fn both_hear(&self, text: &str, from: &Member) {
        from.engine.say(self.room, say(text)).await.unwrap();
        for member in [&self.anvil, &self.bellows] {
            let text = text.to_owned();
            let heard = move |s: &entente_room::Session| said(s).iter().any(|(_, t)| *t == text);
            member.engine.until(self.room, heard).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_at_two_hubs_are_in_one_room() {
    if is_skipped() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.both_hear("from the first", &scene.anvil).await;
    scene.both_hear("from the second", &scene.bellows).await;
    // Without a broker too, and a welcome is found without a word.
    scene.cluster.nats.stop();
    scene.both_hear("no broker", &scene.anvil).await;
    scene.both_hear("none here either", &scene.bellows).await;
    let chisel = scene.cast.member("JO", "Chisel", Role::Field).await;
    let admit = Wish::Admit(vec![chisel.identity.device()]);
    scene.anvil.engine.commit(scene.room, admit).await.unwrap();
    let ready = chisel.engine.until(scene.room, |s| s.is_board_ready());
    ready.await.unwrap();
    scene.both_hear("and hears of it", &chisel).await;
}

/// Positions reach the other hub, and no database has ever seen one.
#[tokio::test(flavor = "multi_thread")]
async fn a_position_passes_between_hubs_and_is_not_stored() {
    if is_skipped() {
        return;
    }
    let scene = Scene::set().await;
    scene.both_hear("ready", &scene.anvil).await;
    let before = scene.cluster.rows("messages").await;
    let mut events = scene.bellows.engine.events();
    let here = Event::Position(LivePosition {
        position: Position {
            lat_e7: 319_500_000,
            lon_e7: 359_100_000,
            accuracy_m: None,
            course_deg: None,
            speed_cm_s: None,
        },
        at_ms: entente_client::now_ms(),
    });
    scene
        .anvil
        .engine
        .ephemeral(scene.room, here)
        .await
        .unwrap();
    loop {
        let event = events.recv().await.unwrap();
        if let EngineEvent::Room {
            notice: Notice::Position { position, .. },
            ..
        } = event
        {
            assert_eq!(position.position.lat_e7, 319_500_000);
            break;
        }
    }
    assert_eq!(scene.cluster.rows("messages").await, before);
}

/// A device that comes to another hub is gone from the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_connected_to_one_hub() {
    if is_skipped() {
        return;
    }
    let scene = Scene::set().await;
    scene.bellows.engine.stop().await;
    let url = scene.cluster.url();
    scene.cluster.route_to(Some(0));
    let (_first, mut at_first, _) = connect(&url, &scene.bellows.identity).await.unwrap();
    scene.cluster.route_to(Some(1));
    let (second, _at_second, _) = connect(&url, &scene.bellows.identity).await.unwrap();
    let ended = loop {
        match at_first.recv().await {
            Some(Incoming::Refused(code)) => break code,
            Some(_) => {}
            None => panic!("the connection ended without a word"),
        }
    };
    assert_eq!(ended, ErrorCode::Superseded);
    second.follow(scene.room, 0).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_came_by_one_hub_is_there_at_the_other() {
    if is_skipped() {
        return;
    }
    let scene = Scene::set().await;
    let path = scene.folder.path().join("gate.txt");
    let bytes = vec![7; 600_000];
    std::fs::write(&path, &bytes).unwrap();
    let what = Share {
        path,
        media_type: "text/plain".into(),
        target: None,
    };
    let (engine, room) = (&scene.anvil.engine, scene.room);
    let (document, _) = share(engine, room, &what, |_, _| ()).await.unwrap();
    let there =
        move |s: &entente_room::Session| s.board().documents().any(|(id, _)| id == document);
    scene.bellows.engine.until(room, there).await.unwrap();
    let into = tempfile::tempdir().unwrap();
    let found = fetch(
        &scene.bellows.engine,
        room,
        document,
        into.path(),
        |_, _| (),
    )
    .await
    .unwrap();
    assert!(std::fs::read(found).unwrap() == bytes);
}

/// Who asks to be let in at one hub is shown to the coordinator at another.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_at_one_hub_is_seen_at_another() {
    if is_skipped() {
        return;
    }
    let scene = Scene::set().await;
    // Anvil stays at the first hub; this one comes to the second.
    let chisel = scene.cast.member("JO", "Chisel", Role::Field).await;
    let asker = chisel.identity.device();
    chisel.engine.ask_to_join(scene.room).await.unwrap();
    let look = move |s: &entente_room::Session| {
        let now_ms = entente_client::now_ms();
        s.askers(now_ms)
            .any(|it| it.accreditation.device() == asker)
    };
    while !scene.anvil.engine.view(scene.room, look).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Closing is carried out once, and both hubs' devices are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_room_closes_on_all_hubs() {
    if is_skipped() {
        return;
    }
    let scene = Scene::set().await;
    let mut spec = entente_tests::room_spec(scene.cast.authorities(), CLASSIC);
    spec.closes_at_ms = entente_client::now_ms() + 6_000;
    let room = scene.anvil.engine.open_room(spec).await.unwrap();
    let admit = Wish::Admit(vec![scene.bellows.identity.device()]);
    scene.anvil.engine.commit(room, admit).await.unwrap();
    scene.bellows.engine.stop().await;
    let url = scene.cluster.url();
    scene.cluster.route_to(Some(1));
    let (listening, mut incoming, _) = connect(&url, &scene.bellows.identity).await.unwrap();
    listening.follow(room, 0).await.unwrap();
    let code = loop {
        if let Incoming::Unfollowed(_, code) = incoming.recv().await.unwrap() {
            break code;
        }
    };
    assert_eq!(code, ErrorCode::RoomClosed);
    for hub in [0, 1] {
        scene.cluster.route_to(Some(hub));
        let (connection, _incoming, _) = connect(&url, &scene.bellows.identity).await.unwrap();
        let refused = connection.follow(room, 0).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::RoomClosed), "hub {hub}");
    }
    while scene.cluster.rows("rooms WHERE closed = 1").await != 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
