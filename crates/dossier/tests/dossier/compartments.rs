//! Dossiers of compartments behind that of their room: proven by it, given to whom they name, counted where they are not.

use std::collections::BTreeSet;

use entente_dossier::{
    Announced, Clearance, Dossier, Fault, Findings, FormatError, Inner, MAGIC_INNER, Remark, Spot,
    Story, Wrong, verify,
};
use entente_protocol::{Place, RoomId};
use entente_room::{Event, Evidence, Handling, Link, NewCompartment, TargetChange, TargetId};
use entente_trust::{Compartment, RevocationList, Role};

use crate::nested::{INNER, SHIP, file, nested, opened, sign_again};
use crate::stage::{CACAO, DUNE, FALCON, PETRA, check, dossier, evidence};
use crate::support::inner::announce;
use crate::support::{Country, NOW, World};

fn holds(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|part| part == text)
}

fn clearance(country: &str, handling: Handling) -> Clearance {
    Clearance {
        country: country.parse().unwrap(),
        handling,
    }
}

/// What is found of the one compartment of which this was kept, by Petra who makes a dossier of it.
fn found(world: &mut World, kept: &Evidence) -> (Findings, Vec<Fault>) {
    let file = file(world, PETRA, &[kept], None);
    let (findings, _) = check(world, &file);
    assert_eq!(findings.faults, []);
    let inner = findings.compartments[0].findings.faults.clone();
    (findings, inner)
}

/// Index of what a member said last in a compartment.
fn last_of(world: &World, kept: &Evidence, member: usize) -> usize {
    let device = world.members[member].identity.device();
    let mut entries = kept.entries.iter();
    let last = entries.rposition(|it| it.said.is_some() && it.head.sender == device);
    last.unwrap()
}

fn here(total: u64, here: u64) -> Option<Announced> {
    Some(Announced { total, here })
}

#[test]
fn a_compartment_is_proven_by_its_room() {
    let (mut world, inner) = nested();
    let kept = inner.evidence(PETRA);
    let file = file(&mut world, PETRA, &[&kept], None);
    let (findings, dossier) = check(&world, &file);
    assert!(findings.holds(), "{:?}", findings.compartments);
    assert_eq!(findings.announced, here(1, 1));
    let [found] = &findings.compartments[..] else {
        panic!("{:?}", findings.compartments);
    };
    let Inner {
        number,
        countries,
        announced,
        findings: found,
    } = found;
    let countries: Vec<String> = countries.iter().map(ToString::to_string).collect();
    assert_eq!((*number, countries.join(" ")), (1, "AE JO".to_owned()));
    let compartment = kept.compartment.as_ref().unwrap();
    assert_eq!(*announced, Some(compartment.announced));
    let said = kept.entries.iter().filter(|it| it.said.is_some()).count();
    assert_eq!(found.counts.proven, said as u64);
    assert!(found.counts.proven >= 4);
    assert_eq!((found.room, found.people.len()), (INNER, 3));
    assert_eq!(found.attested.by.len(), 2);
    let is_doubt = |it: &&Remark| {
        matches!(
            it,
            Remark::RoomUnknown { .. } | Remark::AnnouncementUnseen { .. } | Remark::NotHere { .. }
        )
    };
    assert_eq!(found.remarks.iter().find(is_doubt), None);
    assert_eq!(findings.remarks.iter().find(is_doubt), None);

    // Its board is its members', and none of it is on the room's.
    let [inside] = &dossier.compartments[..] else {
        panic!("one");
    };
    let story = Story::of(inside);
    let board = inner.sessions[&PETRA].board();
    assert_eq!(story.board.digest(), board.digest());
    let mut names = story.board.targets().map(|(_, it)| it.name.value.clone());
    assert_eq!(names.next().as_deref(), Some(SHIP));
    let room = world.members[PETRA].session().board().digest();
    assert_eq!(Story::of(&dossier).board.digest(), room);
}

#[test]
fn who_is_not_named_gets_nothing_of_it_whatever_the_code() {
    let (mut world, inner) = nested();
    let kept = inner.evidence(PETRA);
    let whole = file(&mut world, PETRA, &[&kept], None);
    let secrets: [&[u8]; 4] = [
        SHIP.as_bytes(),
        b"alongside at berth nine",
        INNER.as_bytes(),
        b"keep it here",
    ];
    for code in [Handling::H0, Handling::H3] {
        for country in ["CI", "KE"] {
            let withheld = file(&mut world, PETRA, &[&kept], Some(&clearance(country, code)));
            for secret in secrets {
                assert!(holds(&whole, secret) && !holds(&withheld, secret));
            }
            assert!(!holds(&withheld, &MAGIC_INNER));
            // The digest in its place is what was said in the room, and that is proven still.
            let (findings, _) = check(&world, &withheld);
            assert!(findings.holds());
            assert_eq!(findings.announced, here(1, 0));
            assert!(findings.remarks.contains(&Remark::NotHere { count: 1 }));
            let compartment = kept.compartment.as_ref().unwrap();
            let (.., event) = check(&world, &withheld)
                .1
                .record()
                .find(|(seq, ..)| *seq == compartment.announced)
                .map(|(seq, time, author, event)| (seq, time, author.clone(), event.clone()))
                .unwrap();
            let commitment = *compartment.commitment().as_bytes();
            let said = entente_room::CompartmentAnnounced { commitment };
            assert_eq!(event, entente_room::Event::Compartment(said));
        }
    }
}

#[test]
fn who_is_named_gets_of_it_what_it_may_have() {
    let (mut world, inner) = nested();
    let kept = inner.evidence(PETRA);
    let for_jo = file(
        &mut world,
        PETRA,
        &[&kept],
        Some(&clearance("JO", Handling::H1)),
    );
    // The ship is the Emirates', marked H2; what Jordan said itself Jordan has.
    assert!(!holds(&for_jo, SHIP.as_bytes()));
    assert!(holds(&for_jo, b"alongside at berth nine") && holds(&for_jo, b"keep it here"));
    let (findings, _) = check(&world, &for_jo);
    assert!(findings.holds(), "{:?}", findings.compartments);
    assert_eq!(findings.announced, here(1, 1));
    let found = &findings.compartments[0].findings;
    assert!(found.counts.withheld > 0);
    assert_eq!(found.made_for, Some(("JO".parse().unwrap(), 1)));
    let for_ae = file(
        &mut world,
        PETRA,
        &[&kept],
        Some(&clearance("AE", Handling::H0)),
    );
    assert!(holds(&for_ae, SHIP.as_bytes()) && check(&world, &for_ae).0.holds());
    // What another says of the ship is about a target for which the Emirates answer, in the compartment.
    assert!(holds(&for_ae, b"alongside at berth nine"));
}

#[test]
fn what_is_left_out_is_counted_and_the_room_is_proven_without_it() {
    let (mut world, inner) = nested();
    let room = evidence(&mut world, PETRA);
    let alone = dossier(&world, PETRA, &room);
    let whole = file(&mut world, PETRA, &[&inner.evidence(PETRA)], None);
    assert!(whole.starts_with(&alone) && whole.len() > alone.len());
    // Also by somebody who only has the file.
    let cut = whole.windows(16).position(|it| it == MAGIC_INNER).unwrap();
    assert_eq!(whole[..cut], alone[..]);
    let (findings, _) = check(&world, &alone);
    assert!(findings.holds());
    assert_eq!(findings.announced, here(1, 0));
    assert!(findings.remarks.contains(&Remark::NotHere { count: 1 }));
    let (findings, _) = check(&world, &whole);
    assert!(!findings.remarks.contains(&Remark::NotHere { count: 1 }));
    // Alone it proves nothing.
    let inner = verify(&whole[cut..], &BTreeSet::new());
    assert_eq!(inner.err(), Some(FormatError::Inner));
}

#[test]
fn one_changed_byte_of_a_compartment_is_found_and_located() {
    let (mut world, inner) = nested();
    let kept = inner.evidence(PETRA);
    let file = file(&mut world, PETRA, &[&kept], None);
    let start = file.windows(16).position(|it| it == MAGIC_INNER).unwrap();
    let mut spots: Vec<String> = Vec::new();
    for at in (start..file.len()).step_by(37) {
        let mut changed = file.clone();
        changed[at] ^= 1 << (at % 8);
        let (findings, _) = verify(&changed, &BTreeSet::new()).unwrap();
        let first = findings.everywhere().next();
        let (number, fault) = first.unwrap_or_else(|| panic!("byte {at} was not found"));
        let is_beginning = at < start + MAGIC_INNER.len() + 4;
        assert!(number == Some(1) || is_beginning, "byte {at}: {fault:?}");
        let spot = format!("{:?}", fault.at);
        if spots.last() != Some(&spot) {
            spots.push(spot);
        }
    }
    let seal = spots.iter().rposition(|spot| spot == "Seal").unwrap();
    let parts = &spots[seal + 1..];
    let distinct: BTreeSet<&String> = parts.iter().collect();
    assert_eq!(distinct.len(), parts.len(), "{parts:?}");
    assert_eq!(parts[0], "Compartment");
    for entry in &kept.entries {
        let spot = Spot::Entry {
            seq: entry.head.seq,
        };
        assert!(distinct.contains(&format!("{spot:?}")), "{spot:?}");
    }
    for end in (start + 1..file.len()).step_by(97) {
        let (findings, _) = verify(&file[..end], &BTreeSet::new()).unwrap();
        assert!(!findings.holds(), "cut at {end}");
    }
}

/// Two compartments, and a third announcement that Petra makes of the first one with another country.
#[test]
fn a_record_under_another_announcement_is_found() {
    let (mut world, inner) = nested();
    let other = RoomId::from_bytes([18; 16]);
    opened(&mut world, other, &["JO", "AE", "CI"]);
    let wider = NewCompartment {
        compartment: INNER,
        countries: ["AE", "CI", "JO"]
            .map(|code| code.parse().unwrap())
            .to_vec(),
        salt: [6; 16],
    };
    let again = announce(&mut world, PETRA, &wider);
    let kept = inner.evidence(PETRA);
    let own = kept.compartment.clone().unwrap();
    let (findings, faults) = found(&mut world, &kept);
    assert_eq!(faults, []);
    assert_eq!(findings.announced, here(3, 1));
    let said = kept.entries.iter().filter(|it| it.said.is_some()).count();
    let at = |wrong| Fault {
        at: Spot::Compartment,
        wrong,
    };
    let forged = |faults: &[Fault]| faults.iter().filter(|it| it.wrong == Wrong::Forged).count();
    let mut as_if = |compartment: Compartment| {
        let mut kept = kept.clone();
        kept.compartment = Some(compartment);
        let (findings, faults) = found(&mut world, &kept);
        assert_eq!(forged(&faults), said, "{faults:?}");
        (findings.announced, faults)
    };
    // At the place of the other's announcement, by the other's, and by the false one of its own.
    let moved = Compartment::new((own.room, INNER), own.countries.clone(), again, own.salt);
    let (announced, faults) = as_if(moved.unwrap());
    assert_eq!(announced, here(3, 0));
    assert!(faults.contains(&at(Wrong::NotAnnounced)), "{faults:?}");
    let countries = ["AE", "CI", "JO"].map(|code| code.parse().unwrap());
    let strange = Compartment::new((own.room, other), countries, own.announced, own.salt);
    let (announced, faults) = as_if(strange.unwrap());
    assert_eq!(announced, here(3, 0));
    assert!(faults.contains(&at(Wrong::NotAnnounced)), "{faults:?}");
    let widened = Compartment::new((own.room, INNER), countries, again, wider.salt);
    let (announced, _) = as_if(widened.unwrap());
    assert_eq!(
        announced,
        here(3, 1),
        "it was announced, and nobody spoke in it"
    );
    let elsewhere = RoomId::from_bytes([99; 16]);
    let elsewhere = Compartment::new((elsewhere, INNER), own.countries, own.announced, own.salt);
    let (_, faults) = as_if(elsewhere.unwrap());
    assert!(faults.contains(&at(Wrong::OtherRoom)), "{faults:?}");
}

#[test]
fn a_member_of_a_country_that_is_not_named_is_found() {
    let (mut world, inner) = nested();
    let mut kept = inner.evidence(PETRA);
    let cacao = world.members[CACAO].identity.accreditation().clone();
    kept.chains.push(cacao.chain().to_vec());
    let step = kept.sittings.last_mut().unwrap();
    step.added.insert(77, cacao.fingerprint());
    let seq = step.seq;
    let (_, faults) = found(&mut world, &kept);
    let fault = Fault {
        at: Spot::Sitting { seq },
        wrong: Wrong::NotNamed,
    };
    assert!(faults.contains(&fault), "{faults:?}");
    // Even if all who speak there say so.
    for place in 0..kept.entries.len() {
        let (said, sender) = (&kept.entries[place].said, kept.entries[place].head.sender);
        if said.is_some() {
            let mut members = world.members.iter();
            let member = members.find(|it| it.identity.device() == sender).unwrap();
            sign_again(&mut kept, place, member.identity.signer());
        }
    }
    let (_, faults) = found(&mut world, &kept);
    assert_eq!(faults, [fault]);
}

/// Dune names, and signs for, a place of the room at which somebody who sits with it was not there, or was revoked.
#[test]
fn whoever_sits_there_stood_in_the_room_where_its_members_say_that_they_saw_it() {
    let (mut world, inner) = nested();
    let kept = inner.evidence(PETRA);
    let place = last_of(&world, &kept, DUNE);
    let seq = kept.entries[place].head.seq;
    let naming = |world: &mut World, above: Place| {
        let mut kept = kept.clone();
        kept.entries[place].said.as_mut().unwrap().above = Some(above);
        let signer = world.members[DUNE].identity.clone();
        sign_again(&mut kept, place, signer.signer());
        found(world, &kept).1
    };
    let at = |wrong| Fault {
        at: Spot::Entry { seq },
        wrong,
    };
    let said = kept.entries[place].said.as_ref().unwrap().above.unwrap();
    assert_eq!(naming(&mut world, said), []);
    let falcon = world.members[FALCON].identity.accreditation().clone();
    let room = evidence(&mut world, PETRA);
    let mut steps = room.sittings.iter();
    let came = steps.find(|step| step.added.values().any(|it| *it == falcon.fingerprint()));
    let hash = [0; 32];
    for (seq, faults) in [
        (came.unwrap().seq - 1, vec![at(Wrong::NotInRoom)]),
        (came.unwrap().seq, Vec::new()),
    ] {
        assert_eq!(naming(&mut world, Place { seq, hash }), faults);
    }
    let other = Place {
        seq: said.seq,
        hash: [3; 32],
    };
    let wrong = Wrong::OtherStory { seen: said.seq };
    assert_eq!(naming(&mut world, other), [at(wrong)]);

    let jo = Country::new("JO", 1, *NOW);
    let list = RevocationList {
        version: RevocationList::VERSION,
        authority: jo.authority.fingerprint(),
        number: 1,
        issued_at_ms: *NOW,
        devices: vec![falcon.device()],
    };
    let list = list.sign(&jo.key, &jo.authority);
    let effects = world.hub.revoke(&list, world.now);
    world.carry_out(effects);
    let seq = world.hub.head();
    world.settle();
    let before = Place { seq: seq - 1, hash };
    assert_eq!(naming(&mut world, before), []);
    let after = Place { seq, hash };
    assert_eq!(naming(&mut world, after), [at(Wrong::NotInRoom)]);
}

/// What a room was where nothing is known of it proves nothing, and is not taken for a lie.
#[test]
fn by_a_room_of_which_too_little_is_known_nothing_is_proven() {
    let (mut world, inner) = nested();
    let (kept, mut room) = (inner.evidence(PETRA), evidence(&mut world, PETRA));
    let announced = kept.compartment.as_ref().unwrap().announced;
    room.entries.retain(|entry| entry.head.seq < announced);
    let (identity, beside) = (&world.members[PETRA].identity, Default::default());
    let mut file = dossier(&world, PETRA, &room);
    let both = (&room, &kept);
    entente_dossier::enclose(&mut file, identity, both, &beside, None, world.now).unwrap();
    let (findings, dossier) = check(&world, &file);
    assert!(findings.holds(), "{:?}", findings.compartments);
    assert_eq!(findings.announced, here(0, 0));
    let found = &findings.compartments[0].findings;
    assert_eq!(found.counts.proven, 0);
    let unseen = Remark::AnnouncementUnseen { seq: announced };
    assert!(found.remarks.contains(&unseen));
    let mut remarks = found.remarks.iter();
    assert!(remarks.any(|it| matches!(it, Remark::RoomUnknown { .. })));
    assert_eq!(dossier.compartments[0].record().count(), 0);
}

/// Who came into the room after the announcement has it from a snapshot.
#[test]
fn who_came_later_proves_what_it_saw_of_both() {
    let (mut world, mut inner) = nested();
    let ae = Country::new("AE", 2, *NOW);
    let oryx = world.add_member(ae.device("Oryx", Role::Field, 15, *NOW));
    world.admit(PETRA, &[oryx]).unwrap();
    world.settle();
    inner.admit(&mut world, DUNE, oryx).unwrap();
    inner.settle(&world);
    for (by, text) in [(oryx, "here too"), (DUNE, "good")] {
        inner.say(by, crate::stage::say(text));
        inner.settle(&world);
    }
    let kept = inner.evidence(oryx);
    let file = file(&mut world, oryx, &[&kept], None);
    let (findings, dossier) = check(&world, &file);
    assert!(findings.holds(), "{:?}", findings.compartments);
    assert_eq!(findings.announced, here(1, 1));
    let story = Story::of(&dossier.compartments[0]);
    assert!(story.begins_with_snapshot);
    let board = inner.sessions[&PETRA].board();
    assert_eq!(story.board.digest(), board.digest());
}

#[test]
fn a_compartment_that_is_there_twice_is_found() {
    let (mut world, inner) = nested();
    let kept = [PETRA, DUNE].map(|member| inner.evidence(member));
    let (findings, _) = {
        let file = file(&mut world, PETRA, &[&kept[0], &kept[1]], None);
        check(&world, &file)
    };
    let second: Vec<_> = findings.everywhere().collect();
    let fault = Fault {
        at: Spot::Compartment,
        wrong: Wrong::Doubled,
    };
    assert_eq!(second, [(Some(2), fault)]);
    assert_eq!(findings.announced, here(1, 1));
}

/// What only has its place in a room's dossier, or in a compartment's, is not taken in the other.
#[test]
fn a_dossier_of_before_there_were_compartments_is_read_as_it_was() {
    let before = include_bytes!("before.dossier");
    let (findings, dossier): (Findings, Dossier) = verify(before, &BTreeSet::new()).unwrap();
    assert!(findings.holds(), "{:?}", findings.faults);
    assert!(findings.counts.proven > 0);
    assert_eq!(findings.announced, here(0, 0));
    assert!(dossier.compartment.is_none() && dossier.compartments.is_empty());
    let mut remarks = findings.remarks.iter();
    assert!(!remarks.any(|it| matches!(it, Remark::NotHere { .. })));
}

/// A compartment's board is played again with what it may know of the room, and with nothing that was not there.
#[test]
fn what_a_compartment_says_of_the_rooms_targets_stands_on_its_board() {
    let (mut world, mut inner) = nested();
    let ship = TargetId::from_bytes([21; 16]);
    let room = world.members[DUNE].session();
    let (of_the_room, _) = room.board().targets().next().unwrap();
    let link = Event::Target(TargetChange {
        add_links: vec![Link {
            to: of_the_room,
            relation: "follows".into(),
        }],
        ..TargetChange::of(ship)
    });
    world.now += 1_000;
    inner.say(DUNE, link);
    inner.settle(&world);
    let kept = inner.evidence(PETRA);
    let file = file(&mut world, PETRA, &[&kept], None);
    let (findings, dossier) = check(&world, &file);
    assert!(findings.holds());
    let story = Story::of(&dossier.compartments[0]);
    assert!(story.rejected.is_empty(), "{:?}", story.rejected);
    let links = &story.board.target(ship).unwrap().links;
    assert_eq!(links.keys().collect::<Vec<_>>(), [&of_the_room]);
}
