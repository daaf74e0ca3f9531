//! Telephones and their subscribers.

use super::checks::{self, checked, is_digits, is_plain, plain};
use super::{Check, Normal, phone_number};

/// 3GPP TS 23.003 section 6: 14 digits and a check digit. The 16 digits of an IMEISV end in a software
/// version instead; its IMEI is taken.
pub(super) fn imei(text: &str) -> Option<Normal> {
    let digits = plain(text);
    if !is_digits(&digits) || !is_plain(text) {
        return None;
    }
    match digits.len() {
        15 => {
            let expected = checks::luhn(&digits[..14]);
            Some(checked(digits, expected))
        }
        14 | 16 => {
            let body = &digits[..14];
            Some((format!("{body}{}", checks::luhn(body)), Check::Absent))
        }
        _ => None,
    }
}

/// E.164 with a plus sign. The numbering plan of its country decides how long such a number can be.
pub(super) fn msisdn(text: &str) -> Option<Normal> {
    let latin: String = text
        .chars()
        .map(|c| {
            c.to_digit(10)
                .or_else(|| arabic_digit(c))
                .map_or(c, |d| char::from_digit(d, 10).unwrap_or(c))
        })
        .collect();
    // The 0 in brackets is for callers inside the country.
    let trimmed = latin.trim().replace("(0)", "");
    let international = match trimmed.strip_prefix("00") {
        Some(rest) => rest,
        None => trimmed.strip_prefix('+')?,
    };
    let is_separator = |c: char| c.is_whitespace() || "-–./()".contains(c);
    let digits: String = international
        .chars()
        .filter(|c| !is_separator(*c))
        .collect();
    if !is_digits(&digits) {
        return None;
    }
    let number = phone_number::read(&digits)?;
    let check = if number.is_possible {
        Check::Passed
    } else {
        Check::Wrong { expected: None }
    };
    Some((number.value, check))
}

fn arabic_digit(c: char) -> Option<u32> {
    match c {
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        _ => None,
    }
}
