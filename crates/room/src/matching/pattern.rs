//! Partial plates: `?` for one unknown character, `*` for any number of them.

use std::collections::HashMap;

use super::PATTERN_AT_MOST;
use crate::identifier::{ANY_CHARACTER, ANY_RUN};

/// Patterns by the first two neighbouring characters that they know; a plate that matches has them.
#[derive(Default)]
pub(super) struct Patterns {
    by_pair: HashMap<(char, char), Vec<(String, u32)>>,
    /// Those that know no two neighbours.
    others: Vec<(String, u32)>,
}

impl Patterns {
    pub(super) fn add(&mut self, pattern: &str, index: u32) {
        let known = pairs(pattern).find(|(a, b)| is_known(*a) && is_known(*b));
        let place = match known {
            Some(pair) => self.by_pair.entry(pair).or_default(),
            None => &mut self.others,
        };
        place.push((pattern.to_owned(), index));
    }

    /// Patterns that a plate matches, with the certainty in percent.
    pub(super) fn search(&self, plate: &str) -> Vec<(u32, u8)> {
        if self.by_pair.is_empty() && self.others.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(u32, u8)> = pairs(plate)
            .filter_map(|pair| self.by_pair.get(&pair))
            .flatten()
            .chain(&self.others)
            .filter(|(pattern, _)| matches(pattern, plate))
            .map(|(pattern, index)| (*index, certainty(pattern, plate)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn is_known(c: char) -> bool {
    c != ANY_CHARACTER && c != ANY_RUN
}

fn pairs(text: &str) -> impl Iterator<Item = (char, char)> + '_ {
    text.chars().zip(text.chars().skip(1))
}

/// Whether the plate is as the pattern says. Linear but for the runs, of which the last is retried.
pub(super) fn matches(pattern: &str, plate: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let plate: Vec<char> = plate.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut run: Option<(usize, usize)> = None;
    while t < plate.len() {
        match pattern.get(p) {
            Some(&ANY_RUN) => {
                run = Some((p, t));
                p += 1;
            }
            Some(&c) if c == ANY_CHARACTER || plate.get(t) == Some(&c) => {
                p += 1;
                t += 1;
            }
            _ => match run {
                Some((at, from)) => {
                    run = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == ANY_RUN)
}

/// The share of the plate's characters that the pattern knew.
pub(super) fn certainty(pattern: &str, plate: &str) -> u8 {
    let known = pattern.chars().filter(|c| is_known(*c)).count();
    let length = plate.chars().count().max(1);
    u8::try_from(known * 100 / length)
        .unwrap_or(PATTERN_AT_MOST)
        .min(PATTERN_AT_MOST)
}
