//! What a member says and does not sign for the record, or signs as something else: it could deny it later, or put
//! it into another context. MLS has nothing against it; the others must not hear it.

use entente_protocol::{DeviceId, Fingerprint, MessageKind, SendMessage, Statement};
use entente_room::{Event, Say, SecurityEvent, Session, TargetChange, TargetId, TargetKind};
use entente_tests::Rogue;
use entente_trust::Role;

use crate::stage::{Stage, security, within};

fn words(session: &Session) -> Vec<String> {
    let said = session.record().filter_map(|(.., event)| match event {
        Event::Say(say) => Some(say.text),
        _ => None,
    });
    said.collect()
}

fn say(text: &str) -> Vec<u8> {
    let event = Event::Say(Say {
        text: text.to_owned(),
        urgent: false,
        reply_to: None,
    });
    event.encode().unwrap()
}

fn target() -> Vec<u8> {
    let event = Event::Target(TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("Decoy".to_owned()),
        ..TargetChange::of(TargetId::from_bytes([9; 16]))
    });
    event.encode().unwrap()
}

async fn with_rogue() -> (Stage, Rogue) {
    let stage = Stage::set().await;
    let mut rogue = stage.corrupt(Role::Liaison);
    stage.admit(&mut rogue).await;
    (stage, rogue)
}

fn deliver(stage: &Stage, rogue: &Rogue, message: &SendMessage) {
    let who = (rogue.device(), message.number);
    let bytes = message.message.as_slice().to_vec();
    let kind = MessageKind::Application;
    stage.liar.inject_as(stage.room, kind, who, bytes);
}

/// The hub delivers it to all; each must say so and have nothing of it on its board or in its record.
async fn unheard(stage: &Stage, rogue: &Rogue, message: SendMessage, alarm: &SecurityEvent) {
    let before = stage.pictures().await;
    let events = stage.listen();
    deliver(stage, rogue, &message);
    for events in events {
        security(events, |event| event == alarm).await;
    }
    assert_eq!(stage.pictures().await, before);
    for member in stage.honest() {
        let view = member.engine.view(stage.room, words);
        assert!(view.await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_signed_as_something_else() {
    let (stage, mut rogue) = with_rogue().await;
    let other: DeviceId = stage.bellows.identity.device();
    let changes: [fn(&mut Statement, DeviceId); 7] = [
        |it, _| it.content = Fingerprint::from_bytes([0; 32]),
        |it, other| it.device = other,
        |it, _| it.charter = Fingerprint::from_bytes([0; 32]),
        |it, _| it.roster = Fingerprint::from_bytes([0; 32]),
        |it, _| it.epoch += 1,
        |it, _| it.authenticated.number += 1,
        |it, _| it.authenticated.time_ms += 1,
    ];
    for change in changes {
        for event in [say("I never said that"), target()] {
            let message = rogue.say_signed(stage.room, &event, |it| change(it, other));
            unheard(&stage, &rogue, message, &SecurityEvent::Unsigned).await;
        }
    }
    // What is signed as it is said is heard.
    let message = rogue.say(stage.room, &say("This I say"));
    deliver(&stage, &rogue, &message);
    for member in stage.honest() {
        let heard = member
            .engine
            .until(stage.room, |s| words(s) == ["This I say"]);
        within(heard).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_signature() {
    let (stage, mut rogue) = with_rogue().await;
    let message = rogue.say_bare(stage.room, &target());
    unheard(&stage, &rogue, message, &SecurityEvent::MessageUnreadable).await;
}
