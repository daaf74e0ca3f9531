//! GeoJSON (RFC 7946): for each target its last known place and its track, for each hit where it was seen.

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject};
use serde_json::Value;

use super::{Shown, instant, properties, track};
use entente_room::Position;

pub(super) fn collection(shown: &Shown<'_>) -> FeatureCollection {
    let mut features = Vec::new();
    for (id, target) in shown.board.targets() {
        let of_target = || {
            let named = properties(id, target).into_iter();
            named
                .map(|(name, value)| (name.to_owned(), Value::String(value)))
                .collect::<JsonObject>()
        };
        if let Some((seen, place)) = target.last_position() {
            let mut point = of_target();
            point.insert("what".into(), "last_place".into());
            point.insert("time".into(), instant(seen.seen_at_ms).into());
            features.push(feature(GeometryValue::new_point(coordinates(place)), point));
        }
        let track = track(target);
        if track.len() > 1 {
            let mut line = of_target();
            line.insert("what".into(), "track".into());
            let times = track.iter().map(|(at_ms, _)| Value::from(instant(*at_ms)));
            line.insert("times".into(), times.collect::<Vec<_>>().into());
            let places = track.iter().map(|(_, place)| coordinates(*place));
            let places: Vec<_> = places.collect();
            features.push(feature(GeometryValue::new_line_string(places), line));
        }
    }
    for (id, hit) in shown.board.hits() {
        let Some(place) = hit.position else {
            continue;
        };
        let mut point = JsonObject::new();
        point.insert("what".into(), "hit".into());
        point.insert("hit".into(), id.to_string().into());
        point.insert("identifier".into(), hit.identifier.to_string().into());
        point.insert("state".into(), hit.state().as_str().into());
        point.insert("time".into(), instant(hit.seen_at_ms).into());
        features.push(feature(GeometryValue::new_point(coordinates(place)), point));
    }
    FeatureCollection::new(features)
}

/// Longitude first, as the format wants it.
fn coordinates(place: Position) -> [f64; 2] {
    [place.lon(), place.lat()]
}

fn feature(value: GeometryValue, properties: JsonObject) -> Feature {
    Feature {
        bbox: None,
        geometry: Some(Geometry::new(value)),
        id: None,
        properties: Some(properties),
        foreign_members: None,
    }
}
