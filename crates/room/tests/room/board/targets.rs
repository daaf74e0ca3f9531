//! Targets: their statuses, fields, places and links.

use std::sync::Arc;

use entente_room::{
    Applied, Event, Handling, Link, Part, Position, Rejected, Sighting, TargetChange, TargetId,
    TargetKind, TargetStatus,
};
use entente_trust::Role;

use super::{LORRY, Room, T0, author, cacao, dune, falcon, lorry, oryx, petra, status};
use crate::operations::playbook;

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
