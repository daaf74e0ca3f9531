//! Arithmetic of check digits. Each function gives what the check digit must be.

use super::{Check, Normal};

/// Value with its check: passed, or what the last character would have to be.
pub(super) fn checked(value: String, expected: char) -> Normal {
    let check = if value.ends_with(expected) {
        Check::Passed
    } else {
        Check::Wrong {
            expected: Some(expected.to_string()),
        }
    };
    (value, check)
}

/// The characters without separators, in upper case.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Whether nothing but letters, digits and separators was in the text.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || "-./_".contains(c))
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> {
    text.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')))
}

fn digit(number: u32) -> char {
    char::from_digit(number, 10).unwrap_or('?')
}

/// ISO/IEC 7812-1 annex B over digits without the check digit.
pub(super) fn luhn(body: &str) -> char {
    let sum: u32 = digits(body)
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = digit * weight;
            product / 10 + product % 10
        })
        .sum();
    digit((10 - sum % 10) % 10)
}

/// ISO 6346 over the ten characters before the check digit.
pub(super) fn iso_6346(body: &str) -> char {
    let sum: u32 = body
        .chars()
        .zip(0_u32..)
        .map(|(c, place)| {
            let value = match c.to_digit(36) {
                // Letters count from 10 and pass over the multiples of 11.
                Some(number @ 10..) => number + (number - 1) / 10,
                Some(number) => number,
                None => 0,
            };
            value << place
        })
        .sum();
    digit(sum % 11 % 10)
}

/// 49 CFR 565.15 over all 17 characters; the ninth counts nothing.
pub(super) fn vin(vin: &str) -> char {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: u32 = vin
        .chars()
        .zip(WEIGHTS)
        .map(|(c, weight)| {
            let value = match c {
                'A' | 'J' => 1,
                'B' | 'K' | 'S' => 2,
                'C' | 'L' | 'T' => 3,
                'D' | 'M' | 'U' => 4,
                'E' | 'N' | 'V' => 5,
                'F' | 'W' => 6,
                'G' | 'P' | 'X' => 7,
                'H' | 'Y' => 8,
                'R' | 'Z' => 9,
                other => other.to_digit(10).unwrap_or(0),
            };
            value * weight
        })
        .sum();
    match sum % 11 {
        10 => 'X',
        rest => digit(rest),
    }
}

/// IMO resolution A.1117(30) over the six digits before the check digit.
pub(super) fn imo(body: &str) -> char {
    let sum: u32 = digits(body).zip((2..=7).rev()).map(|(d, w)| d * w).sum();
    digit(sum % 10)
}

/// ICAO 9303-3, 4.9 over a field of a machine-readable zone.
pub(super) fn mrz(field: &str) -> char {
    let sum: u32 = field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight)
        .sum();
    digit(sum % 10)
}

/// CAS registry numbers: digits before the check digit, without hyphens.
pub(super) fn cas(body: &str) -> char {
    let sum: u32 = digits(body).rev().zip(1..).map(|(d, w)| d * w).sum();
    digit(sum % 10)
}
