//! AIS out of NMEA 0183 sentences (ITU-R M.1371): positions of ships, class A and B, of aircraft on
//! search and rescue, and who a ship says it is.

use std::collections::HashMap;

use ais::messages::static_data_report::MessagePart;
use ais::messages::{self, AisMessage};
use ais::{AisFragments, AisParser};
use entente_room::{Identifier, IdentifierKind, Position, Reading};

use super::{Line, Observation, Reader};

/// Knots in centimetres a second.
const KNOT_CM_S: f64 = 51.4444;

/// Messages whose parts are waited for at once; more than the ten numbers on a few channels that
/// there can be.
const MAX_PARTIAL: usize = 64;

/// Message types with a position or a name of a craft.
const WANTED: [u8; 9] = [1, 2, 3, 5, 9, 18, 19, 24, 27];

/// A message of which parts have come.
#[derive(Default)]
struct Partial {
    parser: AisParser,
    /// The last part that came.
    part: u8,
}

/// Reads sentences; keeps the parts of messages until they are whole. Messages on other channels may
/// come between the parts of one.
#[derive(Default)]
pub(super) struct AisReader {
    partial: HashMap<(String, String), Partial>,
}

/// What stands in a sentence before its payload.
struct Envelope<'a> {
    parts: u8,
    part: u8,
    id: &'a str,
    channel: &'a str,
}

impl<'a> Envelope<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let sentence = match line.strip_prefix('\\') {
            Some(tagged) => tagged.split_once('\\')?.1,
            None => line,
        };
        let mut fields = sentence.split(',').skip(1);
        let envelope = Self {
            parts: fields.next()?.parse().ok()?,
            part: fields.next()?.parse().ok()?,
            id: fields.next()?,
            channel: fields.next()?,
        };
        let is_sound = envelope.part >= 1 && envelope.part <= envelope.parts && envelope.parts <= 9;
        is_sound.then_some(envelope)
    }
}

impl AisReader {
    /// The whole message's bits, once its last part is there.
    fn whole(&mut self, line: &str) -> Result<Option<Vec<u8>>, String> {
        let bad = |error: ais::errors::Error| error.to_string();
        let Some(envelope) = Envelope::of(line) else {
            return Err("not an AIS sentence".to_owned());
        };
        let fragments = if envelope.parts == 1 {
            AisParser::new()
                .parse(line.as_bytes(), false)
                .map_err(bad)?
        } else {
            let key = (envelope.id.to_owned(), envelope.channel.to_owned());
            if envelope.part == 1 {
                if self.partial.len() >= MAX_PARTIAL {
                    self.partial.clear();
                }
                self.partial.insert(key.clone(), Partial::default());
            }
            let is_next = self
                .partial
                .get(&key)
                .is_some_and(|partial| partial.part + 1 == envelope.part);
            if !is_next {
                return Err("a part of a message without the one before".to_owned());
            }
            let Some(partial) = self.partial.get_mut(&key) else {
                return Ok(None);
            };
            partial.part = envelope.part;
            let fragments = partial.parser.parse(line.as_bytes(), false);
            if envelope.part == envelope.parts || fragments.is_err() {
                self.partial.remove(&key);
            }
            fragments.map_err(bad)?
        };
        match fragments {
            AisFragments::Incomplete(_) => Ok(None),
            AisFragments::Complete(sentence) => {
                let fill = usize::from(sentence.fill_bit_count);
                messages::unarmor(&sentence.data, fill)
                    .map(Some)
                    .map_err(bad)
            }
        }
    }
}

impl Reader for AisReader {
    fn read(&mut self, line: &str) -> Line {
        let line = line.trim();
        if line.is_empty() {
            return Line::Other;
        }
        if !line.is_ascii() {
            return Line::Bad("not ASCII".to_owned());
        }
        // Other sentences of NMEA 0183 come over the same wire.
        if line.starts_with('$') {
            return Line::Other;
        }
        let bits = match self.whole(line) {
            Ok(Some(bits)) => bits,
            Ok(None) => return Line::Other,
            Err(reason) => return Line::Bad(reason),
        };
        let kind = bits.first().map_or(0, |byte| byte >> 2);
        if !WANTED.contains(&kind) {
            return Line::Other;
        }
        match messages::parse(&bits) {
            Ok(message) => observation(message, tag_time(line)),
            Err(error) => Line::Bad(error.to_string()),
        }
    }
}

fn observation(message: AisMessage, seen_at_ms: Option<u64>) -> Line {
    let nothing = String::new;
    let (mmsi, imo, position, note) = match message {
        AisMessage::PositionReport(it) => {
            let movement = (it.course_over_ground, it.speed_over_ground);
            let position = place(it.latitude, it.longitude, movement);
            (it.mmsi, 0, position, nothing())
        }
        AisMessage::StandardClassBPositionReport(it) => {
            let movement = (it.course_over_ground, it.speed_over_ground);
            let position = place(it.latitude, it.longitude, movement);
            (it.mmsi, 0, position, nothing())
        }
        AisMessage::ExtendedClassBPositionReport(it) => {
            let movement = (it.course_over_ground, it.speed_over_ground);
            let position = place(it.latitude, it.longitude, movement);
            (it.mmsi, 0, position, it.name.to_string())
        }
        AisMessage::LongRangeAisBroadcastMessage(it) => {
            let movement = (it.course_over_ground, it.speed_over_ground);
            let position = place(it.latitude, it.longitude, movement);
            (it.mmsi, 0, position, nothing())
        }
        AisMessage::StandardAircraftPositionReport(it) => {
            let movement = (it.course_over_ground, it.speed_over_ground);
            let position = place(it.latitude, it.longitude, movement);
            (it.mmsi, 0, position, nothing())
        }
        AisMessage::StaticAndVoyageRelatedData(it) => {
            let words = [it.vessel_name, it.callsign, it.destination];
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            (it.mmsi, it.imo_number, None, words.join(" · "))
        }
        AisMessage::StaticDataReport(it) => {
            let note = match it.message_part {
                MessagePart::PartA { vessel_name } => vessel_name.to_string(),
                MessagePart::PartB { callsign, .. } => callsign.to_string(),
                MessagePart::Unknown(_) => nothing(),
            };
            (it.mmsi, 0, None, note)
        }
        _ => return Line::Other,
    };
    let mut readings: Vec<Reading> = Vec::new();
    readings.extend(Identifier::read(
        IdentifierKind::Mmsi,
        &format!("{mmsi:09}"),
    ));
    if imo != 0 {
        readings.extend(Identifier::read(IdentifierKind::Imo, &format!("{imo:07}")));
    }
    if readings.is_empty() {
        return Line::Bad("no MMSI".to_owned());
    }
    Line::Seen(Observation {
        readings,
        position,
        seen_at_ms,
        note,
    })
}

/// The time in a TAG block before the sentence (NMEA 0183 4.10, parameter c), seconds or milliseconds.
fn tag_time(line: &str) -> Option<u64> {
    let block = line.strip_prefix('\\')?.split('\\').next()?;
    let fields = block.split_once('*').map_or(block, |(fields, _)| fields);
    let time = fields
        .split(',')
        .find_map(|field| field.strip_prefix("c:"))?;
    let time: u64 = time.parse().ok()?;
    const FIRST_IN_MS: u64 = 100_000_000_000;
    Some(if time < FIRST_IN_MS {
        time * 1_000
    } else {
        time
    })
}

fn place(
    lat: Option<f32>,
    lon: Option<f32>,
    (course, knots): (Option<f32>, Option<f32>),
) -> Option<Position> {
    let position = Position::from_degrees(f64::from(lat?), f64::from(lon?))?;
    Some(Position {
        course_deg: course
            .filter(|course| (0.0..360.0).contains(course))
            .map(|course| course as u16),
        speed_cm_s: knots
            .filter(|knots| (0.0..=1_022.0).contains(knots))
            .map(|knots| (f64::from(knots) * KNOT_CM_S) as u32),
        ..position
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mmsi(line: Line) -> Option<String> {
        match line {
            Line::Seen(seen) => Some(seen.readings[0].identifier.to_string()),
            _ => None,
        }
    }

    #[test]
    fn published_sentences_are_read() {
        // Examples of gpsd's "AIVDM/AIVDO protocol decoding".
        let mut reader = AisReader::default();
        let one = reader.read("!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C");
        assert_eq!(mmsi(one).as_deref(), Some("mmsi:477553000"));
        let first = "!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E";
        assert_eq!(reader.read(first), Line::Other);
        let Line::Seen(ship) = reader.read("!AIVDM,2,2,3,B,1@0000000000000,2*55") else {
            panic!("the second part makes it whole");
        };
        assert_eq!(ship.readings[0].identifier.to_string(), "mmsi:369190000");
        assert!(ship.note.contains("MT.MITCHELL"), "{}", ship.note);
    }

    #[test]
    fn bad_lines_are_told() {
        let mut reader = AisReader::default();
        for line in [
            "!AIVDM,2,2,3,B,1@0000000000000,2*55",
            "!AIVDM,1,2,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5F",
            "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5D",
            "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0",
            "!AIVDM,1,1,,B,177KQJ5000G?tÖ`K>RA1wUbN0TKH,0*5C",
            "hello*00",
        ] {
            assert!(matches!(reader.read(line), Line::Bad(_)), "{line}");
        }
        assert_eq!(reader.read(""), Line::Other);
    }

    #[test]
    fn parts_of_two_messages_come_mixed() {
        let first = "!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E";
        let other =
            "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C";
        let mut reader = AisReader::default();
        assert_eq!(reader.read(first), Line::Other);
        assert_eq!(reader.read(other), Line::Other);
        let whole = reader.read("!AIVDM,2,2,3,B,1@0000000000000,2*55");
        assert_eq!(mmsi(whole).as_deref(), Some("mmsi:369190000"));
        let whole = reader.read("!AIVDM,2,2,1,A,88888888880,2*25");
        assert_eq!(mmsi(whole).as_deref(), Some("mmsi:351759000"));
    }

    proptest::proptest! {
        /// Nothing that comes over the wire breaks the reader.
        #[test]
        fn no_line_breaks_it(lines in proptest::collection::vec(
            "(\\\\[c:0-9,*s]{0,12}\\\\)?!AIVD[MO],[0-9]{1,3},[0-9]{1,3},[0-9]?,[AB]?,[0-9A-Wa-w`]{0,80},[0-9]", 1..8)
        ) {
            let mut reader = AisReader::default();
            for line in lines {
                let start = line.find('!').unwrap();
                let sum = line[start + 1..].bytes().fold(0, |sum, byte| sum ^ byte);
                reader.read(&format!("{line}*{sum:02X}"));
            }
        }
    }

    #[test]
    fn a_tag_block_dates_a_sentence() {
        let mut reader = AisReader::default();
        let line = r"\s:2573135,c:1671620143*0B\!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C";
        let Line::Seen(seen) = reader.read(line) else {
            panic!("seen");
        };
        assert_eq!(seen.seen_at_ms, Some(1_671_620_143_000));
    }
}
