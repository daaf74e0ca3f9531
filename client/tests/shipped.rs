//! The playbooks that are shipped, and their schema.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use entente_client::read_playbook;
use entente_room::playbook::{Condition, Playbook, TaskBy, Text};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ops-playbooks")
}

fn shipped() -> Vec<(String, String, Playbook)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let playbook = read_playbook(&text).unwrap_or_else(|error| panic!("{name}:{error}"));
            all.push((name, text, playbook));
        }
    }
    all
}

#[test]
fn eight_operations_have_their_playbook() {
    let names: BTreeSet<String> = shipped().into_iter().map(|(name, ..)| name).collect();
    for wanted in [
        "multi-target-strike",
        "controlled-delivery",
        "maritime-interdiction",
        "airport-interdiction",
        "captagon-laboratory",
        "precursor-diversion",
        "darknet-vendor",
        "fugitive-location",
    ] {
        assert!(names.contains(wanted), "{wanted}");
    }
}

#[test]
fn each_is_named_as_its_file_and_speaks_four_languages() {
    for (name, _, playbook) in shipped() {
        assert_eq!(playbook.id, name);
        let mut texts: Vec<&Text> = vec![&playbook.title];
        texts.extend(&playbook.summary);
        texts.extend(playbook.roles.iter().map(|role| &role.duties));
        texts.extend(&playbook.abort.when);
        texts.extend(&playbook.handling.rules);
        texts.extend(playbook.phases.iter().map(|phase| &phase.title));
        texts.extend(playbook.tasks().map(|(_, task)| &task.title));
        for text in texts {
            assert!(text.is_complete(), "{name}: {}", text.en);
        }
        // It travels in a charter's text.
        let json = playbook.to_json();
        assert!(
            json.len() <= entente_room::limits::MAX_PLAYBOOK_BYTES,
            "{name}: {}",
            json.len()
        );
        assert_eq!(Playbook::from_json(&json).unwrap(), playbook);
        assert!(
            playbook.phases.len() >= 4 && playbook.tasks().count() >= 8,
            "{name}"
        );
    }
}

/// Whoever goes in at an H-hour has the law behind them, and what the site may do to them in mind.
#[test]
fn nobody_strikes_before_a_judge_has_said_so() {
    for (name, _, playbook) in shipped() {
        let strikes = playbook.phases.iter().filter(|phase| {
            let asks = |condition| phase.entry.contains(&condition);
            asks(Condition::Go(true)) && asks(Condition::HHourSet(true))
        });
        let mut any = false;
        for phase in strikes {
            any = true;
            let waits_for = |task: &str| {
                let done = Condition::TaskDone(task.to_owned());
                phase.entry.contains(&done)
            };
            let law = ["warrants", "powers", "provisional-warrant", "authority"];
            assert!(law.into_iter().any(waits_for), "{name}: {}", phase.id);
            for hazard in ["hazard", "hazmat", "hospital"] {
                let is_planned = playbook.task(hazard).is_some();
                assert!(!is_planned || waits_for(hazard), "{name}: {hazard}");
            }
        }
        assert!(any, "{name} has nothing that begins at an H-hour");
        // What is each country's own affair is not done by the first of them.
        let (_, admit) = playbook.task("admit").unwrap();
        assert_eq!(admit.by, TaskBy::EachCountry, "{name}");
    }
}

#[test]
fn the_schema_beside_them_is_that_of_the_types() {
    let path = folder().join("playbook.schema.json");
    let schema = serde_json::to_string_pretty(&Playbook::schema()).unwrap() + "\n";
    if std::env::var_os("ENTENTE_BLESS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap();
    assert!(
        stored == schema,
        "run the tests with ENTENTE_BLESS=1 and look at the difference"
    );
}

/// The schema and the reader agree: what the one lets through the other does, and the other way round.
#[test]
fn the_schema_judges_as_the_reader_does() {
    let schema = jsonschema::validator_for(&Playbook::schema()).unwrap();
    for (name, text, _) in shipped() {
        let value: Value = serde_saphyr::from_str(&text).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    let (_, text, _) = shipped()
        .into_iter()
        .find(|(name, ..)| name == "captagon-laboratory")
        .unwrap();
    for (from, to) in [
        ("role: coordinator", "role: king"),
        ("acknowledge_within: 2m", "acknowledge_within: soon"),
        ("{task_done: admit}", "{task_undone: admit}"),
        ("default: H1", "default: H9"),
        ("kinds: [place,", "kinds: [planet,"),
        ("version: 1", "version: 1\nmore: 1"),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text, "{from}");
        let value: Value = serde_saphyr::from_str(&broken).unwrap();
        assert!(!schema.is_valid(&value), "{to}");
        assert!(read_playbook(&broken).is_err(), "{to}");
    }
}
