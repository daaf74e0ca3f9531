//! The two orders are bound: what is said inside names a place in the room, and rests on it.

use entente_delivery::Input;
use entente_protocol::ErrorCode;
use entente_room::{CommitWish, SecurityEvent, SessionError};

use super::{CACAO_CI, DUNE_AE, ORYX_AE, PETRA_JO, nested};
use crate::say;
use crate::support::{NOW, World};

#[test]
fn a_commit_by_an_older_room_than_one_before_it_is_refused_by_all() {
    let (mut world, mut inner) = nested();
    world.say(CACAO_CI, say("something"));
    world.settle();
    // Dune has not looked since; Petra has, and spoke.
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    let old = session.commit(CommitWish::Update, *NOW).unwrap();
    inner.say(PETRA_JO, say("from further on"));
    inner.flush(&world, PETRA_JO).unwrap();
    inner
        .give_blind(&world, DUNE_AE, Input::Commit(old))
        .unwrap();
    for member in [PETRA_JO, ORYX_AE] {
        inner.catch_up(&world, member).unwrap();
        let session = &inner.sessions[&member];
        assert_eq!(session.halted_at(), Some(inner.hub.head()));
        assert!(matches!(
            inner.alarms(member)[..],
            [SecurityEvent::CommitRefused { code, .. }] if code == "old-room"
        ));
    }
}

#[test]
fn the_hub_refuses_a_commit_by_an_older_room() {
    let (mut world, mut inner) = nested();
    let old = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    world.commit(CACAO_CI, CommitWish::Update).unwrap();
    world.settle();
    let refused = inner.give(&world, DUNE_AE, old).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Busy);
    inner.sessions.get_mut(&DUNE_AE).unwrap().drop_commit();
    let new = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    inner.give(&world, DUNE_AE, new).unwrap();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn who_is_shown_less_of_the_room_waits_and_who_is_shown_another_room_is_told() {
    let (mut world, mut inner) = nested();
    // The hub keeps the room's last word from Oryx, and gives it the compartment's.
    world.say(CACAO_CI, say("last"));
    let outgoing = |world: &mut World, member| {
        world.flush(member);
        world.hub.head()
    };
    let head = outgoing(&mut world, CACAO_CI);
    for member in [PETRA_JO, DUNE_AE, CACAO_CI] {
        world.catch_up(member);
    }
    inner.say(PETRA_JO, say("by the whole room"));
    inner.flush(&world, PETRA_JO).unwrap();
    let before = inner.sessions[&ORYX_AE].cursor();
    let waits = inner.catch_up(&world, ORYX_AE);
    assert_eq!(waits, Err(SessionError::RoomBehind { wanted: head }));
    assert_eq!(inner.sessions[&ORYX_AE].cursor(), before);
    // Then it is shown another one.
    let mut other = world.delivery(usize::try_from(head).unwrap() - 1);
    other.time_ms += 1;
    world.members[ORYX_AE].session().receive(&other).unwrap();
    inner.catch_up(&world, ORYX_AE).unwrap();
    assert_eq!(
        inner.alarms(ORYX_AE),
        [&SecurityEvent::RoomFork { seen_seq: head }]
    );
    // Said once.
    inner.say(PETRA_JO, say("again"));
    inner.flush(&world, PETRA_JO).unwrap();
    inner.catch_up(&world, ORYX_AE).unwrap();
    assert_eq!(inner.alarms(ORYX_AE).len(), 1);
}
