//! Number plates as cameras report them: one JSON object a line.

use entente_room::{Identifier, IdentifierKind, Position};
use serde::Deserialize;

use super::{Line, Observation, Reader};

/// One sighting. Fields that are not named here are passed over.
#[derive(Deserialize)]
struct Sighting {
    plate: String,
    /// Two letters, if the camera can tell.
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lon: Option<f64>,
    /// RFC 3339, or Unix milliseconds.
    #[serde(default)]
    time: Option<Time>,
    #[serde(default)]
    camera: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Milliseconds(u64),
    Text(String),
}

#[derive(Default)]
pub(super) struct AnprReader;

impl Reader for AnprReader {
    fn read(&mut self, line: &str) -> Line {
        if line.trim().is_empty() {
            return Line::Other;
        }
        let sighting: Sighting = match serde_json::from_str(line) {
            Ok(sighting) => sighting,
            Err(error) => return Line::Bad(error.to_string()),
        };
        let country = sighting.country.unwrap_or_default();
        let country = country.trim();
        // The number alone is another country's too: it is read so only if the camera can't tell the
        // country, or has put it before the number itself.
        let mut texts = vec![format!("{country}{}", sighting.plate)];
        if begins_with(&sighting.plate, country) {
            texts.push(sighting.plate);
        }
        let mut readings = Vec::new();
        for text in texts {
            match Identifier::read(IdentifierKind::Plate, &text) {
                Ok(reading) if !readings.contains(&reading) => readings.push(reading),
                Ok(_) => {}
                Err(error) => return Line::Bad(error.to_string()),
            }
        }
        let seen_at_ms = match sighting.time.map(milliseconds) {
            Some(None) => return Line::Bad("time".to_owned()),
            Some(known) => known,
            None => None,
        };
        Line::Seen(Observation {
            readings,
            position: sighting
                .lat
                .zip(sighting.lon)
                .and_then(|(lat, lon)| Position::from_degrees(lat, lon)),
            seen_at_ms,
            note: sighting.camera,
        })
    }
}

fn begins_with(plate: &str, country: &str) -> bool {
    let plate = plate.trim_start();
    let sign = plate.get(..country.len());
    sign.is_some_and(|sign| sign.eq_ignore_ascii_case(country))
}

fn milliseconds(time: Time) -> Option<u64> {
    match time {
        Time::Milliseconds(ms) => Some(ms),
        Time::Text(text) => time_of(&text),
    }
}

/// RFC 3339, or Unix milliseconds.
pub(super) fn time_of(text: &str) -> Option<u64> {
    if let Ok(ms) = text.parse() {
        return Some(ms);
    }
    let time: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plates(line: &str) -> Vec<String> {
        let Line::Seen(seen) = AnprReader.read(line) else {
            panic!("seen");
        };
        let plates = seen.readings.iter();
        plates
            .map(|reading| reading.identifier.to_string())
            .collect()
    }

    #[test]
    fn a_number_alone_is_read_only_if_the_country_is_not_known() {
        let rows: [(&str, &[&str]); 4] = [
            (r#"{"plate":"14-83921"}"#, &["plate:1483921"]),
            (
                r#"{"plate":"14-83921","country":"AE"}"#,
                &["plate:AE1483921"],
            ),
            (
                r#"{"plate":"JO 14-83921","country":"jo"}"#,
                &["plate:JOJO1483921", "plate:JO1483921"],
            ),
            (r#"{"plate":"14-83921","country":""}"#, &["plate:1483921"]),
        ];
        for (line, expected) in rows {
            assert_eq!(plates(line), expected, "{line}");
        }
    }

    #[test]
    fn a_camera_line_is_read() {
        let line = r#"{"plate":"14-83921","country":"JO","lat":31.5,"lon":35.9,
            "time":"2026-11-24T03:30:00+03:00","camera":"Azraq 2","speed":80}"#
            .replace('\n', "");
        let Line::Seen(seen) = AnprReader.read(&line) else {
            panic!("seen");
        };
        assert_eq!(plates(&line), ["plate:JO1483921"]);
        assert_eq!(seen.seen_at_ms, Some(1_795_480_200_000));
        assert_eq!(seen.note, "Azraq 2");
        for line in [
            "{",
            "{}",
            r#"{"plate":"--"}"#,
            r#"{"plate":"A1","time":"noon"}"#,
        ] {
            assert!(matches!(AnprReader.read(line), Line::Bad(_)), "{line}");
        }
    }
}
