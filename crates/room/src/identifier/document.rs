//! Passports.

use super::checks::{self, is_plain, plain};
use super::{Check, Normal};

/// Characters of one line of a passport's machine-readable zone.
const LINE: usize = 44;

/// Stands between the issuing state and the number.
pub(super) const STATE_MARK: char = '/';

/// A number, `STATE/NUMBER` with the three letters of ICAO 9303-3 section 5, or the machine-readable
/// zone of a passport (ICAO 9303-4, one or both lines), whose four check digits are looked at.
pub(super) fn passport(text: &str) -> Option<Normal> {
    let lines: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if lines.is_ascii() && lines.contains('<') || lines.len() == LINE {
        return match lines.len() {
            LINE => data_line(&lines),
            length if length == 2 * LINE && lines.starts_with('P') => data_line(&lines[LINE..]),
            _ => None,
        };
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

fn with_state(state: &str, number: &str) -> String {
    if state.is_empty() {
        number.to_owned()
    } else {
        format!("{state}{STATE_MARK}{number}")
    }
}

/// The second line: number 1–9 and its check digit, state 11–13, birth 14–19, expiry 22–27, optional
/// data 29–42, each with a check digit, and one over all of them.
fn data_line(line: &str) -> Option<Normal> {
    let is_mrz = line
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<');
    if !is_mrz || line.len() != LINE {
        return None;
    }
    let field = |from: usize, to: usize| &line[from - 1..to];
    let number = field(1, 9).trim_end_matches('<').replace('<', "");
    let state = field(11, 13).replace('<', "");
    if number.is_empty() {
        return None;
    }
    let all = [field(1, 10), field(14, 20), field(22, 43)].concat();
    let expected: Vec<(char, &str)> = vec![
        (checks::mrz(field(1, 9)), field(10, 10)),
        (checks::mrz(field(14, 19)), field(20, 20)),
        (checks::mrz(field(22, 27)), field(28, 28)),
        (checks::mrz(field(29, 42)), field(43, 43)),
        (checks::mrz(&all), field(44, 44)),
    ];
    // Where there is no optional data its check digit may be a filler (ICAO 9303-4, 4.2.2.2).
    let is_right = |(expected, found): &(char, &str)| {
        found.starts_with(*expected) || (*found == "<" && *expected == '0')
    };
    let check = match expected.iter().find(|pair| !is_right(pair)) {
        None => Check::Passed,
        Some((expected, _)) => Check::Wrong {
            expected: Some(expected.to_string()),
        },
    };
    let state = if state.len() == 3 {
        state
    } else {
        String::new()
    };
    Some((with_state(&state, &number), check))
}
