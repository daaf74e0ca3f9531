//! STIX 2.1 (OASIS standard, 10 June 2021): a bundle with an object for each target, observables for identifiers, and
//! sightings. What STIX has no word for is in properties of one extension.

use entente_protocol::RoomId;
use entente_room::{
    Handling, Hit, HitId, Identifier, IdentifierKind, Position, Target, TargetId, TargetKind,
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::{Shown, instant};

/// Our extension's definition: an id that stays.
pub(super) const EXTENSION: &str = "extension-definition--6f0c8f1e-4b7d-4a52-9b1a-3f6f0a1f7c11";

/// Where the words of the extension stand.
const EXTENSION_SCHEMA: &str = "docs/DOSSIER.md";

/// The extension was defined on this day.
const EXTENSION_SINCE: &str = "2026-11-27T00:00:00.000Z";

pub(super) fn bundle(shown: &Shown<'_>) -> Vec<u8> {
    let hits = shown.board.hits().map(|(_, hit)| hit.raised.seq);
    let mut objects = Objects {
        shown,
        hits: hits.collect(),
        made: Vec::new(),
        ids: BTreeSet::new(),
        marks: BTreeMap::new(),
    };
    objects.frame();
    for (id, target) in shown.board.targets() {
        objects.target(id, target);
    }
    for (id, target) in shown.board.targets() {
        objects.links(id, target);
    }
    for (id, hit) in shown.board.hits() {
        objects.hit(id, hit);
    }
    let bundle = json!({
        "type": "bundle",
        "id": object_id("bundle", shown.room, &[b"bundle", &shown.at_ms.to_be_bytes()]),
        "objects": objects.made,
    });
    bundle.to_string().into_bytes()
}

struct Objects<'a> {
    shown: &'a Shown<'a>,
    /// Places of hits in the order: what lies in a track from there is told as the hit.
    hits: BTreeSet<u64>,
    made: Vec<Value>,
    ids: BTreeSet<String>,
    /// Marking definitions by handling code.
    marks: BTreeMap<Handling, String>,
}

impl Objects<'_> {
    fn push(&mut self, object: Value) {
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
        if self.ids.insert(id.to_owned()) {
            self.made.push(object);
        }
    }

    fn object_id(&self, kind: &str, parts: &[&[u8]]) -> String {
        object_id(kind, self.shown.room, parts)
    }

    fn author(&self) -> String {
        self.object_id("identity", &[b"room"])
    }

    /// The room as the source of everything, and what the extension is.
    fn frame(&mut self) {
        let author = self.author();
        let at = instant(self.shown.at_ms);
        let name = self.shown.title.unwrap_or("Entente");
        self.push(json!({
            "type": "identity", "spec_version": "2.1", "id": author, "created": at, "modified": at,
            "name": name, "identity_class": "group",
        }));
        self.push(json!({
            "type": "extension-definition", "spec_version": "2.1", "id": EXTENSION,
            "created": EXTENSION_SINCE, "modified": EXTENSION_SINCE, "created_by_ref": author,
            "name": "Entente", "version": "1.0.0", "schema": EXTENSION_SCHEMA,
            "description": "Targets of an operations room, and identifiers of things and papers",
            "extension_types": ["property-extension", "new-sco"],
        }));
    }

    /// Properties that every domain object has.
    fn domain(&self, kind: &str, id: &str, (created, modified): (u64, u64)) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("type".into(), kind.into());
        object.insert("spec_version".into(), "2.1".into());
        object.insert("id".into(), id.into());
        object.insert("created".into(), instant(created).into());
        object.insert("modified".into(), instant(modified.max(created)).into());
        object.insert("created_by_ref".into(), self.author().into());
        object
    }

    /// Marks an object with a handling code.
    fn mark(&mut self, object: &mut Map<String, Value>, handling: Option<Handling>) {
        let Some(handling) = handling else {
            return;
        };
        let mark = self.marks.get(&handling).cloned();
        let mark = mark.unwrap_or_else(|| {
            let code = handling.as_str();
            let id = self.object_id("marking-definition", &[b"handling", code.as_bytes()]);
            self.push(json!({
                "type": "marking-definition", "spec_version": "2.1", "id": id,
                "created": EXTENSION_SINCE, "created_by_ref": self.author(),
                "definition_type": "statement",
                "definition": { "statement": format!("Handling code {code}") },
            }));
            self.marks.insert(handling, id.clone());
            id
        });
        object.insert("object_marking_refs".into(), json!([mark]));
    }

    fn target(&mut self, id: TargetId, target: &Target) {
        let kind = target.kind.value;
        let own = self.target_id(id, kind);
        let name = &target.name.value;
        let changed = [
            target.name.stamp.time_ms,
            target.status.stamp.time_ms,
            target.notes.stamp.time_ms,
        ];
        let times = (
            target.created.time_ms,
            changed.into_iter().max().unwrap_or_default(),
        );
        let mut object = self.domain(stix_type(kind), &own, times);
        object.insert("name".into(), name.as_str().into());
        if !target.notes.value.is_empty() {
            object.insert("description".into(), target.notes.value.as_str().into());
        }
        match kind {
            TargetKind::Person => drop(object.insert("identity_class".into(), "individual".into())),
            TargetKind::Vendor => drop(object.insert("identity_class".into(), "unknown".into())),
            TargetKind::Place => {
                // A location must say where or which country it is in.
                match target.last_position() {
                    Some((_, place)) => place_into(&mut object, place),
                    None => {
                        let country = target.owner.value.to_string();
                        object.insert("country".into(), country.into());
                    }
                }
            }
            _ => {}
        }
        object.insert(
            "extensions".into(),
            json!({ EXTENSION: extension(id, target) }),
        );
        self.mark(&mut object, target.handling.value);
        self.push(Value::Object(object));
        for (identifier, stamp) in &target.identifiers {
            let observable = self.observable(identifier);
            self.related(&own, &observable, "related-to", "identifier", stamp.time_ms);
        }
        for (place, seen) in (0_u64..).zip(&target.track) {
            if self.hits.contains(&seen.stamp.seq) {
                continue;
            }
            let what = (own.as_str(), seen.seen_at_ms, 1);
            let seed = [id.as_bytes().as_slice(), &place.to_be_bytes()].concat();
            self.sighting(
                what,
                seen.position,
                &seen.note,
                (&seed, seen.stamp.time_ms),
                None,
            );
        }
    }

    fn target_id(&self, id: TargetId, kind: TargetKind) -> String {
        self.object_id(stix_type(kind), &[b"target", id.as_bytes()])
    }

    fn links(&mut self, id: TargetId, target: &Target) {
        let from = self.target_id(id, target.kind.value);
        for (to, link) in &target.links {
            let Some(other) = self.shown.board.target(*to) else {
                continue;
            };
            let to = self.target_id(*to, other.kind.value);
            let at_ms = link.stamp.time_ms;
            self.related(&from, &to, "related-to", &link.relation, at_ms);
        }
    }

    fn related(&mut self, from: &str, to: &str, kind: &str, why: &str, at_ms: u64) {
        let parts = [
            from.as_bytes(),
            to.as_bytes(),
            kind.as_bytes(),
            why.as_bytes(),
        ];
        let id = self.object_id("relationship", &parts);
        let mut object = self.domain("relationship", &id, (at_ms, at_ms));
        object.insert("relationship_type".into(), kind.into());
        object.insert("description".into(), why.into());
        object.insert("source_ref".into(), from.into());
        object.insert("target_ref".into(), to.into());
        self.push(Value::Object(object));
    }

    /// The observable of an identifier; returns its id.
    fn observable(&mut self, identifier: &Identifier) -> String {
        let value = identifier.value();
        let (kind, properties) = match identifier.kind() {
            IdentifierKind::OnionAddress => ("domain-name", json!({ "value": value })),
            IdentifierKind::Wallet => (
                "user-account",
                json!({ "user_id": value, "account_type": "cryptocurrency-wallet" }),
            ),
            other => (
                "entente-identifier",
                json!({ "kind": other.as_str(), "value": value }),
            ),
        };
        let id = observable_id(kind, &properties);
        let mut object = Map::new();
        object.insert("type".into(), kind.into());
        object.insert("spec_version".into(), "2.1".into());
        object.insert("id".into(), id.as_str().into());
        if let Value::Object(properties) = properties {
            object.extend(properties);
        }
        if kind == "entente-identifier" {
            let new = json!({ EXTENSION: { "extension_type": "new-sco" } });
            object.insert("extensions".into(), new);
        }
        self.push(Value::Object(object));
        id
    }

    fn hit(&mut self, id: HitId, hit: &Hit) {
        let observable = self.observable(&hit.identifier);
        let seed = id.as_bytes().as_slice();
        let data = self.object_id("observed-data", &[b"hit", seed]);
        let (first, last) = (hit.raised.time_ms.min(hit.seen_at_ms), hit.seen_at_ms);
        let mut object = self.domain(
            "observed-data",
            &data,
            (hit.raised.time_ms, hit.last.time_ms),
        );
        object.insert("first_observed".into(), instant(first).into());
        object.insert("last_observed".into(), instant(last).into());
        object.insert("number_observed".into(), hit.count.into());
        object.insert("object_refs".into(), json!([observable]));
        let target = hit
            .target
            .and_then(|it| Some((it, self.shown.board.target(it)?)));
        let handling = target.and_then(|(_, it)| it.handling.value);
        self.mark(&mut object, handling);
        self.push(Value::Object(object));
        if let Some((target, known)) = target {
            let of = self.target_id(target, known.kind.value);
            let what = (of.as_str(), last, hit.count);
            let said = (seed, hit.raised.time_ms);
            self.sighting(what, hit.position, &hit.note, said, Some(&data));
        }
    }

    fn sighting(
        &mut self,
        (of, seen_at_ms, count): (&str, u64, u32),
        place: Option<Position>,
        note: &str,
        (seed, said_ms): (&[u8], u64),
        data: Option<&str>,
    ) {
        let id = self.object_id("sighting", &[of.as_bytes(), seed]);
        let mut object = self.domain("sighting", &id, (said_ms, said_ms));
        object.insert("sighting_of_ref".into(), of.into());
        object.insert("first_seen".into(), instant(seen_at_ms).into());
        object.insert("last_seen".into(), instant(seen_at_ms).into());
        object.insert("count".into(), count.into());
        if !note.is_empty() {
            object.insert("description".into(), note.into());
        }
        if let Some(data) = data {
            object.insert("observed_data_refs".into(), json!([data]));
        }
        if let Some(place) = place {
            let at = self.object_id("location", &[b"seen", of.as_bytes(), seed]);
            let mut location = self.domain("location", &at, (said_ms, said_ms));
            place_into(&mut location, place);
            self.push(Value::Object(location));
            object.insert("where_sighted_refs".into(), json!([at]));
        }
        self.push(Value::Object(object));
    }
}

fn place_into(object: &mut Map<String, Value>, place: Position) {
    object.insert("latitude".into(), place.lat().into());
    object.insert("longitude".into(), place.lon().into());
    if let Some(precision) = place.accuracy_m {
        object.insert("precision".into(), f64::from(precision).into());
    }
}

/// What STIX has no words for. What there is none of is left out: null and empty lists are not allowed.
fn extension(id: TargetId, target: &Target) -> Value {
    let mut extension = json!({
        "extension_type": "property-extension",
        "entente_target": id, "kind": target.kind.value.as_str(),
        "status": target.status.value.as_str(), "priority": target.priority.value,
        "owner": target.owner.value, "team": target.team.value,
    });
    if let Some(evaluation) = target.evaluation.value {
        extension["evaluation"] = evaluation.to_string().into();
    }
    if !target.identifiers.is_empty() {
        let identifiers = target.identifiers.keys().map(ToString::to_string);
        extension["identifiers"] = identifiers.collect::<Vec<_>>().into();
    }
    extension
}

/// The domain object that a target is: people and organisations, places, and everything else that serves a purpose.
const fn stix_type(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Person | TargetKind::Vendor => "identity",
        TargetKind::Place => "location",
        _ => "infrastructure",
    }
}

/// Ids of domain objects are the same for the same thing of the same room, and tell nothing of it.
fn object_id(kind: &str, room: RoomId, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"Entente 1.0 StixId");
    hash.update(room.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{kind}--{}", uuid(hash.finalize().as_slice()))
}

/// The namespace of observables' ids (STIX 2.1 §2.9).
const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// Ids of observables are the same wherever they are seen, and whoever writes them (STIX 2.1 §2.9): UUIDv5 of what they
/// are, as JSON with its keys in order.
fn observable_id(kind: &str, properties: &Value) -> String {
    let id = Uuid::new_v5(&OBSERVABLES, properties.to_string().as_bytes());
    format!("{kind}--{id}")
}

/// 16 bytes of a digest, as UUIDs look that are random (RFC 9562 §5.4).
fn uuid(digest: &[u8]) -> String {
    let mut bytes = [0_u8; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = *from;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let cut = |from, to| hex.get(from..to).unwrap_or_default();
    let groups = [cut(0, 8), cut(8, 12), cut(12, 16), cut(16, 20), cut(20, 32)];
    groups.join("-")
}
