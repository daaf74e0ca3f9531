//! Bringing what a compartment knows into the room: by agreement, and not otherwise.

use entente_room::{
    Boards, Event, Notice, PromotionWanted, Rejected, SecurityEvent, Session, SessionError,
    TargetChange, TargetId, TargetKind,
};

use crate::compartments::{CACAO_CI, DUNE_AE, FALCON_JO, ORYX_AE, PETRA_JO, nested};
use crate::support::inner::{Inner, room};
use crate::support::{NOW, World, rejections};
use crate::{CLASSIC, assert_agreement, target, world};

const HERE: TargetId = TargetId::from_bytes([1; 16]);
const THERE: TargetId = TargetId::from_bytes([9; 16]);

/// When nothing is on its way any more.
fn later() -> u64 {
    *NOW + 60_000
}

fn wanted(inner: &Inner, by: usize) -> PromotionWanted {
    let session = &inner.sessions[&by];
    match session.promotion_of(HERE, THERE).unwrap() {
        Event::Promote(wanted) => wanted,
        _ => unreachable!(),
    }
}

/// What Oryx has in the compartment, wanted in the room by Petra; returns the digest of what is to be said.
fn wanted_in_room(world: &World, inner: &mut Inner) -> [u8; 32] {
    inner.say(ORYX_AE, target(1, "ship"));
    inner.settle(world);
    let wanted = wanted(inner, PETRA_JO);
    let digest = wanted.say.promotion_digest();
    inner.say(PETRA_JO, Event::Promote(wanted));
    inner.settle(world);
    digest
}

fn agreed(world: &World, inner: &mut Inner) -> [u8; 32] {
    let digest = wanted_in_room(world, inner);
    inner.say(DUNE_AE, Session::answer_promotion(digest, true));
    inner.settle(world);
    digest
}

fn refused_in_room(world: &World, member: usize) -> Vec<Rejected> {
    rejections(&world.members[member].notices)
}

/// Places in the room of which a member of the compartment is told that nobody agreed.
fn told(world: &World, inner: &mut Inner, member: usize, now_ms: u64) -> Vec<u64> {
    let session = inner.sessions.get_mut(&member).unwrap();
    places(&session.seek_promotions(room(world, member), now_ms))
}

fn places(notices: &[Notice]) -> Vec<u64> {
    let places = notices.iter().map(|notice| match notice {
        Notice::Security {
            security: SecurityEvent::Unagreed { place },
            ..
        } => *place,
        other => panic!("{other:?}"),
    });
    places.collect()
}

fn vehicle(seed: u8, plate: &str) -> TargetChange {
    TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("something".into()),
        add_identifiers: vec![plate.parse().unwrap()],
        ..TargetChange::of(TargetId::from_bytes([seed; 16]))
    }
}

#[test]
fn a_target_is_brought_into_the_room_when_the_country_that_answers_agrees() {
    let (mut world, mut inner) = nested();
    let digest = wanted_in_room(&world, &mut inner);
    assert_eq!(
        inner.sessions[&PETRA_JO].promoted(digest).err(),
        Some(SessionError::NotAgreed)
    );
    assert!(!inner.sessions[&PETRA_JO].may_answer_for(HERE));
    assert!(!inner.sessions[&ORYX_AE].may_answer_for(HERE));
    assert!(inner.sessions[&DUNE_AE].may_answer_for(HERE));
    // Not by another country, and not by an officer.
    let before = inner.sessions[&DUNE_AE].board().digest();
    inner.say(PETRA_JO, Session::answer_promotion(digest, true));
    inner.say(ORYX_AE, Session::answer_promotion(digest, true));
    inner.settle(&world);
    let mut reasons = inner.rejections(DUNE_AE);
    reasons.sort_by_key(|it| format!("{it:?}"));
    assert_eq!(reasons, [Rejected::NotAsked, Rejected::Role]);
    assert_eq!(inner.sessions[&DUNE_AE].board().digest(), before);
    inner.say(DUNE_AE, Session::answer_promotion(digest, true));
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    let said = inner.sessions[&PETRA_JO].promoted(digest).unwrap();
    world.say(PETRA_JO, said);
    world.settle();
    for member in [CACAO_CI, FALCON_JO, ORYX_AE] {
        let known = room(&world, member).board().target(THERE).unwrap();
        assert_eq!(known.promoted, Some(digest));
        assert_eq!(known.name.value, "ship");
        assert_eq!(known.owner.value, "AE".parse().unwrap());
    }
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    for member in [DUNE_AE, ORYX_AE] {
        assert!(told(&world, &mut inner, member, later()).is_empty());
        let boards = Boards::of(room(&world, member), vec![&inner.sessions[&member]]);
        assert_eq!(boards.unfounded(), []);
    }
    // What was agreed to is not taken back.
    inner.say(DUNE_AE, Session::answer_promotion(digest, false));
    inner.settle(&world);
    assert!(inner.rejections(PETRA_JO).ends_with(&[Rejected::Taken]));
    assert!(inner.sessions[&PETRA_JO].promoted(digest).is_ok());
}

#[test]
fn it_is_said_once_and_as_it_was_agreed_on() {
    let (mut world, mut inner) = nested();
    let digest = agreed(&world, &mut inner);
    let Event::Target(said) = inner.sessions[&PETRA_JO].promoted(digest).unwrap() else {
        unreachable!()
    };
    let board = room(&world, CACAO_CI).board().digest();
    let changed: [fn(&mut TargetChange); 4] = [
        |it| it.name = Some("another ship".into()),
        |it| it.add_identifiers.clear(),
        |it| it.owner = Some("JO".parse().unwrap()),
        |it| it.target = TargetId::from_bytes([10; 16]),
    ];
    for change in changed {
        let mut other = said.clone();
        change(&mut other);
        world.say(DUNE_AE, Event::Target(other));
    }
    world.settle();
    assert_eq!(
        refused_in_room(&world, CACAO_CI),
        [Rejected::NotAsAgreed; 4]
    );
    assert_eq!(room(&world, CACAO_CI).board().digest(), board);
    // Whatever its author had seen of the board.
    world.say(
        PETRA_JO,
        Event::Target(TargetChange {
            seen: 3,
            ..said.clone()
        }),
    );
    world.settle();
    let board = room(&world, CACAO_CI).board().digest();
    world.say(DUNE_AE, Event::Target(said));
    world.settle();
    assert_eq!(refused_in_room(&world, CACAO_CI)[4..], [Rejected::Taken]);
    assert_eq!(room(&world, CACAO_CI).board().digest(), board);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

#[test]
fn who_brings_a_target_into_the_room_without_agreement_is_told_of() {
    let (mut world, mut inner) = nested();
    let digest = wanted_in_room(&world, &mut inner);
    inner.say(DUNE_AE, Session::answer_promotion(digest, false));
    inner.settle(&world);
    let petra = &inner.sessions[&PETRA_JO];
    let mut say = petra.board().promotion(&digest).unwrap().say.clone();
    say.promoted = Some(digest);
    world.say(PETRA_JO, Event::Target(say));
    world.settle();
    let place = world.hub.head();
    // It may have been agreed on just now.
    assert!(told(&world, &mut inner, DUNE_AE, *NOW).is_empty());
    assert_eq!(told(&world, &mut inner, DUNE_AE, later()), [place]);
    assert!(told(&world, &mut inner, DUNE_AE, later()).is_empty());
    // Once for each device, and not for each process.
    inner.restart(&world, DUNE_AE);
    inner.settle(&world);
    assert!(told(&world, &mut inner, DUNE_AE, later()).is_empty());
    assert_eq!(told(&world, &mut inner, ORYX_AE, later()), [place]);
}

#[test]
fn what_was_asked_for_and_not_agreed_to_is_told_of_however_it_is_said() {
    // As if nobody had asked.
    let (mut world, mut inner) = nested();
    let digest = wanted_in_room(&world, &mut inner);
    let petra = &inner.sessions[&PETRA_JO];
    let say = petra.board().promotion(&digest).unwrap().say.clone();
    world.say(PETRA_JO, Event::Target(say));
    world.settle();
    let place = world.hub.head();
    assert_eq!(told(&world, &mut inner, DUNE_AE, later()), [place]);
    // A target that nothing identifies: by what was asked for alone.
    let (mut world, mut inner) = nested();
    let mut nameless = vehicle(1, "plate:JO-12 3456");
    nameless.add_identifiers.clear();
    inner.say(ORYX_AE, Event::Target(nameless));
    inner.settle(&world);
    let wanted = wanted(&inner, PETRA_JO);
    let mut say = wanted.say.clone();
    say.promoted = Some(say.promotion_digest());
    inner.say(PETRA_JO, Event::Promote(wanted));
    inner.settle(&world);
    world.say(PETRA_JO, Event::Target(say));
    world.settle();
    let place = world.hub.head();
    assert_eq!(told(&world, &mut inner, DUNE_AE, later()), [place]);
}

#[test]
fn what_a_member_says_of_it_in_other_words_is_told_of_too() {
    let plate = "plate:JO-12 3456";
    let (mut world, mut inner) = nested();
    let digest = agreed(&world, &mut inner);
    // By a member of another country, as if nobody had ever spoken of it; and by an officer of the right one.
    let mut leaks = Vec::new();
    for (seed, by) in [(20, PETRA_JO), (21, ORYX_AE)] {
        let (mut world, mut inner) = nested();
        inner.say(DUNE_AE, target(1, "ship"));
        inner.settle(&world);
        world.say(by, Event::Target(vehicle(seed, plate)));
        world.settle();
        leaks.push(told(&world, &mut inner, DUNE_AE, later()).len());
    }
    assert_eq!(leaks, [1, 1]);
    // As a promotion that the member made up.
    let mut made_up = vehicle(22, plate);
    made_up.promoted = Some(made_up.promotion_digest());
    world.say(PETRA_JO, Event::Target(made_up));
    world.settle();
    assert_eq!(
        told(&world, &mut inner, DUNE_AE, later()),
        [world.hub.head()]
    );
    // After that everybody knows it, and what was agreed on may still be said.
    let said = inner.sessions[&PETRA_JO].promoted(digest).unwrap();
    world.say(PETRA_JO, said);
    world.settle();
    assert!(told(&world, &mut inner, DUNE_AE, later()).is_empty());
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
}

#[test]
fn who_knows_it_from_elsewhere_or_answers_for_it_is_not_told_of() {
    let plate = "plate:JO-12 3456";
    for by in [CACAO_CI, FALCON_JO, DUNE_AE] {
        let (mut world, mut inner) = nested();
        inner.say(ORYX_AE, target(1, "ship"));
        inner.settle(&world);
        world.say(by, Event::Target(vehicle(20, plate)));
        world.settle();
        for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
            assert!(told(&world, &mut inner, member, later()).is_empty(), "{by}");
        }
    }
    // What the room knew first is no secret, nor is what is said again.
    let (mut world, mut inner) = nested();
    world.say(CACAO_CI, Event::Target(vehicle(20, plate)));
    world.settle();
    inner.say(ORYX_AE, target(1, "ship"));
    inner.settle(&world);
    world.say(PETRA_JO, Event::Target(vehicle(21, plate)));
    world.settle();
    assert!(told(&world, &mut inner, DUNE_AE, later()).is_empty());
}

#[test]
fn a_promotion_that_comes_from_nowhere_is_refused_or_told_of() {
    // Where there is no compartment nothing comes from one.
    let mut made_up = vehicle(22, "plate:JO-99 9999");
    made_up.promoted = Some(made_up.promotion_digest());
    let mut alone = world(CLASSIC);
    let before = room(&alone, PETRA_JO).board().digest();
    alone.say(CACAO_CI, Event::Target(made_up.clone()));
    alone.settle();
    assert_eq!(refused_in_room(&alone, PETRA_JO), [Rejected::NotAsAgreed]);
    assert_eq!(room(&alone, PETRA_JO).board().digest(), before);
    // Where there is one, those who know all of them know that it comes from none.
    let (mut world, inner) = nested();
    world.say(CACAO_CI, Event::Target(made_up));
    world.settle();
    let place = world.hub.head();
    let boards = Boards::of(room(&world, DUNE_AE), vec![&inner.sessions[&DUNE_AE]]);
    let found = boards.unfounded();
    assert_eq!(found.len(), 1);
    let outside = Boards::of(room(&world, FALCON_JO), Vec::new());
    assert_eq!(outside.unfounded(), []);
    let dune = world.members[DUNE_AE].session();
    assert_eq!(dune.seek_unfounded(found.clone(), *NOW), []);
    assert_eq!(
        places(&dune.seek_unfounded(found.clone(), later())),
        [place]
    );
    assert_eq!(dune.seek_unfounded(found, later()), []);
}

#[test]
fn who_wants_it_known_can_not_take_it_first() {
    let (world, mut inner) = nested();
    let digest = wanted_in_room(&world, &mut inner);
    let take = |target| {
        Event::Target(TargetChange {
            owner: Some("JO".parse().unwrap()),
            ..TargetChange::of(target)
        })
    };
    let before = inner.sessions[&DUNE_AE].board().digest();
    inner.say(PETRA_JO, take(HERE));
    inner.say(PETRA_JO, Session::answer_promotion(digest, true));
    inner.settle(&world);
    assert_eq!(inner.rejections(DUNE_AE), [Rejected::NotAsked; 2]);
    assert_eq!(inner.sessions[&DUNE_AE].board().digest(), before);
    // Who answers for it gives it away, and then it is the other's to agree.
    inner.say(DUNE_AE, take(HERE));
    inner.settle(&world);
    inner.say(PETRA_JO, Session::answer_promotion(digest, true));
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    assert!(inner.sessions[&DUNE_AE].promoted(digest).is_ok());
}

#[test]
fn promotions_are_the_compartments_and_what_comes_of_them_the_rooms() {
    let (mut world, mut inner) = nested();
    let digest = agreed(&world, &mut inner);
    world.say(CACAO_CI, target(1, "of the room"));
    world.settle();
    let before = room(&world, FALCON_JO).board().digest();
    world.say(PETRA_JO, Event::Promote(wanted(&inner, PETRA_JO)));
    world.say(DUNE_AE, Session::answer_promotion(digest, true));
    world.settle();
    assert_eq!(
        refused_in_room(&world, FALCON_JO),
        [Rejected::CompartmentOnly; 2]
    );
    assert_eq!(room(&world, FALCON_JO).board().digest(), before);
    let before = inner.sessions[&ORYX_AE].board().digest();
    let said = inner.sessions[&PETRA_JO].promoted(digest).unwrap();
    inner.say(PETRA_JO, said);
    // Of what is not there, what is not whole, what has a link, what was wanted before.
    let known = wanted(&inner, PETRA_JO);
    let mut wrong: Vec<PromotionWanted> = vec![known.clone(); 4];
    wrong[0].target = TargetId::from_bytes([77; 16]);
    wrong[1].say.name = None;
    wrong[2].say.add_links = vec![entente_room::Link {
        to: HERE,
        relation: "beside".into(),
    }];
    for one in wrong {
        inner.say(PETRA_JO, Event::Promote(one));
    }
    inner.settle(&world);
    assert_eq!(
        inner.rejections(ORYX_AE),
        [
            Rejected::RoomOnly,
            Rejected::UnknownTarget,
            Rejected::Incomplete,
            Rejected::Taken,
            Rejected::Taken
        ]
    );
    assert_eq!(inner.sessions[&ORYX_AE].board().digest(), before);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}
