//! What may be chosen to leave the room: kinds of events, and their fields by the names of `docs/PROTOCOL.md`, section
//! 10. What is not here can't be chosen: keys of documents, snapshots, signatures.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Fields of each kind.
const FIELDS: &[(&str, &[&str])] = &[
    ("say", &["text", "urgent", "reply_to"]),
    (
        "target",
        &[
            "target",
            "kind",
            "name",
            "status",
            "priority",
            "owner",
            "team",
            "evaluation",
            "handling",
            "notes",
            "add_identifiers",
            "remove_identifiers",
            "add_links",
            "remove_links",
        ],
    ),
    ("sighting", &["target", "seen_at_ms", "position", "note"]),
    (
        "hit",
        &[
            "hit",
            "identifier",
            "target",
            "matched",
            "position",
            "seen_at_ms",
            "count",
            "note",
            "quiet",
        ],
    ),
    ("acknowledge", &["hit", "note"]),
    ("verdict", &["hit", "confirmed", "note"]),
    ("action", &["hit", "note"]),
    ("reopen", &["hit", "note"]),
    ("escalate", &["hit", "stage", "level"]),
    ("check", &["check", "identifier", "countries", "note"]),
    ("check_answer", &["check", "answer", "note"]),
    ("phase", &["phase", "in_spite", "countries"]),
    ("task", &["task", "country", "state", "note"]),
    ("h_hour", &["at_ms"]),
    ("vote_call", &["countries"]),
    ("vote", &["choice", "note"]),
    ("abort", &["reason"]),
    (
        "custody",
        &["target", "step", "position", "report_every", "note"],
    ),
    ("custody_alarm", &["target"]),
    (
        "document",
        &["document", "target", "name", "media_type", "size", "digest"],
    ),
];

/// The name under which fields of every event are chosen, and these fields.
const ABOUT: (&str, &[&str]) = ("about", &["seq", "time_ms", "country", "callsign", "role"]);

/// Which fields of which kinds leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    kinds: BTreeMap<&'static str, Vec<&'static str>>,
    about: Vec<&'static str>,
}

/// Not a choice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// No such kind, or one that never leaves.
    #[error("{0}: no kind that may leave; there are {known}", known = kinds())]
    Kind(String),
    /// No such field, or one that never leaves.
    #[error("{kind}.{field}: no field that may leave; there are {known}")]
    Field {
        /// Of which kind.
        kind: String,
        /// What was named.
        field: String,
        /// What could be.
        known: String,
    },
    /// Nothing is chosen.
    #[error("nothing is chosen: name kinds and fields, such as hit:identifier,seen_at_ms")]
    Nothing,
    /// Not what a choice looks like.
    #[error("{0}")]
    Form(String),
}

fn kinds() -> String {
    let names: Vec<&str> = FIELDS.iter().map(|(kind, _)| *kind).collect();
    names.join(", ")
}

impl Choice {
    /// From a YAML file: kinds, each with a list of its fields.
    ///
    /// # Errors
    /// See [`ChoiceError`].
    pub fn read(yaml: &str) -> Result<Self, ChoiceError> {
        let read: Result<BTreeMap<String, Vec<String>>, _> = serde_saphyr::from_str(yaml);
        let read = read.map_err(|error| ChoiceError::Form(error.to_string()))?;
        let mut choice = Self::default();
        for (kind, fields) in read {
            choice.add(&kind, fields.iter().map(String::as_str))?;
        }
        Ok(choice)
    }

    /// Adds what a flag says: `hit:identifier,position`.
    ///
    /// # Errors
    /// See [`ChoiceError`].
    pub fn add_flag(&mut self, text: &str) -> Result<(), ChoiceError> {
        let (kind, fields) = text
            .split_once(':')
            .ok_or_else(|| ChoiceError::Form(format!("{text}: not KIND:FIELD,FIELD")))?;
        self.add(kind, fields.split(',').filter(|field| !field.is_empty()))
    }

    fn add<'a>(
        &mut self,
        kind: &str,
        fields: impl Iterator<Item = &'a str>,
    ) -> Result<(), ChoiceError> {
        let mut all = FIELDS.iter().chain([&ABOUT]);
        let (kind, known) = all
            .find(|(name, _)| *name == kind)
            .ok_or_else(|| ChoiceError::Kind(kind.to_owned()))?;
        let mut chosen = Vec::new();
        for field in fields {
            let found = known.iter().find(|name| **name == field);
            chosen.push(*found.ok_or_else(|| ChoiceError::Field {
                kind: (*kind).to_owned(),
                field: field.to_owned(),
                known: known.join(", "),
            })?);
        }
        if *kind == ABOUT.0 {
            self.about.extend(chosen);
        } else {
            self.kinds.entry(kind).or_default().extend(chosen);
        }
        Ok(())
    }

    /// Whether any kind is chosen.
    ///
    /// # Errors
    /// [`ChoiceError::Nothing`].
    pub fn check(&self) -> Result<(), ChoiceError> {
        if self.kinds.is_empty() {
            return Err(ChoiceError::Nothing);
        }
        Ok(())
    }

    /// Whether events of a kind leave.
    #[must_use]
    pub fn includes(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// What leaves of an event: of its body and of what is known about it, both as JSON objects, the chosen
    /// fields and nothing else.
    #[must_use]
    pub fn of(&self, kind: &str, body: &Value, about: &Value) -> Map<String, Value> {
        let take = |from: &Value, fields: &[&str]| -> Map<String, Value> {
            let fields = fields.iter().filter_map(|field| {
                let value = from.get(*field)?;
                Some(((*field).to_owned(), value.clone()))
            });
            fields.collect()
        };
        let mut out = Map::new();
        out.insert("kind".to_owned(), kind.into());
        let fields = self.kinds.get(kind).map_or(&[][..], Vec::as_slice);
        out.insert("fields".to_owned(), take(body, fields).into());
        if !self.about.is_empty() {
            out.insert("about".to_owned(), take(about, &self.about).into());
        }
        out
    }

    /// What is chosen, in one line for those who are in the room.
    #[must_use]
    pub fn line(&self) -> String {
        let kinds = self.kinds.iter().map(|(kind, fields)| (*kind, fields));
        let about = (!self.about.is_empty()).then_some((ABOUT.0, &self.about));
        let all = kinds.chain(about);
        let all: Vec<String> = all
            .map(|(kind, fields)| format!("{kind}: {}", fields.join(", ")))
            .collect();
        all.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_chosen_is_taken() {
        let mut choice = Choice::read("hit: [identifier, position]\nabout: [country]").unwrap();
        choice.add_flag("acknowledge:hit").unwrap();
        let body = json!({"hit": "1", "identifier": "plate:X", "note": "secret", "position": {"lat_e7": 1}});
        let about = json!({"seq": 3, "country": "JO", "callsign": "Petra"});
        assert_eq!(
            Value::from(choice.of("hit", &body, &about)),
            json!({"kind": "hit", "about": {"country": "JO"},
                   "fields": {"identifier": "plate:X", "position": {"lat_e7": 1}}})
        );
        assert!(choice.includes("acknowledge") && !choice.includes("say"));
        assert!(!choice.line().contains("note"));
    }

    #[test]
    fn what_never_leaves_can_not_be_chosen() {
        let mut choice = Choice::default();
        assert_eq!(choice.check(), Err(ChoiceError::Nothing));
        for bad in [
            "document:key",
            "document:blob",
            "snapshot:bytes",
            "hit:idenfitier",
            "amendment:charter",
            "hit",
            "nothing:x",
        ] {
            assert!(choice.add_flag(bad).is_err(), "{bad}");
        }
        assert_eq!(choice, Choice::default());
        assert!(Choice::read("hit: identifier").is_err());
        assert!(Choice::read("hits: [identifier]").is_err());
    }

    #[test]
    fn every_field_is_one_of_the_protocol() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/PROTOCOL.md");
        let page = std::fs::read_to_string(page).unwrap();
        for (kind, fields) in FIELDS {
            assert!(entente_room::Event::KINDS.contains(kind), "{kind}");
            let row = page
                .lines()
                .find(|row| row.starts_with(&format!("| `{kind}` |")));
            let row = row.unwrap();
            for field in *fields {
                assert!(row.contains(&format!("`{field}`")), "{kind}.{field}");
            }
        }
    }
}
