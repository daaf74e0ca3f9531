//! STIX 2.1 bundles of others: their identities, locations and infrastructure become targets, with what is sighted and
//! observed of them. What has no place on a board is counted and left.

use std::collections::BTreeMap;

use entente_room::{
    Evaluation, Event, Identifier, IdentifierKind, Position, Sighting, TargetChange, TargetId,
    TargetKind, TargetStatus,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::stix::EXTENSION;

/// Bytes of a bundle that is read.
const MAX_BUNDLE_BYTES: usize = 64 * 1024 * 1024;

/// Objects of a bundle that are read.
const MAX_OBJECTS: usize = 100_000;

/// Why bytes are no bundle.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Over a limit.
    #[error("the bundle is too large")]
    TooLarge,
    /// Not JSON, or not a bundle.
    #[error("it is no STIX bundle: {0}")]
    Malformed(String),
    /// An object of another version of the standard.
    #[error("{0} is not STIX 2.1")]
    Version(String),
}

/// What a bundle brings.
#[derive(Debug, Default)]
pub struct Imported {
    /// Targets, then sightings, in this order.
    pub events: Vec<Event>,
    /// Objects that have no place on a board, by type.
    pub left: BTreeMap<String, usize>,
    /// Identifiers that can't be read, as they stand there.
    pub unread: Vec<String>,
}

#[derive(Deserialize)]
struct Bundle {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    objects: Vec<Map<String, Value>>,
}

/// Reads a bundle.
///
/// # Errors
/// See [`ImportError`].
pub fn import_stix(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let bundle: Bundle =
        serde_json::from_slice(bytes).map_err(|error| ImportError::Malformed(error.to_string()))?;
    if bundle.kind != "bundle" {
        return Err(ImportError::Malformed(bundle.kind));
    }
    if bundle.objects.len() > MAX_OBJECTS {
        return Err(ImportError::TooLarge);
    }
    let mut objects = BTreeMap::new();
    for object in &bundle.objects {
        let id = text(object, "id").unwrap_or_default();
        // Observables may leave it out, and so did nobody before 2.1.
        let is_21 = text(object, "spec_version").is_none_or(|version| version == "2.1");
        if !is_21 {
            return Err(ImportError::Version(id.to_owned()));
        }
        objects.insert(id, object);
    }
    let mut reader = Reader {
        objects,
        targets: BTreeMap::new(),
        imported: Imported::default(),
    };
    reader.read();
    Ok(reader.imported)
}

struct Reader<'a> {
    objects: BTreeMap<&'a str, &'a Map<String, Value>>,
    /// Changes that make the targets, by the ids of their objects.
    targets: BTreeMap<&'a str, TargetChange>,
    imported: Imported,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let objects: Vec<_> = self.objects.iter().map(|(id, it)| (*id, *it)).collect();
        let used = self.named_elsewhere(&objects);
        for (id, object) in &objects {
            let is_source = used.authors.contains(id) && !has_own(object);
            let is_place = used.places.contains(id);
            match text(object, "type").unwrap_or_default() {
                // Who made the bundle, and where something was seen, is no target.
                "identity" | "location" if is_source || is_place => {}
                "identity" | "location" | "infrastructure" => {
                    let change = target(id, object);
                    self.targets.insert(id, change);
                }
                "relationship"
                | "sighting"
                | "observed-data"
                | "domain-name"
                | "user-account"
                | "entente-identifier"
                | "marking-definition"
                | "extension-definition" => {}
                other => *self.imported.left.entry(other.to_owned()).or_default() += 1,
            }
        }
        for (_, object) in &objects {
            if text(object, "type") == Some("relationship") {
                self.relate(object);
            }
        }
        let mut sightings = Vec::new();
        for (_, object) in &objects {
            if text(object, "type") == Some("sighting") {
                sightings.extend(self.sighting(object));
            }
        }
        let targets = core::mem::take(&mut self.targets).into_values();
        let events = targets.map(Event::Target).chain(sightings);
        self.imported.events = events.filter(|event| event.check().is_ok()).collect();
    }

    fn named_elsewhere(&self, objects: &[(&'a str, &'a Map<String, Value>)]) -> Named<'a> {
        let mut named = Named::default();
        for (_, object) in objects {
            named.authors.extend(text(object, "created_by_ref"));
            if text(object, "type") == Some("sighting") {
                named.places.extend(refs(object, "where_sighted_refs"));
            }
        }
        named
    }

    /// A relationship gives a target an identifier, or links two targets.
    fn relate(&mut self, object: &'a Map<String, Value>) {
        let (Some(from), Some(to)) = (text(object, "source_ref"), text(object, "target_ref"))
        else {
            return;
        };
        let why = text(object, "description").or_else(|| text(object, "relationship_type"));
        let linked = self.targets.get(to).map(|other| other.target);
        let identifier = self.objects.get(to).and_then(|it| identifier(it));
        let Some(change) = self.targets.get_mut(from) else {
            return;
        };
        match (linked, identifier) {
            (Some(to), _) if to != change.target => change.add_links.push(entente_room::Link {
                to,
                relation: why.unwrap_or_default().to_owned(),
            }),
            (_, Some(Ok(identifier))) if !change.add_identifiers.contains(&identifier) => {
                change.add_identifiers.push(identifier);
            }
            (_, Some(Err(unread))) => self.imported.unread.push(unread),
            _ => {}
        }
    }

    fn sighting(&self, object: &'a Map<String, Value>) -> Option<Event> {
        let of = text(object, "sighting_of_ref")?;
        let target = self.targets.get(of)?.target;
        let seen = text(object, "last_seen").or_else(|| text(object, "first_seen"));
        let seen_at_ms = milliseconds(seen.or_else(|| text(object, "created"))?)?;
        let mut places = refs(object, "where_sighted_refs");
        let place = places.find_map(|id| position(self.objects.get(id)?));
        Some(Event::Sighting(Sighting {
            target,
            seen_at_ms,
            position: place,
            note: text(object, "description").unwrap_or_default().to_owned(),
        }))
    }
}

#[derive(Default)]
struct Named<'a> {
    authors: std::collections::BTreeSet<&'a str>,
    places: std::collections::BTreeSet<&'a str>,
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

fn refs<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let list = object.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

fn own(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    object.get("extensions")?.get(EXTENSION)?.as_object()
}

fn has_own(object: &Map<String, Value>) -> bool {
    own(object).is_some()
}

fn milliseconds(text: &str) -> Option<u64> {
    let at: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok()
}

fn position(object: &Map<String, Value>) -> Option<Position> {
    let degrees = |key| object.get(key).and_then(Value::as_f64);
    Position::from_degrees(degrees("latitude")?, degrees("longitude")?)
}

/// The same object is the same target, whoever imports it and how often: ours keep their ids.
fn target_id(id: &str, object: &Map<String, Value>) -> TargetId {
    let kept = own(object).and_then(|own| text(own, "entente_target")?.parse().ok());
    kept.unwrap_or_else(|| {
        let digest = Sha256::new()
            .chain_update(b"Entente 1.0 StixTarget")
            .chain_update(id.as_bytes())
            .finalize();
        let mut bytes = [0; TargetId::LEN];
        for (byte, from) in bytes.iter_mut().zip(digest) {
            *byte = from;
        }
        TargetId::from_bytes(bytes)
    })
}

fn target(id: &str, object: &Map<String, Value>) -> TargetChange {
    let own = own(object);
    let told = |key| own.and_then(|own| text(own, key));
    let kind = told("kind").and_then(TargetKind::from_name);
    let guessed = match (text(object, "type"), text(object, "identity_class")) {
        (Some("identity"), Some("individual")) => TargetKind::Person,
        (Some("identity"), _) => TargetKind::Vendor,
        (Some("location"), _) => TargetKind::Place,
        // What infrastructure is, nobody says who has not our extension.
        _ => TargetKind::Account,
    };
    let identifiers = own.map(|own| refs(own, "identifiers"));
    let identifiers = identifiers.into_iter().flatten();
    TargetChange {
        kind: Some(kind.unwrap_or(guessed)),
        name: Some(text(object, "name").unwrap_or(id).to_owned()),
        // Whether it is approved is decided here.
        status: Some(TargetStatus::Nominated),
        evaluation: told("evaluation").and_then(Evaluation::from_name),
        notes: text(object, "description").map(str::to_owned),
        add_identifiers: identifiers.filter_map(|text| text.parse().ok()).collect(),
        ..TargetChange::of(target_id(id, object))
    }
}

/// The identifier that an observable is; the text of one that can't be read.
fn identifier(object: &Map<String, Value>) -> Option<Result<Identifier, String>> {
    let (kind, value) = match text(object, "type")? {
        "domain-name" => {
            let value = text(object, "value")?;
            value.ends_with(".onion").then_some(())?;
            (IdentifierKind::OnionAddress, value)
        }
        "user-account" if text(object, "account_type") == Some("cryptocurrency-wallet") => {
            (IdentifierKind::Wallet, text(object, "user_id")?)
        }
        "entente-identifier" => {
            let name = text(object, "kind")?;
            let mut kinds = IdentifierKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.as_str() == name)?;
            (kind, text(object, "value")?)
        }
        _ => return None,
    };
    Some(Identifier::new(kind, value).map_err(|_| format!("{}:{value}", kind.as_str())))
}
