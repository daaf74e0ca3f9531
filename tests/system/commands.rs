//! The operation by hand, as in the README, each command a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use entente_tests::{HubProcess, program};
use serde_json::Value;

pub(crate) struct Shell {
    folder: tempfile::TempDir,
    hub: HubProcess,
    url: String,
    environment: Vec<(String, String)>,
}

impl Shell {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &[]);
        let url = hub.url().to_string();
        Self::with(folder, hub, url, Vec::new())
    }

    /// At a hub under this URL, with more in the environment of each command.
    pub(crate) fn with(
        folder: tempfile::TempDir,
        hub: HubProcess,
        url: String,
        environment: Vec<(String, String)>,
    ) -> Self {
        Self {
            folder,
            hub,
            url,
            environment,
        }
    }

    pub(crate) fn dir(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, passphrase: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program("entente"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("ENTENTE_PASSPHRASE", passphrase)
            .env("ENTENTE_LANG", "en")
            .envs(self.environment.iter().cloned());
        command
    }

    /// Ends the hub, so that its files are as it leaves them.
    pub(crate) fn stop_hub(mut self) -> Self {
        assert!(self.hub.terminate());
        self
    }

    fn output(&self, args: &[&str]) -> Output {
        self.command("correct horse", args).output().unwrap()
    }

    /// Runs a command that must succeed; returns its JSON lines.
    pub(crate) fn run(&self, args: &[&str]) -> Vec<Value> {
        let args = [args, &["--json"]].concat();
        let output = self.output(&args);
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {text}{errors}");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Runs a command that must fail with this code and exit status.
    pub(crate) fn fail(&self, args: &[&str], code: &str, exit: i32) {
        let args = [args, &["--json"]].concat();
        let output = self.output(&args);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {text}");
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!(last["error"]["code"], code, "{args:?}: {text}");
    }

    pub(crate) fn authority(&self, country: &str) {
        self.run(&[
            "authority",
            "init",
            "--country",
            country,
            "--name",
            "Bureau",
            "--dir",
            country,
        ]);
        self.run(&[
            "authority",
            "desk",
            "--dir",
            country,
            "--hub",
            &self.url(),
            "--once",
        ]);
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Petra opens a room of Jordan for an hour; returns its id.
    pub(crate) fn open_room(&self, title: &str, more: &[&str]) -> String {
        let open = ["room", "open", "--dir", "Petra", "--title", title];
        let charter = ["--closes-in", "1h", "--authority", "JO=JO/authority.pem"];
        let opened = self.run(&[&open[..], &charter, more].concat());
        opened[0]["room"].as_str().unwrap().to_owned()
    }

    pub(crate) fn device(&self, country: &str, callsign: &str, role: &str) -> Value {
        let officer = format!("{country}-{callsign}");
        let invite = [
            "authority",
            "invite",
            "--dir",
            country,
            "--officer",
            &officer,
        ];
        let ticket = self.run(&[&invite[..], &["--callsign", callsign, "--role", role]].concat());
        let ticket = ticket[0]["ticket"].as_str().unwrap().to_owned();
        let hub = self.url();
        let enrol = [
            "device", "enrol", "--hub", &hub, "--dir", callsign, "--ticket", &ticket, "--json",
        ];
        let waiting = self
            .command("correct horse", &enrol)
            .stdout(std::process::Stdio::piped())
            .spawn();
        let waiting = waiting.unwrap();
        // The desk looks again until the request is there.
        while self
            .run(&[
                "authority",
                "desk",
                "--dir",
                country,
                "--hub",
                &hub,
                "--once",
            ])
            .is_empty()
        {}
        let output = waiting.wait_with_output().unwrap();
        assert!(output.status.success());
        // A ticket works once.
        self.fail(
            &[
                "device", "enrol", "--hub", &hub, "--dir", "second", "--ticket", &ticket,
            ],
            "bad_enrolment",
            1,
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn only(lines: &[Value]) -> &Value {
    assert_eq!(lines.len(), 1, "{lines:?}");
    &lines[0]
}

#[test]
fn an_operation_by_hand() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.authority("AE");
    shell.device("JO", "Petra", "coordinator");
    let falcon = shell.device("AE", "Falcon", "field");
    assert_eq!(falcon["callsign"], "Falcon");
    assert!(shell.run(&["room", "list", "--dir", "Falcon"]).is_empty());

    let opened = shell.run(&[
        "room",
        "open",
        "--dir",
        "Petra",
        "--title",
        "Saffron",
        "--closes-in",
        "4h",
        "--authority",
        "JO=JO/authority.pem",
        "--authority",
        "AE=AE/authority.pem",
    ]);
    let room = only(&opened)["room"].as_str().unwrap().to_owned();
    shell.run(&["room", "admit", "--dir", "Petra", "--room", &room, "Falcon"]);
    // Whom the device does not know it does not follow; it says so, and the invitation waits.
    let warned = shell.run(&["follow", "--dir", "Falcon", "--once"]);
    assert!(
        warned
            .iter()
            .any(|event| event["event"] == "unknown_inviter"),
        "{warned:?}"
    );
    assert!(shell.run(&["room", "list", "--dir", "Falcon"]).is_empty());
    let trusted = shell.run(&["device", "trust", "--dir", "Falcon", "JO/authority.pem"]);
    assert_eq!(only(&trusted)["country"], "JO");
    assert_eq!(shell.run(&["room", "roster", "--dir", "Falcon"]).len(), 2);
    let rooms = shell.run(&["room", "list", "--dir", "Falcon"]);
    assert_eq!(only(&rooms)["title"], "Saffron");

    shell.run(&["say", "--dir", "Falcon", "In position."]);
    let heard = shell.run(&["follow", "--dir", "Petra", "--once"]);
    assert!(
        heard
            .iter()
            .any(|event| event["say"]["text"] == "In position."),
        "{heard:?}"
    );

    let added = shell.run(&[
        "target",
        "add",
        "--dir",
        "Falcon",
        "--kind",
        "vehicle",
        "--name",
        "White lorry",
        "--identifier",
        "plate:JO 14-83921",
    ]);
    let target = added[0]["target"].as_str().unwrap().to_owned();
    shell.run(&[
        "target", "set", "--dir", "Petra", &target, "--status", "moving",
    ]);
    let targets = shell.run(&["target", "list", "--dir", "Falcon"]);
    assert_eq!(only(&targets)["fields"]["status"]["value"], "moving");

    let raised = shell.run(&[
        "hit",
        "raise",
        "--dir",
        "Petra",
        "--identifier",
        "plate:jo1483921",
    ]);
    let hit = raised[0]["hit"].as_str().unwrap().to_owned();
    shell.run(&["hit", "ack", "--dir", "Falcon", &hit, "--note", "Mine."]);
    let hits = shell.run(&["hit", "list", "--dir", "Petra"]);
    assert_eq!(
        only(&hits)["fields"]["target"],
        target,
        "found by its identifier"
    );
    assert!(
        only(&hits)["fields"]["acknowledged"]["AE"].is_object(),
        "{hits:?}"
    );

    shell.fail(&["room", "remove", "--dir", "Falcon", "Petra"], "policy", 1);
    shell.run(&["room", "extend", "--dir", "Petra", "--closes-in", "5h"]);
    shell.run(&["room", "remove", "--dir", "Petra", "Falcon"]);
    shell.fail(
        &[
            "say", "--dir", "Falcon", "--room", &room, "Anybody?", "--wait", "3s",
        ],
        "no_seat",
        1,
    );
    shell.run(&["room", "close", "--dir", "Petra"]);
    shell.fail(
        &["say", "--dir", "Petra", "--room", &room, "Too late"],
        "room_ended",
        5,
    );
    let rooms = shell.run(&["room", "list", "--dir", "Petra"]);
    assert_eq!(only(&rooms)["ended"]["how"], "closed");
}

/// Two rooms, one of them an exercise: each line says which it is of, and `--room` keeps them apart.
#[test]
fn an_exercise_is_marked_line_by_line() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.device("JO", "Falcon", "field");
    let open = |title: &str, more: &[&str]| {
        let room = shell.open_room(title, more);
        shell.run(&["room", "admit", "--dir", "Petra", "--room", &room, "Falcon"]);
        room
    };
    let live = open("Saffron", &[]);
    let drill = open("Paper", &["--exercise"]);
    shell.run(&["room", "list", "--dir", "Falcon"]);
    let said = |room: &str, text: &str| {
        shell.run(&["say", "--dir", "Petra", "--room", room, text]);
    };
    said(&live, "This is real.");
    said(&drill, "This is not.");
    let of_drill = ["follow", "--dir", "Falcon", "--once", "--room", &drill];
    let heard = shell.run(&of_drill);
    let told: Vec<(&str, &serde_json::Value)> = heard
        .iter()
        .filter_map(|event| Some((event["say"]["text"].as_str()?, &event["exercise"])))
        .collect();
    assert_eq!(told, [("This is not.", &Value::Bool(true))], "{heard:?}");
    said(&live, "Still real.");
    said(&drill, "Still not.");
    let text = shell.output(&["follow", "--dir", "Falcon", "--once"]);
    let text = String::from_utf8(text.stdout).unwrap();
    let line = |words: &str| text.lines().find(|line| line.contains(words)).unwrap();
    assert!(line("Still not.").starts_with("EXERCISE "), "{text}");
    assert!(!line("Still real.").contains("EXERCISE"), "{text}");
}

/// What was read is what is changed and voted on.
#[test]
fn who_had_not_seen_the_last_word_is_told() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.device("JO", "Falcon", "field");
    shell.open_room("T", &[]);
    shell.run(&["room", "admit", "--dir", "Petra", "Falcon"]);
    let add = [
        "target", "add", "--dir", "Petra", "--kind", "vehicle", "--name", "Lorry",
    ];
    let added = shell.run(&[&add[..], &["--status", "approved"]].concat());
    let target = added[0]["target"].as_str().unwrap().to_owned();
    let seen = added[0]["seq"].to_string();
    let set = |who: &str, more: &[&str]| {
        shell.run(&[&["target", "set", "--dir", who, &target], more].concat())
    };
    set("Petra", &["--notes", "blue cab"]);
    set("Falcon", &["--notes", "white cab", "--seen", &seen]);
    let text = shell.output(&["follow", "--dir", "Petra", "--once"]);
    let text = String::from_utf8(text.stdout).unwrap();
    let told = "Replaced unseen: notes “blue cab”, as Petra (JO) had said at #";
    assert!(text.contains(told), "{text}");

    let digest = |shown: &[Value]| shown[0]["digest"].as_str().unwrap().to_owned();
    let before = digest(&shell.run(&["plan", "show", "--dir", "Petra"]));
    set("Falcon", &["--team", "Basalt"]);
    shell.run(&["plan", "call-vote", "--dir", "Petra"]);
    let vote =
        |plan: &str| ["plan", "vote", "--dir", "Petra", "go", "--plan", plan].map(str::to_owned);
    let stale = vote(&before[..12]);
    let stale: Vec<&str> = stale.iter().map(String::as_str).collect();
    shell.fail(&stale, "other_plan", 1);
    shell.fail(
        &["plan", "vote", "--dir", "Petra", "go", "--plan", "12"],
        "usage",
        2,
    );
    let shown = shell.run(&["plan", "show", "--dir", "Petra"]);
    assert_eq!(shown[0]["decision"], "open", "nobody has voted");
    let now = vote(&digest(&shown)[..12]);
    let now: Vec<&str> = now.iter().map(String::as_str).collect();
    shell.run(&now);
    let shown = shell.run(&["plan", "show", "--dir", "Petra"]);
    assert_eq!(shown[0]["decision"], "go");
}

#[test]
fn locks_passphrases_and_a_hub_that_is_gone() {
    let mut shell = Shell::open();
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.open_room("T", &[]);

    let wrong = shell
        .command("wrong", &["device", "show", "--dir", "Petra"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("passphrase"));
    shell.fail(&["device", "show", "--dir", "nowhere"], "missing", 4);
    shell.fail(
        &["say", "--dir", "Petra", "--room", &"0".repeat(32), "x"],
        "no_room",
        1,
    );

    let held = entente_client::store::SealedStore::open(
        &shell.dir("Petra"),
        &entente_client::Passphrase::new("correct horse".to_owned()),
    )
    .unwrap();
    shell.fail(&["say", "--dir", "Petra", "x"], "in_use", 4);
    drop(held);

    shell.hub.kill();
    shell.fail(
        &["say", "--dir", "Petra", "From the cellar.", "--wait", "1s"],
        "queued",
        3,
    );
    shell.hub.restart();
    shell.run(&["say", "--dir", "Petra", "And up again."]);
    let said = shell.run(&["follow", "--dir", "Petra", "--once", "--history"]);
    let texts: Vec<_> = said
        .iter()
        .filter_map(|event| event["say"]["text"].as_str())
        .collect();
    assert_eq!(texts, ["From the cellar.", "And up again."]);
}

#[test]
fn words_come_in_the_readers_language() {
    let help = |lang: &str| {
        let output = Command::new(program("entente"))
            .args(["--lang", lang, "--help"])
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let all: std::collections::BTreeSet<String> = ["en", "fr", "es", "ar"].map(help).into();
    assert_eq!(all.len(), 4);
    assert!(help("fr").contains("salle d'opérations"));
    assert!(help("ar").contains("غرفة"));
    let usage = Command::new(program("entente"))
        .arg("no-such-command")
        .output()
        .unwrap();
    assert_eq!(usage.status.code(), Some(2));
    assert!(Path::new(&program("entente-server")).is_file());
}

/// A country may be given less than its devices' certificates would allow.
#[test]
fn an_authority_with_a_highest_role() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.authority("AE");
    shell.device("JO", "Petra", "coordinator");
    shell.device("AE", "Dune", "liaison");
    shell.device("AE", "Falcon", "field");
    let open = ["room", "open", "--dir", "Petra", "--title", "T"];
    let authorities = [
        "--closes-in",
        "1h",
        "--authority",
        "JO=JO/authority.pem",
        "--authority",
        "AE:field=AE/authority.pem",
    ];
    shell.run(&[&open[..], &authorities[..]].concat());
    shell.fail(&["room", "admit", "--dir", "Petra", "Dune"], "policy", 1);
    shell.run(&["room", "admit", "--dir", "Petra", "Falcon"]);
    assert_eq!(shell.run(&["room", "roster", "--dir", "Petra"]).len(), 2);
    let wrong = [&open[..], &["--closes-in", "1h", "--authority"]].concat();
    let boss = [&wrong[..], &["JO:boss=JO/authority.pem"]].concat();
    shell.fail(&boss, "usage", 2);
}

/// The charter no longer names a coordinator whose device was lost.
#[test]
fn an_evicted_coordinator_is_struck_from_the_charter() {
    let shell = Shell::open();
    shell.authority("JO");
    for callsign in ["Petra", "Wadi", "Basalt"] {
        shell.device("JO", callsign, "coordinator");
    }
    shell.open_room(
        "T",
        &[
            "--coordinator",
            "Wadi",
            "--coordinator",
            "Basalt",
            "--quorum",
            "2",
        ],
    );
    shell.run(&["room", "admit", "--dir", "Petra", "Wadi", "Basalt"]);
    shell.run(&["room", "evict", "--dir", "Petra", "Basalt"]);
    // Two must sign: it is proposed, and the other one signs.
    let proposed = shell.run(&["room", "amendments", "--dir", "Wadi"]);
    let named = only(&proposed)["coordinators"].as_array().unwrap().len();
    assert_eq!(named, 2);
    let amendment = only(&proposed)["amendment"].as_str().unwrap();
    let signed = shell.run(&["room", "sign", "--dir", "Wadi", amendment]);
    assert_eq!(only(&signed)["in_force"], true);
    // The two that are left can't lose another one: nobody could amend the charter any more.
    let fewer = [
        "room",
        "amend",
        "--dir",
        "Petra",
        "--not-coordinator",
        "Wadi",
    ];
    shell.fail(&fewer, "quorum_out_of_reach", 1);
}
