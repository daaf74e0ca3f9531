//! A room from opening to closing, with the hub's real state machine between the members.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod amendments;
mod board;
mod compartments;
mod histories;
mod hubs;
mod identifiers;
mod leaving;
mod matching;
mod named_above;
mod names;
mod numbering;
mod operations;
mod page;
mod promotions;
mod revocation;
mod safety;
mod snapshots;
mod support;
mod waking;
mod way_back;

use entente_delivery::{Effect, Input};
use entente_protocol::{EphemeralDelivery, ErrorCode};
use entente_room::{
    Acknowledgement, CommitWish, Ended, Event, HitId, HitRaised, LivePosition, Notice, Position,
    Say, SecurityEvent, TargetChange, TargetId, TargetKind,
};
use entente_trust::Role;
use support::{Country, NOW, World};

const CLASSIC: u16 = 0x0001;
const POST_QUANTUM: u16 = 0x004F;

fn say(text: &str) -> Event {
    Event::Say(Say {
        text: text.into(),
        urgent: false,
        reply_to: None,
    })
}

fn target(seed: u8, name: &str) -> Event {
    Event::Target(TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some(name.into()),
        add_identifiers: vec!["plate:JO-12 3456".parse().unwrap()],
        ..TargetChange::of(TargetId::from_bytes([seed; 16]))
    })
}

/// Coordinator of JO (0), liaisons of AE (1) and CI (2), field officers of JO (3) and AE (4).
fn world(suite: u16) -> World {
    let jo = Country::new("JO", 1, *NOW);
    let ae = Country::new("AE", 2, *NOW);
    let ci = Country::new("CI", 3, *NOW);
    let founder = jo.device("Petra", Role::Coordinator, 11, *NOW);
    let mut world = World::open(suite, &[&jo, &ae, &ci], founder, *NOW);
    for identity in [
        ae.device("Dune", Role::Liaison, 12, *NOW),
        ci.device("Cacao", Role::Liaison, 13, *NOW),
        jo.device("Falcon", Role::Field, 14, *NOW),
        ae.device("Oryx", Role::Field, 15, *NOW),
    ] {
        world.add_member(identity);
    }
    world.admit(0, &[1, 2, 3]).unwrap();
    world.settle();
    world.admit(1, &[4]).unwrap();
    world.settle();
    world
}

fn assert_agreement(world: &mut World, members: &[usize]) {
    let first = world.members[members[0]].session.as_ref().unwrap();
    let expected = (
        first.epoch(),
        first.epoch_authenticator(),
        first.board().digest(),
        first.transcript_hash(),
        first.cursor(),
    );
    assert!(first.transcript_hash().is_some());
    for index in members {
        let session = world.members[*index].session.as_ref().unwrap();
        assert!(session.is_board_ready(), "member {index}");
        let found = (
            session.epoch(),
            session.epoch_authenticator(),
            session.board().digest(),
            session.transcript_hash(),
            session.cursor(),
        );
        assert_eq!(found, expected, "member {index}");
    }
}

fn assert_no_security(world: &World) {
    for (index, member) in world.members.iter().enumerate() {
        for notice in &member.notices {
            assert!(
                !matches!(notice, Notice::Security { .. }),
                "member {index}: {notice:?}"
            );
        }
    }
}

#[test]
fn everybody_agrees_in_both_suites() {
    for suite in [POST_QUANTUM, CLASSIC] {
        let mut world = world(suite);
        world.say(3, target(1, "white lorry"));
        world.settle();
        world.say(4, say("copy"));
        let hit = HitId::from_bytes([5; 16]);
        world.say(
            4,
            Event::Hit(HitRaised {
                note: "gate 2".into(),
                ..HitRaised::seen(
                    hit,
                    "plate:jo123456".parse().unwrap(),
                    Some(TargetId::from_bytes([1; 16])),
                )
            }),
        );
        world.settle();
        world.say(
            1,
            Event::Acknowledge(Acknowledgement {
                hit,
                note: String::new(),
            }),
        );
        world.settle();
        assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
        assert_no_security(&world);
        let session = world.members[2].session.as_ref().unwrap();
        assert_eq!(session.board().hit(hit).unwrap().acknowledged.len(), 1);
        assert_eq!(session.text().unwrap().title, "Operation Saffron");
    }
}

#[test]
fn a_late_joiner_has_the_board_of_all() {
    let mut world = world(CLASSIC);
    world.say(0, target(1, "one"));
    world.say(3, target(2, "two"));
    world.settle();
    let ci = Country::new("CI", 3, *NOW);
    let late = world.add_member(ci.device("Late", Role::Field, 30, *NOW));
    world.admit(2, &[late]).unwrap();
    // Said between the admission and the snapshot.
    world.say(3, target(3, "three"));
    world.flush(3);
    world.settle();
    world.say(late, say("here"));
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4, late]);
    assert_eq!(world.members[late].session().board().targets().count(), 3);
    assert_no_security(&world);
}

#[test]
fn a_removed_device_reads_nothing_after_and_its_board_stops() {
    let mut world = world(CLASSIC);
    world.say(0, target(1, "one"));
    world.settle();
    let device = world.members[4].identity.device();
    world.commit(1, CommitWish::Remove(vec![device])).unwrap();
    world.settle();
    let digest = world.members[4].session().board().digest();
    world.say(0, target(2, "two"));
    world.settle();
    let removed = world.members[4].session();
    assert!(matches!(removed.ended(), Some(Ended::Removed { .. })));
    assert_eq!(removed.board().digest(), digest);
    assert_eq!(removed.epoch(), None);
    assert_ne!(world.members[0].session().board().digest(), digest);
    assert_agreement(&mut world, &[0, 1, 2, 3]);
    // At the hub it has no seat any more.
    let again = world.members[3]
        .session()
        .ephemeral(&say("x"), *NOW)
        .unwrap();
    assert_eq!(
        world
            .give(device, Input::Ephemeral(again))
            .unwrap_err()
            .code,
        ErrorCode::NoSeat
    );
}

#[test]
fn a_session_goes_on_after_every_restart() {
    let mut world = world(CLASSIC);
    for round in 0..5 {
        for member in 0..5 {
            world.members[member].restart();
            world.say(member, target(round * 10 + member as u8, "t"));
            world.members[member].restart();
            world.settle();
        }
    }
    for member in 0..5 {
        world.members[member].restart();
    }
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    assert_no_security(&world);
    assert_eq!(world.members[4].session().board().targets().count(), 25);
}

#[test]
fn one_commit_wins_an_epoch_and_the_loser_tries_again() {
    let mut world = world(CLASSIC);
    let now = world.now;
    let one = world.members[0]
        .session()
        .commit(CommitWish::Update, now)
        .unwrap();
    let two = world.members[1]
        .session()
        .commit(CommitWish::Update, now)
        .unwrap();
    let (first, second) = (
        world.members[0].identity.device(),
        world.members[1].identity.device(),
    );
    let head = world.hub.head();
    world.give(first, Input::Commit(one)).unwrap();
    let refusal = world.give(second, Input::Commit(two)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::StaleEpoch);
    assert_eq!(world.hub.head(), head + 1);
    world.members[1].session().drop_commit();
    world.settle();
    world.commit(1, CommitWish::Update).unwrap();
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

#[test]
fn a_message_of_an_old_epoch_is_refused_and_said_again() {
    let mut world = world(CLASSIC);
    let now = world.now;
    world.say(3, say("old"));
    let old = world.members[3]
        .session()
        .outgoing(1, now)
        .unwrap()
        .remove(0);
    let number = old.number;
    world.commit(0, CommitWish::Update).unwrap();
    let device = world.members[3].identity.device();
    let refusal = world.give(device, Input::Send(old)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::StaleEpoch);
    assert_eq!(
        world.members[3].session().refused(number, refusal.code),
        None
    );
    world.settle();
    let heard = world.members[0]
        .notices
        .iter()
        .filter(|n| matches!(n, Notice::Said { .. }));
    assert_eq!(heard.count(), 1);
}

#[test]
fn a_retry_is_answered_and_not_stored_twice() {
    let mut world = world(CLASSIC);
    let now = world.now;
    world.say(3, say("once"));
    let device = world.members[3].identity.device();
    let first = world.members[3]
        .session()
        .outgoing(1, now)
        .unwrap()
        .remove(0);
    world.give(device, Input::Send(first)).unwrap();
    let head = world.hub.head();
    // The answer is lost; the same number comes again, sealed anew.
    world.members[3].session().connection_lost();
    let again = world.members[3]
        .session()
        .outgoing(1, now)
        .unwrap()
        .remove(0);
    world.give(device, Input::Send(again)).unwrap();
    assert_eq!(world.hub.head(), head);
    world.settle();
    assert_eq!(world.members[3].session().waiting(), 0);
}

#[test]
fn the_hub_refuses_what_the_policy_forbids() {
    let mut world = world(CLASSIC);
    let head = world.hub.head();
    let jo = world.members[3].identity.device();
    // A liaison of AE removes an officer of JO: the client would not even make the commit.
    let now = world.now;
    let refused = world.members[1]
        .session()
        .commit(CommitWish::Remove(vec![jo]), now);
    assert!(
        matches!(refused, Err(entente_room::SessionError::Policy(_))),
        "{refused:?}"
    );
    assert_eq!(world.hub.head(), head);
    // The refused commit leaves nothing behind.
    world.commit(1, CommitWish::Update).unwrap();
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

/// The hub can't tell any more whether it was said: it is given up aloud rather than said twice.
#[test]
fn what_may_have_been_said_is_not_said_again() {
    let mut world = world(CLASSIC);
    let session = world.members[4].session();
    let item = session.enqueue(&say("perhaps")).unwrap();
    let number = session.outgoing(1, *NOW).unwrap().remove(0).number;
    let given_up = session.refused(number, ErrorCode::HistoryGone);
    assert_eq!(given_up, Some(item));
    assert!(!session.is_waiting(item));
}

/// What a device said just before it came back by another way lies in its own gap.
/// What is put into the outbox while a device is on its way back is said, once, when it is there; so is what it wished.
#[test]
fn what_was_said_on_the_way_back_is_said() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    let reply = world.group_info();
    let mut old = world.members[4].session.take().unwrap();
    let before = old.enqueue(&say("before")).unwrap();
    let (mut next, bundle) = old.resync(&reply, *NOW).unwrap();
    let meanwhile = old.enqueue(&say("meanwhile")).unwrap();
    old.want_to_leave().unwrap();
    world.give(device, Input::Commit(bundle)).unwrap();
    next.resynced(world.hub.head(), &mut old);
    world.members[4].session = Some(next);
    for _ in 0..2 {
        let session = world.members[4].session();
        assert!(session.is_waiting(before) && session.is_waiting(meanwhile));
        assert!(session.owes_farewell());
        // And the same after it was off.
        world.members[4].restart();
    }
    let session = world.members[4].session();
    let after = session.enqueue(&say("after")).unwrap();
    assert!(after > meanwhile, "{after} {meanwhile}");
    world.settle();
    let record = world.members[0].session().record();
    let said = record.filter_map(|(_, _, author, event)| match event {
        Event::Say(say) if author.device == device => Some(say.text),
        _ => None,
    });
    let said: Vec<String> = said.collect();
    assert_eq!(said, ["before", "meanwhile", "after"]);
}

#[test]
fn what_was_said_into_ones_own_gap_is_not_waited_for() {
    let mut world = world(CLASSIC);
    let device = world.members[4].identity.device();
    let session = world.members[4].session();
    let item = session.enqueue(&say("just before")).unwrap();
    let sent = session.outgoing(1, *NOW).unwrap().remove(0);
    let number = sent.number;
    world.give(device, Input::Send(sent)).unwrap();
    let seq = world.hub.head();
    let reply = world.group_info();
    let mut old = world.members[4].session.take().unwrap();
    let (mut next, bundle) = old.resync(&reply, *NOW).unwrap();
    world.give(device, Input::Commit(bundle)).unwrap();
    next.resynced(world.hub.head(), &mut old);
    world.members[4].session = Some(next);
    for member in 0..5 {
        world.catch_up(member);
    }
    let session = world.members[4].session();
    assert!(session.is_waiting(item));
    // It is sent again, and the hub says where it lies. Its word counts for nothing outside of the gap.
    let again = session.outgoing(1, *NOW).unwrap().remove(0);
    assert_eq!(again.number, number);
    assert!(!session.accepted(number, seq - 1) && !session.accepted(number, seq + 1));
    assert!(session.is_waiting(item));
    let effects = world.hub.handle(device, Input::Send(again), *NOW).unwrap();
    assert!(
        matches!(effects[..], [Effect::Duplicate { .. }]),
        "{effects:?}"
    );
    let session = world.members[4].session();
    assert!(session.accepted(number, seq));
    assert!(!session.is_waiting(item));
    assert_eq!(session.fate(item), Some((seq, None)));
    world.members[4].restart();
    assert_eq!(world.members[4].session().waiting(), 0);
}

#[test]
fn a_device_that_fell_too_far_behind_resyncs_with_a_gap() {
    let mut world = world(CLASSIC);
    world.say(0, target(1, "one"));
    world.settle();
    let mut away = world.members.remove(4);
    for round in 0..6 {
        world.say(0, target(10 + round, "later"));
        world.settle();
        world.commit(0, CommitWish::Update).unwrap();
        world.settle();
    }
    let now = world.now;
    let reply = world.group_info();
    let mut old = away.session.take().unwrap();
    let (mut next, bundle) = old.resync(&reply, now).unwrap();
    world
        .give(away.identity.device(), Input::Commit(bundle))
        .unwrap();
    let gap = next.resynced(world.hub.head(), &mut old);
    assert!(
        matches!(gap, Notice::Gap { from, to } if to >= from),
        "{gap:?}"
    );
    next.ask_for_snapshot().unwrap();
    away.session = Some(next);
    world.members.push(away);
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    assert_no_security(&world);
    assert_eq!(world.members[4].session().board().targets().count(), 7);
    assert_eq!(world.members[4].session().gaps().len(), 1);
    world.say(4, say("back"));
    world.settle();
    assert_eq!(world.members[4].session().waiting(), 0);
}

#[test]
fn the_hub_comes_back_from_its_store() {
    let mut world = world(CLASSIC);
    world.say(0, say("before"));
    world.settle();
    let record = entente_delivery::RoomRecord {
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
    };
    world.hub = entente_delivery::Room::load(record).unwrap();
    world.commit(1, CommitWish::Update).unwrap();
    world.say(4, say("after"));
    world.settle();
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

#[test]
fn at_the_end_the_hub_refuses_and_members_forget_their_keys() {
    let mut world = world(CLASSIC);
    world.say(0, target(1, "one"));
    world.settle();
    let late = world.members[0].session().charter().closes_at_ms;
    let device = world.members[3].identity.device();
    world.say(3, say("too late"));
    let send = world.members[3]
        .session()
        .outgoing(1, *NOW)
        .unwrap()
        .remove(0);
    world.now = late;
    assert_eq!(
        world.give(device, Input::Send(send)).unwrap_err().code,
        ErrorCode::RoomClosed
    );
    world.members[3].persist();
    assert!(world.members[3].session().close_if_over(late - 1).is_none());
    let closed = world.members[3].session().close_if_over(late);
    assert!(matches!(closed, Some(Notice::Closed { .. })));
    world.members[3].persist();
    let kinds: std::collections::BTreeSet<u8> =
        world.members[3].records.keys().map(|key| key[0]).collect();
    assert!(
        !kinds.contains(&b'm') && !kinds.contains(&b'o'),
        "{kinds:?}"
    );
    // The record stays readable, also after a restart.
    world.members[3].restart();
    assert_eq!(world.members[3].session().board().targets().count(), 1);
    assert!(world.members[3].session().outgoing(1, late).is_err());
}

#[test]
fn a_dropped_message_is_noticed() {
    let mut world = world(CLASSIC);
    world.say(3, say("one"));
    world.settle();
    // To member 4 the hub tells another story of the same length.
    world.say(3, say("two"));
    world.flush(3);
    let index = world.log.len() - 1;
    let mut forged = world.delivery(index);
    forged.time_ms += 1;
    world.members[4].session().receive(&forged).unwrap();
    world.settle();
    world.say(0, say("three"));
    world.settle();
    let forked = world.members[4].notices.iter().any(|notice| {
        matches!(
            notice,
            Notice::Security {
                security: SecurityEvent::TranscriptFork { .. },
                ..
            }
        )
    });
    assert!(forked, "{:?}", world.members[4].notices);
}

/// Whoever writes another client finds every kind of event on the page.
#[test]
fn every_kind_of_event_is_on_the_page() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PROTOCOL.md");
    let page = std::fs::read_to_string(path).unwrap();
    for kind in Event::KINDS {
        assert!(page.contains(&format!("\n| `{kind}` | ")), "{kind}");
    }
}

/// A clock that is ahead does not make a place newer than now, nor hide what comes after it.
#[test]
fn nobody_is_somewhere_later_than_now() {
    let mut world = world(CLASSIC);
    let place = |lat: f64, at_ms: u64| {
        Event::Position(LivePosition {
            position: Position::from_degrees(lat, 36.0).unwrap(),
            at_ms,
        })
    };
    let far = *NOW + 3_600_000;
    for (lat, at_ms, time_ms) in [(31.0, far, *NOW), (32.0, *NOW + 1_000, *NOW + 1_000)] {
        let sent = world.members[3].session();
        let sent = sent.ephemeral(&place(lat, at_ms), *NOW).unwrap();
        let delivery = EphemeralDelivery {
            room: world.room,
            sender: world.members[3].identity.device(),
            time_ms,
            message: sent.message,
        };
        let heard = world.members[0].session();
        let (_, event) = heard.receive_ephemeral(&delivery).unwrap();
        let Event::Position(live) = event else {
            panic!("a place");
        };
        assert_eq!(live.at_ms, at_ms.min(time_ms));
    }
    let petra = world.members[0].session();
    let (_, live) = petra.positions().next().unwrap();
    assert_eq!(live.position.lat(), 32.0);
    assert!(!live.is_stale(live.at_ms + 15 * 60_000));
    assert!(live.is_stale(live.at_ms + 15 * 60_000 + 1));
}
