//! Lengths of time as people write them.

use core::fmt;
use core::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A length of time, before something if negative: `90s`, `2m`, `-30m`, `4h`, `1d`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(into = "String", try_from = "String")]
#[schemars(with = "String", extend("pattern" = "^-?[0-9]{1,6}[smhd]$"))]
pub struct Span {
    seconds: i64,
}

/// Not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a length of time is a number and s, m, h or d, such as 30m or -2h")]
pub struct SpanError;

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Digits of the number.
const MAX_DIGITS: usize = 6;

impl Span {
    /// From seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self { seconds }
    }

    /// In milliseconds; 0 if it is negative.
    #[must_use]
    pub fn as_ms(self) -> u64 {
        u64::try_from(self.seconds)
            .unwrap_or(0)
            .saturating_mul(1_000)
    }

    /// A moment that is this much later, or earlier.
    #[must_use]
    pub fn after_ms(self, moment_ms: u64) -> u64 {
        moment_ms.saturating_add_signed(self.seconds.saturating_mul(1_000))
    }

    /// Whether it is before something.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.seconds < 0
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (_, unit) = UNITS
            .into_iter()
            .find(|(letter, _)| rest.ends_with(*letter))
            .ok_or(SpanError)?;
        let digits = rest.get(..rest.len() - 1).ok_or(SpanError)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() > MAX_DIGITS || !is_number {
            return Err(SpanError);
        }
        let number: i64 = digits.parse().map_err(|_| SpanError)?;
        Ok(Self::seconds(sign * number * unit))
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.seconds < 0 { "-" } else { "" };
        let seconds = self.seconds.abs();
        let (letter, unit) = UNITS
            .into_iter()
            .find(|(_, unit)| seconds != 0 && seconds % unit == 0)
            .unwrap_or(('s', 1));
        write!(f, "{sign}{}{letter}", seconds / unit)
    }
}
