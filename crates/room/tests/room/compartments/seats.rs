//! Who sits in a compartment: nobody who does not sit in the room.

use entente_delivery::Input;
use entente_protocol::ErrorCode;
use entente_room::{CommitWish, Ended, NewCompartment, SessionError};
use entente_trust::PolicyRefusal;

use super::{CACAO_CI, DUNE_AE, FALCON_JO, ORYX_AE, PETRA_JO, nested, wanted};
use crate::say;
use crate::support::inner::room;
use crate::support::{Country, NOW};

#[test]
fn nobody_is_seated_who_is_not_in_the_room_or_of_a_named_country() {
    let (mut world, mut inner) = nested();
    let of = |refusal: PolicyRefusal| Some(SessionError::Policy(refusal));
    let wish = inner.wish_for(&mut world, CACAO_CI);
    let refused = inner.bundle(&world, PETRA_JO, wish).err();
    let ci = "CI".parse().unwrap();
    assert_eq!(refused, of(PolicyRefusal::CountryNotNamed(ci)));
    let jordan = Country::new("JO", 1, *NOW);
    let stranger = jordan.device("Wadi", entente_trust::Role::Field, 77, *NOW);
    let stranger = world.add_member(stranger);
    let wish = inner.wish_for(&mut world, stranger);
    let refused = inner.bundle(&world, PETRA_JO, wish).err();
    assert_eq!(refused, of(PolicyRefusal::NotInRoom));
    // Whoever is outside can't open one either, nor in the name of others.
    let cacao = room(&world, CACAO_CI);
    let refused = wanted().announcement(cacao, *NOW).err();
    assert_eq!(refused, of(PolicyRefusal::CountryNotNamed(ci)));
    let falcon = room(&world, FALCON_JO);
    assert!(matches!(
        wanted().announcement(falcon, *NOW),
        Err(SessionError::Policy(PolicyRefusal::MayNotAdmit(_)))
    ));
    let unknown = NewCompartment {
        countries: ["JO", "FR"].map(|code| code.parse().unwrap()).to_vec(),
        ..wanted()
    };
    assert!(unknown.announcement(room(&world, PETRA_JO), *NOW).is_err());
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn out_of_the_room_is_out_of_the_compartment() {
    let (mut world, mut inner) = nested();
    let oryx = world.members[ORYX_AE].identity.device();
    inner.say(ORYX_AE, say("last words"));
    inner.settle(&world);
    world
        .commit(PETRA_JO, CommitWish::Remove(vec![oryx]))
        .unwrap();
    world.settle();
    // The hub takes nothing from it, and nothing from others that it could read.
    inner.hub.look_up(&world.hub.as_above());
    assert_eq!(inner.hub.bars(oryx), Some(ErrorCode::NoSeat));
    let before = inner.hub.head();
    let input = {
        // One who does not know of it yet: the place is that of before.
        let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
        session.enqueue(&say("did you hear?")).unwrap();
        Input::Send(session.outgoing(1, *NOW).unwrap().remove(0))
    };
    let refused = inner.give(&world, DUNE_AE, input).unwrap_err();
    assert_eq!(refused.code, ErrorCode::StaleEpoch);
    assert_eq!(inner.hub.head(), before);
    // Nor does an honest member say anything, whatever the hub wants.
    inner.say(PETRA_JO, say("only for those who are in"));
    let refused = inner.flush(&world, PETRA_JO);
    assert_eq!(refused, Err(SessionError::Outsider(oryx)));
    // Its own keys are gone with the room's.
    let session = inner.sessions.get_mut(&ORYX_AE).unwrap();
    session.look_up(room(&world, ORYX_AE)).unwrap();
    assert!(matches!(session.ended(), Some(Ended::Removed { .. })));
    // Anybody takes its seat, whatever their country.
    let session = inner.sessions.get_mut(&PETRA_JO).unwrap();
    assert_eq!(session.evictions(), Some((vec![oryx], 0)));
    let bundle = inner.bundle(&world, PETRA_JO, CommitWish::Remove(vec![oryx]));
    inner.give(&world, PETRA_JO, bundle.unwrap()).unwrap();
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    session.connection_lost();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE]);
    assert_eq!(inner.hub.roster().len(), 2);
    assert!(inner.log.len() as u64 > before + 2);
}

#[test]
fn a_removed_member_with_the_hubs_help_changes_nothing_that_others_take() {
    let (mut world, mut inner) = nested();
    let dune = world.members[DUNE_AE].identity.device();
    let blind = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    world
        .commit(PETRA_JO, CommitWish::Remove(vec![dune]))
        .unwrap();
    world.settle();
    // The hub behaves as if it had not heard of it.
    inner.give_blind(&world, DUNE_AE, blind).unwrap();
    // Where nobody has spoken since it might have been in time; but it sits there, and nothing more is said.
    inner.catch_up(&world, PETRA_JO).unwrap();
    inner.say(PETRA_JO, say("is it gone?"));
    assert_eq!(
        inner.flush(&world, PETRA_JO),
        Err(SessionError::Outsider(dune))
    );
}
