//! A room of three countries in which something was said.

use std::collections::BTreeSet;

use entente_dossier::{Beside, Clearance, Dossier, Findings, export, verify};
use entente_protocol::Fingerprint;
use entente_room::{
    Acknowledgement, Event, Evidence, Handling, HitId, HitRaised, Say, Sighting, TargetChange,
    TargetId, TargetKind,
};
use entente_trust::Role;

use crate::support::{Country, NOW, World};

pub(crate) const CLASSIC: u16 = 0x0001;
pub(crate) const PETRA: usize = 0;
pub(crate) const DUNE: usize = 1;
pub(crate) const CACAO: usize = 2;
pub(crate) const FALCON: usize = 3;

pub(crate) fn say(text: &str) -> Event {
    Event::Say(Say {
        text: text.into(),
        urgent: false,
        reply_to: None,
    })
}

pub(crate) fn target(seed: u8, name: &str, handling: Handling) -> Event {
    Event::Target(TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some(name.into()),
        handling: Some(handling),
        add_identifiers: vec!["plate:JO-12 3456".parse().unwrap()],
        ..TargetChange::of(TargetId::from_bytes([seed; 16]))
    })
}

pub(crate) fn seen(seed: u8, note: &str) -> Event {
    Event::Sighting(Sighting {
        target: TargetId::from_bytes([seed; 16]),
        seen_at_ms: *NOW,
        position: None,
        note: note.into(),
    })
}

fn hit(seed: u8, target: u8) -> Event {
    Event::Hit(HitRaised {
        note: format!("seen near target {target}"),
        ..HitRaised::seen(
            HitId::from_bytes([seed; 16]),
            "plate:JO-12 3456".parse().unwrap(),
            Some(TargetId::from_bytes([target; 16])),
        )
    })
}

fn acknowledged(seed: u8) -> Event {
    Event::Acknowledge(Acknowledgement {
        hit: HitId::from_bytes([seed; 16]),
        note: "on our way".into(),
    })
}

/// Petra of JO opens; Dune of AE and Cacao of CI are liaisons, Falcon of JO comes late and leaves.
pub(crate) fn played() -> World {
    let [jo, ae, ci] = [("JO", 1), ("AE", 2), ("CI", 3)].map(|(c, s)| Country::new(c, s, *NOW));
    let founder = jo.device("Petra", Role::Coordinator, 11, *NOW);
    let mut world = World::open(CLASSIC, &[&jo, &ae, &ci], founder, *NOW);
    for identity in [
        ae.device("Dune", Role::Liaison, 12, *NOW),
        ci.device("Cacao", Role::Liaison, 13, *NOW),
        jo.device("Falcon", Role::Field, 14, *NOW),
    ] {
        world.add_member(identity);
    }
    world.admit(PETRA, &[DUNE, CACAO]).unwrap();
    world.settle();
    let words = [
        (PETRA, target(1, "White lorry", Handling::H0)),
        (DUNE, target(2, "Grey dhow", Handling::H2)),
        (CACAO, say("Abidjan is ready")),
        (DUNE, seen(2, "anchored off the creek")),
        (PETRA, hit(7, 1)),
        (CACAO, acknowledged(7)),
    ];
    for (by, event) in words {
        world.now += 1_000;
        world.say(by, event);
        world.settle();
    }
    world.admit(PETRA, &[FALCON]).unwrap();
    world.settle();
    for (by, event) in [
        (FALCON, hit(8, 2)),
        (DUNE, acknowledged(8)),
        (PETRA, say("thank you all")),
        (CACAO, say("out")),
    ] {
        world.now += 1_000;
        world.say(by, event);
        world.settle();
    }
    world
}

pub(crate) fn evidence(world: &mut World, member: usize) -> Evidence {
    world.members[member].session().evidence()
}

pub(crate) fn dossier(world: &World, member: usize, evidence: &Evidence) -> Vec<u8> {
    made(world, member, evidence, None)
}

pub(crate) fn made(
    world: &World,
    member: usize,
    evidence: &Evidence,
    clearance: Option<&Clearance>,
) -> Vec<u8> {
    let identity = &world.members[member].identity;
    export(identity, evidence, &Beside::default(), clearance, world.now).unwrap()
}

pub(crate) fn check(world: &World, file: &[u8]) -> (Findings, Dossier) {
    let pinned: BTreeSet<Fingerprint> = world.trusted.clone();
    verify(file, &pinned).unwrap()
}
