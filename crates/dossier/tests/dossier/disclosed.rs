//! What a country may not have is not there, and the rest still holds.

use entente_dossier::{Clearance, Story};
use entente_room::{Event, Handling, TargetId};

use crate::stage::{PETRA, check, evidence, made, played};

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|part| part == text.as_bytes())
}

fn clearance(country: &str, handling: Handling) -> Clearance {
    Clearance {
        country: country.parse().unwrap(),
        handling,
    }
}

#[test]
fn what_is_withheld_is_not_in_the_file_and_the_rest_is_proven() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let whole = made(&world, PETRA, &kept, None);
    let for_ci = made(&world, PETRA, &kept, Some(&clearance("CI", Handling::H1)));
    for secret in [
        "Grey dhow",
        "anchored off the creek",
        "seen near target 2",
        "thank you all",
    ] {
        assert!(holds(&whole, secret), "{secret}");
        assert!(!holds(&for_ci, secret), "{secret}");
    }
    for given in [
        "White lorry",
        "seen near target 1",
        "Abidjan is ready",
        "Operation Saffron",
    ] {
        assert!(holds(&for_ci, given), "{given}");
    }
    let (all, _) = check(&world, &whole);
    let (findings, dossier) = check(&world, &for_ci);
    assert!(findings.holds(), "{:?}", findings.faults);
    assert_eq!(findings.counts.proven, all.counts.proven);
    assert_eq!(findings.attested, all.attested);
    assert!(findings.counts.withheld > 3);
    assert_eq!(findings.made_for, Some(("CI".parse().unwrap(), 1)));
    let board = Story::of(&dossier).board;
    assert!(board.target(TargetId::from_bytes([1; 16])).is_some());
    assert!(board.target(TargetId::from_bytes([2; 16])).is_none());
    let snapshots = dossier.record();
    let snapshots = snapshots.filter(|(.., event)| matches!(event, Event::Snapshot(_)));
    assert_eq!(snapshots.count(), 0);
}

#[test]
fn who_answers_for_a_target_gets_it_whatever_its_code() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let for_ae = made(&world, PETRA, &kept, Some(&clearance("AE", Handling::H0)));
    assert!(holds(&for_ae, "Grey dhow") && holds(&for_ae, "seen near target 2"));
    assert!(!holds(&for_ae, "Abidjan is ready"));
    assert!(check(&world, &for_ae).0.holds());
}

#[test]
fn a_country_outside_does_not_learn_the_operations_name() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let for_ke = made(&world, PETRA, &kept, Some(&clearance("KE", Handling::H0)));
    assert!(!holds(&for_ke, "Operation Saffron") && !holds(&for_ke, "Grey dhow"));
    assert!(holds(&for_ke, "White lorry"));
    assert!(check(&world, &for_ke).0.holds());
}

/// The same short words twice leave two digests that have nothing in common: who guesses a text can't check it.
#[test]
fn what_is_withheld_can_not_be_guessed() {
    let mut world = played();
    for _ in 0..2 {
        world.say(PETRA, crate::stage::say("go"));
        world.settle();
    }
    let kept = evidence(&mut world, PETRA);
    let words: Vec<_> = kept
        .entries
        .iter()
        .rev()
        .filter_map(|entry| entry.said.as_ref())
        .take(2)
        .collect();
    assert_eq!(words[0].event, words[1].event);
    assert_ne!(words[0].salt, words[1].salt);
    let content =
        |said: &entente_room::KeptEvent| entente_trust::recorded_content(&said.salt, &said.event);
    assert_ne!(content(words[0]), content(words[1]));
    let file = made(&world, PETRA, &kept, Some(&clearance("CI", Handling::H1)));
    for said in words {
        assert!(!file.windows(16).any(|part| part == said.salt));
    }
}

/// Whatever a country may have of single targets: a snapshot is the whole board.
#[test]
fn snapshots_are_withheld_whatever_the_code() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let for_ci = made(&world, PETRA, &kept, Some(&clearance("CI", Handling::H3)));
    let (findings, dossier) = check(&world, &for_ci);
    assert!(findings.holds() && holds(&for_ci, "Grey dhow"));
    let mut record = dossier.record();
    assert!(!record.any(|(.., event)| matches!(event, Event::Snapshot(_))));
    assert!(findings.counts.withheld > 0);
}
