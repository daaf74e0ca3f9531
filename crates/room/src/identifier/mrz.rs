//! Machine-readable zones of travel documents (ICAO 9303): passports (part 4, TD3), cards (parts 5 and 6,
//! TD1 and TD2) and visas (part 7, MRV-A and MRV-B).

use super::document::{is_state, kept};
use super::{Check, Normal, checks};

/// Characters of a line of a passport or a large visa.
pub(super) const LINE: usize = 44;

/// Characters of a line of a card of the size of an identity card, which has three.
const TD1_LINE: usize = 30;

/// Characters of a line of a larger card or a small visa.
const TD2_LINE: usize = 36;

/// The lines one after the other without spaces; of a passport its second alone is enough.
pub(super) fn read(lines: &str) -> Option<Normal> {
    let is_mrz = lines
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<');
    if !is_mrz {
        return None;
    }
    let first = lines.chars().next()?;
    match (lines.len(), first) {
        (LINE, _) => passport(lines),
        (length, 'P') if length == 2 * LINE => passport(lines.get(LINE..)?),
        (length, 'V') if length == 2 * LINE => visa(lines, LINE),
        (length, 'V') if length == 2 * TD2_LINE => visa(lines, TD2_LINE),
        (length, _) if length == 2 * TD2_LINE => large_card(lines),
        (length, _) if length == 3 * TD1_LINE => small_card(lines),
        _ => None,
    }
}

/// Places of a text, from 1 as ICAO counts them, both inclusive.
fn field(line: &str, from: usize, to: usize) -> &str {
    line.get(from - 1..to).unwrap_or_default()
}

/// Text and check digit.
type Pair<'a> = (String, &'a str);

/// Number, birth and expiry stand alike in the second lines of all but the small card.
fn pairs(line: &str) -> Vec<Pair<'_>> {
    [(1, 9), (14, 19), (22, 27)]
        .map(|(from, to)| {
            (
                field(line, from, to).to_owned(),
                field(line, to + 1, to + 1),
            )
        })
        .into()
}

/// The second line: number 1–9, nationality 11–13, birth 14–19, expiry 22–27, optional data 29–42, each
/// with a check digit, and one over all of them.
fn passport(line: &str) -> Option<Normal> {
    let mut pairs = pairs(line);
    pairs.push((field(line, 29, 42).to_owned(), field(line, 43, 43)));
    let all = [field(line, 1, 10), field(line, 14, 20), field(line, 22, 43)];
    pairs.push((all.concat(), field(line, 44, 44)));
    normal(field(line, 11, 13), field(line, 1, 9), &pairs)
}

/// As a passport's, but for the optional data, which have no check digit, and no digit over all.
fn visa(lines: &str, length: usize) -> Option<Normal> {
    let (first, line) = lines.split_at_checked(length)?;
    normal(field(first, 3, 5), field(line, 1, 9), &pairs(line))
}

/// State 3–5 of the first line; the second as a passport's with optional data 29–35.
fn large_card(lines: &str) -> Option<Normal> {
    let (first, line) = lines.split_at_checked(TD2_LINE)?;
    let (number, digit) = long_number(field(line, 1, 9), field(line, 10, 10), field(line, 29, 35));
    let mut pairs = pairs(line);
    pairs[0] = (number.clone(), digit);
    let all = [field(line, 1, 10), field(line, 14, 20), field(line, 22, 35)];
    pairs.push((all.concat(), field(line, 36, 36)));
    normal(field(first, 3, 5), &number, &pairs)
}

/// First line: state 3–5, number 6–14, its check digit, optional data 16–30. Second: birth 1–6 and
/// expiry 9–14 with theirs, optional data 19–29, and a digit over all.
fn small_card(lines: &str) -> Option<Normal> {
    let (first, rest) = lines.split_at_checked(TD1_LINE)?;
    let line = rest.get(..TD1_LINE)?;
    let (number, digit) = long_number(
        field(first, 6, 14),
        field(first, 15, 15),
        field(first, 16, 30),
    );
    let all = [
        field(first, 6, 30),
        field(line, 1, 7),
        field(line, 9, 15),
        field(line, 19, 29),
    ];
    let pairs = [
        (number.clone(), digit),
        (field(line, 1, 6).to_owned(), field(line, 7, 7)),
        (field(line, 9, 14).to_owned(), field(line, 15, 15)),
        (all.concat(), field(line, 30, 30)),
    ];
    normal(field(first, 3, 5), &number, &pairs)
}

/// A number of more than nine characters goes on in the optional data, with its check digit behind it
/// and a filler where that would have been (ICAO 9303-5, 4.2.2, note j).
fn long_number<'a>(number: &str, digit: &'a str, optional: &'a str) -> (String, &'a str) {
    let rest = optional.split('<').next().unwrap_or_default();
    match rest.len().checked_sub(1) {
        Some(end) if digit == "<" => {
            let (more, digit) = rest.split_at(end);
            (format!("{number}{more}"), digit)
        }
        _ => (number.to_owned(), digit),
    }
}

fn normal(state: &str, number: &str, pairs: &[Pair<'_>]) -> Option<Normal> {
    let number = number.replace('<', "");
    // Where there is no optional data its check digit may be a filler (ICAO 9303-4, 4.2.2.2).
    let wrong = pairs.iter().find_map(|(text, found)| {
        let expected = checks::mrz(text);
        let is_right = found.starts_with(expected) || (*found == "<" && expected == '0');
        (!is_right).then_some(expected)
    });
    let check = wrong.map_or(Check::Passed, |expected| Check::Wrong {
        expected: Some(expected.to_string()),
    });
    // One letter for some states, and no check digit covers it: what can't be one is left out.
    let state = if is_state(state) { state } else { "" };
    Some((kept(state, &number)?, check))
}
