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
const fn shape(byte: u8) -> u8 {
    match byte {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        b'V' => b'U',
        other => other,
    }
}

fn keys(kind: IdentifierKind, value: &str) -> impl Iterator<Item = u64> + use<'_> {
    let bytes = value.as_bytes();
    let seed = (FNV.0 ^ kind as u64).wrapping_mul(FNV.1);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(shape(byte))).wrapping_mul(FNV.1);
    let length = bytes.len().min(MAX_IDENTIFIER_BYTES);
    let gaps = if length < SHORTEST { 0 } else { length };
    (0..=gaps).map(move |gap| {
        // The gap behind the last character is the whole value.
        let skipped = if gap == gaps { usize::MAX } else { gap };
        let hash = bytes
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != skipped)
            .fold(seed, |hash, (_, byte)| step(hash, *byte));
        hash ^ (hash >> 32)
    })
}

/// How two values are near; none if they are equal or further apart.
pub(super) fn compare(one: &str, other: &str) -> Option<MatchRule> {
    if one == other {
        return None;
    }
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = |a: &u8, b: &u8| shape(*a) == shape(*b);
    if one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b)) {
        return Some(MatchRule::Confusion);
    }
    if one.len().min(other.len()) < SHORTEST - 1 || one.len().max(other.len()) < SHORTEST {
        return None;
    }
    is_one_edit(one, other).then_some(MatchRule::OneEdit)
}

/// Substitution, insertion, deletion, or a swap of neighbours; of the characters as they are.
fn is_one_edit(one: &[u8], other: &[u8]) -> bool {
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
