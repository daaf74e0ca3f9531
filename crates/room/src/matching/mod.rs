//! Finding what was seen among the identifiers of the board: exactly, nearly, and by pattern.
//!
//! The list is kept by the device; nobody else learns what is on it.

mod near;
mod pattern;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::board::{Board, TargetId};
use crate::identifier::{Check, Identifier, IdentifierKind, Reading, is_country};

use near::Near;
use pattern::Patterns;

/// By which rule a sighting matches an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchRule {
    /// The normal forms are equal.
    Exact,
    /// Equal, but only one of the two says which state issued it.
    WithoutState,
    /// They differ in characters that people and cameras take for each other: O and 0, I and 1,
    /// 8 and B, 5 and S, 2 and Z, 6 and G, U and V.
    Confusion,
    /// One character differs, is missing, is too many, or two neighbours are swapped.
    OneEdit,
    /// The known characters of a partial plate.
    Pattern,
}

impl MatchRule {
    /// The snake-case name, as in events and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::WithoutState => "without_state",
            Self::Confusion => "confusion",
            Self::OneEdit => "one_edit",
            Self::Pattern => "pattern",
        }
    }
}

/// Percent: as sure as an exact match.
pub const CERTAIN: u8 = 100;

/// Of numbers that are long enough to be one of few.
const WITHOUT_STATE: u8 = 85;
/// A number of five characters is another country's too, sooner or later.
const WITHOUT_STATE_OF_FIVE: u8 = 70;
/// One of four certainly is.
const WITHOUT_STATE_OF_FOUR: u8 = 55;
const CONFUSION: u8 = 85;
const ONE_EDIT: u8 = 60;
/// What was read has a wrong check digit and the identifier a right one: a misreading is likely.
const ONE_EDIT_OF_MISREAD: u8 = 75;
/// Equal, and both have a wrong check digit: forged, or misread twice.
const EXACT_WITH_WRONG_CHECK: u8 = 95;
const PATTERN_AT_MOST: u8 = 95;

/// A match of what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match<'a> {
    /// The target.
    pub target: TargetId,
    /// Its identifier that matches.
    pub identifier: &'a Identifier,
    /// How.
    pub rule: MatchRule,
    /// How surely, percent.
    pub certainty: u8,
}

struct Entry {
    identifier: Identifier,
    /// Whether its check digit passed.
    is_checked: bool,
    targets: BTreeSet<TargetId>,
}

/// The identifiers of a board, arranged for searching.
#[derive(Default)]
pub struct WatchList {
    entries: Vec<Entry>,
    exact: HashMap<Identifier, u32>,
    /// Equal but for the issuing state: passport numbers, and plates behind a country's sign.
    without_state: HashMap<Identifier, Vec<u32>>,
    near: Near,
    patterns: Patterns,
}

impl WatchList {
    /// The identifiers of all targets that are still looked for.
    #[must_use]
    pub fn of(board: &Board) -> Self {
        let mut list = Self::default();
        for (id, target) in board.targets() {
            if target.is_wanted() {
                for identifier in target.identifiers.keys() {
                    list.add(identifier, id);
                }
            }
        }
        list
    }

    /// Adds an identifier of a target.
    pub fn add(&mut self, identifier: &Identifier, target: TargetId) {
        if let Some(entry) = self
            .exact
            .get(identifier)
            .and_then(|index| self.entries.get_mut(*index as usize))
        {
            entry.targets.insert(target);
            return;
        }
        let Ok(index) = u32::try_from(self.entries.len()) else {
            return;
        };
        let value = identifier.value();
        if identifier.is_pattern() {
            self.patterns.add(value, index);
        } else if identifier.kind().is_read_by_eye() {
            self.near
                .add(identifier.kind(), number_of(identifier), index);
        }
        if let Some(number) = stateless(identifier) {
            self.without_state.entry(number).or_default().push(index);
        }
        self.exact.insert(identifier.clone(), index);
        self.entries.push(Entry {
            identifier: identifier.clone(),
            is_checked: identifier.check() == Check::Passed,
            targets: BTreeSet::from([target]),
        });
    }

    /// How many identifiers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The targets that have exactly this identifier.
    pub fn exact(&self, identifier: &Identifier) -> impl Iterator<Item = Match<'_>> {
        let index = self.exact.get(identifier).copied();
        self.matches_of(index, MatchRule::Exact, CERTAIN)
    }

    fn matches_of(
        &self,
        index: Option<u32>,
        rule: MatchRule,
        certainty: u8,
    ) -> impl Iterator<Item = Match<'_>> {
        let entry = index.and_then(|index| self.entries.get(index as usize));
        entry.into_iter().flat_map(move |entry| {
            entry.targets.iter().map(move |target| Match {
                target: *target,
                identifier: &entry.identifier,
                rule,
                certainty,
            })
        })
    }

    /// Everything that what was seen may be, surest first; of each target the surest rule.
    #[must_use]
    pub fn search(&self, seen: &Reading) -> Vec<Match<'_>> {
        let identifier = &seen.identifier;
        let mut found: Vec<Match<'_>> = Vec::new();
        let exact = if seen.check.is_wrong() {
            EXACT_WITH_WRONG_CHECK
        } else {
            CERTAIN
        };
        found.extend(self.matches_of(self.exact.get(identifier).copied(), MatchRule::Exact, exact));
        self.search_without_state(identifier, &mut found);
        if identifier.is_pattern() {
            self.search_by_partial(identifier, &mut found);
        } else {
            if identifier.kind().is_read_by_eye() {
                self.search_near(seen, &mut found);
            }
            if identifier.kind() == IdentifierKind::Plate {
                for (index, certainty) in self.patterns.search(identifier.value()) {
                    found.extend(self.matches_of(Some(index), MatchRule::Pattern, certainty));
                }
            }
        }
        found.sort_by(|a, b| {
            (b.certainty, a.rule, a.target, a.identifier).cmp(&(
                a.certainty,
                b.rule,
                b.target,
                b.identifier,
            ))
        });
        let mut seen_targets = BTreeSet::new();
        found.retain(|found| seen_targets.insert(found.target));
        found
    }

    fn search_without_state<'a>(&'a self, seen: &Identifier, found: &mut Vec<Match<'a>>) {
        let sure = |number: &Identifier| match number.value().chars().count() {
            ..=4 => WITHOUT_STATE_OF_FOUR,
            5 => WITHOUT_STATE_OF_FIVE,
            _ => WITHOUT_STATE,
        };
        // Seen with a state, listed without.
        if let Some(number) = stateless(seen) {
            let index = self.exact.get(&number).copied();
            found.extend(self.matches_of(index, MatchRule::WithoutState, sure(&number)));
        }
        // Seen without, listed with.
        for index in self.without_state.get(seen).into_iter().flatten() {
            found.extend(self.matches_of(Some(*index), MatchRule::WithoutState, sure(seen)));
        }
    }

    fn search_near<'a>(&'a self, seen: &Reading, found: &mut Vec<Match<'a>>) {
        let identifier = &seen.identifier;
        let number = number_of(identifier);
        for index in self.near.candidates(identifier.kind(), number) {
            let Some(entry) = self.entries.get(index as usize) else {
                continue;
            };
            if entry.identifier.kind() != identifier.kind()
                || states_differ(&entry.identifier, identifier)
            {
                continue;
            }
            let Some(rule) = near::compare(number_of(&entry.identifier), number) else {
                continue;
            };
            // Two right check digits: what differs in one character is another thing.
            if entry.is_checked && seen.check == Check::Passed {
                continue;
            }
            let certainty = match rule {
                MatchRule::Confusion => CONFUSION,
                _ if entry.is_checked && seen.check.is_wrong() => ONE_EDIT_OF_MISREAD,
                _ => ONE_EDIT,
            };
            found.extend(self.matches_of(Some(index), rule, certainty));
        }
    }

    /// An officer asks with a partial plate: every plate is looked at.
    fn search_by_partial<'a>(&'a self, seen: &Identifier, found: &mut Vec<Match<'a>>) {
        let entries = self.entries.iter().zip(0_u32..);
        for (entry, index) in entries {
            let other = &entry.identifier;
            if other.kind() == IdentifierKind::Plate
                && !other.is_pattern()
                && pattern::matches(seen.value(), other.value())
            {
                let certainty = pattern::certainty(seen.value(), other.value());
                found.extend(self.matches_of(Some(index), MatchRule::Pattern, certainty));
            }
        }
    }
}

/// The state before a passport's number.
fn state_of(identifier: &Identifier) -> Option<&str> {
    if identifier.kind() != IdentifierKind::Passport {
        return None;
    }
    identifier.value().split_once('/').map(|(state, _)| state)
}

fn states_differ(one: &Identifier, other: &Identifier) -> bool {
    matches!((state_of(one), state_of(other)), (Some(one), Some(other)) if one != other)
}

/// The part in which a misreading can be.
fn number_of(identifier: &Identifier) -> &str {
    let value = identifier.value();
    match identifier.kind() {
        IdentifierKind::Passport => value.split_once('/').map_or(value, |(_, number)| number),
        _ => value,
    }
}

/// The identifier without its state, if it has one: `JOR/N44` is `N44`, and letters before the first
/// digit of a plate may be the sign of its country, which cameras leave out.
fn stateless(identifier: &Identifier) -> Option<Identifier> {
    const SHORTEST: usize = 4;
    let value = identifier.value();
    let number = match identifier.kind() {
        IdentifierKind::Passport => value.split_once('/')?.1,
        IdentifierKind::Plate if !identifier.is_pattern() => {
            let (letters, rest) = value.split_at(value.find(|c: char| c.is_ascii_digit())?);
            let is_long = rest.chars().count() >= SHORTEST;
            (is_long && is_country(letters)).then_some(rest)?
        }
        _ => return None,
    };
    Identifier::new(identifier.kind(), number).ok()
}

impl core::fmt::Debug for WatchList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "WatchList({} identifiers)", self.entries.len())
    }
}
