//! A dossier that nobody has changed holds; one changed byte is found, and where it is.

use std::collections::BTreeSet;

use entente_dossier::{FormatError, Remark, Spot, Story, Wrong, verify};

use crate::stage::{CACAO, DUNE, FALCON, PETRA, check, dossier, evidence, played};

#[test]
fn the_record_of_a_played_room_is_proven_event_by_event() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let said = kept.entries.iter().filter(|it| it.said.is_some()).count();
    let (findings, dossier) = check(&world, &dossier(&world, PETRA, &kept));
    assert!(findings.holds(), "{:?}", findings.faults);
    assert_eq!(findings.counts.proven, said as u64);
    assert!(findings.counts.proven > 10);
    assert_eq!(findings.counts.withheld, 0);
    assert_eq!(findings.counts.entries, world.hub.head());
    assert_eq!(findings.people.len(), 4);
    assert!(findings.authorities.iter().all(|it| it.is_pinned));
    let maker = findings.made_by.as_ref().unwrap();
    assert_eq!(maker.callsign, "Petra");

    // The others attest all but what nobody had seen before they spoke last.
    let last = world.hub.head();
    assert_eq!(findings.attested.to, last - 1);
    assert_eq!(findings.attested.by.len(), 3);
    // In the first epoch its founder was alone and said nothing.
    let tail = Remark::Tail {
        after: last - 1,
        to: last,
    };
    assert_eq!(
        findings.remarks,
        [tail, Remark::Unattested { seq: 1 }, Remark::NoAudit]
    );

    let story = Story::of(&dossier);
    assert!(!story.begins_with_snapshot);
    let board = world.members[PETRA].session().board().digest();
    assert_eq!(story.board.digest(), board);
    assert_eq!(story.roster.len(), 4);
    assert!(story.roster.iter().all(|sat| sat.to_seq.is_none()));
}

#[test]
fn who_came_later_proves_what_came_since_and_says_where_it_begins() {
    let mut world = played();
    let kept = evidence(&mut world, FALCON);
    let first = kept.entries[0].head.seq;
    let (findings, dossier) = check(&world, &dossier(&world, FALCON, &kept));
    assert!(findings.holds(), "{:?}", findings.faults);
    assert!(findings.remarks.contains(&Remark::Begins { seq: first }));
    let story = Story::of(&dossier);
    assert!(story.begins_with_snapshot);
    let board = world.members[PETRA].session().board().digest();
    assert_eq!(story.board.digest(), board);
}

#[test]
fn a_closed_room_is_proven_from_what_its_devices_kept() {
    let mut world = played();
    let before = evidence(&mut world, DUNE);
    let end = world.now + 24 * 3_600_000;
    world.members[DUNE].session().close_if_over(end).unwrap();
    world.members[DUNE].restart();
    let kept = evidence(&mut world, DUNE);
    assert_eq!(kept.entries.len(), before.entries.len());
    let (findings, _) = check(&world, &dossier(&world, DUNE, &kept));
    assert!(findings.holds(), "{:?}", findings.faults);
    assert_eq!(
        findings.counts.proven,
        check(&world, &dossier(&world, DUNE, &before))
            .0
            .counts
            .proven
    );
}

#[test]
fn who_was_removed_left_at_a_place_by_somebodys_hand() {
    let mut world = played();
    let falcon = world.members[FALCON].identity.device();
    let wish = entente_room::CommitWish::Remove(vec![falcon]);
    world.commit(PETRA, wish).unwrap();
    world.settle();
    let kept = evidence(&mut world, CACAO);
    let (findings, dossier) = check(&world, &dossier(&world, CACAO, &kept));
    assert!(findings.holds(), "{:?}", findings.faults);
    let removed = world.hub.head();
    assert!(
        findings
            .remarks
            .contains(&Remark::Unattested { seq: removed })
    );
    let roster = Story::of(&dossier).roster;
    let sat = roster.iter().find(|sat| sat.person.device == falcon);
    let sat = sat.unwrap();
    assert_eq!(sat.to_seq, Some(removed));
    let petra = world.members[PETRA].identity.device();
    assert_eq!((sat.by, sat.taken_by), (Some(petra), Some(petra)));
}

/// What is told of a file with one byte changed: nothing of it can be read as a dossier, or where it is.
fn told(file: &[u8], at: usize, bit: u8) -> String {
    let mut changed = file.to_vec();
    changed[at] ^= 1 << bit;
    match verify(&changed, &BTreeSet::new()) {
        Err(error) => format!("{error:?}"),
        Ok((findings, _)) => {
            let first = findings.faults.first();
            let first = first.unwrap_or_else(|| panic!("byte {at} was changed and not found"));
            format!("{:?}", first.at)
        }
    }
}

#[test]
fn one_changed_byte_is_found_and_located_wherever_it_is() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let file = dossier(&world, PETRA, &kept);
    // Enough places that each part is hit; every byte would take minutes.
    let mut spots = Vec::new();
    for at in (0..file.len()).step_by(41) {
        let spot = told(&file, at, (at % 8) as u8);
        if spots.last() != Some(&spot) {
            spots.push(spot);
        }
    }
    for at in 0..16 {
        assert_eq!(told(&file, at, 0), format!("{:?}", FormatError::Magic));
    }
    // Behind table and seal each part is one stretch of bytes, and told as itself.
    let seal = spots.iter().rposition(|spot| spot == "Seal").unwrap();
    let parts = &spots[seal + 1..];
    let distinct: BTreeSet<&String> = parts.iter().collect();
    assert_eq!(distinct.len(), parts.len(), "{parts:?}");
    assert_eq!(parts[0], "Charter");
    for entry in &kept.entries {
        let spot = format!(
            "{:?}",
            Spot::Entry {
                seq: entry.head.seq
            }
        );
        assert!(distinct.contains(&spot), "{spot}");
    }
    assert!(spots[..seal].iter().any(|spot| spot == "Contents"));
}

#[test]
fn a_file_cut_short_or_with_a_tail_is_found() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let file = dossier(&world, PETRA, &kept);
    let last = kept.entries.last().unwrap().head.seq;
    let (findings, _) = check(&world, &file[..file.len() - 1]);
    let fault = findings.faults[0];
    assert_eq!(
        (fault.at, fault.wrong),
        (Spot::Entry { seq: last }, Wrong::CutShort)
    );
    let (findings, _) = check(&world, &[file.as_slice(), b"x"].concat());
    let fault = findings.faults[0];
    assert_eq!((fault.at, fault.wrong), (Spot::End, Wrong::Trailing));
    for end in (0..file.len()).step_by(211) {
        let cut = verify(&file[..end], &BTreeSet::new());
        assert!(cut.is_err() || !cut.unwrap().0.holds(), "cut at {end}");
    }
}

#[test]
fn authorities_that_nobody_has_named_are_said_to_be_unproven() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let file = dossier(&world, PETRA, &kept);
    let (findings, _) = verify(&file, &BTreeSet::new()).unwrap();
    assert!(findings.holds());
    let unpinned = findings.remarks.iter();
    let unpinned = unpinned.filter(|it| matches!(it, Remark::Unpinned { .. }));
    assert_eq!(unpinned.count(), 3);
}
