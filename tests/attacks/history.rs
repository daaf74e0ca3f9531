//! The order of a room: dropped, swapped, doubled, forged, forked, rolled back.

use entente_client::engine::{EngineEvent, Wish as EngineWish};
use entente_protocol::{DeviceId, MessageKind};
use entente_room::{Event, Notice, SecurityEvent, Session};

use crate::stage::{Stage, event, picture, security, within};

fn texts(session: &Session) -> Vec<String> {
    let said = session.record().filter_map(|(.., event)| match event {
        Event::Say(say) => Some(say.text),
        _ => None,
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_dropped_for_one_member() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let mut dropped = false;
    stage.liar.lie(move |device, delivery| {
        if device == victim && delivery.kind == MessageKind::Application && !dropped {
            dropped = true;
            return Vec::new();
        }
        vec![delivery]
    });
    let events = stage.chisel.engine.events();
    let last_seen = stage.chisel.engine.view(stage.room, Session::cursor);
    let last_seen = last_seen.await.unwrap();
    stage.say(&stage.anvil, "H-hour is 04:00").await;
    stage.say(&stage.bellows, "understood").await;
    let alarm = security(events, |event| {
        matches!(event, SecurityEvent::TranscriptFork { .. })
    });
    let SecurityEvent::TranscriptFork {
        agreed_seq,
        seen_seq,
    } = alarm.await
    else {
        unreachable!();
    };
    assert!(agreed_seq <= last_seen && seen_seq > last_seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_swapped_for_one_member() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let mut held = None;
    let mut swapped = false;
    stage.liar.lie(move |device, delivery| {
        if device != victim || delivery.kind != MessageKind::Application || swapped {
            return vec![delivery];
        }
        match held.take() {
            None => {
                held = Some(delivery);
                Vec::new()
            }
            Some(first) => {
                swapped = true;
                vec![delivery, first]
            }
        }
    });
    let events = stage.chisel.engine.events();
    stage.say(&stage.anvil, "hold").await;
    stage.say(&stage.bellows, "go?").await;
    stage.say(&stage.anvil, "third").await;
    security(events, |event| {
        matches!(event, SecurityEvent::TranscriptFork { .. })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_doubled() {
    let stage = Stage::set().await;
    stage.liar.lie(|_, delivery| {
        if delivery.kind == MessageKind::Application {
            return vec![delivery.clone(), delivery];
        }
        vec![delivery]
    });
    let events = stage.bellows.engine.events();
    stage.say(&stage.anvil, "strike").await;
    security(events, |event| {
        matches!(event, SecurityEvent::Doubled { .. })
    })
    .await;
    let said = stage.bellows.engine.view(stage.room, texts).await.unwrap();
    assert_eq!(said, ["strike"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_doubled() {
    let stage = Stage::set().await;
    stage.liar.lie(|_, delivery| {
        if delivery.kind == MessageKind::Commit {
            return vec![delivery.clone(), delivery];
        }
        vec![delivery]
    });
    let events = stage.bellows.engine.events();
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    security(events, |event| {
        matches!(event, SecurityEvent::Doubled { .. })
    })
    .await;
    stage.say(&stage.anvil, "going on").await;
    let said = stage
        .bellows
        .engine
        .until(stage.room, |s| texts(s) == ["going on"]);
    within(said).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_replayed_into_another_room() {
    let stage = Stage::set().await;
    let other = stage.another_room().await;
    stage.say(&stage.anvil, "move the lorry to gate 2").await;
    let spoken = stage.liar.log(stage.room).last().unwrap().clone();
    let before = picture(&stage.bellows.engine, other).await;
    let events = stage.bellows.engine.events();
    let sender = stage.anvil.identity.device();
    let message = spoken.message.as_slice().to_vec();
    stage
        .liar
        .inject(other, MessageKind::Application, sender, message);
    security(events, |event| {
        matches!(
            event,
            SecurityEvent::MessageUnreadable | SecurityEvent::CommitWithheld { .. }
        )
    })
    .await;
    assert_eq!(picture(&stage.bellows.engine, other).await, before);
    let said = stage.bellows.engine.view(other, texts).await.unwrap();
    assert!(said.is_empty(), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_changed_on_its_way() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    stage.liar.lie(move |device, mut delivery| {
        if device == victim && delivery.kind == MessageKind::Application {
            let mut bytes = delivery.message.as_slice().to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            delivery.message = bytes.into();
        }
        vec![delivery]
    });
    let events = stage.chisel.engine.events();
    stage.say(&stage.anvil, "north gate").await;
    security(events, |event| *event == SecurityEvent::MessageUnreadable).await;
    let said = stage.chisel.engine.view(stage.room, texts).await.unwrap();
    assert!(said.is_empty(), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_somebody_elses_name() {
    let stage = Stage::set().await;
    let (victim, other) = (
        stage.chisel.identity.device(),
        stage.bellows.identity.device(),
    );
    stage.liar.lie(move |device, mut delivery| {
        if device == victim && delivery.kind == MessageKind::Application {
            delivery.sender = other;
        }
        vec![delivery]
    });
    let events = stage.chisel.engine.events();
    stage.say(&stage.anvil, "I am Bellows").await;
    security(events, |event| *event == SecurityEvent::WrongSender).await;
    let said = stage.chisel.engine.view(stage.room, texts).await.unwrap();
    assert!(said.is_empty(), "{said:?}");
}

/// One member is kept in an epoch that is over. It notices with the first message of the next one,
/// and comes back by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_withheld_from_one_member() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let anvil = stage.anvil.identity.device();
    stage.liar.lie(move |device, delivery| {
        let is_withheld =
            device == victim && delivery.kind == MessageKind::Commit && delivery.sender == anvil;
        if is_withheld {
            return Vec::new();
        }
        vec![delivery]
    });
    let events = stage.chisel.engine.events();
    let returns = stage.anvil.engine.events();
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    stage.say(&stage.anvil, "in the new epoch").await;
    security(events, |event| {
        matches!(event, SecurityEvent::CommitWithheld { .. })
    })
    .await;
    event(returns, |event| {
        matches!(
            event,
            EngineEvent::Room {
                notice: Notice::Resynced { seat, .. },
                ..
            } if seat.device == victim
        )
    })
    .await;
    stage.say(&stage.anvil, "welcome back").await;
    let heard = stage.chisel.engine.until(stage.room, |s| {
        texts(s).contains(&"welcome back".to_owned())
    });
    within(heard).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_commit_offered_again() {
    let stage = Stage::set().await;
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    let commits = stage.liar.log(stage.room);
    let old = commits
        .iter()
        .rev()
        .filter(|delivery| delivery.kind == MessageKind::Commit)
        .nth(1)
        .unwrap();
    let now = stage.anvil.engine.view(stage.room, Session::epoch);
    let now = now.await.unwrap();
    let caught_up = stage
        .bellows
        .engine
        .until(stage.room, move |s| s.epoch() == now);
    within(caught_up).await.unwrap();
    let before = picture(&stage.bellows.engine, stage.room).await;
    let events = stage.bellows.engine.events();
    let sender: DeviceId = stage.anvil.identity.device();
    let message = old.message.as_slice().to_vec();
    stage
        .liar
        .inject(stage.room, MessageKind::Commit, sender, message);
    security(events, |event| *event == SecurityEvent::StaleCommit).await;
    assert_eq!(picture(&stage.bellows.engine, stage.room).await, before);
}

/// Two things were said, and the member who is to be deceived has seen both; the second one's place.
async fn after_two() -> (Stage, u64) {
    let stage = Stage::set().await;
    stage.say(&stage.anvil, "one").await;
    let seq = stage.say(&stage.anvil, "two").await;
    let seen = stage
        .bellows
        .engine
        .until(stage.room, move |s| s.cursor() >= seq);
    within(seen).await.unwrap();
    (stage, seq)
}

/// After a reconnect the hub's log ends earlier than it did, and then holds something else.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_rolled_back() {
    let (stage, seq) = after_two().await;
    let events = stage.bellows.engine.events();
    let again = stage.bellows.engine.events();
    let victim = stage.bellows.identity.device();
    stage.liar.roll_back(stage.room, victim, seq - 1);
    stage.liar.disconnect(victim);
    security(
        events,
        |event| matches!(event, SecurityEvent::Rollback { head } if *head == seq - 1),
    )
    .await;
    stage.say(&stage.anvil, "another two").await;
    security(again, |event| *event == SecurityEvent::HistoryRewritten).await;
    let said = stage.bellows.engine.view(stage.room, texts).await.unwrap();
    assert_eq!(said, ["one", "two"]);
}

/// After a reconnect the hub has something else where this device's last message was, and as much of it: nobody need say
/// anything for that to be seen.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_message_rewritten() {
    let (stage, _) = after_two().await;
    let before = picture(&stage.bellows.engine, stage.room).await;
    let events = stage.bellows.engine.events();
    let victim = stage.bellows.identity.device();
    let log = stage.liar.log(stage.room);
    let other = log[log.len() - 2].message.as_slice().to_vec();
    stage.liar.rewrite_last(stage.room, victim, other);
    stage.liar.disconnect(victim);
    security(events, |event| *event == SecurityEvent::HistoryRewritten).await;
    assert_eq!(picture(&stage.bellows.engine, stage.room).await, before);
}
