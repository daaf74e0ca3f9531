//! CSV (RFC 4180): a row a target, with its last known place.

use super::{Shown, instant, properties};

/// What a spreadsheet would take for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

pub(super) fn rows(shown: &Shown<'_>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut is_first = true;
    for (id, target) in shown.board.targets() {
        let mut row = properties(id, target);
        let last = target.last_position();
        let (lat, lon, at) = match last {
            Some((seen, place)) => (
                format!("{:.7}", place.lat()),
                format!("{:.7}", place.lon()),
                instant(seen.seen_at_ms),
            ),
            None => Default::default(),
        };
        row.extend([("seen_at", at), ("latitude", lat), ("longitude", lon)]);
        if is_first {
            writer.write_record(row.iter().map(|(name, _)| *name))?;
            is_first = false;
        }
        let cells = row.iter().map(|(name, value)| cell(name, value));
        writer.write_record(cells)?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// Words of others must not be carried out by the program that opens the table. Numbers of our own may be negative.
fn cell(name: &str, value: &str) -> String {
    let is_ours = matches!(name, "latitude" | "longitude");
    if !is_ours && value.starts_with(FORMULA_STARTS) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}
