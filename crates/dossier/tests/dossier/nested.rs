//! Compartments of the played room, and dossiers with them.

use std::collections::BTreeMap;

use entente_dossier::{Beside, Clearance, enclose, export};
use entente_protocol::{RoomId, Statement};
use entente_room::{Evidence, NewCompartment};
use entente_trust::{DeviceSigner, digest_of_seats, recorded_content};

use crate::stage::{CACAO, DUNE, FALCON, PETRA, evidence, played, seen, target};
use crate::support::World;
use crate::support::inner::Inner;

pub(crate) const INNER: RoomId = RoomId::from_bytes([0x5c; 16]);
pub(crate) const SHIP: &str = "a ship of which nobody knows";

/// The played room with a compartment of Jordan and the Emirates: Petra opened it, Dune speaks for the second, Falcon is
/// in it too, and Cacao is not.
pub(crate) fn nested() -> (World, Inner) {
    let mut world = played();
    let mut inner = opened(&mut world, INNER, &["JO", "AE"]);
    for who in [DUNE, FALCON] {
        inner.admit(&mut world, PETRA, who).unwrap();
        inner.settle(&world);
    }
    for (by, event) in [
        (DUNE, target(21, SHIP, entente_room::Handling::H2)),
        (FALCON, seen(21, "alongside at berth nine")),
        (PETRA, crate::stage::say("keep it here")),
        (DUNE, crate::stage::say("as agreed")),
    ] {
        world.now += 1_000;
        inner.say(by, event);
        inner.settle(&world);
    }
    world.say(CACAO, crate::stage::say("nothing new"));
    world.settle();
    (world, inner)
}

/// Announced and opened by Petra.
pub(crate) fn opened(world: &mut World, id: RoomId, countries: &[&str]) -> Inner {
    let new = NewCompartment {
        compartment: id,
        countries: countries.iter().map(|code| code.parse().unwrap()).collect(),
        salt: [5; 16],
    };
    Inner::announced(world, PETRA, &new)
}

/// A member's dossier of the room and of a compartment of which this was kept.
pub(crate) fn file(
    world: &mut World,
    member: usize,
    inner: &[&Evidence],
    clearance: Option<&Clearance>,
) -> Vec<u8> {
    let room = evidence(world, member);
    let (identity, now) = (&world.members[member].identity, world.now);
    let beside = Beside::default();
    let mut file = export(identity, &room, &beside, clearance, now).unwrap();
    for inner in inner {
        enclose(&mut file, identity, (&room, inner), &beside, clearance, now).unwrap();
    }
    file
}

/// Signs an event anew with the key of its author, after it was changed: what a member of a compartment can do that lies.
pub(crate) fn sign_again(kept: &mut Evidence, place: usize, signer: &DeviceSigner) {
    let head = kept.entries[place].head;
    let steps = kept.sittings.iter().filter(|step| step.seq < head.seq);
    let mut seats = BTreeMap::new();
    let mut epoch = 0;
    for step in steps {
        step.follow(&mut seats);
        epoch = step.epoch;
    }
    let compartment = kept.compartment.as_ref().unwrap();
    let said = kept.entries[place].said.as_mut().unwrap();
    let statement = Statement {
        version: Statement::VERSION,
        charter: kept.charters.in_force().fingerprint(),
        roster: compartment.digest_of_seats(digest_of_seats(&seats)),
        epoch,
        device: head.sender,
        authenticated: entente_protocol::Authenticated {
            room: compartment.compartment,
            number: head.number,
            seen_seq: said.seen_seq,
            seen_hash: said.seen_hash,
            time_ms: said.sent_ms,
            above: said.above,
        },
        content: recorded_content(&said.salt, &said.event),
    };
    said.signature = signer.sign_statement(&statement).to_vec();
}
