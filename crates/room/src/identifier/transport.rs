//! Vehicles, vessels, aircraft and containers.

use super::checks::{self, checked, is_digits, is_plain, plain};
use super::{Check, Normal};

const VIN_LENGTH: usize = 17;

/// ISO 3779. The letters I, O and Q do not occur: they are misread digits. The check digit binds
/// only for makers in North America (first character 1 to 5) and China (L).
pub(super) fn vin(text: &str) -> Option<Normal> {
    let vin: String = plain(text)
        .chars()
        .map(|c| match c {
            'I' => '1',
            'O' | 'Q' => '0',
            other => other,
        })
        .collect();
    if vin.len() != VIN_LENGTH || !is_plain(text) {
        return None;
    }
    let expected = checks::vin(&vin);
    let is_right = vin.chars().nth(8) == Some(expected);
    let check = if is_right {
        Check::Passed
    } else if vin.starts_with(['1', '2', '3', '4', '5', 'L']) {
        Check::Wrong {
            expected: Some(expected.to_string()),
        }
    } else {
        Check::Absent
    };
    Some((vin, check))
}

/// Seven digits, with or without `IMO` before them.
pub(super) fn imo(text: &str) -> Option<Normal> {
    let number = plain(text);
    let number = number.strip_prefix("IMO").unwrap_or(&number);
    if number.len() != 7 || !is_digits(number) || !is_plain(text) {
        return None;
    }
    Some(checked(number.to_owned(), checks::imo(&number[..6])))
}

/// Nine digits (ITU-R M.585). There is no check digit; ships begin with 2 to 7, coast stations with
/// 00, groups with 0, aircraft of search and rescue with 111, aids and craft with 8 and 9.
pub(super) fn mmsi(text: &str) -> Option<Normal> {
    let number = plain(text);
    let number = number.strip_prefix("MMSI").unwrap_or(&number);
    let is_mmsi = number.len() == 9 && is_digits(number) && is_plain(text);
    is_mmsi.then(|| (number.to_owned(), Check::Absent))
}

/// ISO 6346: owner code, category U, J or Z, six digits, check digit.
pub(super) fn container(text: &str) -> Option<Normal> {
    let number = plain(text);
    if number.len() != 11 || !is_plain(text) {
        return None;
    }
    let (letters, digits) = number.split_at(4);
    let is_form = letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && letters.ends_with(['U', 'J', 'Z'])
        && is_digits(digits);
    if !is_form {
        return None;
    }
    let expected = checks::iso_6346(&number[..10]);
    Some(checked(number, expected))
}

/// IATA or ICAO code of the airline, one to four digits without leading zeros, a letter at most.
pub(super) fn flight(text: &str) -> Option<Normal> {
    let flight = plain(text);
    if !is_plain(text) {
        return None;
    }
    let airline = [3, 2].into_iter().find(|length| {
        let Some((airline, rest)) = flight.split_at_checked(*length) else {
            return false;
        };
        let letters = airline.bytes().filter(u8::is_ascii_alphabetic).count();
        let is_airline = if *length == 3 {
            letters == 3
        } else {
            letters >= 1
        };
        let number = rest.strip_suffix(|c: char| c.is_ascii_uppercase());
        let number = number.unwrap_or(rest);
        is_airline && is_digits(number) && number.len() <= 4
    })?;
    let (airline, rest) = flight.split_at(airline);
    let number = rest.trim_start_matches('0');
    let number = if number.starts_with(|c: char| c.is_ascii_digit()) {
        number.to_owned()
    } else {
        format!("0{number}")
    };
    Some((format!("{airline}{number}"), Check::Absent))
}

/// Letters and digits of an aircraft's registration (ICAO annex 7).
pub(super) fn tail_number(text: &str) -> Option<Normal> {
    let tail = plain(text);
    let is_tail = (3..=8).contains(&tail.len()) && is_plain(text);
    is_tail.then_some((tail, Check::Absent))
}
