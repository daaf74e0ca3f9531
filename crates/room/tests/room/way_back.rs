//! Into a room for the second time: by a Welcome or by the way back, and never into its past.

use entente_delivery::Input;
use entente_room::{CommitWish, Event, Notice, SecurityEvent, SessionError};
use entente_trust::Role;

use crate::support::{Country, NOW};
use crate::{CLASSIC, assert_agreement, assert_no_security, say, target, world};

fn texts(session: &entente_room::Session) -> Vec<String> {
    let said = session.record().filter_map(|(.., event)| match event {
        Event::Say(say) => Some(say.text),
        _ => None,
    });
    said.collect()
}

#[test]
fn who_was_removed_and_seated_again_goes_on_with_its_record() {
    let mut world = world(CLASSIC);
    world.say(4, say("before"));
    world.settle();
    let device = world.members[4].identity.device();
    world.commit(1, CommitWish::Remove(vec![device])).unwrap();
    world.settle();
    world.members[4].persist();
    world.say(0, target(2, "while it was out"));
    world.settle();
    world.admit(1, &[4]).unwrap();
    world.settle();
    world.say(4, say("after"));
    world.settle();
    for _ in 0..2 {
        assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
        let session = world.members[4].session();
        assert_eq!(texts(session), ["before", "after"]);
        assert_eq!(session.gaps().len(), 1, "{:?}", session.gaps());
        // And the same after it was off.
        world.members[4].restart();
    }
    assert_no_security(&world);
}

/// A new seat counts its messages anew, also for a device that has not seen how the old one was taken.
#[test]
fn who_was_seated_again_in_the_gap_is_heard() {
    let mut world = world(CLASSIC);
    for text in ["one", "two", "three"] {
        world.say(3, say(text));
        world.settle();
    }
    let mut away = world.members.remove(4);
    let device = world.members[3].identity.device();
    world.commit(0, CommitWish::Remove(vec![device])).unwrap();
    world.settle();
    world.members[3].persist();
    world.admit(0, &[3]).unwrap();
    world.settle();
    let (reply, now) = (world.group_info(), world.now);
    let mut old = away.session.take().unwrap();
    let (mut next, bundle) = old.resync(&reply, now).unwrap();
    let back = Input::Commit(bundle);
    world.give(away.identity.device(), back).unwrap();
    next.resynced(world.hub.head(), &mut old);
    next.ask_for_snapshot().unwrap();
    away.session = Some(next);
    world.members.push(away);
    world.settle();
    world.say(3, say("again"));
    world.settle();
    assert_no_security(&world);
    assert!(texts(world.members[4].session()).contains(&"again".to_owned()));
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

/// A hub says in which epoch it is when it is asked to deliver; what it delivers must lead there.
#[test]
fn the_epoch_that_the_hub_says_is_the_one_to_which_it_leads() {
    let mut world = world(CLASSIC);
    world.commit(0, CommitWish::Update).unwrap();
    world.settle();
    let session = world.members[4].session();
    let (head, epoch) = (session.cursor(), session.epoch().unwrap());
    let security = |head, epoch| match session.check_epoch(head, epoch) {
        Some(Notice::Security { security, .. }) => Some(security),
        _ => None,
    };
    let withheld = SecurityEvent::CommitWithheld { epoch: epoch + 1 };
    assert_eq!(security(head, epoch), None);
    assert_eq!(security(head, epoch + 1), Some(withheld.clone()));
    assert_eq!(security(head - 1, epoch + 1), Some(withheld));
    assert_eq!(security(head + 1, epoch + 1), None, "not all has come");
    let rollback = SecurityEvent::Rollback { head };
    assert_eq!(security(head, epoch - 1), Some(rollback));
    assert_eq!(
        security(head - 1, epoch - 1),
        None,
        "there was a commit since"
    );
}

/// The Welcome can be opened as often as one likes: the room's epoch is what tells that it is old.
#[test]
fn a_welcome_by_a_last_resort_key_package_is_no_second_way_in() {
    let mut world = world(CLASSIC);
    let ae = Country::new("AE", 2, *NOW);
    let late = world.add_member(ae.device("Late", Role::Field, 30, *NOW));
    let (suite, now) = (world.suite, world.now);
    let member = &mut world.members[late];
    let identity = member.identity.clone();
    let made = member.keys.generate(&identity, suite, 0, true, now);
    let package = made.unwrap().last_resort.unwrap();
    member.keys.published(suite);
    let wish = CommitWish::Admit(vec![(identity.device(), package)]);
    world.commit(1, wish).unwrap();
    let (_, welcome) = world.welcomes.last().unwrap().clone();
    world.settle();
    assert!(world.members[late].session().wants_new_keys());
    world.commit(late, CommitWish::Update).unwrap();
    world.settle();
    assert!(!world.members[late].session().wants_new_keys());
    let removal = CommitWish::Remove(vec![identity.device()]);
    world.commit(1, removal).unwrap();
    world.settle();
    let trusted = world.trusted.clone();
    let member = &mut world.members[late];
    let mut again = || {
        let session = member.session.as_ref().unwrap();
        session.rejoin(&mut member.keys, &welcome, &trusted, now)
    };
    assert!(
        matches!(again(), Err(SessionError::OldState { .. })),
        "{:?}",
        again().err()
    );
    // Once another is at the hub the used one is destroyed.
    assert_eq!(member.keys.wants_last_resorts(), [suite]);
    member.keys.retire().unwrap();
    assert_eq!(member.keys.wants_last_resorts(), [suite], "not before");
    member
        .keys
        .generate(&identity, suite, 0, true, now)
        .unwrap();
    member.keys.published(suite);
    member.keys.retire().unwrap();
    assert!(member.keys.wants_last_resorts().is_empty());
    let session = member.session.as_ref().unwrap();
    let gone = session.rejoin(&mut member.keys, &welcome, &trusted, now);
    assert_eq!(gone.err(), Some(SessionError::UnknownKeyPackage));
}

#[test]
fn the_present_state_is_a_way_back_until_it_is_known_to_be_over() {
    let mut world = world(CLASSIC);
    world.settle();
    let (present, now) = (world.group_info(), world.now);
    assert!(world.members[3].session().resync(&present, now).is_ok());
    let epoch = world.members[3].session().epoch().unwrap();
    world.commit(0, CommitWish::Update).unwrap();
    let withheld = world.log.len() - 1;
    world.catch_up(0);
    world.say(0, say("in the next epoch"));
    world.flush(0);
    let mut delivery = world.delivery(withheld + 1);
    delivery.seq -= 1;
    let notices = world.members[3].session().receive(&delivery).unwrap();
    assert!(notices.iter().any(|notice| matches!(
        notice,
        entente_room::Notice::Security {
            security: SecurityEvent::CommitWithheld { .. },
            ..
        }
    )));
    let refused = world.members[3].session().resync(&present, now);
    assert_eq!(refused.err(), Some(SessionError::OldState { epoch }));
    let next = world.group_info();
    assert!(world.members[3].session().resync(&next, now).is_ok());
}

/// The hub has taken the commit by which a device comes back, and its answer is lost with the session that was to come of
/// it: the old one does not take it for its own, and the next try is not taken for the first.
#[test]
fn an_answer_to_the_way_back_that_is_lost_costs_another_try() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    let reply = world.group_info();
    let mut old = world.members[4].session.take().unwrap();
    let (_, first) = old.resync(&reply, *NOW).unwrap();
    let number = first.number;
    world.give(device, Input::Commit(first)).unwrap();
    let own = world.delivery(world.log.len() - 1);
    let before = (old.cursor(), old.epoch(), old.epoch_authenticator());
    let refused = old.receive(&own);
    assert!(
        matches!(refused, Err(SessionError::OldState { .. })),
        "{refused:?}"
    );
    let after = (old.cursor(), old.epoch(), old.epoch_authenticator());
    assert_eq!(after, before);

    let reply = world.group_info();
    let (mut next, second) = old.resync(&reply, *NOW).unwrap();
    assert_ne!(second.number, number);
    world.give(device, Input::Commit(second)).unwrap();
    next.resynced(world.hub.head(), &mut old);
    next.ask_for_snapshot().unwrap();
    world.members[4].session = Some(next);
    world.settle();
    world.say(4, say("back"));
    world.say(0, say("welcome back"));
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    assert_no_security(&world);
}
