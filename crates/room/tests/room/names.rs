//! Messages that are not what the hub says they are.

use entente_delivery::Input;
use entente_protocol::EphemeralDelivery;
use entente_room::{Notice, SecurityEvent};

use crate::support::World;
use crate::{CLASSIC, assert_no_security, say, world};

fn ephemeral(world: &World, sender: usize, message: Vec<u8>) -> EphemeralDelivery {
    EphemeralDelivery {
        room: world.room,
        sender: world.members[sender].identity.device(),
        time_ms: world.now,
        message: message.into(),
    }
}

/// What was to be stored, fanned out as something that is not: it would be heard out of its place.
#[test]
fn a_stored_message_is_no_ephemeral_one() {
    let mut world = world(CLASSIC);
    let now = world.now;
    world.say(3, say("for the record"));
    let send = world.members[3].session().outgoing(1, now).unwrap();
    let stored = ephemeral(&world, 3, send[0].message.as_slice().to_vec());
    assert!(
        world.members[0]
            .session()
            .receive_ephemeral(&stored)
            .is_err()
    );
    let send = world.members[3]
        .session()
        .ephemeral(&say("in passing"), now);
    let passing = ephemeral(&world, 3, send.unwrap().message.as_slice().to_vec());
    assert!(
        world.members[0]
            .session()
            .receive_ephemeral(&passing)
            .is_ok()
    );
    // In somebody else's name it is nobody's.
    let send = world.members[3]
        .session()
        .ephemeral(&say("as another"), now);
    let other = ephemeral(&world, 4, send.unwrap().message.as_slice().to_vec());
    assert!(
        world.members[0]
            .session()
            .receive_ephemeral(&other)
            .is_err()
    );
}

/// The hub says that another device wants to leave than the one that has signed.
#[test]
fn a_proposal_is_its_authors() {
    let mut world = world(CLASSIC);
    let now = world.now;
    let (author, other) = (
        world.members[4].identity.device(),
        world.members[3].identity.device(),
    );
    let proposal = world.members[4].session().leave(now).unwrap();
    world.give(author, Input::Propose(proposal)).unwrap();
    let true_one = world.delivery(world.log.len() - 1);
    let mut named = true_one.clone();
    named.sender = other;
    let mut numbered = true_one.clone();
    numbered.number += 1;
    for (member, false_one) in [(0, named), (1, numbered)] {
        let session = world.members[member].session();
        let notices = session.receive(&false_one).unwrap();
        assert!(
            matches!(
                notices.as_slice(),
                [Notice::Security {
                    security: SecurityEvent::MessageUnreadable,
                    ..
                }]
            ),
            "{notices:?}"
        );
        assert!(!session.has_pending_proposals());
    }
    let session = world.members[2].session();
    session.receive(&true_one).unwrap();
    assert!(session.has_pending_proposals());
    assert_no_security(&world);
}
