//! What an earlier version has left on its disks, opened by this one: a hub's data, two devices' state, and the room
//! that they were in. Kept in `tests/fixtures`, one archive a version, made by `make fixtures` when a version is released.
//!
//! A room is open for days and these files are kept for years: all processes run by the clock of that day.

use std::path::{Path, PathBuf};
use std::process::Command;

use entente_tests::{HubProcess, faketime};
use serde_json::{Value, json};

use crate::commands::Shell;

/// Where the archives are.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// What was said when the fixture was made, and what came of it.
const WORDS: [&str; 3] = ["Dune is in position.", "Petra has the keys.", "صباح الخير"];

/// An hour after the fixture's first minute: the room of a day is open, and no certificate is over.
const LATER_MS: u64 = 3_600_000;

fn at(folder: tempfile::TempDir, clock: &[(String, String)]) -> Shell {
    let hub = HubProcess::start_in(&folder.path().join("hub"), &[], clock.to_vec());
    let url = hub.url().to_string();
    Shell::with(folder, hub, url, clock.to_vec())
}

fn texts(lines: &[Value]) -> Vec<String> {
    let said = lines.iter().filter_map(|line| line["say"]["text"].as_str());
    said.map(str::to_owned).collect()
}

/// Boards as the commands show them.
fn board(shell: &Shell, who: &str) -> Value {
    let hub = shell.url();
    let show = |what: [&str; 2]| shell.run(&[&what[..], &["--dir", who, "--hub", &hub]].concat());
    // The time of asking is not of the plan.
    let mut plan = show(["plan", "show"]);
    for line in plan.iter_mut().filter_map(Value::as_object_mut) {
        line.retain(|key, _| key == "plan" || key == "decision" || key == "digest");
    }
    json!({
        "targets": show(["target", "list"]),
        "hits": show(["hit", "list"]),
        "plan": plan,
    })
}

fn tar(args: &[&str], folder: &Path) {
    let done = Command::new("tar").args(args).current_dir(folder).status();
    assert!(done.unwrap().success(), "tar {args:?}");
}

/// Makes the fixture of this version; run by `make fixtures`.
#[test]
fn the_fixture_of_this_version() {
    let Ok(version) = std::env::var("ENTENTE_FIXTURE") else {
        return;
    };
    let now_ms = entente_client::now_ms();
    let folder = tempfile::tempdir().unwrap();
    let shell = at(folder, &[]);
    for country in ["JO", "AE"] {
        shell.authority(country);
    }
    shell.device("JO", "Petra", "coordinator");
    shell.device("AE", "Dune", "liaison");
    shell.run(&["device", "trust", "--dir", "Dune", "JO/authority.pem"]);
    let mut open = vec![
        "room",
        "open",
        "--dir",
        "Petra",
        "--title",
        "Saffron",
        "--closes-in",
        "24h",
    ];
    open.extend([
        "--authority",
        "JO=JO/authority.pem",
        "--authority",
        "AE=AE/authority.pem",
    ]);
    let opened = shell.run(&open);
    shell.run(&["room", "admit", "--dir", "Petra", "Dune"]);
    shell.run(&["say", "--dir", "Dune", WORDS[0]]);
    let mut add = vec![
        "target",
        "add",
        "--dir",
        "Petra",
        "--kind",
        "vehicle",
        "--name",
        "White lorry",
    ];
    add.extend(["--identifier", "plate:JO 14-83921"]);
    shell.run(&add);
    shell.run(&[
        "hit",
        "raise",
        "--dir",
        "Dune",
        "--identifier",
        "plate:jo1483921",
    ]);
    shell.run(&["say", "--dir", "Petra", WORDS[1]]);
    shell.run(&["say", "--dir", "Dune", WORDS[2]]);
    // Both have heard all before their disks are kept, and one has a word that is still to be sent.
    shell.run(&["follow", "--dir", "Petra", "--once"]);
    shell.run(&["follow", "--dir", "Dune", "--once"]);
    let facts = json!({
        "version": version,
        "made_at_ms": now_ms,
        "room": opened[0]["room"],
        "petra": board(&shell, "Petra"),
        "dune": board(&shell, "Dune"),
    });
    let root = shell.dir("");
    std::fs::write(
        root.join("facts.json"),
        serde_json::to_string_pretty(&facts).unwrap(),
    )
    .unwrap();
    let _shell = shell.stop_hub();
    let archive = fixtures().join(format!("{version}.tar.gz"));
    std::fs::create_dir_all(fixtures()).unwrap();
    let archive = archive.to_str().unwrap();
    tar(
        &[
            "--exclude=test.log",
            "-czf",
            archive,
            "hub",
            "Petra",
            "Dune",
            "facts.json",
        ],
        &root,
    );
}

#[test]
fn every_earlier_version_is_opened_and_goes_on() {
    let mut archives: Vec<PathBuf> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "gz"))
        .collect();
    archives.sort();
    assert!(!archives.is_empty());
    for archive in archives {
        let folder = tempfile::tempdir().unwrap();
        tar(&["-xzf", archive.to_str().unwrap()], folder.path());
        let facts = std::fs::read_to_string(folder.path().join("facts.json")).unwrap();
        let facts: Value = serde_json::from_str(&facts).unwrap();
        let now_ms = facts["made_at_ms"].as_u64().unwrap() + LATER_MS;
        let Some(clock) = faketime::from(now_ms) else {
            return;
        };
        opens(at(folder, &clock), &facts);
    }
}

fn opens(shell: Shell, facts: &Value) {
    let version = facts["version"].as_str().unwrap();
    let hub = shell.url();
    let room = facts["room"].as_str().unwrap();
    // Without the hub: what lies on the disk is enough to read.
    for (who, known) in [("Petra", &facts["petra"]), ("Dune", &facts["dune"])] {
        let mine = board(&shell, who);
        assert_eq!(mine["targets"], known["targets"], "{version}: {who}");
        assert_eq!(mine["hits"], known["hits"], "{version}: {who}");
        assert_eq!(mine["plan"], known["plan"], "{version}: {who}");
    }
    let follow =
        |who: &str| shell.run(&["follow", "--dir", who, "--hub", &hub, "--once", "--history"]);
    assert_eq!(texts(&follow("Petra")), WORDS, "{version}");
    // The hub serves the room, and both go on in it.
    shell.run(&[
        "say",
        "--dir",
        "Petra",
        "--hub",
        &hub,
        "--room",
        room,
        "A new version.",
    ]);
    shell.run(&[
        "say",
        "--dir",
        "Dune",
        "--hub",
        &hub,
        "--room",
        room,
        "Here too.",
    ]);
    shell.run(&[
        "room",
        "extend",
        "--dir",
        "Petra",
        "--hub",
        &hub,
        "--closes-in",
        "30h",
    ]);
    for who in ["Petra", "Dune"] {
        let all: Vec<&str> = WORDS
            .iter()
            .copied()
            .chain(["A new version.", "Here too."])
            .collect();
        assert_eq!(texts(&follow(who)), all, "{version}: {who}");
    }
}
