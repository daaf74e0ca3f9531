//! Number plates.

use super::{Check, Normal};

/// Stands for one unknown character of a partial plate.
pub(crate) const ANY_CHARACTER: char = '?';

/// Stands for any number of unknown characters of a partial plate.
pub(crate) const ANY_RUN: char = '*';

/// Upper-case Latin letters and digits; `?` and `*` where a witness did not see. Arabic letters
/// become those that the same plate shows in Latin beside them (Saudi Traffic Department, the
/// seventeen letters of the plates), Arabic digits Latin ones, and Greek and Cyrillic letters that
/// look like Latin ones the Latin (Vienna Convention on Road Traffic, annex 2, allows only those).
pub(super) fn normal(text: &str) -> Option<Normal> {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            value.push(c.to_ascii_uppercase());
        } else if c == ANY_CHARACTER || c == ANY_RUN {
            if !(c == ANY_RUN && value.ends_with(ANY_RUN)) {
                value.push(c);
            }
        } else if let Some(latin) = latin(c) {
            value.push(latin);
        } else if c.is_alphanumeric() {
            // What a letter wears in lower case may come off as a mark of its own.
            let upper = c.to_uppercase().filter(|upper| upper.is_alphanumeric());
            value.extend(upper.map(|upper| latin(upper).unwrap_or(upper)));
        }
    }
    let is_seen = value.chars().any(|c| c != ANY_CHARACTER && c != ANY_RUN);
    is_seen.then_some((value, Check::Absent))
}

fn latin(c: char) -> Option<char> {
    let latin = match c {
        '٠'..='٩' => return char::from_digit(c as u32 - '٠' as u32, 10),
        '۰'..='۹' => return char::from_digit(c as u32 - '۰' as u32, 10),
        '０'..='９' => return char::from_digit(c as u32 - '０' as u32, 10),
        'ا' | 'أ' | 'إ' | 'آ' | 'А' | 'Α' => 'A',
        'ب' | 'В' | 'Β' => 'B',
        'ح' => 'J',
        'د' => 'D',
        'ر' => 'R',
        'س' => 'S',
        'ص' | 'Х' | 'Χ' => 'X',
        'ط' | 'Т' | 'Τ' => 'T',
        'ع' | 'Е' | 'Ε' => 'E',
        'ق' => 'G',
        'ك' | 'ک' | 'К' | 'Κ' => 'K',
        'ل' => 'L',
        'م' | 'Ζ' => 'Z',
        'ن' | 'Ν' => 'N',
        'ه' | 'ة' | 'Н' | 'Η' => 'H',
        'و' => 'U',
        'ى' | 'ي' | 'ی' => 'V',
        'М' | 'Μ' => 'M',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'С' => 'C',
        'У' | 'Υ' => 'Y',
        'І' | 'Ι' => 'I',
        _ => return None,
    };
    Some(latin)
}
