//! Telephone numbers of the world (ITU-T E.164): which calling codes there are, and how long the
//! numbers below each may be.
//!
//! The table is made from the metadata of libphonenumber by a test, and held to it. The library
//! itself stays outside: its patterns and their regular expressions are a third of what a phone would
//! have to load. So a number of the right length passes here that no operator has ever given out.

mod plans;

use plans::PLANS;

/// ITU-T E.164 section 6.
const MAX_DIGITS: usize = 15;
const MAX_CALLING_CODE_DIGITS: usize = 3;

/// The numbers below one calling code.
pub(super) struct Plan {
    /// The calling code.
    code: u16,
    /// Bit n: numbers of n digits are possible.
    lengths: u32,
    /// A 0 is dialled before numbers inside the country and not from outside.
    has_trunk_zero: bool,
}

/// A number and whether there can be one like it.
pub(super) struct PhoneNumber {
    /// `+`, calling code, number.
    pub(super) value: String,
    /// Whether its length is possible.
    pub(super) is_possible: bool,
}

/// Reads the digits behind the plus sign, ASCII.
pub(super) fn read(digits: &str) -> Option<PhoneNumber> {
    let (plan, national) = (1..=MAX_CALLING_CODE_DIGITS).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code: u16 = code.parse().ok().filter(|_| !code.starts_with('0'))?;
        let at = PLANS.binary_search_by_key(&code, |plan| plan.code).ok()?;
        Some((PLANS.get(at)?, national))
    })?;
    // Written as it is dialled inside the country, behind the calling code.
    let national = match national.strip_prefix('0') {
        Some(rest) if plan.has_trunk_zero => rest,
        _ => national,
    };
    let value = format!("+{}{national}", plan.code);
    if national.len() < 2 || value.len() > MAX_DIGITS + 1 {
        return None;
    }
    let bit = u32::try_from(national.len()).unwrap_or(u32::MAX);
    let is_possible = 1_u32
        .checked_shl(bit)
        .is_some_and(|bit| plan.lengths & bit != 0);
    Some(PhoneNumber { value, is_possible })
}
