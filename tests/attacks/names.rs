//! What the hub says in somebody's name.

use entente_client::engine::EngineEvent;
use entente_protocol::MessageKind;
use entente_room::{
    Event, Notice, Say, SecurityEvent, Session, TargetChange, TargetId, TargetKind,
};

use crate::stage::{Stage, picture, security, within};

async fn with_a_target(stage: &Stage) {
    let target = Event::Target(TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("White lorry".to_owned()),
        ..TargetChange::of(TargetId::from_bytes([1; 16]))
    });
    within(stage.anvil.engine.say(stage.room, target))
        .await
        .unwrap();
    for member in stage.honest() {
        let seen = member
            .engine
            .until(stage.room, |s| s.board().targets().count() == 1);
        within(seen).await.unwrap();
    }
}

/// Bytes in the victim's own name that it has never sent, under a number that it may use next or has
/// used: it must not believe that it has lost a part of its life, and with it the board.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_ones_own_name() {
    let stage = Stage::set().await;
    with_a_target(&stage).await;
    stage.say(&stage.chisel, "I see it").await;
    let victim = stage.chisel.identity.device();
    let before = picture(&stage.chisel.engine, stage.room).await;
    let real = stage.liar.log(stage.room).pop().unwrap();
    assert_eq!(real.sender, victim);
    for number in [real.number + 1, real.number + 1_000] {
        let events = stage.chisel.engine.events();
        let message = vec![7; 64];
        stage.liar.inject_as(
            stage.room,
            MessageKind::Application,
            (victim, number),
            message,
        );
        security(events, |event| *event == SecurityEvent::NotMine { number }).await;
        assert_eq!(picture(&stage.chisel.engine, stage.room).await, before);
        let (is_ready, gaps) = stage
            .chisel
            .engine
            .view(stage.room, |s| (s.is_board_ready(), s.gaps().to_vec()))
            .await
            .unwrap();
        assert!(is_ready && gaps.is_empty(), "{gaps:?}");
    }
    // Its own voice is not lost by it.
    let events = stage.chisel.engine.events();
    let seq = stage.say(&stage.chisel, "and still do").await;
    assert!(seq > real.seq);
    drop(events);
}

/// A proposal to leave in the victim's own name.
#[tokio::test(flavor = "multi_thread")]
async fn a_leave_in_ones_own_name() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let before = picture(&stage.chisel.engine, stage.room).await;
    let events = stage.chisel.engine.events();
    let who = (victim, 900);
    stage
        .liar
        .inject_as(stage.room, MessageKind::Proposal, who, vec![7; 64]);
    security(events, |event| {
        *event == SecurityEvent::NotMine { number: 900 }
    })
    .await;
    assert_eq!(picture(&stage.chisel.engine, stage.room).await, before);
}

/// Nonsense in another's name under a number far ahead: if it counted, all that the other says until
/// then would be taken for doubled.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_burned_in_anothers_name() {
    let stage = Stage::set().await;
    let anvil = stage.anvil.identity.device();
    let events = stage.bellows.engine.events();
    for kind in [MessageKind::Application, MessageKind::Proposal] {
        let who = (anvil, 1_000_000);
        stage.liar.inject_as(stage.room, kind, who, vec![7; 64]);
    }
    security(events, |event| *event == SecurityEvent::MessageUnreadable).await;
    let mut events = stage.bellows.engine.events();
    stage.say(&stage.anvil, "go").await;
    let heard = async {
        loop {
            let event = events.recv().await.unwrap();
            let EngineEvent::Room { notice, .. } = event else {
                continue;
            };
            match notice {
                Notice::Said { say, .. } => return say.text,
                Notice::Security {
                    security: security @ SecurityEvent::Doubled { .. },
                    ..
                } => panic!("it was not heard: {security:?}"),
                _ => {}
            }
        }
    };
    assert_eq!(within(heard).await, "go");
}

/// One's own message comes back under another number than it went out with: to the others it is the
/// one, to its author it would be the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_changed_on_the_way_back() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let events = stage.chisel.engine.events();
    stage.liar.lie(move |device, mut delivery| {
        if device == victim && delivery.sender == victim {
            delivery.number += 7;
        }
        vec![delivery]
    });
    let said = Event::Say(Say {
        text: "I see it".to_owned(),
        urgent: false,
        reply_to: None,
    });
    let _delivered = stage.chisel.engine.queue(stage.room, said).await.unwrap();
    security(events, |event| {
        matches!(event, SecurityEvent::NotMine { .. })
    })
    .await;
    let has_said = |session: &Session| {
        let mut record = session.record();
        record.any(|(_, _, author, event)| {
            author.device == session.device() && matches!(event, Event::Say(_))
        })
    };
    // It still waits to be said.
    let (said, waiting) = stage
        .chisel
        .engine
        .view(stage.room, move |s| (has_said(s), s.waiting()))
        .await
        .unwrap();
    assert!(!said);
    assert_eq!(waiting, 1);
}
