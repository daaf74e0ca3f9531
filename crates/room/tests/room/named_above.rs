//! What refers to what: links and hits of a compartment to targets of the room, never the other way.

use entente_delivery::Input;
use entente_room::{
    Boards, Event, Found, HitId, HitRaised, Identifier, Link, Notice, Rejected, Session,
    TargetChange, TargetId,
};
use entente_trust::Role;

use crate::compartments::{CACAO_CI, DUNE_AE, FALCON_JO, ORYX_AE, PETRA_JO, nested};
use crate::support::inner::{Inner, room};
use crate::support::{Country, NOW, World};
use crate::{assert_agreement, target};

const INSIDE: TargetId = TargetId::from_bytes([1; 16]);
const OF_ROOM: TargetId = TargetId::from_bytes([2; 16]);
const NOWHERE: TargetId = TargetId::from_bytes([66; 16]);

fn linked(from: TargetId, to: TargetId) -> Event {
    Event::Target(TargetChange {
        add_links: vec![Link {
            to,
            relation: "follows".into(),
        }],
        ..TargetChange::of(from)
    })
}

fn hit(seed: u8, target: TargetId) -> Event {
    let plate = "plate:JO-12 3456".parse().unwrap();
    let raised = HitRaised::seen(HitId::from_bytes([seed; 16]), plate, Some(target));
    Event::Hit(raised)
}

/// A target in the compartment, and one of another country in the room.
fn both() -> (World, Inner) {
    let (mut world, mut inner) = nested();
    world.say(CACAO_CI, target(2, "lorry"));
    world.settle();
    inner.say(ORYX_AE, target(1, "ship"));
    inner.settle(&world);
    (world, inner)
}

fn links(session: &Session) -> Vec<TargetId> {
    let inside = session.board().target(INSIDE).unwrap();
    inside.links.keys().copied().collect()
}

#[test]
fn links_and_hits_inside_may_name_targets_of_the_room() {
    let (mut world, mut inner) = both();
    let outside = room(&world, CACAO_CI).board().digest();
    inner.say(ORYX_AE, linked(INSIDE, OF_ROOM));
    inner.say(ORYX_AE, hit(5, OF_ROOM));
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        assert_eq!(inner.rejections(member), []);
        let session = &inner.sessions[&member];
        assert_eq!(links(session), [OF_ROOM]);
        let hit = session.board().hit(HitId::from_bytes([5; 16])).unwrap();
        assert_eq!(hit.target, Some(OF_ROOM));
        // Not of the country that answers for it in the room: that one does not sit here.
        assert_eq!(hit.responsible, "AE".parse().unwrap());
    }
    // The room has learned nothing.
    world.settle();
    assert_eq!(room(&world, CACAO_CI).board().digest(), outside);
    // It stands after a restart, which has only the record to go by.
    let board = inner.sessions[&ORYX_AE].board().digest();
    inner.restart(&world, ORYX_AE);
    assert_eq!(inner.sessions[&ORYX_AE].board().digest(), board);
    // And for who comes later, by a snapshot.
    inner.admit(&mut world, PETRA_JO, FALCON_JO).unwrap();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE, FALCON_JO]);
    assert_eq!(links(&inner.sessions[&FALCON_JO]), [OF_ROOM]);
}

#[test]
fn what_is_nowhere_or_not_theirs_to_name_is_refused_by_all() {
    let (mut world, mut inner) = both();
    let before = inner.sessions[&DUNE_AE].board().digest();
    inner.say(ORYX_AE, linked(INSIDE, NOWHERE));
    inner.say(ORYX_AE, hit(5, NOWHERE));
    // A change or a sighting of it is the room's.
    inner.say(ORYX_AE, linked(OF_ROOM, INSIDE));
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    let unknown = Rejected::UnknownTarget;
    assert_eq!(
        inner.rejections(PETRA_JO),
        [unknown, unknown, Rejected::Incomplete]
    );
    assert_eq!(inner.sessions[&DUNE_AE].board().digest(), before);
    // Never the other way, whoever says it.
    let before = room(&world, CACAO_CI).board().digest();
    world.say(PETRA_JO, linked(OF_ROOM, INSIDE));
    world.say(PETRA_JO, hit(6, INSIDE));
    world.settle();
    for member in [PETRA_JO, CACAO_CI] {
        let notices = world.members[member].notices.iter();
        let reasons: Vec<_> = notices
            .filter_map(|notice| match notice {
                Notice::Rejected { reason, .. } => Some(*reason),
                _ => None,
            })
            .collect();
        assert_eq!(reasons, [unknown, unknown]);
    }
    assert_eq!(room(&world, CACAO_CI).board().digest(), before);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

#[test]
fn what_its_author_could_not_know_is_refused_by_all() {
    let (mut world, mut inner) = both();
    // Sealed where the room had no such target; it comes when the room has one.
    let late = TargetId::from_bytes([3; 16]);
    let oryx = inner.sessions.get_mut(&ORYX_AE).unwrap();
    oryx.look_up(room(&world, ORYX_AE)).unwrap();
    oryx.enqueue(&linked(INSIDE, late)).unwrap();
    let send = oryx.outgoing(1, *NOW).unwrap().remove(0);
    world.say(CACAO_CI, target(3, "came later"));
    world.settle();
    inner.give(&world, ORYX_AE, Input::Send(send)).unwrap();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        assert_eq!(inner.rejections(member), [Rejected::UnknownTarget]);
    }
    // From where it can be known it is taken.
    inner.say(ORYX_AE, linked(INSIDE, late));
    inner.settle(&world);
    assert_eq!(links(&inner.sessions[&PETRA_JO]), [late]);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn who_has_no_board_of_the_room_asks_for_the_compartments() {
    let (mut world, mut inner) = both();
    // Wadi sits in the room, and nobody has given it the room's board so far.
    let wadi = Country::new("JO", 1, *NOW).device("Wadi", Role::Field, 77, *NOW);
    let wadi = world.add_member(wadi);
    world.admit(PETRA_JO, &[wadi]).unwrap();
    world.take_welcomes();
    for member in 0..=wadi {
        world.catch_up(member);
    }
    assert!(!room(&world, wadi).is_board_ready());
    // What the others said in the compartment rests on the room before that.
    inner.hub.look_up(&world.hub.as_above());
    inner.admit(&mut world, PETRA_JO, wadi).unwrap();
    inner.settle(&world);
    assert!(inner.sessions[&wadi].is_board_ready());
    // Within the compartment it needs no board of the room.
    inner.say(ORYX_AE, target(4, "boat"));
    inner.say(ORYX_AE, linked(INSIDE, TargetId::from_bytes([4; 16])));
    inner.flush(&world, ORYX_AE).unwrap();
    inner.catch_up(&world, wadi).unwrap();
    assert!(inner.sessions[&wadi].is_board_ready());
    inner.say(ORYX_AE, linked(INSIDE, OF_ROOM));
    inner.flush(&world, ORYX_AE).unwrap();
    inner.catch_up(&world, wadi).unwrap();
    assert!(!inner.sessions[&wadi].is_board_ready());
    assert_eq!(inner.rejections(wadi), []);
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE, wadi]);
    assert!(links(&inner.sessions[&wadi]).contains(&OF_ROOM));
    // And with it, it can tell by itself.
    world.settle();
    inner.say(ORYX_AE, linked(INSIDE, NOWHERE));
    inner.settle(&world);
    assert_eq!(inner.rejections(wadi), [Rejected::UnknownTarget]);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE, wadi]);
}

fn found(boards: &Boards<'_>, seen: &str) -> Vec<(entente_protocol::RoomId, TargetId)> {
    let found = boards.search(&Identifier::read_text(seen).unwrap());
    found
        .into_iter()
        .map(|Found { room, target, .. }| (room, target))
        .collect()
}

#[test]
fn what_was_seen_is_a_hit_on_the_boards_that_know_it() {
    let (mut world, mut inner) = nested();
    let with = |seed: u8, plate: &str| {
        let Event::Target(change) = target(seed, "vehicle") else {
            unreachable!()
        };
        Event::Target(TargetChange {
            add_identifiers: vec![plate.parse().unwrap()],
            ..change
        })
    };
    world.say(CACAO_CI, with(2, "plate:JO 11-11111"));
    world.say(CACAO_CI, with(3, "plate:JO 33-33333"));
    world.settle();
    inner.say(ORYX_AE, with(1, "plate:JO 22-22222"));
    inner.say(ORYX_AE, with(4, "plate:JO 33-33333"));
    inner.settle(&world);
    let inner_id = inner.sessions[&ORYX_AE].room();
    let boards = Boards::of(room(&world, ORYX_AE), vec![&inner.sessions[&ORYX_AE]]);
    let (three, four) = (TargetId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
    assert_eq!(found(&boards, "plate:JO 11-11111"), [(world.room, OF_ROOM)]);
    assert_eq!(found(&boards, "plate:JO 22-22222"), [(inner_id, INSIDE)]);
    assert_eq!(
        found(&boards, "plate:JO 33-33333"),
        [(world.room, three), (inner_id, four)]
    );
    assert_eq!(found(&boards, "plate:JO 99-99999"), []);
    let outside = Boards::of(room(&world, FALCON_JO), Vec::new());
    assert_eq!(found(&outside, "plate:JO 22-22222"), []);
}

#[test]
fn what_names_something_inside_belongs_there() {
    let (world, mut inner) = both();
    inner.say(ORYX_AE, hit(5, INSIDE));
    inner.settle(&world);
    let inner_id = inner.sessions[&ORYX_AE].room();
    let boards = Boards::of(room(&world, ORYX_AE), vec![&inner.sessions[&ORYX_AE]]);
    let ack = |seed: u8| {
        Event::Acknowledge(entente_room::Acknowledgement {
            hit: HitId::from_bytes([seed; 16]),
            note: "on my way".into(),
        })
    };
    for event in [
        linked(INSIDE, OF_ROOM),
        linked(OF_ROOM, INSIDE),
        hit(6, INSIDE),
        ack(5),
    ] {
        assert_eq!(boards.belongs_to(&event), Some(inner_id));
    }
    for event in [linked(OF_ROOM, NOWHERE), hit(6, OF_ROOM), ack(6)] {
        assert_eq!(boards.belongs_to(&event), None);
    }
}
