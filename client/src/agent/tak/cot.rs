//! Cursor-on-Target events (version 2.0) as XML: as much of them as a board and a TAK server have in common.

use entente_room::Position;
use jiff::Timestamp;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

/// What stands for "not known" in a height or an error.
const UNKNOWN_M: &str = "9999999.0";

/// Type of an event that takes another one off the map.
const DELETE: &str = "t-x-d-d";

/// Largest event in bytes, as they come from a server.
pub(super) const MAX_EVENT_BYTES: usize = 64 * 1024;

/// Something at a place.
#[derive(Clone, PartialEq, Default)]
pub(super) struct CotEvent {
    pub(super) uid: String,
    /// Such as `a-f-G-U-C`: a friendly unit on the ground.
    pub(super) kind: String,
    /// When it was measured, Unix milliseconds.
    pub(super) time_ms: u64,
    /// Until when it counts, Unix milliseconds.
    pub(super) stale_ms: u64,
    pub(super) position: Option<Position>,
    pub(super) callsign: String,
    pub(super) remarks: String,
    /// Other events that it refers to.
    pub(super) links: Vec<String>,
}

/// Not an event that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CotError {
    #[error("not XML: {0}")]
    Xml(String),
    #[error("no event with a type, a uid and a time")]
    Event,
}

impl CotEvent {
    /// Takes what has this uid off the map.
    pub(super) fn delete(uid: &str, now_ms: u64) -> Self {
        Self {
            uid: format!("{uid}-delete"),
            kind: DELETE.to_owned(),
            time_ms: now_ms,
            stale_ms: now_ms,
            links: vec![uid.to_owned()],
            ..Self::default()
        }
    }

    /// Its XML. Whatever stands in its texts stays text.
    pub(super) fn write(&self) -> Result<Vec<u8>, CotError> {
        let words = |error: std::io::Error| CotError::Xml(error.to_string());
        let mut writer = Writer::new(Vec::new());
        let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
        writer
            .write_event(Event::Decl(declaration))
            .map_err(words)?;
        let (time, stale) = (time(self.time_ms), time(self.stale_ms));
        let event = BytesStart::new("event").with_attributes([
            ("version", "2.0"),
            ("uid", self.uid.as_str()),
            ("type", self.kind.as_str()),
            ("how", "m-g"),
            ("time", time.as_str()),
            ("start", time.as_str()),
            ("stale", stale.as_str()),
        ]);
        writer.write_event(Event::Start(event)).map_err(words)?;
        let place = self.position.unwrap_or(Position {
            lat_e7: 0,
            lon_e7: 0,
            accuracy_m: None,
            course_deg: None,
            speed_cm_s: None,
        });
        let error = place
            .accuracy_m
            .map_or_else(|| UNKNOWN_M.to_owned(), |m| m.to_string());
        let (lat, lon) = (format!("{:.7}", place.lat()), format!("{:.7}", place.lon()));
        let point = BytesStart::new("point").with_attributes([
            ("lat", lat.as_str()),
            ("lon", lon.as_str()),
            ("hae", UNKNOWN_M),
            ("ce", error.as_str()),
            ("le", UNKNOWN_M),
        ]);
        writer.write_event(Event::Empty(point)).map_err(words)?;
        self.write_detail(&mut writer, &place).map_err(words)?;
        let end = Event::End(BytesEnd::new("event"));
        writer.write_event(end).map_err(words)?;
        Ok(writer.into_inner())
    }

    fn write_detail(
        &self,
        writer: &mut Writer<Vec<u8>>,
        place: &Position,
    ) -> Result<(), std::io::Error> {
        writer.write_event(Event::Start(BytesStart::new("detail")))?;
        if !self.callsign.is_empty() {
            let contact = BytesStart::new("contact");
            let contact = contact.with_attributes([("callsign", self.callsign.as_str())]);
            writer.write_event(Event::Empty(contact))?;
        }
        if let Some((course, speed)) = place.course_deg.zip(place.speed_cm_s) {
            let (course, speed) = (
                course.to_string(),
                format!("{:.2}", f64::from(speed) / 100.0),
            );
            let track = BytesStart::new("track");
            let track =
                track.with_attributes([("course", course.as_str()), ("speed", speed.as_str())]);
            writer.write_event(Event::Empty(track))?;
        }
        for uid in &self.links {
            let link = BytesStart::new("link");
            let link = link.with_attributes([("uid", uid.as_str()), ("relation", "p-p")]);
            writer.write_event(Event::Empty(link))?;
        }
        if self.kind == DELETE {
            writer.write_event(Event::Empty(BytesStart::new("__forcedelete")))?;
        }
        if !self.remarks.is_empty() {
            writer.write_event(Event::Start(BytesStart::new("remarks")))?;
            writer.write_event(Event::Text(BytesText::new(&self.remarks)))?;
            writer.write_event(Event::End(BytesEnd::new("remarks")))?;
        }
        writer.write_event(Event::End(BytesEnd::new("detail")))
    }

    /// Reads one event.
    pub(super) fn read(xml: &str) -> Result<Self, CotError> {
        let words = |error: &dyn core::fmt::Display| CotError::Xml(error.to_string());
        let mut reader = Reader::from_str(xml);
        let mut read = Self::default();
        let mut is_in_remarks = false;
        loop {
            match reader.read_event().map_err(|error| words(&error))? {
                Event::Start(start) => {
                    is_in_remarks = start.name().as_ref() == b"remarks";
                    read.take(&start)?;
                }
                Event::Empty(empty) => read.take(&empty)?,
                Event::End(_) => is_in_remarks = false,
                Event::Text(text) if is_in_remarks => {
                    read.remarks += &text.decode().map_err(|error| words(&error))?;
                }
                Event::GeneralRef(reference) if is_in_remarks => {
                    if let Ok(Some(character)) = reference.resolve_char_ref() {
                        read.remarks.push(character);
                    } else if let Some(text) = named(&reference) {
                        read.remarks.push_str(text);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if read.uid.is_empty() || read.kind.is_empty() || read.time_ms == 0 {
            return Err(CotError::Event);
        }
        Ok(read)
    }

    fn take(&mut self, element: &BytesStart<'_>) -> Result<(), CotError> {
        let mut place = (None, None);
        let mut moving = (None, None);
        let name = element.name();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| CotError::Xml(error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| CotError::Xml(error.to_string()))?;
            match (name.as_ref(), attribute.key.as_ref()) {
                (b"event", b"uid") => self.uid = value.into_owned(),
                (b"event", b"type") => self.kind = value.into_owned(),
                (b"event", b"time") => self.time_ms = ms(&value).unwrap_or_default(),
                (b"event", b"stale") => self.stale_ms = ms(&value).unwrap_or_default(),
                (b"point", b"lat") => place.0 = value.parse().ok(),
                (b"point", b"lon") => place.1 = value.parse().ok(),
                (b"track", b"course") => moving.0 = value.parse::<f64>().ok(),
                (b"track", b"speed") => moving.1 = value.parse::<f64>().ok(),
                (b"contact", b"callsign") => self.callsign = value.into_owned(),
                (b"link", b"uid") => self.links.push(value.into_owned()),
                _ => {}
            }
        }
        if let (Some(lat), Some(lon)) = place {
            self.position = Position::from_degrees(lat, lon);
        }
        if let (Some(position), (Some(course), Some(speed))) = (&mut self.position, moving)
            && (0.0..360.0).contains(&course)
            && (0.0..10_000.0).contains(&speed)
        {
            position.course_deg = Some(course as u16);
            position.speed_cm_s = Some((speed * 100.0) as u32);
        }
        Ok(())
    }
}

/// The entities that XML itself has.
fn named(name: &[u8]) -> Option<&'static str> {
    match name {
        b"lt" => Some("<"),
        b"gt" => Some(">"),
        b"amp" => Some("&"),
        b"quot" => Some("\""),
        b"apos" => Some("'"),
        _ => None,
    }
}

fn time(ms: u64) -> String {
    let at = i64::try_from(ms).ok();
    let at = at.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_default()
}

fn ms(text: &str) -> Option<u64> {
    let at: Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok()
}

/// Cuts a stream into events: they come one behind the other, with or without declarations between them.
#[derive(Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole event, or why it is none.
    pub(super) fn next(&mut self) -> Option<Result<String, ()>> {
        const START: &[u8] = b"<event";
        const END: &[u8] = b"</event>";
        let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|it| it == what);
        if let Some(end) = find(&self.bytes, END) {
            let rest = self.bytes.split_off(end + END.len());
            let whole = core::mem::replace(&mut self.bytes, rest);
            let start = find(&whole, START).unwrap_or_default();
            let text = whole.get(start..).unwrap_or_default().to_vec();
            return Some(String::from_utf8(text).map_err(|_| ()));
        }
        if self.bytes.len() > MAX_EVENT_BYTES {
            self.bytes.clear();
            return Some(Err(()));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> CotEvent {
        CotEvent {
            uid: "entente-1".into(),
            kind: "a-s-G-E-V".into(),
            time_ms: 1_767_225_600_123,
            stale_ms: 1_767_225_900_000,
            position: Position::from_degrees(31.9539, 35.9106).map(|place| Position {
                course_deg: Some(45),
                speed_cm_s: Some(1_250),
                ..place
            }),
            callsign: "White \"lorry\" <&'>".into(),
            remarks: "two & <event uid='x'/> ]]> seen".into(),
            links: vec!["other".into()],
        }
    }

    #[test]
    fn what_is_written_is_read_whatever_stands_in_its_texts() {
        let written = String::from_utf8(event().write().unwrap()).unwrap();
        assert!(
            written.contains("time=\"2026-01-01T00:00:00.123Z\""),
            "{written}"
        );
        assert!(written.contains("lat=\"31.9539000\""), "{written}");
        assert_eq!(written.matches("<event").count(), 1, "{written}");
        assert!(CotEvent::read(&written).unwrap() == event());
    }

    #[test]
    fn a_stream_is_cut_into_its_events() {
        let one = event().write().unwrap();
        let mut frames = Frames::default();
        let stream = [
            &one[..],
            b"\n<?xml version='1.0'?>",
            &one,
            b"<event uid=\"cut",
        ]
        .concat();
        let mut found = Vec::new();
        for bytes in stream.chunks(7) {
            frames.push(bytes);
            while let Some(next) = frames.next() {
                found.push(CotEvent::read(&next.unwrap()).unwrap());
            }
        }
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|it| *it == event()));
        frames.push(&vec![b'x'; MAX_EVENT_BYTES]);
        assert_eq!(frames.next(), Some(Err(())));
        assert_eq!(frames.next(), None);
    }

    #[test]
    fn what_is_no_event_is_told() {
        for bad in [
            "<event/>",
            "<event uid='1' type='a-f-G'></event>",
            "<event uid='1' type='a-f-G' time='yesterday'></event>",
            "hello",
            "<event uid='1' uid='2'></event>",
        ] {
            assert!(CotEvent::read(bad).is_err(), "{bad}");
        }
        let nowhere =
            "<event uid='1' type='t' time='2026-01-01T00:00:00Z'><point lat='91' lon='0'/></event>";
        assert!(CotEvent::read(nowhere).unwrap().position.is_none());
    }

    proptest::proptest! {
        /// Nothing that a server sends breaks the reader.
        #[test]
        fn nothing_breaks_it(text in "(<event |uid=\"[a-z&;<]{0,4}\"|>|<point lat=\"[0-9.e-]{0,5}\"|/>|</event>|&[a-z#0-9]{0,5};|<!\\[CDATA\\[|[<>a-z ]){0,20}") {
            let _ = CotEvent::read(&text);
            let mut frames = Frames::default();
            frames.push(text.as_bytes());
            while frames.next().is_some() {}
        }
    }
}
