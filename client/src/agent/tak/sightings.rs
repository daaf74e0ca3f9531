//! What a TAK server tells, as something that was seen: matched with the board like any feed.

use entente_room::{Identifier, IdentifierKind, Reading};

use super::cot::CotEvent;
use crate::agent::{Line, Observation, Reader};

/// Most identifiers that are read out of one event.
const MAX_READINGS: usize = 16;

/// Reads events, one a line.
pub(in crate::agent) struct CotReader;

impl Reader for CotReader {
    fn read(&mut self, line: &str) -> Line {
        match CotEvent::read(line) {
            Ok(event) => observation(&event),
            Err(error) => Line::Bad(error.to_string()),
        }
    }
}

fn observation(event: &CotEvent) -> Line {
    // Things and markers; not pings, chats and drawings.
    if !(event.kind.starts_with("a-") || event.kind.starts_with("b-m-p")) {
        return Line::Other;
    }
    let readings = readings(event);
    if readings.is_empty() {
        return Line::Other;
    }
    Line::Seen(Observation {
        readings,
        position: event.position,
        seen_at_ms: Some(event.time_ms),
        note: source(event),
    })
}

/// Whose word it is.
pub(super) fn source(event: &CotEvent) -> String {
    let name = if event.callsign.is_empty() {
        &event.uid
    } else {
        &event.callsign
    };
    let mut note = format!("TAK: {name}");
    if !event.remarks.trim().is_empty() {
        note = format!("{note} · {}", event.remarks.trim());
    }
    note
}

/// What identifies the thing: `kind:value` in call sign and remarks, and what gateways of ships and aircraft put into
/// uid and call sign.
fn readings(event: &CotEvent) -> Vec<Reading> {
    let mut found = Vec::new();
    let mut take = |kind: IdentifierKind, value: &str| {
        if let Ok(reading) = Identifier::read(kind, value) {
            found.push(reading);
        }
    };
    if let Some(mmsi) = event.uid.strip_prefix("MMSI-") {
        take(IdentifierKind::Mmsi, mmsi);
    }
    let is_aircraft = event.kind.split('-').nth(2) == Some("A");
    if is_aircraft && !event.callsign.is_empty() {
        take(IdentifierKind::Flight, &event.callsign);
        take(IdentifierKind::TailNumber, &event.callsign);
    }
    for text in [&event.callsign, &event.remarks] {
        for word in text.split([' ', '\n', '\t', ',', ';']) {
            if let Some((kind, value)) = word.split_once(':')
                && let Some(kind) = IdentifierKind::from_name(kind)
            {
                take(kind, value);
            }
        }
    }
    found.truncate(MAX_READINGS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: &str, uid: &str, callsign: &str, remarks: &str) -> Vec<String> {
        let event = CotEvent {
            kind: kind.into(),
            uid: uid.into(),
            callsign: callsign.into(),
            remarks: remarks.into(),
            time_ms: 1,
            ..CotEvent::default()
        };
        match observation(&event) {
            Line::Seen(seen) => {
                let readings = seen.readings.iter();
                readings.map(|it| it.identifier.to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn identifiers_are_found_where_gateways_and_people_put_them() {
        assert_eq!(
            seen("a-u-S-X-M", "MMSI-477553000", "DHOW", ""),
            ["mmsi:477553000"]
        );
        assert_eq!(
            seen("a-u-G", "x", "Spotter", "lorry plate:JO14-83921, two men"),
            ["plate:JO1483921"]
        );
        assert!(
            seen("a-f-A-C-F", "ICAO-7380AB", "RJA102", "").contains(&"flight:RJA102".to_owned())
        );
        assert!(seen("t-x-c-t", "MMSI-477553000", "", "").is_empty());
        assert!(seen("a-u-G", "x", "Spotter", "nothing to say").is_empty());
    }
}
