//! Passports and other travel documents.

use super::checks::{is_plain, plain};
use super::{Check, Normal, mrz};

/// Stands between the issuing state and the number.
const STATE_MARK: char = '/';

/// How many characters a document's number has.
const NUMBER_LENGTHS: core::ops::RangeInclusive<usize> = 3..=20;

/// A number, `STATE/NUMBER` with the three letters of ICAO 9303-3 section 5, or the machine-readable
/// zone of a travel document, whose check digits are looked at.
pub(super) fn passport(text: &str) -> Option<Normal> {
    let lines: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if lines.is_ascii() && lines.contains('<') || lines.len() == mrz::LINE {
        return mrz::read(&lines);
    }
    let (state, number) = match text.split_once(STATE_MARK) {
        Some((state, number)) => (plain(state), number),
        None => (String::new(), text),
    };
    if !(state.is_empty() || is_state(&state)) || !is_plain(number) {
        return None;
    }
    Some((kept(&state, &plain(number))?, Check::Absent))
}

/// Three letters of ICAO 9303-3, section 5.
pub(super) fn is_state(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// How a document is written down; none if no document has a number of that length.
pub(super) fn kept(state: &str, number: &str) -> Option<String> {
    let kept = if state.is_empty() {
        number.to_owned()
    } else {
        format!("{state}{STATE_MARK}{number}")
    };
    NUMBER_LENGTHS.contains(&number.len()).then_some(kept)
}
