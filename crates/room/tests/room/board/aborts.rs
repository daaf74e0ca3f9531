//! Aborts: heard by all, and not undone unseen.

use entente_room::{Abort, Event, HHour, PhaseBegun, Rejected};

use super::{Room, T0, begin, cacao, call, dune, oryx, petra};

fn abort() -> Event {
    Event::Abort(Abort {
        reason: "shots".into(),
    })
}

#[test]
fn an_abort_takes_hour_and_votes_with_it() {
    let mut room = Room::with_lorry();
    let past = Event::HHour(HHour::at(Some(room.now)));
    assert_eq!(room.refused(&petra(), past), Rejected::Past);
    room.ok(&petra(), Event::HHour(HHour::at(Some(T0 + 60_000))));
    let event = call(&room);
    room.ok(&petra(), event);
    assert_eq!(room.refused(&oryx(), abort()), Rejected::Role);
    room.ok(&cacao(), abort());
    assert_eq!(room.refused(&petra(), abort()), Rejected::Taken);
    let plan = room.board.plan();
    assert!(plan.h_hour.is_none() && plan.poll.is_none());
    assert_eq!(plan.past_polls.len(), 1, "what was voted is history");
    let event = call(&room);
    assert_eq!(room.refused(&petra(), event), Rejected::Aborted);
}

/// Two who have not heard each other: in whichever order the hub puts them, the abort stands.
#[test]
fn who_has_not_seen_an_abort_does_not_undo_it() {
    let h_hour = || Event::HHour(HHour::at(Some(T0 + 60_000)));
    for event in [begin("one", None), begin("one", Some("now")), h_hour()] {
        let mut room = Room::with_lorry();
        room.ok(&cacao(), abort());
        assert_eq!(room.refused(&petra(), event.clone()), Rejected::Aborted);
        let mut room = Room::with_lorry();
        room.ok(&petra(), event);
        room.ok(&cacao(), abort());
        let plan = room.board.plan();
        assert!(plan.aborted().is_some() && plan.h_hour.is_none());
    }
    // To take back an H-hour that is gone is no way around it either.
    let mut room = Room::new();
    room.ok(&cacao(), abort());
    room.ok(&petra(), Event::HHour(HHour::at(None)));
    assert!(room.board.plan().aborted().is_some());
}

#[test]
fn who_names_the_abort_takes_the_operation_up_again_and_the_abort_is_remembered() {
    let phase = |after_abort| {
        Event::Phase(PhaseBegun {
            after_abort,
            ..PhaseBegun::of("one")
        })
    };
    let mut room = Room::with_lorry();
    room.ok(&cacao(), abort());
    let first = room.seq;
    assert_eq!(
        room.refused(&petra(), phase(Some(first + 1))),
        Rejected::Aborted
    );
    room.ok(&petra(), phase(Some(first)));
    assert!(room.board.plan().aborted().is_none());
    // Another abort is another matter: the first one's name does not open it.
    room.ok(&dune(), abort());
    let second = room.seq;
    assert_eq!(
        room.refused(&petra(), phase(Some(first))),
        Rejected::Aborted
    );
    let h_hour = HHour {
        at_ms: Some(T0 + 60_000),
        after_abort: Some(second),
    };
    room.ok(&petra(), Event::HHour(h_hour));
    let aborts = &room.board.plan().aborts;
    let who = |stamp: &entente_room::Stamp| stamp.author;
    let resumed = |number: usize| aborts[number].resumed.as_ref().map(who);
    assert_eq!(aborts.len(), 2);
    assert_eq!(who(&aborts[0].stamp), cacao().device);
    assert_eq!(who(&aborts[1].stamp), dune().device);
    assert_eq!(aborts[0].note, "shots");
    assert_eq!(resumed(0), Some(petra().device));
    assert_eq!(resumed(1), Some(petra().device));
}

#[test]
fn what_was_called_off_may_be_brought_to_its_end() {
    let mut room = Room::with_lorry();
    assert_eq!(
        room.refused(&petra(), begin("end", None)),
        Rejected::Conditions
    );
    room.ok(&cacao(), abort());
    room.ok(&petra(), begin("end", None));
    assert_eq!(room.board.plan().phase().unwrap().phase, "end");
    let aborted = room.board.plan().aborted().unwrap();
    assert_eq!(aborted.stamp.author, cacao().device);
    assert_eq!(
        room.refused(&petra(), begin("one", None)),
        Rejected::Aborted
    );
}

#[test]
fn each_device_says_that_an_abort_has_reached_it() {
    let mut room = Room::with_lorry();
    assert!(room.board.receipt_due(oryx().device).is_none());
    room.ok(&cacao(), abort());
    assert!(room.board.receipt_due(cacao().device).is_none(), "its own");
    let receipt = room.board.receipt_due(oryx().device).unwrap();
    room.ok(&oryx(), receipt);
    assert!(room.board.receipt_due(oryx().device).is_none());
    assert!(room.board.receipt_due(dune().device).is_some());
    let aborted = room.board.plan().aborted().unwrap();
    assert_eq!(
        aborted.delivered.keys().collect::<Vec<_>>(),
        [&oryx().device]
    );
}
