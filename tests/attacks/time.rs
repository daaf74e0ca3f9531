//! The hub lies about the time.

use std::time::Duration;

use entente_client::engine::{EngineEvent, Wish as EngineWish};
use entente_client::now_ms;
use entente_room::{CharterChange, Ended, SecurityEvent};

use crate::stage::{Stage, event, security, within};

const SIX_HOURS_MS: i64 = 6 * 3_600_000;

/// Members' signed times disagree with the hub's; its time does not become theirs.
async fn a_clock_that_is_off(offset_ms: i64) {
    let stage = Stage::set().await;
    let first = stage.chisel.engine.events();
    let second = stage.chisel.engine.events();
    stage.liar.set_clock(offset_ms);
    stage.liar.disconnect(stage.chisel.identity.device());
    let found = event(first, |event| matches!(event, EngineEvent::HubClock { .. }));
    let EngineEvent::HubClock { difference_ms } = found.await else {
        unreachable!();
    };
    assert!((difference_ms - offset_ms).abs() < 60_000);
    stage.say(&stage.anvil, "what time is it?").await;
    let alarm = security(second, |event| {
        matches!(event, SecurityEvent::ClockDisagreement { .. })
    });
    let SecurityEvent::ClockDisagreement { difference_ms } = alarm.await else {
        unreachable!();
    };
    assert!((difference_ms + offset_ms).abs() < 60_000);

    // With such a time nothing is committed that an honest clock would refuse.
    let before = stage.pictures().await;
    let events = stage.listen();
    let update = stage.anvil.engine.clone();
    let room = stage.room;
    let committing = tokio::spawn(async move { update.commit(room, EngineWish::Update).await });
    for events in events {
        let alarm = security(events, |event| {
            matches!(event, SecurityEvent::CommitRefused { .. })
        });
        let SecurityEvent::CommitRefused { rule, .. } = alarm.await else {
            unreachable!();
        };
        let is_of_time = rule.contains("clock") || rule.contains("the room is closed");
        assert!(is_of_time, "{rule}");
    }
    committing.abort();
    assert_eq!(stage.pictures().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_six_hours_ahead() {
    a_clock_that_is_off(SIX_HOURS_MS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_six_hours_behind() {
    a_clock_that_is_off(-SIX_HOURS_MS).await;
}

/// The hub says that there is plenty of time and goes on delivering: the keys are destroyed all the
/// same, on each device's own clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_does_not_close_the_room() {
    let stage = Stage::set().await;
    let end_ms = now_ms() + 1_500;
    let change = EngineWish::Amend(Box::new(CharterChange::close_at(end_ms)));
    within(stage.anvil.engine.commit(stage.room, change))
        .await
        .unwrap();
    for member in stage.honest() {
        let amended = member
            .engine
            .until(stage.room, move |s| s.charter().closes_at_ms == end_ms);
        within(amended).await.unwrap();
    }
    stage.liar.set_clock(-SIX_HOURS_MS);
    stage.liar.disconnect_all();
    for member in stage.honest() {
        let over = member.engine.until(stage.room, |s| s.ended().is_some());
        within(over).await.unwrap();
        let (ended, epoch) = member
            .engine
            .view(stage.room, |s| (s.ended(), s.epoch_authenticator()))
            .await
            .unwrap();
        assert_eq!(ended, Some(Ended::Closed { at_ms: end_ms }));
        assert_eq!(epoch, None, "the keys are gone");
        assert!(now_ms() >= end_ms);
    }
}

/// A device that was off at the end: nothing of the room is shown before its keys are destroyed.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_off_when_the_room_ended() {
    let stage = Stage::set().await;
    let end_ms = now_ms() + 1_500;
    let change = EngineWish::Amend(Box::new(CharterChange::close_at(end_ms)));
    within(stage.anvil.engine.commit(stage.room, change))
        .await
        .unwrap();
    let chisel = &stage.chisel;
    let amended = chisel
        .engine
        .until(stage.room, move |s| s.charter().closes_at_ms == end_ms);
    within(amended).await.unwrap();
    chisel.engine.stop().await;
    let over = stage
        .anvil
        .engine
        .until(stage.room, |s| s.ended().is_some());
    within(over).await.unwrap();
    // Awake again, without any hub.
    let nowhere = "http://127.0.0.1:1".parse().unwrap();
    let awake = stage.cast.wake_at(&chisel.dir, &nowhere).await;
    let first_look = awake
        .view(stage.room, |s| (s.ended(), s.epoch_authenticator()))
        .await
        .unwrap();
    assert_eq!(first_look, (Some(Ended::Closed { at_ms: end_ms }), None));
}

/// The hub's answers crawl: nobody knows well enough what time it is to strike by it, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_comes_too_late_to_strike_by() {
    let stage = Stage::set().await;
    let engine = &stage.chisel.engine;
    assert!(within(engine.clock()).await.unwrap().is_certain());
    let events = engine.events();
    stage.liar.delay_time(Duration::from_millis(1_200));
    stage.liar.disconnect(stage.chisel.identity.device());
    let found = event(events, |event| {
        matches!(event, EngineEvent::ClockUncertain { .. })
    });
    let EngineEvent::ClockUncertain { uncertainty_ms } = found.await else {
        unreachable!();
    };
    assert!(uncertainty_ms > 500, "{uncertainty_ms}");
    let clock = within(engine.clock()).await.unwrap();
    assert!(!clock.is_certain() && clock.uncertainty_ms.is_some());
    // The way is free again.
    stage.liar.delay_time(Duration::ZERO);
    let clock = within(engine.clock()).await.unwrap();
    assert!(clock.is_certain(), "{clock:?}");
}
