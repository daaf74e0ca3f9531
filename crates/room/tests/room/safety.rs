//! The short code that people compare by voice.

use entente_room::CommitWish;

use crate::{CLASSIC, world};

#[test]
fn all_members_have_one_safety_number_and_each_epoch_its_own() {
    let mut world = world(CLASSIC);
    let number = |world: &mut crate::support::World, member: usize| {
        world.members[member].session().safety_number().unwrap()
    };
    let before = number(&mut world, 0);
    for member in 1..5 {
        assert_eq!(number(&mut world, member), before, "member {member}");
    }
    assert_eq!(before.words().count(), 9);
    assert!(before.words().all(|place| place < 128));
    assert_eq!(before.digits().len(), 24);
    world.commit(3, CommitWish::Update).unwrap();
    world.settle();
    let after = number(&mut world, 0);
    assert_ne!(after, before);
    for member in 1..5 {
        assert_eq!(number(&mut world, member), after, "member {member}");
    }
    // A member that was kept in the old epoch has another one than the rest: that is what the voice
    // on the line finds out.
    world.commit(0, CommitWish::Update).unwrap();
    world.catch_up(1);
    assert_ne!(number(&mut world, 1), number(&mut world, 2));
}

#[test]
fn a_device_knows_since_when_others_can_read() {
    let mut world = world(CLASSIC);
    let devices: Vec<_> = world.members.iter().map(|m| m.identity.device()).collect();
    let founder = world.members[0].session();
    assert_eq!(founder.reads_since(devices[1]), Some(2));
    let since = founder.reads_since(devices[4]).unwrap();
    assert!(since > 2);
    world.members[0].restart();
    assert_eq!(
        world.members[0].session().reads_since(devices[4]),
        Some(since)
    );
    // Who sat before one came is not known.
    assert_eq!(world.members[4].session().reads_since(devices[1]), None);
}
