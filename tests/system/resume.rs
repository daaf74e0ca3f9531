//! Devices that were away.

use entente_client::engine::Wish;
use entente_protocol::RoomId;
use entente_room::{Event, Notice, Say, Session, TargetChange, TargetId, TargetKind};
use entente_tests::{Cast, HubProcess, Member, within};
use entente_trust::Role;

use crate::{CLASSIC, POST_QUANTUM};

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
