//! Each is announced in the room, and counted there once.

use entente_protocol::{Delivery, MessageKind};
use entente_room::{Event, Notice, Rejected, SecurityEvent};

use super::{CACAO_CI, DUNE_AE, FALCON_JO, PETRA_JO, nested, wanted};
use crate::support::inner::{Inner, room};
use crate::support::{NOW, rejections};
use crate::{CLASSIC, say, world};

#[test]
fn one_that_was_never_announced_is_an_alarm() {
    let mut world = world(CLASSIC);
    // The hub shows the announcement to its author alone.
    let announcement = wanted().announcement(room(&world, PETRA_JO), *NOW).unwrap();
    let petra = world.members[PETRA_JO].session();
    petra.enqueue(&announcement).unwrap();
    let send = petra.outgoing(1, *NOW).unwrap().remove(0);
    let announced = petra.cursor() + 1;
    let shown = Delivery {
        room: world.room,
        seq: announced,
        kind: MessageKind::Application,
        sender: petra.device(),
        number: send.number,
        epoch: petra.epoch().unwrap(),
        time_ms: *NOW,
        message: send.message,
    };
    petra.receive(&shown).unwrap();
    let mut inner = Inner::open(&world, PETRA_JO, &wanted(), announced);
    inner.catch_up(&world, PETRA_JO).unwrap();
    let wish = inner.wish_for(&mut world, DUNE_AE);
    let bundle = inner.bundle(&world, PETRA_JO, wish).unwrap();
    inner.give(&world, PETRA_JO, bundle).unwrap();
    inner.join(&mut world, DUNE_AE).unwrap();
    let dune = inner.sessions.get_mut(&DUNE_AE).unwrap();
    // Until the room has come so far nobody knows.
    let room_of_dune = world.members[DUNE_AE].session.as_ref().unwrap();
    assert_eq!(dune.seek_announcement(room_of_dune), None);
    world.say(CACAO_CI, say("at that very place"));
    world.flush(CACAO_CI);
    world.catch_up(DUNE_AE);
    let notice = dune.seek_announcement(room(&world, DUNE_AE)).unwrap();
    assert!(matches!(
        notice,
        Notice::Security {
            security: SecurityEvent::Unannounced,
            ..
        }
    ));
    assert_eq!(dune.seek_announcement(room(&world, DUNE_AE)), None);
}

#[test]
fn an_announced_one_is_no_alarm_and_is_counted_once() {
    let (mut world, mut inner) = nested();
    let dune = inner.sessions.get_mut(&DUNE_AE).unwrap();
    assert_eq!(dune.seek_announcement(room(&world, DUNE_AE)), None);
    // Again, by somebody who may not, and by somebody who may: neither counts.
    let commitment = *dune.compartment().unwrap().commitment().as_bytes();
    let event = Event::Compartment(entente_room::CompartmentAnnounced { commitment });
    world.say(FALCON_JO, event.clone());
    world.say(CACAO_CI, event);
    world.settle();
    let mut reasons = rejections(&world.members[PETRA_JO].notices);
    reasons.sort_by_key(|reason| format!("{reason:?}"));
    assert_eq!(reasons, [Rejected::Role, Rejected::Taken]);
    assert_eq!(room(&world, PETRA_JO).board().compartments().len(), 1);
}
