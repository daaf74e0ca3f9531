//! A member who lies about what it has kept, and seals it in due form.

use entente_dossier::{Attachment, Beside, Fault, Remark, Spot, Wrong, export};
use entente_protocol::{BlobId, Fingerprint};
use entente_room::{BlobKey, DocumentId, DocumentShared, Event, Evidence};
use entente_trust::Role;
use sha2::{Digest as _, Sha256};

use crate::stage::{CACAO, DUNE, PETRA, check, dossier, evidence, played, say};
use crate::support::World;
use crate::support::rogue::home_made;

/// What is found when Petra makes a dossier of what it has changed; nothing, if nothing was changed.
fn found(change: impl FnOnce(&mut World, &mut Evidence)) -> Vec<Fault> {
    let mut world = played();
    let mut kept = evidence(&mut world, PETRA);
    change(&mut world, &mut kept);
    let file = dossier(&world, PETRA, &kept);
    let (findings, _) = check(&world, &file);
    findings.faults
}

/// Index of what Cacao said first.
fn cacaos(world: &World, kept: &Evidence) -> usize {
    let cacao = world.members[CACAO].identity.device();
    let mut entries = kept.entries.iter();
    entries
        .position(|entry| {
            let event = entry.said.as_ref().map(|said| Event::decode(&said.event));
            entry.head.sender == cacao && matches!(event, Some(Ok(Event::Say(_))))
        })
        .unwrap()
}

fn at(seq: u64, wrong: Wrong) -> Fault {
    Fault {
        at: Spot::Entry { seq },
        wrong,
    }
}

#[test]
fn nothing_is_found_where_nothing_was_changed() {
    assert_eq!(found(|_, _| ()), []);
}

#[test]
fn words_put_into_anothers_mouth() {
    let mut seq = 0;
    let faults = found(|world, kept| {
        let place = cacaos(world, kept);
        let entry = &mut kept.entries[place];
        seq = entry.head.seq;
        entry.said.as_mut().unwrap().event = say("Abidjan is not ready").encode().unwrap();
    });
    assert_eq!(faults, [at(seq, Wrong::Forged)]);
}

#[test]
fn words_given_to_another_author() {
    let mut seq = 0;
    let faults = found(|world, kept| {
        let dune = world.members[DUNE].identity.device();
        let place = cacaos(world, kept);
        let entry = &mut kept.entries[place];
        seq = entry.head.seq;
        entry.head.sender = dune;
    });
    // All who spoke later contradict it too.
    assert_eq!(faults[0], at(seq, Wrong::Forged));
    assert!(faults.len() > 1);
}

#[test]
fn the_time_of_an_event_changed() {
    let mut seq = 0;
    let faults = found(|world, kept| {
        let place = cacaos(world, kept);
        let entry = &mut kept.entries[place];
        seq = entry.head.seq;
        entry.head.time_ms += 60_000;
    });
    assert!(!faults.is_empty());
    for fault in &faults {
        let Wrong::OtherOrder { agreed, seen } = fault.wrong else {
            panic!("{fault:?}");
        };
        assert!(agreed < seq && seen >= seq, "{fault:?} is not about {seq}");
    }
}

#[test]
fn an_event_left_out() {
    let mut seq = 0;
    let faults = found(|world, kept| {
        let place = cacaos(world, kept);
        seq = kept.entries.remove(place).head.seq;
    });
    assert_eq!(faults, [at(seq, Wrong::Missing { to: seq })]);
}

#[test]
fn an_event_left_out_and_called_a_gap_is_said_to_be_one() {
    let mut world = played();
    let mut kept = evidence(&mut world, PETRA);
    let place = cacaos(&world, &kept);
    let seq = kept.entries.remove(place).head.seq;
    kept.gaps.push((seq, seq));
    let (findings, _) = check(&world, &dossier(&world, PETRA, &kept));
    assert!(findings.holds(), "{:?}", findings.faults);
    let gap = Remark::Gap { from: seq, to: seq };
    assert!(findings.remarks.contains(&gap));
}

#[test]
fn two_events_swapped() {
    let faults = found(|world, kept| {
        let place = cacaos(world, kept);
        let (one, other) = (kept.entries[place].clone(), kept.entries[place + 1].clone());
        kept.entries[place] = other;
        kept.entries[place + 1] = one;
        let seq = kept.entries[place + 1].head.seq;
        kept.entries[place].head.seq = seq;
        kept.entries[place + 1].head.seq = seq + 1;
    });
    let is_order = |fault: &Fault| matches!(fault.wrong, Wrong::OtherOrder { .. });
    assert!(faults.iter().any(is_order), "{faults:?}");
}

#[test]
fn an_event_doubled_at_the_end() {
    let mut seq = 0;
    let faults = found(|world, kept| {
        let mut again = kept.entries[cacaos(world, kept)].clone();
        seq = kept.entries.last().unwrap().head.seq + 1;
        again.head.seq = seq;
        // In the epoch in which it was said it would be a double; in this one the signature is no longer good.
        kept.entries.push(again);
    });
    assert_eq!(faults, [at(seq, Wrong::Forged)]);
    let faults = found(|_, kept| {
        let mut again = kept.entries.last().unwrap().clone();
        again.head.seq += 1;
        seq = again.head.seq;
        kept.entries.push(again);
    });
    assert_eq!(faults, [at(seq, Wrong::Doubled)]);
}

#[test]
fn somebody_seated_who_was_not_there() {
    let faults = found(|_, kept| {
        let step = kept.sittings.last_mut().unwrap();
        let ghost = *step.added.values().next().unwrap();
        step.added.insert(77, ghost);
    });
    assert!(faults.iter().all(|fault| fault.wrong == Wrong::Forged));
    assert!(!faults.is_empty());
}

#[test]
fn a_certificate_left_out() {
    let faults = found(|_, kept| drop(kept.chains.pop()));
    let is_named = |fault: &Fault| fault.wrong == Wrong::NoCertificate;
    assert!(faults.iter().any(is_named), "{faults:?}");
}

#[test]
fn somebody_seated_whom_the_charter_does_not_know() {
    let faults = found(|_, kept| {
        let ghost = home_made("ZZ", Role::Field, 99);
        let ghost = ghost.accreditation();
        kept.chains.push(ghost.chain().to_vec());
        let step = kept.sittings.last_mut().unwrap();
        step.added.insert(77, ghost.fingerprint());
    });
    let is_named = |fault: &Fault| fault.wrong == Wrong::NoRight;
    assert!(faults.iter().any(is_named), "{faults:?}");
}

/// The file that an event shared is the one that is there, or it is told.
#[test]
fn a_file_that_was_not_shared() {
    let mut world = played();
    let bytes = b"what the camera saw".to_vec();
    let shared = Event::Document(DocumentShared {
        document: DocumentId::from_bytes([3; 16]),
        target: None,
        name: "gate.jpg".into(),
        media_type: "image/jpeg".into(),
        size: bytes.len() as u64,
        blob: BlobId::from_bytes([4; 16]),
        key: BlobKey::from_bytes([5; 32]),
        digest: Fingerprint::from_bytes(Sha256::digest(&bytes).into()),
    });
    world.say(DUNE, shared);
    world.settle();
    let seq = world.hub.head();
    let kept = evidence(&mut world, PETRA);
    let identity = world.members[PETRA].identity.clone();
    let with = |bytes: &[u8]| {
        let attachment = Attachment {
            seq,
            bytes: bytes.to_vec(),
        };
        let beside = Beside {
            attachments: vec![attachment],
            ..Beside::default()
        };
        let file = export(&identity, &kept, &beside, None, world.now).unwrap();
        check(&world, &file)
    };
    let (findings, dossier) = with(&bytes);
    assert!(findings.holds(), "{:?}", findings.faults);
    assert_eq!(findings.counts.attachments, 1);
    assert_eq!(dossier.attachments[&seq], bytes);
    let (findings, dossier) = with(b"what it did not see");
    let wrong = Fault {
        at: Spot::Attachment { seq },
        wrong: Wrong::OtherDigest,
    };
    assert_eq!(findings.faults, [wrong]);
    assert!(dossier.attachments.is_empty());
}
