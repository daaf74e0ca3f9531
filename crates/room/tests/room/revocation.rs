//! A revocation in the room's order.

use entente_delivery::Input;
use entente_protocol::{Delivery, DeviceId, ErrorCode, MessageKind};
use entente_room::{CommitWish, Notice, SecurityEvent, SessionError};
use entente_trust::{PolicyRefusal, RevocationList, Role, SignedRevocationList};

use crate::support::{Country, NOW, World};
use crate::{CLASSIC, assert_agreement, assert_no_security, say, world};

fn list(country: &Country, number: u32, devices: &[DeviceId]) -> SignedRevocationList {
    RevocationList {
        version: RevocationList::VERSION,
        authority: country.authority.fingerprint(),
        number,
        issued_at_ms: *NOW,
        devices: devices.to_vec(),
    }
    .sign(&country.key, &country.authority)
}

fn revoke(world: &mut World, list: &SignedRevocationList) {
    let now = world.now;
    let effects = world.hub.revoke(list, now);
    world.carry_out(effects);
    world.settle();
}

#[test]
fn a_revoked_member_is_removed_by_its_liaison_and_not_seated_again() {
    let mut world = world(CLASSIC);
    let ae = Country::new("AE", 2, *NOW);
    let oryx = world.members[4].identity.device();
    revoke(&mut world, &list(&ae, 1, &[oryx]));
    world.say(4, say("I am still here"));
    let send = world.members[4]
        .session()
        .outgoing(1, *NOW)
        .unwrap()
        .remove(0);
    assert_eq!(
        world.give(oryx, Input::Send(send)).unwrap_err().code,
        ErrorCode::Revoked
    );
    // The coordinator first, then the country's own liaison; not another country's, not officers.
    assert_eq!(
        world.members[0].session().evictions(),
        Some((vec![oryx], 0))
    );
    assert_eq!(
        world.members[1].session().evictions(),
        Some((vec![oryx], 1))
    );
    for member in [2, 3] {
        assert_eq!(world.members[member].session().evictions(), None);
    }
    world.commit(1, CommitWish::Remove(vec![oryx])).unwrap();
    world.settle();
    assert_eq!(world.members[0].session().evictions(), None);
    let mut keys = entente_room::KeyStore::default();
    let identity = world.members[4].identity.clone();
    let made = keys
        .generate(&identity, world.suite, 1, false, *NOW)
        .unwrap();
    let wish = CommitWish::Admit(vec![(oryx, made.once[0].clone())]);
    assert_eq!(
        world.members[0].session().commit(wish, *NOW).err(),
        Some(SessionError::Policy(PolicyRefusal::Revoked))
    );
    for member in [0, 1, 2, 3] {
        assert!(
            world.members[member]
                .notices
                .iter()
                .any(|notice| matches!(notice, Notice::Revoked { .. })),
            "member {member}"
        );
    }
    assert_no_security(&world);
}

/// What was revoked before somebody joined binds them too: the snapshot brings the signed list.
#[test]
fn a_late_joiner_knows_who_was_revoked() {
    let mut world = world(CLASSIC);
    let ae = Country::new("AE", 2, *NOW);
    let oryx = world.members[4].identity.device();
    revoke(&mut world, &list(&ae, 1, &[oryx]));
    world.commit(0, CommitWish::Remove(vec![oryx])).unwrap();
    world.settle();
    let late = world.add_member(ae.device("Wadi", Role::Liaison, 30, *NOW));
    world.admit(0, &[late]).unwrap();
    world.settle();
    world.members[late].restart();
    assert_agreement(&mut world, &[0, 1, 2, 3, late]);
    // Asked by its own policy, not by the hub's.
    let mut keys = entente_room::KeyStore::default();
    let identity = world.members[4].identity.clone();
    let made = keys
        .generate(&identity, world.suite, 1, false, *NOW)
        .unwrap();
    let wish = CommitWish::Admit(vec![(oryx, made.once[0].clone())]);
    for member in [0, late] {
        let refused = world.members[member].session().commit(wish.clone(), *NOW);
        assert_eq!(
            refused.err(),
            Some(SessionError::Policy(PolicyRefusal::Revoked)),
            "member {member}"
        );
    }
}

/// The hub can put lists into the order; it can't write them.
#[test]
fn a_list_of_the_hubs_own_making_revokes_nobody() {
    let mut world = world(CLASSIC);
    let falcon = world.members[3].identity.device();
    let jo = Country::new("JO", 1, *NOW);
    let impostor = Country::new("JO", 66, *NOW);
    let mut forged = list(&jo, 1, &[falcon]);
    forged.signature = list(&impostor, 1, &[falcon]).signature;
    for bytes in [
        forged.encode(),
        list(&impostor, 1, &[falcon]).encode(),
        b"nonsense".to_vec(),
    ] {
        let session = world.members[0].session();
        let delivery = Delivery {
            room: session.room(),
            seq: session.cursor() + 1,
            kind: MessageKind::Revocation,
            sender: DeviceId::from_bytes([0; 16]),
            number: session.cursor() + 1,
            epoch: session.epoch().unwrap(),
            time_ms: *NOW,
            message: bytes.into(),
        };
        let notices = session.receive(&delivery).unwrap();
        assert!(
            matches!(
                notices.as_slice(),
                [Notice::Security {
                    security: SecurityEvent::FalseRevocation,
                    ..
                }]
            ),
            "{notices:?}"
        );
        assert_eq!(session.evictions(), None);
    }
}
