//! One room, two hubs: what one accepts the other learns, and what it decided too late is undone.

use entente_delivery::{Effect, Input, Room, RoomRecord};
use entente_protocol::{Delivery, ErrorCode, SendMessage};
use entente_room::CommitWish;

use crate::support::{NOW, World};
use crate::{CLASSIC, say, world};

fn record(world: &World) -> RoomRecord {
    RoomRecord {
        room: world.room,
        head: world.hub.head(),
        closed: false,
        turn: 0,
        parent: None,
        group_info: world.hub.group_info().to_vec(),
        ratchet_tree: world.hub.ratchet_tree().to_vec(),
        seats: world.hub.seats().copied().collect(),
        revocations: Vec::new(),
        proposals: Vec::new(),
    }
}

/// A second hub that has the same state.
fn second(world: &mut World) -> Room {
    world.hub.settle();
    Room::load(record(world)).unwrap()
}

fn sealed(world: &mut World, by: usize, text: &str) -> SendMessage {
    let session = world.members[by].session();
    session.enqueue(&say(text)).unwrap();
    session.outgoing(1, *NOW).unwrap().remove(0)
}

fn last(world: &World) -> Delivery {
    world.delivery(world.log.len() - 1)
}

fn state(hub: &Room) -> (u64, u64, Vec<(u64, u64)>) {
    let seats = hub.seats().map(|seat| (seat.last_number, seat.last_seq));
    (hub.head(), hub.epoch(), seats.collect())
}

fn place(effects: &[Effect]) -> u64 {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Append(message) => Some(message.seq),
            _ => None,
        })
        .unwrap()
}

#[test]
fn what_one_hub_accepts_the_other_learns() {
    let mut world = world(CLASSIC);
    let mut other = second(&mut world);
    for (by, text) in [(0, "one"), (3, "two"), (0, "three")] {
        let send = sealed(&mut world, by, text);
        let device = world.members[by].identity.device();
        world.give(device, Input::Send(send.clone())).unwrap();
        assert!(other.learn(&last(&world)));
        assert_eq!(state(&other), state(&world.hub));
        // It came to the other hub as well, after a broken connection: it was accepted already.
        let again = other.handle(device, Input::Send(send), *NOW).unwrap();
        assert!(matches!(again[..], [Effect::Duplicate { .. }]), "{again:?}");
    }
}

#[test]
fn what_was_decided_too_late_is_undone_and_decided_anew() {
    let mut world = world(CLASSIC);
    let mut other = second(&mut world);
    let before = state(&other);
    let (fast, slow) = (sealed(&mut world, 0, "fast"), sealed(&mut world, 3, "slow"));
    let device = |world: &World, by: usize| world.members[by].identity.device();
    let slow_device = device(&world, 3);
    let too_late = other
        .handle(slow_device, Input::Send(slow.clone()), *NOW)
        .unwrap();
    let fast_device = device(&world, 0);
    world.give(fast_device, Input::Send(fast)).unwrap();
    assert_eq!(place(&too_late), world.hub.head(), "both want one place");
    assert!(!other.learn(&last(&world)), "the place is taken here");

    assert!(other.undo());
    assert_eq!(state(&other), before);
    assert!(other.learn(&last(&world)));
    let anew = other.handle(slow_device, Input::Send(slow), *NOW).unwrap();
    assert_eq!(place(&anew), world.hub.head() + 1);
    other.settle();
    assert!(other.undo(), "what is stored stays");
    assert_eq!(other.head(), world.hub.head() + 1);
}

#[test]
fn what_is_not_next_is_not_learned_and_changes_nothing() {
    let mut world = world(CLASSIC);
    let mut other = second(&mut world);
    let mut deliveries = Vec::new();
    for text in ["one", "two"] {
        let send = sealed(&mut world, 0, text);
        let device = world.members[0].identity.device();
        world.give(device, Input::Send(send)).unwrap();
        deliveries.push(last(&world));
    }
    let before = state(&other);
    assert!(!other.learn(&deliveries[1]), "a gap");
    let mut elsewhere = deliveries[0].clone();
    elsewhere.epoch += 1;
    assert!(!other.learn(&elsewhere), "of an epoch that is not here");
    assert_eq!(state(&other), before);
    assert!(other.learn(&deliveries[0]));
    assert!(!other.learn(&deliveries[0]), "twice");
    assert!(other.learn(&deliveries[1]));
    assert_eq!(state(&other), state(&world.hub));
}

#[test]
fn a_commit_takes_loading_the_room_again() {
    let mut world = world(CLASSIC);
    let mut other = second(&mut world);
    let before = state(&other);
    let device = world.members[1].identity.device();
    let bundle = world.members[1]
        .session()
        .commit(CommitWish::Update, *NOW)
        .unwrap();
    world.give(device, Input::Commit(bundle.clone())).unwrap();
    assert!(!other.learn(&last(&world)));
    assert_eq!(state(&other), before);
    // Decided here too, it can't be undone by halves.
    other.handle(device, Input::Commit(bundle), *NOW).unwrap();
    assert!(!other.undo());
    let mut again = second(&mut world);
    let member = world.members[3].identity.device();
    let stale = sealed(&mut world, 3, "of the old epoch");
    let refused = again.handle(member, Input::Send(stale), *NOW).unwrap_err();
    assert_eq!(refused.code, ErrorCode::StaleEpoch);
}
