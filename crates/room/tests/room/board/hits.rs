//! Hits: from raised to acted on.

use entente_room::{
    Acknowledgement, Action, Applied, Escalation, Event, HitId, HitRaised, HitStage, HitState,
    Level, Rejected, Reopening, Verdict,
};
use entente_trust::Role;

use super::{LORRY, Room, author, dune, falcon, oryx};
use crate::operations::playbook;

const HIT: HitId = HitId::from_bytes([2; 16]);

fn hit(id: HitId) -> HitRaised {
    HitRaised::seen(id, "plate:JO 14-83921".parse().unwrap(), Some(LORRY))
}

fn ack() -> Event {
    let note = String::new();
    Event::Acknowledge(Acknowledgement { hit: HIT, note })
}

fn verdict(confirmed: bool) -> Event {
    let note = String::new();
    Event::Verdict(Verdict {
        hit: HIT,
        confirmed,
        note,
    })
}

fn escalation(stage: HitStage, level: Level) -> Event {
    Event::Escalate(Escalation {
        hit: HIT,
        stage,
        level,
    })
}

#[test]
fn a_hit_lives_from_raised_to_actioned() {
    let mut room = Room::with_lorry();
    room.ok(&falcon(), Event::Hit(hit(HIT)));
    let state = |room: &Room| room.board.hit(HIT).unwrap().state();
    assert_eq!(state(&room), HitState::Raised);
    let receipt = room.board.receipt_due(dune().device).unwrap();
    assert!(room.board.receipt_due(falcon().device).is_none(), "its own");
    room.ok(&dune(), receipt);
    assert_eq!(state(&room), HitState::Delivered);
    assert!(room.board.receipt_due(dune().device).is_none());
    assert_eq!(
        room.refused(
            &dune(),
            Event::Action(Action {
                hit: HIT,
                note: String::new()
            })
        ),
        Rejected::Order
    );
    assert_eq!(room.ok(&dune(), ack()), Applied::HitAcknowledged(HIT, true));
    assert_eq!(
        room.ok(&oryx(), ack()),
        Applied::HitAcknowledged(HIT, false)
    );
    assert_eq!(state(&room), HitState::Acknowledged);
    room.ok(&oryx(), verdict(true));
    assert_eq!(room.refused(&oryx(), verdict(true)), Rejected::Taken);
    // To turn a verdict needs more than one who is there.
    assert_eq!(room.refused(&oryx(), verdict(false)), Rejected::Role);
    assert_eq!(state(&room), HitState::Confirmed);
    room.ok(
        &oryx(),
        Event::Action(Action {
            hit: HIT,
            note: "stopped".into(),
        }),
    );
    assert_eq!(state(&room), HitState::Actioned);
    assert_eq!(room.refused(&dune(), verdict(false)), Rejected::Order);
}

#[test]
fn sightings_of_one_thing_fold_into_one_hit() {
    let mut room = Room::with_lorry();
    room.ok(&falcon(), Event::Hit(hit(HIT)));
    let again = HitId::from_bytes([3; 16]);
    let more = HitRaised {
        count: 4,
        ..hit(again)
    };
    assert_eq!(room.ok(&oryx(), Event::Hit(more)), Applied::HitFolded(HIT));
    assert_eq!(room.board.hits().count(), 1);
    assert_eq!(room.board.hit(again).unwrap().count, 5);
    // What was said of the folded one is said of the one that counts.
    room.ok(
        &dune(),
        Event::Verdict(Verdict {
            hit: again,
            confirmed: false,
            note: String::new(),
        }),
    );
    assert_eq!(room.board.hit(HIT).unwrap().state(), HitState::False);
    // It was false then; the next sighting is another matter.
    let next = HitId::from_bytes([4; 16]);
    assert_eq!(
        room.ok(&oryx(), Event::Hit(hit(next))),
        Applied::HitRaised(next)
    );
    // The id of another hit is not free.
    let other = HitRaised::seen(next, "plate:ZZ 999".parse().unwrap(), None);
    assert_eq!(room.refused(&oryx(), Event::Hit(other)), Rejected::Taken);
}

/// A camera goes on seeing what is closed.
#[test]
fn what_an_agent_sees_again_of_a_closed_hit_is_counted_in_it() {
    let camera = author("AE", Role::Agent, 9);
    let again = |seed: u8, quiet| {
        Event::Hit(HitRaised {
            quiet,
            ..hit(HitId::from_bytes([seed; 16]))
        })
    };
    let mut room = Room::with_lorry();
    assert_eq!(
        room.refused(&camera, again(9, true)),
        Rejected::UnknownHit,
        "more of nothing"
    );
    room.ok(&camera, Event::Hit(hit(HIT)));
    room.ok(&oryx(), verdict(false));
    // However long it goes on, and whatever it calls it.
    for seed in 10..20 {
        room.passes(600);
        assert_eq!(
            room.ok(&camera, again(seed, seed % 2 == 0)),
            Applied::HitFolded(HIT)
        );
    }
    assert_eq!(room.board.hits().count(), 1);
    assert_eq!(room.board.hit(HIT).unwrap().count, 11);
    assert_eq!(room.board.hit(HIT).unwrap().state(), HitState::False);
    assert!(room.board.receipt_due(dune().device).is_none());
    // A liaison looks again.
    let reopen = || {
        Event::Reopen(Reopening {
            hit: HIT,
            note: "same driver".into(),
        })
    };
    assert_eq!(room.refused(&oryx(), reopen()), Rejected::Role);
    room.ok(&dune(), reopen());
    assert_eq!(room.refused(&dune(), reopen()), Rejected::Order);
    assert!(room.board.hit(HIT).unwrap().is_open());
    room.ok(&dune(), verdict(true));
    let act = Event::Action(Action {
        hit: HIT,
        note: String::new(),
    });
    room.ok(&oryx(), act);
    // Acted on: quiet for as long as the playbook says, then it is news.
    room.passes(30 * 60);
    assert_eq!(room.ok(&camera, again(30, true)), Applied::HitFolded(HIT));
    room.passes(1);
    assert_eq!(room.refused(&camera, again(31, true)), Rejected::UnknownHit);
    let news = HitId::from_bytes([32; 16]);
    assert_eq!(room.ok(&camera, again(32, false)), Applied::HitRaised(news));
    let first = room.board.hit(HIT).unwrap();
    assert_eq!(first.verdicts.len(), 2);
    assert_eq!(first.reopened[0].stamp.author, dune().device);
}

#[test]
fn deadlines_escalate_from_team_to_liaison_to_coordinator() {
    let mut room = Room::with_lorry();
    room.ok(&falcon(), Event::Hit(hit(HIT)));
    let liaison = escalation(HitStage::Acknowledge, Level::Liaison);
    let coordinator = escalation(HitStage::Acknowledge, Level::Coordinator);
    room.passes(10);
    assert_eq!(
        room.refused(&falcon(), liaison.clone()),
        Rejected::Order,
        "not yet"
    );
    assert!(room.board.overdue(room.now).is_empty());
    room.passes(1);
    assert_eq!(room.board.overdue(room.now).len(), 1);
    assert_eq!(
        room.refused(&falcon(), coordinator.clone()),
        Rejected::Order,
        "not before the liaison"
    );
    room.ok(&falcon(), liaison.clone());
    assert_eq!(
        room.refused(&oryx(), liaison.clone()),
        Rejected::Order,
        "once"
    );
    assert_eq!(
        room.refused(&oryx(), coordinator.clone()),
        Rejected::Order,
        "as long again"
    );
    room.passes(11);
    room.ok(&oryx(), coordinator);
    room.passes(600);
    assert!(
        room.board.overdue(room.now).is_empty(),
        "there is nobody left to ask"
    );
    // Falcon's country does not answer for the lorry; the Emirates do.
    room.ok(&falcon(), ack());
    assert_eq!(
        room.board
            .hit(HIT)
            .unwrap()
            .deadline(&playbook().hits)
            .unwrap()
            .0,
        HitStage::Acknowledge
    );
    room.ok(&oryx(), ack());
    let (stage, until) = room
        .board
        .hit(HIT)
        .unwrap()
        .deadline(&playbook().hits)
        .unwrap();
    assert_eq!((stage, until), (HitStage::Decide, room.now + 20_000));
    room.ok(&oryx(), verdict(true));
    let (stage, until) = room
        .board
        .hit(HIT)
        .unwrap()
        .deadline(&playbook().hits)
        .unwrap();
    assert_eq!((stage, until), (HitStage::Act, room.now + 30_000));
}
