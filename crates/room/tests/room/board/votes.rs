//! Votes on the plan as it is.

use entente_room::{
    Choice, Decision, Event, HHour, Position, Rejected, Sighting, TargetChange, TargetStatus, Vote,
    VoteCall,
};

use super::{LORRY, Room, T0, begin, cacao, call, dune, falcon, oryx, petra, status};

fn vote(room: &Room, choice: Choice) -> Event {
    Event::Vote(Vote {
        plan: room.board.plan_digest(),
        choice,
        note: String::new(),
    })
}

#[test]
fn votes_are_on_the_plan_as_it_is() {
    let mut room = Room::with_lorry();
    room.ok(&petra(), status(TargetStatus::Approved));
    room.ok(&petra(), Event::HHour(HHour::at(Some(T0 + 60_000))));
    let go = vote(&room, Choice::Go);
    assert_eq!(room.refused(&dune(), go.clone()), Rejected::NotAsked);
    let event = call(&room);
    assert_eq!(room.refused(&dune(), event.clone()), Rejected::Role);
    room.ok(&petra(), event);
    assert_eq!(room.refused(&oryx(), go.clone()), Rejected::Role);
    room.ok(&dune(), go.clone());
    assert_eq!(room.board.decision(), Decision::Open);
    room.ok(&petra(), go.clone());
    assert_eq!(room.board.decision(), Decision::Go, "a majority of three");
    // Where the lorry is does not change the plan; who is on it does.
    room.ok(
        &falcon(),
        Event::Sighting(Sighting {
            target: LORRY,
            seen_at_ms: room.now,
            position: Position::from_degrees(31.0, 36.0),
            note: String::new(),
        }),
    );
    assert_eq!(room.board.decision(), Decision::Go);
    let event = Event::Target(TargetChange {
        team: Some("Pearl".into()),
        ..TargetChange::of(LORRY)
    });
    room.seq += 1;
    let outcome = room
        .board
        .apply(&event, &falcon(), room.seq, room.now)
        .unwrap();
    assert!(outcome.voided_votes);
    assert_eq!(room.board.decision(), Decision::Void);
    assert_eq!(room.refused(&cacao(), go), Rejected::OtherPlan);
    let now_go = vote(&room, Choice::Go);
    assert_eq!(
        room.refused(&cacao(), now_go),
        Rejected::OtherPlan,
        "it must be asked again"
    );
    let event = call(&room);
    room.ok(&petra(), event);
    assert_eq!(room.board.decision(), Decision::Open);
}

#[test]
fn to_begin_what_was_voted_on_is_to_carry_it_out() {
    let mut room = Room::with_lorry();
    room.ok(&petra(), status(TargetStatus::Approved));
    room.ok(&petra(), Event::HHour(HHour::at(Some(T0 + 60_000))));
    let event = call(&room);
    room.ok(&petra(), event);
    for who in [petra(), dune()] {
        let go = vote(&room, Choice::Go);
        room.ok(&who, go);
    }
    room.ok(&petra(), begin("three", None));
    assert_eq!(room.board.decision(), Decision::Go);
    // What becomes of the targets now is no other plan.
    room.ok(&oryx(), status(TargetStatus::Seized));
    room.ok(&dune(), status(TargetStatus::StoodDown));
    assert_eq!(room.board.decision(), Decision::Go);
    // It was a go to that phase, once.
    assert_eq!(
        room.refused(&petra(), begin("three", None)),
        Rejected::Conditions
    );
}

#[test]
fn any_country_holds_and_any_country_stops() {
    let mut room = Room::with_lorry();
    let event = call(&room);
    room.ok(&petra(), event);
    for (who, choice, expected) in [
        (petra(), Choice::Go, Decision::Open),
        (dune(), Choice::Go, Decision::Go),
        (cacao(), Choice::Hold, Decision::Held),
        (cacao(), Choice::NoGo, Decision::NoGo),
        (cacao(), Choice::Go, Decision::Go),
    ] {
        let event = vote(&room, choice);
        room.ok(&who, event);
        assert_eq!(room.board.decision(), expected);
    }
}

#[test]
fn who_answers_for_a_target_is_asked_and_what_was_voted_before_is_kept() {
    let mut room = Room::with_lorry();
    room.ok(&dune(), status(TargetStatus::Approved));
    let call_of = |room: &Room, code: &str| {
        Event::VoteCall(VoteCall {
            plan: room.board.plan_digest(),
            countries: vec![code.parse().unwrap()],
        })
    };
    let event = call_of(&room, "JO");
    room.ok(&petra(), event);
    let asked = |room: &Room| -> Vec<String> {
        let poll = room.board.plan().poll.as_ref().unwrap();
        poll.votes.keys().map(ToString::to_string).collect()
    };
    assert_eq!(asked(&room), ["AE", "JO"]);
    let event = vote(&room, Choice::NoGo);
    room.ok(&dune(), event);
    let event = call_of(&room, "CI");
    room.ok(&petra(), event);
    assert_eq!(asked(&room), ["AE", "CI"]);
    let past = &room.board.plan().past_polls;
    let said = past[0].votes[&"AE".parse().unwrap()].as_ref().unwrap();
    assert_eq!(said.choice, Choice::NoGo);
    // Another number on the lorry is another plan.
    let before = room.board.plan_digest();
    let plate = Event::Target(TargetChange {
        add_identifiers: vec!["plate:AE 77".parse().unwrap()],
        ..TargetChange::of(LORRY)
    });
    room.ok(&oryx(), plate);
    assert_ne!(room.board.plan_digest(), before);
    assert_eq!(room.board.decision(), Decision::Void);
}
