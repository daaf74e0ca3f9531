//! Giving up one's seat.

use std::collections::BTreeSet;

use entente_delivery::Input;
use entente_room::{CommitWish, Ended};

use super::support::{NOW, World};
use super::{CLASSIC, assert_agreement, assert_no_security, say, world};

/// A member asks to leave, and all hear of it.
fn wish(world: &mut World, member: usize) {
    let device = world.members[member].identity.device();
    let proposal = world.members[member].session().leave(*NOW).unwrap();
    world.give(device, Input::Propose(proposal)).unwrap();
    for other in 0..5 {
        world.catch_up(other);
    }
}

fn turn(world: &mut World, member: usize) -> Option<usize> {
    world.members[member].session().turn_to_let_go()
}

#[test]
fn leaving_is_carried_out_by_anybody() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    let proposal = world.members[4].session().leave(*NOW).unwrap();
    world.give(device, Input::Propose(proposal)).unwrap();
    for member in 0..5 {
        world.catch_up(member);
    }
    assert!(world.members[3].session().has_pending_proposals());
    world.commit(3, CommitWish::LetGo).unwrap();
    world.settle();
    assert!(matches!(
        world.members[4].session().ended(),
        Some(Ended::Removed { .. })
    ));
    assert_agreement(&mut world, &[0, 1, 2, 3]);
}

/// Somebody who asks twice, before the first time has come back, is not told that a stranger did it.
#[test]
fn asking_twice_to_leave_is_no_alarm() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    for _ in 0..3 {
        let proposal = world.members[4].session().leave(*NOW).unwrap();
        world.give(device, Input::Propose(proposal)).unwrap();
    }
    for member in 0..5 {
        world.catch_up(member);
    }
    assert_no_security(&world);
    world.commit(3, CommitWish::LetGo).unwrap();
    world.settle();
    assert_no_security(&world);
    assert_agreement(&mut world, &[0, 1, 2, 3]);
}

/// Who asks again while it waits still reads the commit that refers to the first time.
#[test]
fn asking_again_to_leave_while_it_waits_is_no_alarm() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    let first = world.members[4].session().leave(*NOW).unwrap();
    world.give(device, Input::Propose(first)).unwrap();
    for member in 0..5 {
        world.catch_up(member);
    }
    let _again = world.members[4].session().leave(*NOW).unwrap();
    world.commit(3, CommitWish::LetGo).unwrap();
    world.settle();
    assert_no_security(&world);
    let left = world.members[4].session().ended();
    assert!(matches!(left, Some(Ended::Removed { .. })), "{left:?}");
    assert_agreement(&mut world, &[0, 1, 2, 3]);
}

/// The others take turns at letting go; who wants to leave has none as long as somebody stays.
#[test]
fn the_others_take_turns_at_letting_go() {
    let mut world = world(CLASSIC);
    for member in 0..5 {
        assert_eq!(turn(&mut world, member), None, "nobody has asked");
    }
    wish(&mut world, 4);
    let turns: BTreeSet<_> = (0..4).map(|member| turn(&mut world, member)).collect();
    assert_eq!(turns, (0..4).map(Some).collect());
    assert_eq!(turn(&mut world, 4), None);
    assert!(!world.members[4].session().owes_farewell());
    world.commit(3, CommitWish::LetGo).unwrap();
    world.settle();
    assert_no_security(&world);
    assert_eq!(turn(&mut world, 3), None, "it is done");
    assert_agreement(&mut world, &[0, 1, 2, 3]);
}

/// A commit can't take its maker's own seat: who makes one although it wants to leave stays for an epoch more, and
/// asks again.
#[test]
fn who_commits_asks_again() {
    let mut world = world(CLASSIC);
    wish(&mut world, 4);
    wish(&mut world, 3);
    world.commit(4, CommitWish::LetGo).unwrap();
    world.settle();
    assert_no_security(&world);
    let left = world.members[3].session().ended();
    assert!(matches!(left, Some(Ended::Removed { .. })), "{left:?}");
    assert!(world.members[4].session().owes_farewell());
    assert_eq!(
        turn(&mut world, 0),
        None,
        "its proposal went with the epoch"
    );
    wish(&mut world, 4);
    world.commit(0, CommitWish::LetGo).unwrap();
    world.settle();
    let left = world.members[4].session().ended();
    assert!(matches!(left, Some(Ended::Removed { .. })), "{left:?}");
    assert_no_security(&world);
    assert_agreement(&mut world, &[0, 1, 2]);
}

/// Where all want to leave somebody must let the others go, and stays; it does not ask again, for nobody is there.
#[test]
fn where_all_leave_one_stays() {
    let mut world = world(CLASSIC);
    for member in 0..5 {
        wish(&mut world, member);
    }
    assert_eq!(turn(&mut world, 0), Some(0));
    world.commit(0, CommitWish::LetGo).unwrap();
    world.settle();
    assert_no_security(&world);
    for member in 1..5 {
        let left = world.members[member].session().ended();
        assert!(matches!(left, Some(Ended::Removed { .. })), "{left:?}");
    }
    assert!(!world.members[0].session().owes_farewell());
    world.say(0, say("alone"));
    world.settle();
    assert_agreement(&mut world, &[0]);
}

/// The wish is kept until the hub has delivered it, and by the disk.
#[test]
fn a_wish_to_leave_is_kept() {
    let mut world = world(CLASSIC);
    world.members[4].session().want_to_leave().unwrap();
    assert!(!world.members[4].session().has_pending_proposals());
    world.members[4].restart();
    assert!(world.members[4].session().owes_farewell());
    wish(&mut world, 4);
    assert!(!world.members[4].session().owes_farewell());
}

/// What the hub never got was not proposed: whoever wanted to leave goes on until then.
#[test]
fn asking_to_leave_in_vain_stops_nobody() {
    let mut world = world(CLASSIC);
    let _lost = world.members[4].session().leave(*NOW).unwrap();
    assert!(!world.members[4].session().has_pending_proposals());
    world.say(4, say("still here"));
    world.settle();
    assert_eq!(world.members[4].session().waiting(), 0);
    world.commit(0, CommitWish::Update).unwrap();
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}
