//! KML 2.2 (OGC 07-147r2): a placemark for each target's last known place, and one for its track.

use std::collections::HashMap;

use kml::types::{Coord, Element, Geometry, LineString, Placemark, Point};
use kml::{Kml, KmlDocument, KmlVersion, KmlWriter};

use super::{Shown, instant, properties, track};
use entente_room::{Position, Target, TargetId};

pub(super) fn document(shown: &Shown<'_>) -> Result<Vec<u8>, kml::Error> {
    let mut elements = vec![named("name", shown.title.unwrap_or_default())];
    for (id, target) in shown.board.targets() {
        if let Some((seen, place)) = target.last_position() {
            let point = Geometry::Point(Point::from(coord(place)));
            let mut mark = placemark(id, target, point);
            mark.children.push(when(seen.seen_at_ms));
            elements.push(Kml::Placemark(mark));
        }
        let track = track(target);
        if track.len() > 1 {
            let coords = track.iter().map(|(_, place)| coord(*place));
            let line = LineString::from(coords.collect::<Vec<_>>());
            let mark = placemark(id, target, Geometry::LineString(line));
            elements.push(Kml::Placemark(mark));
        }
    }
    let document = Kml::Document {
        attrs: HashMap::new(),
        elements,
    };
    let kml = Kml::KmlDocument(KmlDocument {
        version: KmlVersion::V22,
        attrs: HashMap::from([(
            "xmlns".to_owned(),
            "http://www.opengis.net/kml/2.2".to_owned(),
        )]),
        elements: vec![document],
    });
    let mut out = Vec::new();
    KmlWriter::from_writer(&mut out).write(&kml)?;
    Ok(out)
}

fn coord(place: Position) -> Coord {
    Coord {
        x: place.lon(),
        y: place.lat(),
        z: None,
    }
}

fn placemark(id: TargetId, target: &Target, geometry: Geometry) -> Placemark {
    let description: Vec<String> = properties(id, target)
        .into_iter()
        .filter(|(name, value)| *name != "name" && !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Placemark {
        name: Some(allowed(&target.name.value)),
        description: Some(allowed(&description.join("\n"))),
        geometry: Some(geometry),
        ..Placemark::default()
    }
}

fn when(at_ms: u64) -> Element {
    Element {
        name: "TimeStamp".to_owned(),
        attrs: HashMap::new(),
        content: None,
        children: vec![Element {
            name: "when".to_owned(),
            attrs: HashMap::new(),
            content: Some(instant(at_ms)),
            children: Vec::new(),
        }],
    }
}

fn named(name: &str, content: &str) -> Kml {
    Kml::Element(Element {
        name: name.to_owned(),
        attrs: HashMap::new(),
        content: Some(allowed(content)),
        children: Vec::new(),
    })
}

/// What XML 1.0 allows in a text: people put into names what they like.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| matches!(*c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
