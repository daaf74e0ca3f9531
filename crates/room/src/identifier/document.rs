//! Passports and other travel documents.

use super::checks::{is_plain, plain};
use super::{Check, Normal, mrz};

/// Stands between the issuing state and the number.
pub(super) const STATE_MARK: char = '/';

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
    let is_state = state.is_empty()
        || (state.len() == 3 && state.bytes().all(|byte| byte.is_ascii_uppercase()));
    if !is_state || !is_plain(number) {
        return None;
    }
    let number = plain(number);
    (3..=20)
        .contains(&number.len())
        .then(|| (with_state(&state, &number), Check::Absent))
}

pub(super) fn with_state(state: &str, number: &str) -> String {
    if state.is_empty() {
        number.to_owned()
    } else {
        format!("{state}{STATE_MARK}{number}")
    }
}
