//! A board in the formats of neighbours, read again as they read it.

use entente_dossier::{Format, ImportError, Shown, import_stix};
use entente_protocol::{DeviceId, RoomId};
use entente_room::{
    Author, Board, Event, Handling, HitId, HitRaised, Link, Position, Sighting, TargetChange,
    TargetId, TargetKind, TargetStatus,
};
use entente_trust::Role;
use serde_json::{Value, json};

const AT_MS: u64 = 1_764_241_200_123;
const PLATE: &str = "plate:JO1234567";

fn target(seed: u8, kind: TargetKind, name: &str, identifiers: &[&str]) -> TargetChange {
    TargetChange {
        kind: Some(kind),
        name: Some(name.to_owned()),
        add_identifiers: identifiers.iter().map(|it| it.parse().unwrap()).collect(),
        ..TargetChange::of(TargetId::from_bytes([seed; 16]))
    }
}

fn seen(seed: u8, seconds: u64, place: Option<(f64, f64)>) -> Event {
    Event::Sighting(Sighting {
        target: TargetId::from_bytes([seed; 16]),
        seen_at_ms: AT_MS + seconds * 1_000,
        position: place.map(|(lat, lon)| Position::from_degrees(lat, lon).unwrap()),
        note: "Gate <2> & \"lane\" 3".into(),
    })
}

fn board() -> Board {
    let author = Author {
        device: DeviceId::from_bytes([1; 16]),
        callsign: "Petra".into(),
        country: "JO".parse().unwrap(),
        role: Role::Coordinator,
    };
    let mut lorry = target(1, TargetKind::Vehicle, "White lorry", &[PLATE]);
    lorry.handling = Some(Handling::H2);
    lorry.add_links = vec![Link {
        to: TargetId::from_bytes([2; 16]),
        relation: "drives to".into(),
    }];
    let wallet = "wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let events = [
        Event::Target(target(2, TargetKind::Place, "=CMD|'/c calc'!A1", &[])),
        Event::Target(lorry),
        Event::Target(target(
            3,
            TargetKind::Vendor,
            "Bell\u{7} & <Sons>",
            &[wallet],
        )),
        Event::Target(target(4, TargetKind::Person, "The broker", &[PLATE])),
        seen(1, 1, Some((31.9539, 35.9106))),
        seen(1, 2, Some((-0.5, -179.25))),
        seen(2, 3, Some((-30.0, 36.0))),
        seen(4, 4, None),
        Event::Hit(HitRaised {
            position: Position::from_degrees(31.0, 35.0),
            note: "camera 4".into(),
            ..HitRaised::seen(
                HitId::from_bytes([7; 16]),
                PLATE.parse().unwrap(),
                Some(TargetId::from_bytes([1; 16])),
            )
        }),
    ];
    let mut board = Board::default();
    for (seq, event) in (1_u64..).zip(&events) {
        let at_ms = AT_MS + 10_000 + seq * 1_000;
        board.apply(event, &author, seq, at_ms).unwrap();
    }
    board
}

fn written(format: Format) -> String {
    let board = board();
    let shown = Shown {
        room: RoomId::from_bytes([5; 16]),
        title: Some("Operation Saffron"),
        board: &board,
        at_ms: AT_MS + 60_000,
    };
    String::from_utf8(format.write(&shown).unwrap()).unwrap()
}

#[test]
fn a_table_has_a_row_a_target_and_no_formula() {
    let text = written(Format::Csv);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|it| it == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    let lorry = rows
        .iter()
        .find(|row| &row[column("name")] == "White lorry");
    let lorry = lorry.unwrap();
    assert_eq!(&lorry[column("identifiers")], PLATE);
    assert_eq!(&lorry[column("latitude")], "31.0000000");
    assert_eq!(&lorry[column("seen_at")], "2025-11-27T11:00:19.123Z");
    assert!(
        rows.iter()
            .any(|row| &row[column("latitude")] == "-30.0000000")
    );
    let names = rows.iter().map(|row| row[column("name")].to_owned());
    assert!(names.clone().any(|name| name == "'=CMD|'/c calc'!A1"));
    assert!(!names.clone().any(|name| name.starts_with('=')));
}

#[test]
fn geojson_is_read_by_its_own_library_longitude_first() {
    let read: geojson::GeoJson = written(Format::GeoJson).parse().unwrap();
    let geojson::GeoJson::FeatureCollection(collection) = read else {
        panic!("no collection");
    };
    let of = |what: &str| {
        let features = collection.features.iter();
        let found = features.filter(|it| it.property("what").unwrap() == what);
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        (of("last_place").len(), of("track").len(), of("hit").len()),
        (2, 1, 1)
    );
    let track = serde_json::to_value(of("track")[0]).unwrap();
    assert_eq!(
        track["geometry"],
        json!({ "type": "LineString", "coordinates": [[35.9106, 31.9539], [-179.25, -0.5], [35.0, 31.0]] })
    );
    assert_eq!(track["properties"]["handling"], "H2");
}

#[test]
fn kml_is_read_by_its_own_library_and_words_are_only_words() {
    let text = written(Format::Kml);
    assert!(text.starts_with("<kml xmlns=\"http://www.opengis.net/kml/2.2\">"));
    assert!(text.contains("35.9106,31.9539"), "{text}");
    assert!(text.contains("<when>2025-11-27T11:00:19.123Z</when>"));
    assert!(!text.contains('\u{7}') && !text.contains("<Sons>"));
    let read: kml::Kml = text.parse().unwrap();
    let kml::Kml::KmlDocument(document) = read else {
        panic!("no document");
    };
    let marks = format!("{:?}", document.elements);
    assert_eq!(marks.matches("Placemark(Placemark").count(), 3, "{marks}");
}

fn objects(text: &str) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(text).unwrap();
    assert_eq!(bundle["type"], "bundle");
    bundle["objects"].as_array().unwrap().clone()
}

#[test]
fn a_stix_bundle_names_only_objects_that_are_in_it() {
    let objects = objects(&written(Format::Stix));
    let ids: Vec<&str> = objects
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    for object in &objects {
        let kind = object["type"].as_str().unwrap();
        let id = object["id"].as_str().unwrap();
        let (prefix, uuid) = id.split_once("--").unwrap();
        assert_eq!((prefix, uuid.len()), (kind, 36));
        assert_eq!(object["spec_version"], "2.1", "{object}");
        let is_observable = ["entente-identifier", "user-account"].contains(&kind);
        assert_eq!(object.get("created").is_some(), !is_observable, "{object}");
        for (key, value) in object.as_object().unwrap() {
            let refs: Vec<&str> = match value {
                Value::String(one) if key.ends_with("_ref") => vec![one],
                Value::Array(all) if key.ends_with("_refs") => {
                    all.iter().map(|it| it.as_str().unwrap()).collect()
                }
                _ => Vec::new(),
            };
            for named in refs {
                assert!(ids.contains(&named), "{key} of {id}");
            }
        }
    }
    let count = |kind: &str| objects.iter().filter(|it| it["type"] == kind).count();
    // Two people have one plate: one observable, two relationships, and a link.
    assert_eq!(count("entente-identifier"), 1);
    assert_eq!(count("user-account"), 1);
    assert_eq!(count("relationship"), 4);
    assert_eq!(count("infrastructure"), 1);
    // The room itself, a person and a vendor.
    assert_eq!(count("identity"), 3);
    // Four that were told, and the hit.
    assert_eq!((count("sighting"), count("observed-data")), (5, 1));
    assert_eq!(count("marking-definition"), 1);
}

#[test]
fn what_is_written_as_stix_comes_back_as_the_same_targets() {
    let imported = import_stix(written(Format::Stix).as_bytes()).unwrap();
    assert!(imported.left.is_empty() && imported.unread.is_empty());
    let board = board();
    let mut targets = 0;
    let mut places = 0;
    for event in &imported.events {
        match event {
            Event::Target(change) => {
                targets += 1;
                let known = board.target(change.target).unwrap();
                assert_eq!(change.kind, Some(known.kind.value));
                assert_eq!(change.name.as_ref(), Some(&known.name.value));
                assert_eq!(change.status, Some(TargetStatus::Nominated));
                let identifiers: Vec<_> = known.identifiers.keys().cloned().collect();
                assert_eq!(change.add_identifiers, identifiers);
                assert_eq!(change.add_links.len(), known.links.len());
            }
            Event::Sighting(sighting) => places += u8::from(sighting.position.is_some()),
            _ => panic!("neither target nor sighting"),
        }
    }
    assert_eq!((targets, places), (4, 4));
}

/// A bundle as others write it: their person, their place, an onion address, and things that no board has.
#[test]
fn a_bundle_of_others_is_read_as_far_as_a_board_can_hold_it() {
    let at = "2025-11-27T10:00:00Z";
    let domain = |kind: &str, number: u8, more: Value| {
        let mut object = json!({
            "type": kind, "spec_version": "2.1", "created": at, "modified": at,
            "id": format!("{kind}--00000000-0000-4000-8000-{number:012}"),
        });
        for (key, value) in more.as_object().unwrap() {
            object[key] = value.clone();
        }
        object
    };
    let onion = format!("{}d.onion", "a".repeat(55));
    let id = |kind: &str, number: u8| format!("{kind}--00000000-0000-4000-8000-{number:012}");
    let bundle = json!({ "type": "bundle", "id": id("bundle", 0), "objects": [
        domain("identity", 1, json!({ "name": "Their service", "identity_class": "organization" })),
        domain("identity", 2, json!({ "name": "J. Doe", "identity_class": "individual",
            "created_by_ref": id("identity", 1) })),
        domain("location", 3, json!({ "name": "Quay 7", "latitude": 5.3, "longitude": -4.0 })),
        domain("location", 4, json!({ "latitude": 5.5, "longitude": -4.5 })),
        domain("malware", 5, json!({ "name": "x", "is_family": false })),
        json!({ "type": "domain-name", "id": id("domain-name", 6), "value": onion }),
        domain("relationship", 7, json!({ "relationship_type": "related-to",
            "source_ref": id("identity", 2), "target_ref": id("domain-name", 6) })),
        domain("sighting", 8, json!({ "sighting_of_ref": id("identity", 2), "last_seen": at,
            "where_sighted_refs": [id("location", 4)] })),
    ]});
    let imported = import_stix(bundle.to_string().as_bytes()).unwrap();
    let names: Vec<_> = imported
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Target(change) => change.name.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["J. Doe", "Quay 7"]);
    let sightings: Vec<_> = imported
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Sighting(sighting) => Some(sighting),
            _ => None,
        })
        .collect();
    assert_eq!(sightings.len(), 1);
    assert_eq!(sightings[0].seen_at_ms, 1_764_237_600_000);
    assert_eq!(sightings[0].position, Position::from_degrees(5.5, -4.5));
    assert_eq!(imported.left.get("malware"), Some(&1));
    // Its checksum is wrong, which is told and no reason to drop it silently.
    let Event::Target(doe) = &imported.events[0] else {
        panic!("no target");
    };
    assert_eq!(doe.add_identifiers.len() + imported.unread.len(), 1);
    let again = import_stix(bundle.to_string().as_bytes()).unwrap();
    assert!(again.events == imported.events);
}

#[test]
fn what_is_no_bundle_is_refused() {
    assert!(matches!(import_stix(b"{}"), Err(ImportError::Malformed(_))));
    assert!(matches!(
        import_stix(b"\xff"),
        Err(ImportError::Malformed(_))
    ));
    let old = json!({ "type": "bundle", "id": "bundle--1", "spec_version": "2.0",
        "objects": [{ "type": "identity", "id": "identity--1", "spec_version": "2.0" }] });
    let old = old.to_string();
    assert!(matches!(
        import_stix(old.as_bytes()),
        Err(ImportError::Version(_))
    ));
}

/// By the schemas of OASIS, and not by what we take them to be.
#[test]
fn a_stix_bundle_is_what_its_schemas_want() {
    if entente_services::is_skipped() {
        return;
    }
    let bundle = written(Format::Stix);
    let (is_good, said) = entente_services::judge_stix(bundle.as_bytes());
    assert!(is_good, "{said}");
    // The id of an observable is what anybody else would give it.
    assert!(bundle.contains("user-account--105492f1-7ed5-54c7-8c12-ddca1397e895"));
    // The judge does judge.
    let mut broken: Value = serde_json::from_str(&bundle).unwrap();
    let objects = broken["objects"].as_array_mut().unwrap();
    let sighting = objects
        .iter_mut()
        .find(|it| it["type"] == "sighting")
        .unwrap();
    sighting.as_object_mut().unwrap().remove("sighting_of_ref");
    let (is_good, said) = entente_services::judge_stix(broken.to_string().as_bytes());
    assert!(!is_good, "{said}");
}
