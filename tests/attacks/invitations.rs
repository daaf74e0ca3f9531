//! Welcomes that nobody should follow.

use std::sync::Arc;

use entente_client::connection::connect;
use entente_client::engine::{EngineEvent, Wish as EngineWish};
use entente_client::now_ms;
use entente_protocol::{Fingerprint, MessageKind};
use entente_room::{CharterText, CommitWish, NewRoom, Session};
use entente_tests::{home_made, room_spec};
use entente_trust::{Charter, CharterAuthority, Role, Terms};

use crate::stage::{CLASSIC, Stage, event, picture, within};

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_replayed() {
    let stage = Stage::set().await;
    let chisel = stage.chisel.identity.device();
    let room = stage.another_room().await;
    let welcome = stage.liar.every_welcome(chisel).last().unwrap().clone();
    assert_eq!(welcome.room, room);
    // While it sits: nothing happens at all.
    let before = picture(&stage.chisel.engine, room).await;
    stage.liar.welcome(chisel, &welcome);
    stage.say(&stage.anvil, "after the first replay").await;
    assert_eq!(picture(&stage.chisel.engine, room).await, before);
    // After it was removed: its key package is gone, and with it the way in.
    let removal = EngineWish::Remove(vec![chisel]);
    stage.anvil.engine.commit(room, removal).await.unwrap();
    within(stage.chisel.engine.until(room, |s| s.ended().is_some()))
        .await
        .unwrap();
    let events = stage.chisel.engine.events();
    stage.liar.welcome(chisel, &welcome);
    event(
        events,
        |event| matches!(event, EngineEvent::JoinRefused { room: refused, .. } if *refused == room),
    )
    .await;
    let ended = stage.chisel.engine.view(room, |s| s.ended().is_some());
    assert!(ended.await.unwrap());
}

/// A room that looks right in itself: its charter names the victim's authority, and is signed by a
/// coordinator of an authority that the attacker has made.
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_by_an_unknown_coordinator() {
    let stage = Stage::set().await;
    let attacker = Arc::new(home_made("FR", Role::Coordinator, 66));
    let text = CharterText {
        salt: [1; 32],
        title: "Trust me".to_owned(),
        playbook: String::new(),
        exercise: false,
    };
    let spec = room_spec(stage.cast.authorities(), CLASSIC);
    let mut authorities = spec.authorities;
    authorities.push(CharterAuthority {
        root: attacker.accreditation().root(),
        country: attacker.accreditation().country(),
        highest_role: Role::Coordinator,
    });
    let charter = Charter {
        terms: Terms::default(),
        room: entente_client::new_room_id().unwrap(),
        ciphersuite: CLASSIC,
        amendment: 0,
        previous: Fingerprint::from_bytes([0; 32]),
        opens_at_ms: spec.opens_at_ms,
        closes_at_ms: spec.closes_at_ms,
        latest_close_ms: spec.latest_close_ms,
        authorities,
        coordinators: vec![attacker.device()],
        quorum: 1,
        text_digest: text.digest(),
    };
    let room = charter.room;
    let new = NewRoom { charter, text };
    let (mut session, request) = Session::create(attacker.clone(), new, now_ms()).unwrap();
    let (connection, _incoming, _) = connect(&stage.liar.url(), &attacker).await.unwrap();
    connection.open_room(request).await.unwrap();
    let chisel = stage.chisel.identity.device();
    let classic = |bytes: &Vec<u8>| bytes[2..4] == CLASSIC.to_be_bytes();
    let package = stage.liar.key_packages(chisel).into_iter().find(classic);
    let wish = CommitWish::Admit(vec![(chisel, package.unwrap())]);
    let bundle = session.commit(wish, now_ms()).unwrap();
    let events = stage.chisel.engine.events();
    connection.commit(bundle).await.unwrap();

    let alarm = event(events, |event| {
        matches!(event, EngineEvent::UnknownInviter { .. })
    });
    let EngineEvent::UnknownInviter {
        room: invited,
        authority,
        ..
    } = alarm.await
    else {
        unreachable!();
    };
    assert_eq!(
        (invited, authority),
        (room, attacker.accreditation().root())
    );
    assert!(
        stage.chisel.engine.view(room, |_| ()).await.is_err(),
        "nothing was joined"
    );
}

/// The hub gives out one key package for two rooms. The second Welcome can't be opened; the room
/// that was joined by it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_package_handed_out_twice() {
    let stage = Stage::set().await;
    let (dir, identity) = stage.cast.enrol("JO", "Drill", Role::Field).await;
    let drill = stage.cast.wake_at(&dir, &stage.liar.url()).await;
    within(drill.caught_up()).await.unwrap();
    let classic = |bytes: &Vec<u8>| bytes[2..4] == CLASSIC.to_be_bytes();
    let packages = stage.liar.key_packages(identity.device());
    let once = packages.into_iter().find(classic).unwrap();
    stage.liar.substitute(identity.device(), once);
    let second = stage.another_room().await;
    let admit = || EngineWish::Admit(vec![identity.device()]);
    stage
        .anvil
        .engine
        .commit(stage.room, admit())
        .await
        .unwrap();
    within(drill.until(stage.room, |s| s.is_board_ready()))
        .await
        .unwrap();
    let events = drill.events();
    stage.anvil.engine.commit(second, admit()).await.unwrap();
    event(
        events,
        |event| matches!(event, EngineEvent::JoinRefused { room, .. } if *room == second),
    )
    .await;
    let seq = stage.say(&stage.anvil, "still here").await;
    within(drill.until(stage.room, move |s| s.cursor() >= seq))
        .await
        .unwrap();
}

/// The last-resort key package may be used by all who want a device that is off; the rooms joined by
/// it have nothing in common.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_resort_key_package_used_for_two_rooms() {
    let stage = Stage::set().await;
    let (dir, identity) = stage.cast.enrol("JO", "Drill", Role::Field).await;
    let drill = stage.cast.wake_at(&dir, &stage.liar.url()).await;
    within(drill.caught_up()).await.unwrap();
    let classic = |bytes: &Vec<u8>| bytes[2..4] == CLASSIC.to_be_bytes();
    let last_resorts = stage.liar.last_resorts(identity.device());
    let last_resort = last_resorts.into_iter().find(classic).unwrap();
    stage.liar.substitute(identity.device(), last_resort);
    let second = stage.another_room().await;
    drill.stop().await;
    for room in [stage.room, second] {
        let admit = EngineWish::Admit(vec![identity.device()]);
        stage.anvil.engine.commit(room, admit).await.unwrap();
    }
    let drill = stage.cast.wake_at(&dir, &stage.liar.url()).await;
    let mut secrets = Vec::new();
    for room in [stage.room, second] {
        within(drill.until(room, |s| s.is_board_ready()))
            .await
            .unwrap();
        // It has given the keys up with which it came, by a commit of its own.
        within(drill.until(room, |s| !s.wants_new_keys()))
            .await
            .unwrap();
        let commits = stage.liar.log(room).into_iter();
        let mut commits = commits.filter(|it| it.kind == MessageKind::Commit);
        assert!(commits.any(|it| it.sender == identity.device()));
        let epoch = drill.view(room, Session::epoch).await.unwrap();
        let same = stage.anvil.engine.until(room, move |s| s.epoch() == epoch);
        within(same).await.unwrap();
        let own = drill.view(room, Session::epoch_authenticator).await;
        let theirs = stage
            .anvil
            .engine
            .view(room, Session::epoch_authenticator)
            .await;
        assert_eq!(own.unwrap(), theirs.as_ref().unwrap().clone());
        secrets.push(theirs.unwrap());
    }
    assert_ne!(secrets[0], secrets[1]);
}
