//! Telephones and their subscribers.

use super::checks::{self, checked, is_digits, is_plain, plain};
use super::{Check, Normal};

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

/// E.164 with a plus sign. The numbering plan of its country decides whether such a number can be.
pub(super) fn msisdn(text: &str) -> Option<Normal> {
    let latin: String = text
        .chars()
        .map(|c| {
            c.to_digit(10)
                .or_else(|| arabic_digit(c))
                .map_or(c, |d| char::from_digit(d, 10).unwrap_or(c))
        })
        .collect();
    let trimmed = latin.trim();
    let international = match trimmed.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => trimmed.to_owned(),
    };
    if !international.starts_with('+') {
        return None;
    }
    let number = phonenumber::parse(None, &international).ok()?;
    let check = if phonenumber::is_valid(&number) {
        Check::Passed
    } else {
        Check::Wrong { expected: None }
    };
    let value = number.format().mode(phonenumber::Mode::E164).to_string();
    Some((value, check))
}

fn arabic_digit(c: char) -> Option<u32> {
    match c {
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        _ => None,
    }
}
