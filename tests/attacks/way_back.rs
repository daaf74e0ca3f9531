//! Ways into a room that lead into its past, or among people who should not be there.

use entente_client::engine::{EngineEvent, Wish as EngineWish};
use entente_protocol::{DeviceId, MessageKind};
use entente_room::SecurityEvent;
use entente_tests::{Rogue, Wish};
use entente_trust::Role;

use crate::stage::{Stage, event, picture, security, within};

/// A rogue officer who has been removed, whose client does not follow the removal: it stays in the
/// epoch in which it sat.
async fn removed(stage: &Stage) -> Rogue {
    let mut rogue = stage.corrupt(Role::Field);
    stage.admit(&mut rogue).await;
    let removal = EngineWish::Remove(vec![rogue.device()]);
    let removal = stage.anvil.engine.commit(stage.room, removal);
    within(removal).await.unwrap();
    let gone = rogue.device();
    for member in stage.honest() {
        let seen = member
            .engine
            .until(stage.room, move |s| s.roster().seat(gone).is_none());
        within(seen).await.unwrap();
    }
    rogue
}

/// Chisel is kept in its epoch, and notices; what it is offered then is the hub's choice.
async fn lose_the_way(stage: &Stage) {
    let victim = stage.chisel.identity.device();
    stage.liar.lie(move |device, delivery| {
        if device == victim && delivery.kind == MessageKind::Commit {
            return Vec::new();
        }
        vec![delivery]
    });
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    stage.say(&stage.anvil, "in the next epoch").await;
}

/// Nothing was committed that a removed member could follow.
fn nobody_followed(stage: &Stage, rogue: &mut Rogue, victim: DeviceId) {
    if let Some(bundle) = stage.liar.committed(victim).into_iter().next() {
        let followed = rogue.take(bundle.commit.as_slice());
        panic!("it came back, and the removed member followed: {followed}");
    }
}

/// The hub has kept the state of the room from before a removal, and the removed member's client:
/// whoever came back by it would be alone with that member.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_group_info_offered_for_the_way_back() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let mut rogue = removed(&stage).await;
    let mut states = stage.liar.states(stage.room);
    let _after_the_removal = states.pop().unwrap();
    let before_the_removal = states.pop().unwrap();
    stage.liar.offer(victim, before_the_removal);
    let before = picture(&stage.chisel.engine, stage.room).await;
    let events = stage.chisel.engine.events();
    lose_the_way(&stage).await;
    security(events, |event| {
        matches!(event, SecurityEvent::OldState { .. })
    })
    .await;
    nobody_followed(&stage, &mut rogue, victim);
    assert_eq!(picture(&stage.chisel.engine, stage.room).await, before);
}

/// The victim's own epoch, of which it knows that it is over: a removal was kept from it.
#[tokio::test(flavor = "multi_thread")]
async fn the_present_epoch_offered_to_one_who_knows_of_a_later_one() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let mut rogue = stage.corrupt(Role::Field);
    stage.admit(&mut rogue).await;
    let present = stage.liar.states(stage.room).pop().unwrap();
    stage.liar.offer(victim, present);
    let before = picture(&stage.chisel.engine, stage.room).await;
    let events = stage.chisel.engine.events();
    stage.liar.lie(move |device, delivery| {
        if device == victim && delivery.kind == MessageKind::Commit {
            return Vec::new();
        }
        vec![delivery]
    });
    let removal = EngineWish::Remove(vec![rogue.device()]);
    let removal = stage.anvil.engine.commit(stage.room, removal);
    within(removal).await.unwrap();
    stage.say(&stage.anvil, "it is out").await;
    security(events, |event| {
        matches!(event, SecurityEvent::OldState { .. })
    })
    .await;
    nobody_followed(&stage, &mut rogue, victim);
    assert_eq!(picture(&stage.chisel.engine, stage.room).await, before);
}

/// The removed member has gone on by itself, past the room's epoch: newer than all that the victim
/// knows, and with somebody in it whom the victim saw leave.
#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_to_a_removed_member() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    let mut rogue = removed(&stage).await;
    for _ in 0..8 {
        rogue.commit(stage.room, &Wish::default());
        rogue.merge_commit();
    }
    let theirs = rogue.group().epoch().as_u64();
    let ours = stage.chisel.engine.view(stage.room, |s| s.epoch());
    assert!(theirs > ours.await.unwrap().unwrap() + 1);
    let state = rogue.state(stage.room);
    stage.liar.offer(victim, state);
    let before = picture(&stage.chisel.engine, stage.room).await;
    let events = stage.chisel.engine.events();
    lose_the_way(&stage).await;
    let alarm = security(events, |event| {
        matches!(event, SecurityEvent::GoneSeat { .. })
    });
    let seat = rogue.device();
    assert_eq!(alarm.await, SecurityEvent::GoneSeat { seat });
    nobody_followed(&stage, &mut rogue, victim);
    assert_eq!(picture(&stage.chisel.engine, stage.room).await, before);
}

/// A seated rogue comes back by external commit, and takes somebody else's leaf instead of its own.
/// Neither the one whom it takes nor anybody else follows.
#[tokio::test(flavor = "multi_thread")]
async fn an_external_commit_that_removes_another() {
    let stage = Stage::set().await;
    let mut rogue = stage.corrupt(Role::Field);
    stage.admit(&mut rogue).await;
    let before = stage.pictures().await;
    let events = stage.listen();
    let (own, victim) = (rogue.device(), stage.bellows.identity.device());
    let leaf = |device| {
        stage
            .anvil
            .engine
            .view(stage.room, move |s| s.roster().seat(device).unwrap().leaf)
    };
    let (own, victim) = (leaf(own).await.unwrap(), leaf(victim).await.unwrap());
    let state = stage.liar.group_info(stage.room);
    let bundle = rogue.external_commit_removing(&state, own, victim);
    let who = (rogue.device(), bundle.number);
    let message = bundle.commit.into();
    stage
        .liar
        .inject_as(stage.room, MessageKind::Commit, who, message);
    for events in events {
        security(events, |event| {
            matches!(
                event,
                SecurityEvent::CommitRefused { .. } | SecurityEvent::CommitUnreadable
            )
        })
        .await;
    }
    assert_eq!(stage.pictures().await, before);
}

/// A last-resort key package opens its Welcome again and again. The device that was removed does not
/// come in by the old one: it has given the key up, and would know the epoch if it had not.
#[tokio::test(flavor = "multi_thread")]
async fn a_last_resort_welcome_replayed_after_removal() {
    let stage = Stage::set().await;
    let (dir, identity) = stage.cast.enrol("JO", "Drill", Role::Field).await;
    let drill = stage.cast.wake_at(&dir, &stage.liar.url()).await;
    within(drill.caught_up()).await.unwrap();
    let device = identity.device();
    let classic = |bytes: &Vec<u8>| bytes[2..4] == crate::stage::CLASSIC.to_be_bytes();
    let last_resorts = stage.liar.last_resorts(device);
    let used = last_resorts.into_iter().find(classic).unwrap();
    stage.liar.substitute(device, used.clone());
    let admit = EngineWish::Admit(vec![device]);
    let admitted = stage.anvil.engine.commit(stage.room, admit);
    let admitted = within(admitted).await.unwrap();
    // Another takes its place at the hub, and the leaf gets keys that no Welcome was made for.
    let renewed = drill.until(stage.room, |s| s.is_board_ready() && !s.wants_new_keys());
    within(renewed).await.unwrap();
    within(drill.caught_up()).await.unwrap();
    let newest = stage.liar.last_resorts(device).into_iter().rev();
    assert_ne!(newest.into_iter().find(classic).unwrap(), used);
    let is_update = |it: &&entente_protocol::Delivery| {
        it.kind == MessageKind::Commit && it.sender == device && it.seq > admitted
    };
    assert_eq!(
        stage.liar.log(stage.room).iter().filter(is_update).count(),
        1
    );

    let welcome = stage.liar.every_welcome(device).pop().unwrap();
    let removal = stage
        .anvil
        .engine
        .commit(stage.room, EngineWish::Remove(vec![device]));
    within(removal).await.unwrap();
    let removed = drill.until(stage.room, |s| s.ended().is_some());
    within(removed).await.unwrap();
    let events = drill.events();
    stage.liar.welcome(device, &welcome);
    let room = stage.room;
    event(
        events,
        |event| matches!(event, EngineEvent::JoinRefused { room: refused, .. } if *refused == room),
    )
    .await;
    let ended = drill.view(stage.room, |s| s.ended().is_some());
    assert!(ended.await.unwrap());
}

/// A device that stands still before a commit that it refused is removed and seated again: it goes
/// on in the new seat.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_stands_still_is_seated_again() {
    let stage = Stage::set().await;
    let victim = stage.chisel.identity.device();
    // A change on its way to it that it can't read.
    stage.liar.lie(move |device, mut delivery| {
        if device == victim && delivery.kind == MessageKind::Commit {
            delivery.message = vec![1, 2, 3].into();
        }
        vec![delivery]
    });
    let refused = stage.liar.states(stage.room).remove(0);
    stage.liar.offer(victim, refused);
    let events = stage.chisel.engine.events();
    let update = stage.anvil.engine.commit(stage.room, EngineWish::Update);
    within(update).await.unwrap();
    security(events, |event| {
        matches!(event, SecurityEvent::OldState { .. })
    })
    .await;
    let halted = stage.chisel.engine.view(stage.room, |s| s.halted_at());
    assert!(halted.await.unwrap().is_some());
    stage.say(&stage.anvil, "where is Chisel?").await;
    for wish in [
        EngineWish::Remove(vec![victim]),
        EngineWish::Admit(vec![victim]),
    ] {
        within(stage.anvil.engine.commit(stage.room, wish))
            .await
            .unwrap();
    }
    stage.liar.lie(|_, delivery| vec![delivery]);
    let back = stage.chisel.engine.until(stage.room, |s| {
        s.halted_at().is_none() && s.is_board_ready()
    });
    within(back).await.unwrap();
    let seq = stage.say(&stage.chisel, "here again").await;
    for member in stage.honest() {
        let heard = member.engine.until(stage.room, move |s| s.cursor() >= seq);
        within(heard).await.unwrap();
    }
    let pictures = stage.pictures().await;
    assert_eq!(pictures[0], pictures[2]);
    // Also after it was off: what it stores is the new session and nothing of the old one.
    stage.chisel.engine.stop().await;
    let awake = stage
        .cast
        .wake_at(&stage.chisel.dir, &stage.liar.url())
        .await;
    assert_eq!(picture(&awake, stage.room).await, pictures[2]);
}
