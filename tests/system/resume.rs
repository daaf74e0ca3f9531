//! Devices that were away.

use std::path::Path;

use entente_client::engine::Wish;
use entente_protocol::RoomId;
use entente_room::{Event, Notice, Say, Session, TargetChange, TargetId, TargetKind};
use entente_tests::{Cast, HubProcess, Member, within};
use entente_trust::Role;

use crate::{CLASSIC, POST_QUANTUM, said};

fn say(text: String) -> Event {
    Event::Say(Say {
        text,
        urgent: false,
        reply_to: None,
    })
}

fn target(number: u8) -> Event {
    Event::Target(TargetChange {
        kind: Some(TargetKind::Parcel),
        name: Some(format!("parcel {number}")),
        ..TargetChange::of(TargetId::from_bytes([number; 16]))
    })
}

/// `messages` messages and `epochs` commits, evenly mixed.
async fn be_busy(member: &Member, room: RoomId, messages: usize, epochs: usize) {
    let mut waiting = Vec::new();
    for number in 0..messages {
        waiting.push(
            member
                .engine
                .queue(room, say(format!("message {number}")))
                .await
                .unwrap(),
        );
        if number % (messages / epochs) == 0 {
            for one in waiting.drain(..) {
                one.await.unwrap().unwrap();
            }
            member.engine.commit(room, Wish::Update).await.unwrap();
        }
    }
    for one in waiting {
        one.await.unwrap().unwrap();
    }
}

/// Epoch, its authenticator, transcript hash, board digest.
type State = (Option<u64>, Option<Vec<u8>>, Option<[u8; 32]>, [u8; 32]);

fn state(session: &Session) -> State {
    let digest = session.board().digest();
    (
        session.epoch(),
        session.epoch_authenticator(),
        session.transcript_hash(),
        digest,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_messages_and_twenty_epochs_later() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let founder = cast.member("JO", "Stay", Role::Coordinator).await;
    let away = cast.member("JO", "Away", Role::Field).await;
    let room = cast.open_room(&founder, &[&away], POST_QUANTUM).await;
    let before = away
        .engine
        .view(room, |s| (s.cursor(), s.epoch()))
        .await
        .unwrap();
    away.engine.stop().await;

    be_busy(&founder, room, 500, 20).await;
    let head = founder.engine.view(room, Session::cursor).await.unwrap();

    let engine = cast.wake(&away.dir).await;
    let there = engine.until(room, move |s| s.cursor() >= head);
    within(there).await.unwrap();
    let after = engine
        .view(room, |s| (s.cursor(), s.epoch()))
        .await
        .unwrap();
    assert!(after.0 >= before.0 + 520, "{before:?} {after:?}");
    assert!(
        after.1.unwrap() >= before.1.unwrap() + 20,
        "{before:?} {after:?}"
    );
    let texts = |s: &Session| {
        s.record()
            .filter(|(_, _, _, event)| matches!(event, Event::Say(_)))
            .count()
    };
    assert_eq!(engine.view(room, texts).await.unwrap(), 500);
    assert!(engine.view(room, |s| s.gaps().is_empty()).await.unwrap());
    let (mine, theirs) = (
        engine.view(room, state).await.unwrap(),
        founder.engine.view(room, state).await.unwrap(),
    );
    assert_eq!(mine, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_hub_no_longer_keeps_is_a_gap_that_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &["--keep-messages", "20"]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let founder = cast.member("JO", "Stay", Role::Coordinator).await;
    let away = cast.member("JO", "Away", Role::Field).await;
    let room = cast.open_room(&founder, &[&away], CLASSIC).await;
    founder.engine.say(room, target(1)).await.unwrap();
    let seen = away.engine.view(room, Session::cursor).await.unwrap();
    away.engine.stop().await;

    founder.engine.say(room, target(2)).await.unwrap();
    be_busy(&founder, room, 120, 6).await;

    let engine = cast.wake(&away.dir).await;
    let mut events = engine.events();
    let there = engine.until(room, |s| !s.gaps().is_empty() && s.is_board_ready());
    within(there).await.unwrap();
    let gaps = engine.view(room, |s| s.gaps().to_vec()).await.unwrap();
    let [(from, to)] = gaps[..] else {
        panic!("{gaps:?}")
    };
    assert!(from > seen && to > from + 100, "{gaps:?} after {seen}");
    let shown = core::iter::from_fn(|| events.try_recv().ok()).any(|event| {
        matches!(
            event,
            entente_client::engine::EngineEvent::Room {
                notice: Notice::Gap { .. },
                ..
            }
        )
    });
    assert!(shown, "the gap was not shown");

    // It is a full member again: it hears, is heard, and has the whole board.
    engine.say(room, say("I am back".to_owned())).await.unwrap();
    founder.engine.say(room, target(3)).await.unwrap();
    let head = founder.engine.view(room, Session::cursor).await.unwrap();
    let there = engine.until(room, move |s| s.cursor() >= head);
    within(there).await.unwrap();
    let (mine, theirs) = (
        engine.view(room, state).await.unwrap(),
        founder.engine.view(room, state).await.unwrap(),
    );
    assert_eq!(mine, theirs);
    assert_eq!(
        engine
            .view(room, |s| s.board().targets().count())
            .await
            .unwrap(),
        3
    );
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let into = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &into);
        } else {
            std::fs::copy(entry.path(), into).unwrap();
        }
    }
}

/// A phone whose disk was set back does not know what it has said since: it says so, gets the board
/// anew, and what it says from then on is read by all.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_disk_was_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let chisel = cast.member("JO", "Chisel", Role::Field).await;
    let room = cast.open_room(&anvil, &[&chisel], CLASSIC).await;
    within(chisel.engine.say(room, say("before".to_owned())))
        .await
        .unwrap();
    chisel.engine.stop().await;
    let copy = folder.path().join("copy");
    copied(&chisel.dir, &copy);
    let engine = cast.wake(&chisel.dir).await;
    for text in ["said", "and forgotten"] {
        within(engine.say(room, say(text.to_owned())))
            .await
            .unwrap();
    }
    engine.stop().await;
    std::fs::remove_dir_all(&chisel.dir).unwrap();
    std::fs::rename(&copy, &chisel.dir).unwrap();

    let engine = cast.wake(&chisel.dir).await;
    within(engine.until(room, |s| !s.gaps().is_empty() && s.is_board_ready()))
        .await
        .unwrap();
    let seq = within(engine.say(room, say("again".to_owned())))
        .await
        .unwrap();
    let heard = move |session: &Session| said(session).contains(&(seq, "again".to_owned()));
    within(anvil.engine.until(room, heard)).await.unwrap();
    let boards = [&anvil.engine, &engine].map(|it| it.view(room, |s| s.board().digest()));
    let [ours, theirs] = boards;
    assert_eq!(ours.await.unwrap(), theirs.await.unwrap());
}
