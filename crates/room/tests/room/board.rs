//! The rules of the board, one by one.

use std::sync::Arc;

use entente_protocol::DeviceId;
use entente_room::{
    Abort, Acknowledgement, Action, Answer, Applied, Author, Board, CheckAnswer, CheckId,
    CheckRequest, Choice, CustodyAlarm, CustodyMove, CustodyStep, Decision, Escalation, Event,
    HHour, Handling, HitId, HitRaised, HitStage, HitState, Level, Link, Part, PhaseBegun, Position,
    Rejected, Reopening, Sighting, TargetChange, TargetId, TargetKind, TargetStatus, TaskState,
    TaskStep, Verdict, Vote, VoteCall,
};
use entente_trust::Role;

use crate::operations::playbook;

const T0: u64 = 1_800_000_000_000;

/// A board on which anybody can be asked to say something.
struct Room {
    board: Board,
    seq: u64,
    now: u64,
}

fn author(country: &str, role: Role, seed: u8) -> Author {
    Author {
        device: DeviceId::from_bytes([seed; 16]),
        callsign: format!("Call{seed}"),
        country: country.parse().unwrap(),
        role,
    }
}

fn petra() -> Author {
    author("JO", Role::Coordinator, 1)
}
fn dune() -> Author {
    author("AE", Role::Liaison, 2)
}
fn cacao() -> Author {
    author("CI", Role::Liaison, 3)
}
fn falcon() -> Author {
    author("JO", Role::Field, 4)
}
fn oryx() -> Author {
    author("AE", Role::Field, 5)
}

const LORRY: TargetId = TargetId::from_bytes([1; 16]);
const HIT: HitId = HitId::from_bytes([2; 16]);

impl Room {
    fn new() -> Self {
        Self {
            board: Board::of(Arc::new(playbook())),
            seq: 0,
            now: T0,
        }
    }

    /// A room with a lorry of the Emirates on the board.
    fn with_lorry() -> Self {
        let mut room = Self::new();
        room.ok(
            &petra(),
            lorry(|change| change.owner = Some("AE".parse().unwrap())),
        );
        room
    }

    fn says(&mut self, who: &Author, event: Event) -> Result<Applied, Rejected> {
        self.seq += 1;
        let before = self.board.digest();
        let result = self.board.apply(&event, who, self.seq, self.now);
        if result.is_err() {
            assert_eq!(
                self.board.digest(),
                before,
                "a refused event changes nothing"
            );
        }
        result.map(|outcome| outcome.applied)
    }

    fn ok(&mut self, who: &Author, event: Event) -> Applied {
        self.says(who, event).unwrap()
    }

    fn refused(&mut self, who: &Author, event: Event) -> Rejected {
        self.says(who, event).unwrap_err()
    }

    fn passes(&mut self, seconds: u64) {
        self.now += seconds * 1_000;
    }
}

fn lorry(fill: impl FnOnce(&mut TargetChange)) -> Event {
    let mut change = TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("lorry".into()),
        ..TargetChange::of(LORRY)
    };
    fill(&mut change);
    Event::Target(change)
}

fn status(status: TargetStatus) -> Event {
    Event::Target(TargetChange {
        status: Some(status),
        ..TargetChange::of(LORRY)
    })
}

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
fn a_status_follows_only_where_it_may() {
    for from in TargetStatus::ALL {
        for to in TargetStatus::ALL {
            let mut room = Room::new();
            room.ok(&petra(), lorry(|change| change.status = Some(*from)));
            let result = room.says(&petra(), status(*to));
            let may = from == to || from.next().contains(to);
            assert_eq!(result.is_ok(), may, "{from:?} to {to:?}");
        }
    }
    // What is seized is not moving any more, whoever says so.
    assert!(!TargetStatus::Seized.next().contains(&TargetStatus::Moving));
}

#[test]
fn to_approve_is_to_decide() {
    let mut room = Room::with_lorry();
    assert_eq!(
        room.refused(&falcon(), status(TargetStatus::Approved)),
        Rejected::Role
    );
    room.ok(&dune(), status(TargetStatus::Approved));
    let agent = author("AE", Role::Agent, 9);
    assert_eq!(
        room.refused(&agent, status(TargetStatus::Moving)),
        Rejected::Role
    );
    let observer = author("AE", Role::Observer, 9);
    assert_eq!(
        room.refused(&observer, status(TargetStatus::Moving)),
        Rejected::Role
    );
}

#[test]
fn who_loses_a_race_for_a_field_is_named_and_the_history_keeps_both() {
    let mut room = Room::with_lorry();
    let seen = room.seq;
    let notes = |notes: &str, seen| {
        Event::Target(TargetChange {
            seen,
            notes: Some(notes.into()),
            ..TargetChange::of(LORRY)
        })
    };
    assert_eq!(
        room.ok(&falcon(), notes("blue cab", seen)),
        Applied::TargetChanged(LORRY, vec![])
    );
    let Applied::TargetChanged(_, overtaken) = room.ok(&oryx(), notes("white cab", seen)) else {
        panic!("a change");
    };
    assert_eq!(overtaken.len(), 1);
    assert_eq!(overtaken[0].field, "notes");
    assert_eq!(overtaken[0].value, "blue cab");
    assert_eq!(overtaken[0].by.author, falcon().device);
    // Who has seen it overtakes nobody.
    let seen = room.seq;
    assert_eq!(
        room.ok(&falcon(), notes("grey cab", seen)),
        Applied::TargetChanged(LORRY, vec![])
    );
    let target = room.board.target(LORRY).unwrap();
    let history: Vec<&str> = target
        .notes
        .history()
        .map(|(text, _)| text.as_str())
        .collect();
    assert_eq!(history, ["", "blue cab", "white cab", "grey cab"]);
}

#[test]
fn the_last_place_is_the_newest_sighting_and_not_the_last_word() {
    let mut room = Room::with_lorry();
    let place = |lat: f64| Position::from_degrees(lat, 36.0);
    let sighting = |ago_s: u64, position| {
        Event::Sighting(Sighting {
            target: LORRY,
            seen_at_ms: T0 - ago_s * 1_000,
            position,
            note: String::new(),
        })
    };
    room.ok(&falcon(), sighting(60, place(31.0)));
    room.ok(&oryx(), sighting(600, place(30.0)));
    room.ok(&oryx(), sighting(10, None));
    let target = room.board.target(LORRY).unwrap();
    let (seen, position) = target.last_position().unwrap();
    assert_eq!(position, place(31.0).unwrap());
    assert!(!seen.is_stale(T0) && seen.is_stale(T0 + 16 * 60_000));
    assert_eq!(target.track.len(), 3);
    let tomorrow = Event::Sighting(Sighting {
        target: LORRY,
        seen_at_ms: T0 + 3_600_000,
        position: place(1.0),
        note: String::new(),
    });
    assert_eq!(room.refused(&falcon(), tomorrow), Rejected::Future);
}

#[test]
fn links_lead_to_targets_that_are_there() {
    let mut room = Room::with_lorry();
    let link = Link {
        to: TargetId::from_bytes([9; 16]),
        relation: "drives".into(),
    };
    let change = Event::Target(TargetChange {
        add_links: vec![link],
        ..TargetChange::of(LORRY)
    });
    assert_eq!(room.refused(&falcon(), change), Rejected::UnknownTarget);
}

#[test]
fn what_a_target_had_is_remembered() {
    let mut room = Room::with_lorry();
    let other = TargetId::from_bytes([9; 16]);
    room.ok(&petra(), lorry(|change| change.target = other));
    let plate: entente_room::Identifier = "plate:JO 14-83921".parse().unwrap();
    let change = |fill: &dyn Fn(&mut TargetChange)| {
        let mut change = TargetChange::of(LORRY);
        fill(&mut change);
        Event::Target(change)
    };
    let link = |relation: &str| Link {
        to: other,
        relation: relation.into(),
    };
    room.ok(
        &oryx(),
        change(&|it| it.add_identifiers = vec![plate.clone()]),
    );
    let put = room.seq;
    room.ok(&oryx(), change(&|it| it.add_links = vec![link("follows")]));
    room.ok(
        &dune(),
        change(&|it| it.remove_identifiers = vec![plate.clone()]),
    );
    let taken = room.seq;
    room.ok(&dune(), change(&|it| it.add_links = vec![link("leads")]));
    room.ok(&dune(), change(&|it| it.remove_links = vec![other]));
    let target = room.board.target(LORRY).unwrap();
    assert!(target.identifiers.is_empty() && target.links.is_empty());
    let first = &target.taken_off[0];
    assert_eq!(first.what, Part::Identifier(plate));
    assert_eq!((first.put.seq, first.taken.seq), (put, taken));
    assert_eq!(first.taken.author, dune().device);
    let relations: Vec<&str> = target.taken_off[1..]
        .iter()
        .map(|part| match &part.what {
            Part::Link { relation, .. } => relation.as_str(),
            Part::Identifier(_) => "",
        })
        .collect();
    assert_eq!(relations, ["follows", "leads"]);
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

#[test]
fn records_answer_for_their_country_and_a_person_after_them() {
    let mut room = Room::new();
    let check = CheckId::from_bytes([7; 16]);
    room.ok(
        &falcon(),
        Event::Check(CheckRequest {
            check,
            identifier: "passport:N4481207".parse().unwrap(),
            countries: vec!["AE".parse().unwrap(), "JO".parse().unwrap()],
            note: String::new(),
        }),
    );
    let answer = |answer| {
        Event::CheckAnswer(CheckAnswer {
            check,
            answer,
            note: String::new(),
        })
    };
    let records = author("AE", Role::Agent, 8);
    room.passes(2);
    assert_eq!(
        room.refused(&cacao(), answer(Answer::Hit)),
        Rejected::NotAsked
    );
    assert_eq!(room.refused(&oryx(), answer(Answer::Hit)), Rejected::Role);
    room.ok(&records, answer(Answer::Refer));
    assert_eq!(
        room.board.check(check).unwrap().latency_ms(records.country),
        Some(2_000)
    );
    assert_eq!(room.refused(&records, answer(Answer::Hit)), Rejected::Taken);
    room.ok(&dune(), answer(Answer::NoHit));
    assert_eq!(room.refused(&dune(), answer(Answer::Hit)), Rejected::Taken);
    assert!(
        room.board.check(check).unwrap().is_open(),
        "Jordan has not answered"
    );
}

fn begin(phase: &str, in_spite: Option<&str>) -> Event {
    Event::Phase(PhaseBegun {
        in_spite: in_spite.map(Into::into),
        ..PhaseBegun::of(phase)
    })
}

fn step(task: &str, country: Option<&str>, state: TaskState) -> Event {
    Event::Task(TaskStep {
        task: task.into(),
        country: country.map(|code| code.parse().unwrap()),
        state,
        note: String::new(),
    })
}

#[test]
fn a_phase_begins_when_it_may_or_in_spite() {
    let mut room = Room::new();
    assert_eq!(room.refused(&dune(), begin("one", None)), Rejected::Role);
    room.ok(&petra(), begin("one", None));
    assert_eq!(
        room.refused(&petra(), begin("two", None)),
        Rejected::Conditions
    );
    assert_eq!(
        room.refused(&petra(), begin("four", None)),
        Rejected::NotInPlaybook
    );
    room.ok(&petra(), begin("two", Some("no time")));
    assert_eq!(
        room.board.plan().phase().unwrap().in_spite.as_deref(),
        Some("no time")
    );
    room.ok(&falcon(), step("look", None, TaskState::Done));
    room.ok(&petra(), begin("two", Some("not needed")));
    assert_eq!(room.board.plan().phase().unwrap().in_spite, None);
}

#[test]
fn tasks_belong_to_those_who_do_them() {
    let mut room = Room::new();
    room.ok(&petra(), begin("one", None));
    assert_eq!(
        room.refused(&falcon(), step("look", Some("JO"), TaskState::Assigned)),
        Rejected::Role
    );
    room.ok(&petra(), step("look", Some("AE"), TaskState::Assigned));
    assert_eq!(
        room.refused(&falcon(), step("look", Some("AE"), TaskState::Accepted)),
        Rejected::Role
    );
    room.ok(&oryx(), step("look", Some("AE"), TaskState::Accepted));
    assert_eq!(
        room.refused(&dune(), step("act", None, TaskState::Done)),
        Rejected::Conditions
    );
    assert!(!room.board.is_overdue("look", room.now + 60_000));
    assert!(room.board.is_overdue("look", room.now + 60_001));
    room.ok(&oryx(), step("look", Some("AE"), TaskState::Done));
    assert!(!room.board.is_overdue("look", room.now + 60_001));
    room.ok(&dune(), step("act", None, TaskState::Done));
}

fn call(room: &Room) -> Event {
    Event::VoteCall(VoteCall {
        plan: room.board.plan_digest(),
        countries: ["JO", "AE", "CI"]
            .iter()
            .map(|code| code.parse().unwrap())
            .collect(),
    })
}

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
fn a_task_for_each_country_is_done_when_each_has_done_it() {
    let mut room = Room::with_lorry();
    let countries = ["AE", "CI", "JO"].map(|code| code.parse().unwrap());
    let begun = PhaseBegun {
        in_spite: Some("test".into()),
        countries: countries.to_vec(),
        ..PhaseBegun::of("end")
    };
    room.ok(&petra(), Event::Phase(begun));
    let awaited = |room: &Room, task: &str| -> Vec<String> {
        let awaited = room.board.awaited(task);
        awaited.iter().map(ToString::to_string).collect()
    };
    assert_eq!(awaited(&room, "each"), ["AE", "CI", "JO"]);
    // Who names no country speaks for its own.
    room.ok(&dune(), step("each", None, TaskState::Done));
    assert!(!room.board.is_done("each"));
    assert_eq!(awaited(&room, "each"), ["CI", "JO"]);
    room.ok(&petra(), step("each", Some("JO"), TaskState::Done));
    room.ok(&cacao(), step("each", Some("CI"), TaskState::Done));
    assert!(room.board.is_done("each"));
    // What nobody but the Emirates is planned for is theirs alone, once it is planned.
    room.ok(&dune(), status(TargetStatus::Approved));
    assert_eq!(awaited(&room, "owned"), ["AE"]);
    room.ok(&cacao(), step("owned", None, TaskState::Done));
    assert!(!room.board.is_done("owned"));
    room.ok(&dune(), step("owned", None, TaskState::Done));
    assert!(room.board.is_done("owned"));
    assert!(room.board.awaited("look").is_empty());
}

#[test]
fn the_field_plans_for_its_own_country_only() {
    // The lorry is the Emirates'.
    for to in [TargetStatus::UnderSurveillance, TargetStatus::Moving] {
        let mut room = Room::with_lorry();
        assert_eq!(room.refused(&falcon(), status(to)), Rejected::Role);
        room.ok(&oryx(), status(to));
        let mut room = Room::with_lorry();
        room.ok(&cacao(), status(to));
        // A new one that is planned at once is no way around it.
        let owned = |owner: &str| {
            lorry(|change| {
                change.target = TargetId::from_bytes([7; 16]);
                change.status = Some(to);
                change.owner = Some(owner.parse().unwrap());
            })
        };
        assert_eq!(room.refused(&falcon(), owned("AE")), Rejected::Role);
        room.ok(&falcon(), owned("JO"));
    }
    // Nor is it to take the target over first.
    let mut room = Room::with_lorry();
    let take = |to: &str| {
        Event::Target(TargetChange {
            owner: Some(to.parse().unwrap()),
            ..TargetChange::of(LORRY)
        })
    };
    assert_eq!(room.refused(&falcon(), take("JO")), Rejected::Role);
    room.ok(&falcon(), take("AE"));
    room.ok(&dune(), take("JO"));
}

#[test]
fn a_playbook_names_kinds_statuses_and_the_handling_code() {
    let mut rules = playbook();
    rules.targets.kinds = vec![TargetKind::Vehicle];
    rules.targets.statuses = vec![TargetStatus::Nominated, TargetStatus::Approved];
    rules.handling.default = Some(Handling::H2);
    let mut room = Room::new();
    room.board.follow(Arc::new(rules));
    let vessel = || {
        lorry(|change| {
            change.kind = Some(TargetKind::Vessel);
            change.target = TargetId::from_bytes([7; 16]);
        })
    };
    assert_eq!(room.refused(&dune(), vessel()), Rejected::NotInPlaybook);
    // What nobody foresaw is the coordinator's to bring in.
    room.ok(&petra(), vessel());
    room.ok(&dune(), lorry(|_| ()));
    assert_eq!(
        room.refused(&dune(), status(TargetStatus::Moving)),
        Rejected::NotInPlaybook
    );
    room.ok(&dune(), status(TargetStatus::Approved));
    let handling = |room: &Room| room.board.target(LORRY).unwrap().handling.value;
    assert_eq!(handling(&room), Some(Handling::H2));
    let own = lorry(|change| {
        change.target = TargetId::from_bytes([8; 16]);
        change.handling = Some(Handling::H3);
    });
    room.ok(&dune(), own);
    let target = room.board.target(TargetId::from_bytes([8; 16])).unwrap();
    assert_eq!(target.handling.value, Some(Handling::H3));
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

#[test]
fn a_leg_at_sea_is_reported_on_as_often_as_it_can_be() {
    let mut room = Room::with_lorry();
    let custody = |step, every: Option<&str>| {
        Event::Custody(CustodyStep {
            target: LORRY,
            step,
            position: None,
            report_every: every.map(|every| every.parse().unwrap()),
            note: String::new(),
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
fn where_goods_were_handed_over_is_where_they_were_seen() {
    let mut room = Room::with_lorry();
    let step = |step, position| {
        Event::Custody(CustodyStep {
            target: LORRY,
            step,
            position,
            report_every: None,
            note: "seal 4471".into(),
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
fn a_silence_is_told_for_as_long_as_it_lasts() {
    let mut room = Room::with_lorry();
    room.ok(
        &oryx(),
        Event::Custody(CustodyStep {
            target: LORRY,
            step: CustodyMove::Take,
            position: None,
            report_every: None,
            note: String::new(),
        }),
    );
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

#[test]
fn goods_go_from_hand_to_hand_signed_by_both() {
    let mut room = Room::with_lorry();
    let custody = |step| {
        Event::Custody(CustodyStep {
            target: LORRY,
            step,
            position: None,
            report_every: None,
            note: "seal 4471".into(),
        })
    };
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
