//! What was seen against what is wanted.

use std::collections::BTreeSet;

use entente_room::{Identifier, MatchRule, TargetId, WatchList};
use proptest::prelude::*;

fn id(seed: u8) -> TargetId {
    TargetId::from_bytes([seed; 16])
}

fn list(identifiers: &[&str]) -> WatchList {
    let mut list = WatchList::default();
    for (identifier, seed) in identifiers.iter().zip(1..) {
        list.add(&identifier.parse().unwrap(), id(seed));
    }
    list
}

/// Rule and certainty of the surest match.
fn best(list: &WatchList, seen: &str) -> Option<(MatchRule, u8)> {
    let seen = Identifier::read_text(seen).unwrap();
    let found = list.search(&seen);
    found.first().map(|found| (found.rule, found.certainty))
}

#[test]
fn each_rule_says_how_surely() {
    let list = list(&[
        "plate:JO 14-83921",
        "passport:JOR/N4481207",
        "container:CSQU3054383",
        "plate:AB?4*7",
        "mmsi:619000123",
        "imei:490154203237518",
    ]);
    let rows = [
        ("plate:jo14-83921", Some((MatchRule::Exact, 100))),
        ("plate:J0 14-8392I", Some((MatchRule::Confusion, 85))),
        ("plate:JO 14-8392", Some((MatchRule::OneEdit, 60))),
        ("plate:JO 14-839211", Some((MatchRule::OneEdit, 60))),
        ("plate:JO 41-83921", Some((MatchRule::OneEdit, 60))),
        ("plate:JO 14-73921", Some((MatchRule::OneEdit, 60))),
        ("plate:JO 14-73922", None),
        // Cameras leave the sign of the country out.
        ("plate:14-83921", Some((MatchRule::WithoutState, 85))),
        ("plate:AB14997", Some((MatchRule::Pattern, 57))),
        ("plate:AB147", Some((MatchRule::Pattern, 80))),
        ("plate:AB1499", None),
        ("passport:N4481207", Some((MatchRule::WithoutState, 85))),
        ("passport:FRA/N4481207", None),
        ("passport:JOR/N448I207", Some((MatchRule::Confusion, 85))),
        // One digit is wrong, and the check digit says so.
        ("container:CSQU3054393", Some((MatchRule::OneEdit, 75))),
        // One character differs, and both check digits are right: another container.
        ("container:CSQU3054362", None),
        // Machines read it: one digit off is another ship.
        ("mmsi:619000124", None),
        ("imei:490154203237519", Some((MatchRule::OneEdit, 75))),
    ];
    for (seen, expected) in rows {
        assert_eq!(best(&list, seen), expected, "{seen}");
    }
}

/// ISO 6346 counts C and M alike, and 49 CFR 565 the digit 1 and the letters A and J: each of these
/// pairs differs in one character, and all check digits are right.
#[test]
fn two_right_check_digits_are_two_things() {
    for (one, other) in [
        ("container:CSQU3054383", "container:MSQU3054383"),
        ("vin:1M8GDM9AXKP042788", "vin:AM8GDM9AXKP042788"),
    ] {
        for identifier in [one, other] {
            let read = Identifier::read_text(identifier).unwrap();
            assert_eq!(read.check, entente_room::Check::Passed, "{identifier}");
        }
        assert_eq!(best(&list(&[one]), other), None, "{one} {other}");
        assert_eq!(best(&list(&[other]), one), None, "{one} {other}");
    }
    let list = list(&["vin:11111111111111111"]);
    // The ninth digit changed: wrong check, near match.
    assert_eq!(
        best(&list, "vin:11111111211111111"),
        Some((MatchRule::OneEdit, 75))
    );
}

/// What a camera leaves out is a country's sign, and of a short number less sure.
#[test]
fn a_number_without_its_country() {
    let rows = [
        ("plate:JO 14-83921", "plate:14-83921", Some(85)),
        ("plate:HKJ 14-83921", "plate:14-83921", Some(85)),
        ("plate:JO 14-839", "plate:14-839", Some(70)),
        ("plate:JO 14-83", "plate:14-83", Some(55)),
        ("plate:JO 14-8", "plate:14-8", None),
        // No country's letters: they are part of the number.
        ("plate:AB 14-83921", "plate:14-83921", None),
        ("plate:GT 4471-20", "plate:4471-20", Some(85)),
        // Another country's number is another number.
        ("plate:JO 14-83921", "plate:AE 14-83921", None),
        ("passport:JOR/N4481207", "passport:N4481207", Some(85)),
        ("passport:JOR/N4481", "passport:N4481", Some(70)),
    ];
    for (listed, seen, expected) in rows {
        let found = best(&list(&[listed]), seen);
        let expected = expected.map(|certainty| (MatchRule::WithoutState, certainty));
        assert_eq!(found, expected, "{listed} {seen}");
        let found = best(&list(&[seen]), listed);
        assert_eq!(found, expected, "{seen} {listed}");
    }
}

#[test]
fn a_partial_plate_is_asked_about() {
    let list = list(&[
        "plate:JO 14-83921",
        "plate:JO 14-99999",
        "vin:JHDGH8JMUXXX12345",
    ]);
    let seen = Identifier::read_text("plate:JO14?3*").unwrap();
    let found: BTreeSet<TargetId> = list
        .search(&seen)
        .iter()
        .map(|found| found.target)
        .collect();
    assert_eq!(found, BTreeSet::from([id(1)]));
}

#[test]
fn one_identifier_of_two_targets_names_both() {
    let mut list = WatchList::default();
    let plate: Identifier = "plate:AB12345".parse().unwrap();
    list.add(&plate, id(1));
    list.add(&plate, id(2));
    let seen = Identifier::read_text("plate:AB12345").unwrap();
    assert_eq!(list.search(&seen).len(), 2);
    assert_eq!(list.len(), 1);
}

/// Letters of plates that have no Latin twin, of two and three bytes.
const OTHER_LETTERS: [char; 4] = ['ش', 'ث', '京', '沪'];

/// The rules of a near match, read off their description: slow and plain.
fn is_near(one: &str, other: &str) -> Option<MatchRule> {
    let alike = |c: char| match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        'V' => 'U',
        c => c,
    };
    let shape = |text: &str| text.chars().map(alike).collect::<String>();
    if one == other {
        return Some(MatchRule::Exact);
    }
    if shape(one) == shape(other) {
        return Some(MatchRule::Confusion);
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().max(b.len()) < 5 {
        return None;
    }
    let mut neighbours = BTreeSet::new();
    for place in 0..=a.len() {
        if place < a.len() {
            let mut less = a.clone();
            less.remove(place);
            neighbours.insert(less);
        }
        if place + 1 < a.len() {
            let mut swapped = a.clone();
            swapped.swap(place, place + 1);
            neighbours.insert(swapped);
        }
        for c in ('A'..='Z').chain('0'..='9').chain(OTHER_LETTERS) {
            let mut more = a.clone();
            more.insert(place, c);
            neighbours.insert(more);
            if place < a.len() {
                let mut other = a.clone();
                other[place] = c;
                neighbours.insert(other);
            }
        }
    }
    neighbours.contains(&b).then_some(MatchRule::OneEdit)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The drawers find exactly what comparing with everything finds.
    #[test]
    fn searching_is_comparing_with_all(
        wanted in prop::collection::vec("[A0OB8]{3,8}", 1..40),
        seen in "[A0OB8]{3,8}",
    ) {
        let mut list = WatchList::default();
        let mut expected = BTreeSet::new();
        let is_country = |text: &str| {
            let (head, rest) = text.split_at(2);
            ["AO", "BA", "BB", "BO"].contains(&head)
                && rest.starts_with(|c: char| c.is_ascii_digit())
                && rest.len() >= 4
        };
        for (plate, seed) in wanted.iter().zip(1..) {
            list.add(&format!("plate:{plate}").parse().unwrap(), id(seed));
            let is_stateless = (is_country(plate) && plate[2..] == seen)
                || (is_country(&seen) && seen[2..] == *plate);
            if is_near(plate, &seen).is_some() || is_stateless {
                expected.insert(id(seed));
            }
        }
        let seen = Identifier::read_text(&format!("plate:{seen}")).unwrap();
        let found: BTreeSet<TargetId> = list.search(&seen).iter().map(|found| found.target).collect();
        prop_assert_eq!(found, expected);
    }

    /// A character is a character, whatever number of bytes it has.
    #[test]
    fn searching_other_scripts_is_comparing_with_all(
        wanted in prop::collection::vec("[شث京沪0O]{3,8}", 1..40),
        seen in "[شث京沪0O]{3,8}",
    ) {
        let mut list = WatchList::default();
        let mut expected = BTreeSet::new();
        for (plate, seed) in wanted.iter().zip(1..) {
            list.add(&format!("plate:{plate}").parse().unwrap(), id(seed));
            if is_near(plate, &seen).is_some() {
                expected.insert(id(seed));
            }
        }
        let seen = Identifier::read_text(&format!("plate:{seen}")).unwrap();
        let found: BTreeSet<TargetId> = list.search(&seen).iter().map(|found| found.target).collect();
        prop_assert_eq!(found, expected);
    }
}
