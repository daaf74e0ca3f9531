//! Changing the charter together, and withdrawing a country.

use entente_protocol::{DeviceId, Fingerprint};
use entente_room::{CharterChange, CommitWish, Notice, Rejected, SessionError};
use entente_trust::Role;

use crate::support::{Country, NOW, World};
use crate::{CLASSIC, assert_agreement, assert_no_security, say, target};

const HOUR: u64 = 3_600_000;

/// Coordinators of JO (0) and AE (1), both of whom must sign; a liaison (2) and an officer (3) of
/// AE, an officer of JO (4).
fn world() -> (World, Country, Country) {
    let jo = Country::new("JO", 1, *NOW);
    let ae = Country::new("AE", 2, *NOW);
    let petra = jo.device("Petra", Role::Coordinator, 11, *NOW);
    let dune = ae.device("Dune", Role::Coordinator, 12, *NOW);
    let second = dune.device();
    let mut world = World::open_with(CLASSIC, &[&jo, &ae], petra, *NOW, |charter| {
        charter.coordinators.push(second);
        charter.quorum = 2;
    });
    for identity in [
        dune,
        ae.device("Oryx", Role::Liaison, 13, *NOW),
        ae.device("Pearl", Role::Field, 14, *NOW),
        jo.device("Falcon", Role::Field, 15, *NOW),
    ] {
        world.add_member(identity);
    }
    world.admit(0, &[1, 2, 3, 4]).unwrap();
    world.settle();
    (world, jo, ae)
}

fn propose(world: &mut World, by: usize, change: &CharterChange) -> Fingerprint {
    let now = world.now;
    let (digest, _) = world.members[by]
        .session()
        .propose_amendment(change, now)
        .unwrap();
    world.settle();
    digest
}

fn enact(world: &mut World, by: usize) {
    let complete = world.members[by].session().complete_amendment().unwrap();
    world.commit(by, CommitWish::Amend(complete)).unwrap();
    world.settle();
}

#[test]
fn the_quorum_signs_inside_the_room_and_one_commit_carries_it_out() {
    let (mut world, ..) = world();
    let end = world.members[0].session().charter().closes_at_ms + HOUR;
    let change = CharterChange::close_at(end);
    let now = world.now;
    assert_eq!(
        world.members[0].session().sign_alone(&change, now),
        Err(SessionError::Quorum(2))
    );
    let digest = propose(&mut world, 0, &change);
    for member in [0, 1, 4] {
        let session = world.members[member].session();
        assert_eq!(session.amendments()[0].digest, digest, "member {member}");
        assert_eq!(session.complete_amendment(), None, "one signature of two");
        assert_eq!(session.charter().amendment, 0);
    }
    // Who may not sign can't, and its try is seen to be one.
    assert_eq!(
        world.members[2].session().sign_amendment(digest),
        Err(SessionError::NotCoordinator)
    );
    world.members[1].session().sign_amendment(digest).unwrap();
    world.settle();
    enact(&mut world, 1);
    for member in 0..5 {
        let session = world.members[member].session();
        assert_eq!(session.charter().closes_at_ms, end, "member {member}");
        assert_eq!(session.amendments(), [], "member {member}");
    }
    assert_eq!(world.hub.closes_at_ms(), end);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    assert_no_security(&world);
}

#[test]
fn one_coordinator_alone_or_twice_is_no_quorum() {
    let (mut world, ..) = world();
    let change = CharterChange {
        quorum: Some(1),
        ..CharterChange::default()
    };
    let digest = propose(&mut world, 0, &change);
    world.members[0].session().sign_amendment(digest).unwrap();
    world.settle();
    let session = world.members[0].session();
    assert_eq!(session.amendments()[0].signers.len(), 1);
    assert_eq!(session.complete_amendment(), None);
}

#[test]
fn an_amendment_made_for_yesterdays_charter_is_turned_down() {
    let (mut world, ..) = world();
    let end = world.members[0].session().charter().closes_at_ms;
    let first = propose(&mut world, 0, &CharterChange::close_at(end + HOUR));
    let second = propose(&mut world, 1, &CharterChange::close_at(end - HOUR));
    for member in [0, 1] {
        let now_other = if member == 0 { second } else { first };
        world.members[member]
            .session()
            .sign_amendment(now_other)
            .unwrap();
    }
    world.settle();
    enact(&mut world, 0);
    assert_eq!(world.members[3].session().amendments(), []);
    assert_eq!(
        world.members[1].session().sign_amendment(second),
        Err(SessionError::NoAmendment)
    );
    // Beyond the hard maximum nothing can even be proposed.
    let now = world.now;
    let latest = world.members[0].session().charter().latest_close_ms;
    let beyond = CharterChange::close_at(latest + 1);
    assert!(matches!(
        world.members[0].session().propose_amendment(&beyond, now),
        Err(SessionError::Charter(_))
    ));
}

#[test]
fn a_signature_by_an_officer_is_rejected_by_all() {
    let (mut world, ..) = world();
    let end = world.members[0].session().charter().closes_at_ms + HOUR;
    propose(&mut world, 0, &CharterChange::close_at(end));
    // The liaison's client is a modified one: it sends what a coordinator would.
    let proposed = world.members[0]
        .session()
        .record()
        .find_map(|(_, _, _, event)| match event {
            entente_room::Event::AmendmentProposed(proposed) => Some(proposed),
            _ => None,
        })
        .unwrap();
    world.say(2, entente_room::Event::AmendmentProposed(proposed));
    world.settle();
    for member in [0, 1, 3] {
        assert!(
            world.members[member].notices.iter().any(|notice| matches!(
                notice,
                Notice::Rejected {
                    reason: Rejected::Amendment,
                    ..
                }
            )),
            "member {member}"
        );
        let session = world.members[member].session();
        assert_eq!(session.amendments()[0].signers.len(), 1);
    }
}

#[test]
fn a_withdrawn_country_is_out_in_one_commit_and_stays_out() {
    let (mut world, _, ae) = world();
    world.say(3, target(1, "seen by Pearl"));
    world.settle();
    let root = ae.authority.fingerprint();
    let dune = world.members[1].identity.device();
    // Dune coordinates by that authority's grace: with a quorum of two nobody could amend any more.
    let withdrawal = CharterChange {
        withdrawn: vec![root],
        ..CharterChange::default()
    };
    let now = world.now;
    assert_eq!(
        world.members[0].session().draft(&withdrawal, now),
        Err(SessionError::QuorumOutOfReach { quorum: 2, left: 1 })
    );
    let change = CharterChange {
        quorum: Some(1),
        ..withdrawal
    };
    let next = world.members[0].session().draft(&change, now).unwrap();
    assert!(
        !next.coordinators.contains(&dune),
        "withdrawn with its country"
    );
    let digest = propose(&mut world, 0, &change);
    world.members[1].session().sign_amendment(digest).unwrap();
    world.settle();
    enact(&mut world, 0);
    let left: Vec<DeviceId> = world.hub.seats().map(|seat| seat.device).collect();
    assert_eq!(left.len(), 2);
    for member in [1, 2, 3] {
        assert!(world.members[member].session().ended().is_some());
    }
    world.say(0, say("alone among us"));
    world.settle();
    assert_agreement(&mut world, &[0, 4]);
    // Its authority is barred: not even a coordinator can seat one of its devices again.
    let again = world.add_member(ae.device("Pearl", Role::Field, 14, *NOW));
    let mut keys = entente_room::KeyStore::default();
    let identity = world.members[again].identity.clone();
    let made = keys
        .generate(&identity, world.suite, 1, false, world.now)
        .unwrap();
    let wish = CommitWish::Admit(vec![(identity.device(), made.once[0].clone())]);
    let now = world.now;
    assert!(matches!(
        world.members[0].session().commit(wish, now),
        Err(SessionError::Policy(
            entente_trust::PolicyRefusal::UnknownAuthority
        ))
    ));
}

#[test]
fn a_late_joiner_checks_the_way_from_the_opening() {
    let (mut world, jo, _) = world();
    let end = world.members[0].session().charter().closes_at_ms + HOUR;
    let digest = propose(&mut world, 0, &CharterChange::close_at(end));
    world.members[1].session().sign_amendment(digest).unwrap();
    world.settle();
    enact(&mut world, 0);
    let late = world.add_member(jo.device("Wadi", Role::Field, 16, *NOW));
    world.admit(0, &[late]).unwrap();
    world.settle();
    let session = world.members[late].session();
    assert_eq!(session.charter().amendment, 1);
    assert_eq!(session.charters().opening().charter.amendment, 0);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4, late]);
}
