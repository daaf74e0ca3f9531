//! Near matches. Each value is filed under its shape (characters that are taken for each other made
//! one) and under the shape without each of its characters: two values that are one edit apart then
//! meet in at least one drawer, so that a search opens as many drawers as the value has characters.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::MatchRule;
use crate::identifier::IdentifierKind;
use crate::limits::MAX_IDENTIFIER_BYTES;

/// Shorter values have too many neighbours by chance.
const SHORTEST: usize = 5;

/// Characters that one value can have.
const MAX_GAPS: usize = MAX_IDENTIFIER_BYTES;

/// What FNV-1a (64 bits) begins with and multiplies by.
const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0100_0000_01b3);

/// The keys are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

enum Drawer {
    One(u32),
    More(Vec<u32>),
}

/// The drawers.
#[derive(Default)]
pub(super) struct Near {
    drawers: HashMap<u64, Drawer, BuildHasherDefault<AsIs>>,
}

impl Near {
    pub(super) fn add(&mut self, kind: IdentifierKind, value: &str, index: u32) {
        for key in keys(kind, value) {
            match self.drawers.entry(key) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(Drawer::One(index));
                }
                std::collections::hash_map::Entry::Occupied(mut taken) => match taken.get_mut() {
                    Drawer::One(first) if *first == index => {}
                    Drawer::One(first) => {
                        let both = vec![*first, index];
                        taken.insert(Drawer::More(both));
                    }
                    Drawer::More(all) if all.last() == Some(&index) => {}
                    Drawer::More(all) => all.push(index),
                },
            }
        }
    }

    /// Indexes of values that may be near, each once.
    pub(super) fn candidates(&self, kind: IdentifierKind, value: &str) -> Vec<u32> {
        let mut found = Vec::new();
        for key in keys(kind, value) {
            match self.drawers.get(&key) {
                None => {}
                Some(Drawer::One(index)) => found.push(*index),
                Some(Drawer::More(all)) => found.extend(all),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// One character for all that are taken for it.
const fn shape(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        'V' => 'U',
        other => other,
    }
}

/// Hashes of a value's shape: without each of its characters, and whole.
fn keys(kind: IdentifierKind, value: &str) -> Vec<u64> {
    let step = |hash: u64, shape: u32| (hash ^ u64::from(shape)).wrapping_mul(FNV.1);
    let seal = |hash: u64| hash ^ (hash >> 32);
    let shapes: Vec<u32> = value.chars().map(|c| u32::from(shape(c))).collect();
    let count = match shapes.len() {
        length if length < SHORTEST => 0,
        length => length.min(MAX_GAPS),
    };
    let gaps = shapes.get(..count).unwrap_or_default();
    let mut keys = Vec::with_capacity(gaps.len() + 1);
    // What stands before the gap is the same for all gaps behind it.
    let mut before = (FNV.0 ^ kind as u64).wrapping_mul(FNV.1);
    for (place, left_out) in gaps.iter().enumerate() {
        let behind = shapes.iter().skip(place + 1);
        keys.push(seal(behind.fold(before, |hash, shape| step(hash, *shape))));
        before = step(before, *left_out);
    }
    let rest = shapes.iter().skip(gaps.len());
    keys.push(seal(rest.fold(before, |hash, shape| step(hash, *shape))));
    keys
}

/// How two values are near; none if they are equal or further apart.
pub(super) fn compare(one: &str, other: &str) -> Option<MatchRule> {
    if one == other {
        return None;
    }
    if one.is_ascii() && other.is_ascii() {
        let shape = |byte: u8| shape(char::from(byte));
        return compare_all(one.as_bytes(), other.as_bytes(), shape);
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    compare_all(&one, &other, shape)
}

fn compare_all<T: PartialEq + Copy>(
    one: &[T],
    other: &[T],
    shape: impl Fn(T) -> char,
) -> Option<MatchRule> {
    let same = |a: &T, b: &T| shape(*a) == shape(*b);
    if one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b)) {
        return Some(MatchRule::Confusion);
    }
    if one.len().min(other.len()) < SHORTEST - 1 || one.len().max(other.len()) < SHORTEST {
        return None;
    }
    is_one_edit(one, other).then_some(MatchRule::OneEdit)
}

/// Substitution, insertion, deletion, or a swap of neighbours; of the characters as they are.
fn is_one_edit<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        1 => short[start..] == long[start + 1..],
        0 => {
            let rest = |from: usize| (short.get(from..), long.get(from..));
            let is_substitution = {
                let (a, b) = rest(start + 1);
                a == b
            };
            let is_swap = short.get(start) == long.get(start + 1)
                && short.get(start + 1) == long.get(start)
                && short.get(start + 1).is_some()
                && {
                    let (a, b) = rest(start + 2);
                    a == b
                };
            is_substitution || is_swap
        }
        _ => false,
    }
}
