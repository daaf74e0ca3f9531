//! Places, times and identifiers as they are typed.

use entente_room::{Check, Identifier, Position, Reading};

use super::Failure;
use crate::now_ms;

/// `LAT,LON` in degrees, north and east positive.
pub(super) fn position(text: &str) -> Result<Position, String> {
    let wrong = || format!("{text}: LAT,LON");
    let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
    let degrees = |part: &str| part.trim().parse::<f64>().map_err(|_| wrong());
    Position::from_degrees(degrees(lat)?, degrees(lon)?).ok_or_else(wrong)
}

/// A moment: `2026-11-24T03:30:00+03:00`, or from now such as `+45m` and `-10m`. Unix milliseconds.
pub(super) fn moment(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text}: +45m, 2026-11-24T03:30:00+03:00");
    if let Some(length) = text.strip_prefix(['+', '-']) {
        let length = humantime::parse_duration(length).map_err(|_| wrong())?;
        let length = super::common::milliseconds(length);
        let now_ms = now_ms();
        return Ok(if text.starts_with('+') {
            now_ms.saturating_add(length)
        } else {
            now_ms.saturating_sub(length)
        });
    }
    let moment: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
    u64::try_from(moment.as_millisecond()).map_err(|_| wrong())
}

/// `KIND:VALUE`, with what its check digit says.
pub(super) fn reading(text: &str) -> Result<Reading, String> {
    Identifier::read_text(text).map_err(|error| error.to_string())
}

/// Identifiers whose check digits are right, or known to be wrong.
pub(super) fn checked(
    readings: Vec<Reading>,
    is_known_wrong: bool,
) -> Result<Vec<Identifier>, Failure> {
    readings
        .into_iter()
        .map(|reading| match reading.check {
            Check::Wrong { expected } if !is_known_wrong => Err(Failure::check_digit(
                &reading.identifier.to_string(),
                expected.as_deref(),
            )),
            _ => Ok(reading.identifier),
        })
        .collect()
}
