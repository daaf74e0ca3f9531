//! Goods that go from hand to hand.

use entente_room::{CustodyAlarm, CustodyMove, CustodyStep, Event, Position, Rejected};

use super::{LORRY, Room, cacao, dune, falcon, oryx, petra};

fn of_lorry(step: CustodyMove) -> CustodyStep {
    CustodyStep {
        target: LORRY,
        step,
        position: None,
        report_every: None,
        note: "seal 4471".into(),
    }
}

#[test]
fn goods_go_from_hand_to_hand_signed_by_both() {
    let mut room = Room::with_lorry();
    let custody = |step| Event::Custody(of_lorry(step));
    let ci = "CI".parse().unwrap();
    assert_eq!(
        room.refused(&falcon(), custody(CustodyMove::Take)),
        Rejected::Order
    );
    room.ok(&oryx(), custody(CustodyMove::Take));
    assert_eq!(
        room.refused(&falcon(), custody(CustodyMove::Offer(ci))),
        Rejected::Role
    );
    assert_eq!(
        room.refused(&cacao(), custody(CustodyMove::Accept)),
        Rejected::NotAsked
    );
    room.ok(&oryx(), custody(CustodyMove::Offer(ci)));
    assert_eq!(
        room.refused(&petra(), custody(CustodyMove::Accept)),
        Rejected::NotAsked
    );
    room.ok(&cacao(), custody(CustodyMove::Accept));
    let held = |room: &Room| room.board.custody().next().unwrap().1.clone();
    assert_eq!(held(&room).holder, ci);
    assert_eq!(held(&room).legs[0].given.author, oryx().device);
    assert_eq!(held(&room).legs[0].taken.author, cacao().device);
    // The holder is silent.
    let alarm = Event::CustodyAlarm(CustodyAlarm { target: LORRY });
    room.passes(15);
    assert_eq!(room.refused(&falcon(), alarm.clone()), Rejected::Order);
    room.passes(1);
    assert_eq!(room.board.overdue(room.now).len(), 1);
    room.ok(&falcon(), alarm.clone());
    assert_eq!(
        room.refused(&oryx(), alarm),
        Rejected::Order,
        "one alarm for one silence"
    );
    room.ok(&cacao(), custody(CustodyMove::CheckIn));
    assert_eq!(held(&room).alarms.len(), 1);
    room.ok(&cacao(), custody(CustodyMove::Close));
    assert_eq!(
        room.refused(&cacao(), custody(CustodyMove::CheckIn)),
        Rejected::Order
    );
}

#[test]
fn where_goods_were_handed_over_is_where_they_were_seen() {
    let mut room = Room::with_lorry();
    let step = |step, position| {
        Event::Custody(CustodyStep {
            position,
            ..of_lorry(step)
        })
    };
    let place = Position::from_degrees(31.0, 36.0);
    assert_eq!(
        room.refused(&falcon(), step(CustodyMove::Take, place)),
        Rejected::Order
    );
    room.ok(&oryx(), step(CustodyMove::Take, place));
    room.ok(&oryx(), step(CustodyMove::CheckIn, None));
    let target = room.board.target(LORRY).unwrap();
    assert_eq!(target.track.len(), 1);
    assert_eq!(target.last_position().unwrap().1, place.unwrap());
    assert_eq!(target.last_seen().unwrap().note, "seal 4471");
}

#[test]
fn a_leg_at_sea_is_reported_on_as_often_as_it_can_be() {
    let mut room = Room::with_lorry();
    let custody = |step, every: Option<&str>| {
        Event::Custody(CustodyStep {
            report_every: every.map(|every| every.parse().unwrap()),
            ..of_lorry(step)
        })
    };
    let due = |room: &Room| {
        let (_, held) = room.board.custody().next().unwrap();
        held.report_due_ms(15_000).unwrap() - room.now
    };
    assert_eq!(
        room.refused(&oryx(), custody(CustodyMove::Take, Some("60s"))),
        Rejected::Role
    );
    assert_eq!(
        room.refused(&dune(), custody(CustodyMove::Take, Some("61s"))),
        Rejected::NotInPlaybook
    );
    room.ok(&oryx(), custody(CustodyMove::Take, None));
    assert_eq!(due(&room), 15_000);
    room.ok(&dune(), custody(CustodyMove::CheckIn, Some("60s")));
    room.ok(&oryx(), custody(CustodyMove::CheckIn, None));
    assert_eq!(due(&room), 60_000);
    // Ashore again, the playbook counts.
    let ci = "CI".parse().unwrap();
    room.ok(&oryx(), custody(CustodyMove::Offer(ci), None));
    room.ok(&cacao(), custody(CustodyMove::Accept, None));
    assert_eq!(due(&room), 15_000);
}

#[test]
fn a_silence_is_told_for_as_long_as_it_lasts() {
    let mut room = Room::with_lorry();
    room.ok(&oryx(), Event::Custody(of_lorry(CustodyMove::Take)));
    for count in 1..=300 {
        room.passes(16);
        assert_eq!(room.board.overdue(room.now).len(), 1, "alarm {count}");
        room.ok(
            &falcon(),
            Event::CustodyAlarm(CustodyAlarm { target: LORRY }),
        );
    }
    let (_, held) = room.board.custody().next().unwrap();
    assert_eq!((held.alarm_count, held.alarms.len()), (300, 256));
}
