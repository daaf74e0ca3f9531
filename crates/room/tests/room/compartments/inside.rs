//! What goes on inside, and how little of it the others see.

use entente_delivery::Input;
use entente_room::{Boards, Event, Rejected, SessionError};

use super::{CACAO_CI, DUNE_AE, FALCON_JO, INNER, ORYX_AE, PETRA_JO, nested};
use crate::support::NOW;
use crate::support::inner::room;
use crate::{assert_agreement, say, target};

#[test]
fn what_is_said_inside_stays_inside_and_is_one_view_for_those_who_sit_there() {
    let (mut world, mut inner) = nested();
    inner.say(ORYX_AE, target(1, "the ship of which nobody knows"));
    inner.say(PETRA_JO, say("keep it here"));
    world.say(CACAO_CI, target(2, "the lorry"));
    world.settle();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        let alarms = inner.alarms(member);
        assert!(alarms.is_empty(), "{alarms:?}");
        let boards = Boards::of(room(&world, member), vec![&inner.sessions[&member]]);
        assert_eq!(boards.targets().count(), 2);
        let inside = entente_room::TargetId::from_bytes([1; 16]);
        let mark: Vec<String> = boards
            .mark(inside)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(mark, ["AE", "JO"]);
        assert_eq!(
            boards.mark(entente_room::TargetId::from_bytes([2; 16])),
            None
        );
        let plate = "plate:JO-12 3456".parse().unwrap();
        assert_eq!(boards.with_identifier(&plate).count(), 2);
        assert_eq!(boards.unseen(), 0);
    }
    // The others count one, and that is all.
    for member in [CACAO_CI, FALCON_JO] {
        let boards = Boards::of(room(&world, member), Vec::new());
        assert_eq!(boards.unseen(), 1);
        assert_eq!(boards.targets().count(), 1);
    }
    let seen: Vec<u8> = world.log.iter().flat_map(|it| it.message.clone()).collect();
    assert!(!seen.windows(16).any(|it| it == INNER.as_bytes()));
    let ciphertext: Vec<u8> = inner.log.iter().flat_map(|it| it.message.clone()).collect();
    assert!(!ciphertext.windows(8).any(|it| it == b"the ship"));
}

#[test]
fn it_comes_back_after_a_restart() {
    let (world, mut inner) = nested();
    inner.say(DUNE_AE, target(1, "ship"));
    inner.settle(&world);
    let before = inner.sessions[&DUNE_AE].compartment().cloned();
    inner.restart(&world, DUNE_AE);
    assert_eq!(inner.sessions[&DUNE_AE].compartment(), before.as_ref());
    // Before the room is looked at nothing goes out.
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    session.enqueue(&say("back")).unwrap();
    assert_eq!(
        session.outgoing(1, *NOW).err(),
        Some(SessionError::NotLookedUp)
    );
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn a_device_that_has_lost_the_way_comes_back() {
    let (world, mut inner) = nested();
    inner.say(PETRA_JO, target(1, "ship"));
    inner.settle(&world);
    let reply = entente_protocol::GroupInfoReply {
        request: 0,
        room: INNER,
        seq: inner.hub.head(),
        group_info: inner.hub.group_info().to_vec().into(),
        ratchet_tree: inner.hub.ratchet_tree().to_vec().into(),
    };
    let session = inner.sessions.get_mut(&ORYX_AE).unwrap();
    let (mut next, bundle) = session
        .resync_within(room(&world, ORYX_AE), &reply, *NOW)
        .unwrap();
    inner.give(&world, ORYX_AE, Input::Commit(bundle)).unwrap();
    let old = inner.sessions.get_mut(&ORYX_AE).unwrap();
    next.resynced(inner.hub.head(), old);
    next.ask_for_snapshot().unwrap();
    inner.sessions.insert(ORYX_AE, next);
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    assert!(inner.delivery(1).is_some());
}

#[test]
fn plan_and_votes_are_the_rooms_alone() {
    let (world, mut inner) = nested();
    let before = inner.sessions[&PETRA_JO].board().digest();
    let commitment = [3; 32];
    for event in [
        Event::Abort(entente_room::Abort {
            reason: "not here".into(),
        }),
        Event::Compartment(entente_room::CompartmentAnnounced { commitment }),
    ] {
        inner.say(PETRA_JO, event);
    }
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        assert_eq!(inner.rejections(member), [Rejected::RoomOnly; 2]);
    }
    assert_eq!(inner.sessions[&PETRA_JO].board().digest(), before);
}
