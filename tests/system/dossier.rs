//! The dossier of an exercise, made from what a device has kept after the room was closed, and checked where nobody
//! has seen the room.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use entente_tests::program;
use serde_json::Value;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../ops-playbooks/exercises/captagon-corridor.yaml"
);

/// Bytes of a dossier that are changed one at a time; the tests of the crate change many more.
const CHANGES: usize = 24;

pub(super) fn run(dir: &Path, passphrase: &str, args: &[&str]) -> Output {
    Command::new(program("entente"))
        .args(args)
        .arg("--json")
        .current_dir(dir)
        .env("ENTENTE_PASSPHRASE", passphrase)
        .env("ENTENTE_LANG", "en")
        .env_remove("ENTENTE_DIR")
        .output()
        .unwrap()
}

pub(super) fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn good(dir: &Path, passphrase: &str, args: &[&str]) -> Vec<Value> {
    let output = run(dir, passphrase, args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    lines(&output)
}

fn has(file: &Path, text: &str) -> bool {
    let bytes = std::fs::read(file).unwrap();
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

pub(super) struct Played {
    _folder: tempfile::TempDir,
    devices: PathBuf,
    passphrase: String,
    room: String,
    /// A directory in which there was never a device.
    pub(super) elsewhere: PathBuf,
}

pub(super) fn played() -> Played {
    let folder = tempfile::tempdir().unwrap();
    let devices = folder.path().join("devices");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let keep = devices.to_str().unwrap();
    let args = ["exercise", "run", SCRIPT, "--once", "--speed", "0"];
    let args = [&args[..], &["--listen", "127.0.0.1:0", "--keep", keep]].concat();
    good(folder.path(), "", &args);
    let passphrase = std::fs::read_to_string(devices.join("passphrase")).unwrap();
    let args = ["room", "list", "--dir", "device-petra"];
    let rooms = good(&devices, &passphrase, &[&args[..], &OFFLINE].concat());
    let room = rooms[0]["room"].as_str().unwrap().to_owned();
    Played {
        _folder: folder,
        devices,
        passphrase,
        room,
        elsewhere,
    }
}

/// The hub is long gone.
const OFFLINE: [&str; 4] = ["--wait", "0s", "--hub", "http://127.0.0.1:1"];

impl Played {
    pub(super) fn export(&self, name: &str, more: &[&str]) -> PathBuf {
        let out = self.elsewhere.join(name);
        let args = [
            "dossier",
            "export",
            "--dir",
            "device-petra",
            "--room",
            &self.room,
        ];
        let args = [&args[..], &["--out", out.to_str().unwrap()], &OFFLINE, more].concat();
        good(&self.devices, &self.passphrase, &args);
        out
    }

    pub(super) fn look(&self, args: &[&str]) -> Vec<Value> {
        good(&self.elsewhere, "", args)
    }
}

#[test]
fn a_played_exercise_is_proven_elsewhere_and_changes_are_located() {
    let played = played();
    let file = played.export("corridor.dossier", &[]);
    let found = &played.look(&["dossier", "verify", "corridor.dossier"])[0];
    assert_eq!(found["faults"], serde_json::json!([]));
    assert_eq!(found["made_by"]["callsign"], "Petra");
    let proven = found["counts"]["proven"].as_u64().unwrap();
    assert!(proven > 60, "{found}");
    assert_eq!(found["people"].as_array().unwrap().len(), 9);
    // The closing commit is the last thing there is: nobody speaks after it.
    let to = found["attested"]["to"].as_u64().unwrap();
    let entries = found["counts"]["entries"].as_u64().unwrap();
    assert!(to + 10 > entries, "{found}");

    let told = played.look(&["dossier", "show", "corridor.dossier"]);
    let with = |key: &str| told.iter().filter(|line| line.get(key).is_some()).count();
    assert_eq!(with("event"), usize::try_from(proven).unwrap());
    assert_eq!(with("sat"), 9);
    assert!(with("hit") >= 2 && with("vote") >= 1, "{told:?}");
    let removed = told
        .iter()
        .find(|line| line["sat"]["person"]["callsign"] == "Oryx");
    assert!(removed.unwrap()["sat"]["to_seq"].is_u64());
    let learned = &played.look(&["dossier", "analyse", "corridor.dossier"])[0];
    let responses = learned["responses"].as_array().unwrap();
    for country in ["AE", "CI", "JO"] {
        let mut of_country = responses.iter().filter(|it| it["country"] == country);
        assert!(of_country.any(|it| it["stage"] == "act"), "{learned}");
    }
    assert_eq!(learned["bonds"][0]["relation"], "loaded at");

    for format in ["stix", "csv", "geojson", "kml"] {
        let out = format!("board.{format}");
        let args = [
            "dossier",
            "convert",
            "corridor.dossier",
            "--to",
            format,
            "--out",
            &out,
        ];
        played.look(&args);
        assert!(
            has(&played.elsewhere.join(&out), "White Hino lorry"),
            "{format}"
        );
    }

    let whole = std::fs::read(&file).unwrap();
    for change in 0..CHANGES {
        let at = whole.len() / CHANGES * change + change;
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(played.elsewhere.join("changed.dossier"), bytes).unwrap();
        let output = run(
            &played.elsewhere,
            "",
            &["dossier", "verify", "changed.dossier"],
        );
        assert_eq!(output.status.code(), Some(1), "byte {at}");
        let said = lines(&output);
        let code = said.last().unwrap()["error"]["code"].as_str().unwrap();
        match code {
            "no_dossier" => assert_eq!(said.len(), 1),
            "broken_dossier" => {
                let part = &said[0]["faults"][0]["at"]["part"];
                assert!(part.is_string(), "byte {at}: {}", said[0]);
            }
            other => panic!("byte {at}: {other}"),
        }
    }
}

#[test]
fn a_country_gets_what_it_may_have_and_proof_of_the_rest() {
    let played = played();
    let whole = played.export("whole.dossier", &[]);
    let some = played.export("some.dossier", &["--for", "CI", "--handling", "H1"]);
    // The broker is marked H2; the lorry has the playbook's H1.
    for secret in ["The broker", "+962790001122"] {
        assert!(has(&whole, secret) && !has(&some, secret), "{secret}");
    }
    assert!(has(&some, "White Hino lorry"));
    let all = &played.look(&["dossier", "verify", "whole.dossier"])[0];
    let found = &played.look(&["dossier", "verify", "some.dossier"])[0];
    assert_eq!(found["faults"], serde_json::json!([]));
    assert_eq!(found["counts"]["proven"], all["counts"]["proven"]);
    assert!(found["counts"]["withheld"].as_u64().unwrap() > 0);
    assert_eq!(found["made_for"], serde_json::json!(["CI", 1]));
}

/// The hub's own log confirms the record, while the room is open and when it is over; it is for coordinators.
#[tokio::test(flavor = "multi_thread")]
async fn a_coordinators_dossier_has_the_hubs_log() {
    use entente_client::engine::Wish;
    use entente_room::{CharterChange, Event, Say};
    use entente_tests::{Cast, HubProcess, within};
    use entente_trust::Role;

    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let dune = cast.member("AE", "Dune", Role::Liaison).await;
    let room = cast.open_room(&petra, &[&dune], crate::CLASSIC).await;
    // Another room's rows lie between.
    cast.open_room(&petra, &[&dune], crate::CLASSIC).await;
    let said = Event::Say(Say {
        text: "for the record".into(),
        urgent: false,
        reply_to: None,
    });
    within(dune.engine.say(room, said)).await.unwrap();
    let heard = petra.engine.until(room, |session| {
        crate::said(session)
            .iter()
            .any(|(_, text)| text == "for the record")
    });
    within(heard).await.unwrap();
    dune.engine.stop().await;
    petra.engine.stop().await;

    let export = |who: &Path, out: &str| {
        let room = room.to_string();
        let args = [
            "dossier",
            "export",
            "--dir",
            who.to_str().unwrap(),
            "--room",
            &room,
        ];
        let args = [&args[..], &["--hub-log", "--out", out]].concat();
        tokio::task::block_in_place(|| run(folder.path(), "only for tests", &args))
    };
    let refused = export(&dune.dir, "dune.dossier");
    assert!(!refused.status.success());
    let error = &lines(&refused)[0]["error"];
    assert_eq!(error["code"], "policy_refused", "{error}");
    assert!(!folder.path().join("dune.dossier").exists());

    let check = |file: &str| {
        let made = export(&petra.dir, file);
        assert!(made.status.success(), "{made:?}");
        let found = tokio::task::block_in_place(|| {
            good(folder.path(), "", &["dossier", "verify", file]).remove(0)
        });
        assert_eq!(found["faults"], serde_json::json!([]));
        found
    };
    let found = check("open.dossier");
    let (audit, entries) = (&found["audit"], &found["counts"]["entries"]);
    // Opened, admitted, seated, noted: all of it is in the record too.
    assert_eq!(audit["rows"], 4, "{found}");
    assert_eq!(
        (&audit["confirmed"], &audit["hub_alone"]),
        (&4.into(), &0.into())
    );
    assert_eq!(&audit["to"], entries);

    let engine = cast.wake(&petra.dir).await;
    within(engine.caught_up()).await.unwrap();
    let close = Wish::Amend(Box::new(CharterChange::close_at(entente_client::now_ms())));
    within(engine.commit(room, close)).await.unwrap();
    within(engine.until(room, |session| session.ended().is_some()))
        .await
        .unwrap();
    engine.stop().await;
    let found = check("closed.dossier");
    // The commit that closed it, the end itself, and one more note.
    assert_eq!(found["audit"]["rows"], 7, "{found}");
    assert_eq!(
        found["audit"]["hub_alone"], 1,
        "when it was closed only the hub knows"
    );
}

const SHIP: &str = "a-ship-of-which-nobody-knows-83c1";

/// A dossier's compartment goes to those whom it names, is checked with its room, and is told apart from it.
#[tokio::test(flavor = "multi_thread")]
async fn a_compartment_goes_with_its_room_and_to_nobody_else() {
    use entente_client::engine::Wish;
    use entente_room::{Event, Session, TargetChange, TargetId, TargetKind};
    use entente_tests::{Cast, HubProcess, within};
    use entente_trust::Role;

    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE", "CI"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let dune = cast.member("AE", "Dune", Role::Liaison).await;
    let cacao = cast.member("CI", "Cacao", Role::Liaison).await;
    let room = cast
        .open_room(&petra, &[&dune, &cacao], crate::CLASSIC)
        .await;
    let countries = ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec();
    let inner = within(petra.engine.open_compartment(room, countries))
        .await
        .unwrap();
    let admit = Wish::Admit(vec![dune.identity.device()]);
    within(petra.engine.commit(inner, admit)).await.unwrap();
    within(dune.engine.until(inner, Session::is_board_ready))
        .await
        .unwrap();
    let ship = Event::Target(TargetChange {
        kind: Some(TargetKind::Vessel),
        name: Some(SHIP.to_owned()),
        ..TargetChange::of(TargetId::from_bytes([1; 16]))
    });
    within(dune.engine.say(inner, ship)).await.unwrap();
    let there = petra
        .engine
        .until(inner, |it| it.board().targets().count() == 1);
    within(there).await.unwrap();
    for member in [&petra, &dune, &cacao] {
        member.engine.stop().await;
    }

    let dir = folder.path();
    let entente = |args: &[&str]| tokio::task::block_in_place(|| run(dir, "only for tests", args));
    let (room, inner) = (room.to_string(), inner.to_string());
    let export = |who: &Path, out: &str, more: &[&str]| {
        let who = who.to_str().unwrap();
        let args = ["dossier", "export", "--dir", who, "--out", out];
        entente(&[&args[..], more].concat())
    };
    let made = |who: &Path, out: &str, more: &[&str]| {
        let output = export(who, out, more);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{more:?}: {errors}");
        let found = lines(&entente(&["dossier", "verify", out])).remove(0);
        assert_eq!(found["faults"], serde_json::json!([]));
        (lines(&output).remove(0), found)
    };
    let here = |found: &Value| {
        let announced = &found["announced"];
        (announced["total"].as_u64(), announced["here"].as_u64())
    };

    let (said, found) = made(&petra.dir, "whole", &["--room", &room, "--hub-log"]);
    assert_eq!(
        (&said["compartments"], here(&found)),
        (&1.into(), (Some(1), Some(1)))
    );
    let inside = &found["compartments"][0];
    assert_eq!(inside["countries"], serde_json::json!(["AE", "JO"]));
    assert_eq!(inside["findings"]["faults"], serde_json::json!([]));
    let audit = &inside["findings"]["audit"];
    assert!(audit["confirmed"].as_u64().unwrap() >= 3, "{inside}");
    assert!(has(&dir.join("whole"), SHIP));
    // One that is named means the room with this one.
    let (said, found) = made(&petra.dir, "one", &["--compartment", &inner]);
    assert_eq!(said["room"], *room);
    assert_eq!(here(&found), (Some(1), Some(1)));
    for (who, out, more) in [
        (&petra, "without", &["--without-compartments"][..]),
        (&petra, "for-ci", &["--for", "CI", "--handling", "H3"][..]),
        (&cacao, "cacaos", &[][..]),
    ] {
        let more = [&["--room", &room], more].concat();
        let (said, found) = made(&who.dir, out, &more);
        assert_eq!(
            (&said["compartments"], here(&found)),
            (&0.into(), (Some(1), Some(0)))
        );
        let missing = serde_json::json!({ "remark": "not_here", "count": 1 });
        assert!(found["remarks"].as_array().unwrap().contains(&missing));
        assert!(!has(&dir.join(out), SHIP));
    }
    let for_ci = ["--compartment", &inner, "--for", "CI", "--handling", "H3"];
    let refused = export(&petra.dir, "no", &for_ci);
    assert_eq!(lines(&refused)[0]["error"]["code"], "compartment");
    let neither = ["--compartment", &inner, "--without-compartments"];
    assert!(!export(&petra.dir, "no", &neither).status.success());
    assert!(!dir.join("no").exists());

    let told = lines(&entente(&["dossier", "show", "whole"]));
    let names_ship = |line: &&Value| line.to_string().contains(SHIP);
    let of_ship: Vec<&Value> = told.iter().filter(names_ship).collect();
    assert!(!of_ship.is_empty());
    assert!(of_ship.iter().all(|line| line["compartment"] == *inner));
    let write = |command: &[&str], out: &str, more: &[&str]| {
        let args = ["--out", out];
        let output = entente(&[&["dossier"], command, &args, more].concat());
        assert!(output.status.success(), "{output:?}");
    };
    let convert = ["convert", "whole", "--to", "csv"];
    write(&convert, "room.csv", &[]);
    write(&convert, "inner.csv", &["--compartment", &inner]);
    assert!(!has(&dir.join("room.csv"), SHIP) && has(&dir.join("inner.csv"), SHIP));
    let strange = [
        "dossier", "convert", "without", "--to", "csv", "--out", "no",
    ];
    let strange = entente(&[&strange[..], &["--compartment", &inner]].concat());
    assert_eq!(lines(&strange)[0]["error"]["code"], "unknown");
    if !entente_services::is_skipped() {
        let report = ["report", "whole", "--lang", "en"];
        write(&report, "room.pdf", &[]);
        write(&report, "inner.pdf", &["--compartment", &inner]);
        let read = |out: &str| {
            let text = crate::report::poppler("pdftotext", &[], &dir.join(out));
            crate::report::plain(&text)
        };
        let (room, inside) = (read("room.pdf"), read("inner.pdf"));
        let ship = crate::report::plain(SHIP);
        let id = crate::report::plain(&inner);
        assert!(room.contains("Compartmentsannouncedintheroom1"), "{room}");
        assert!(!room.contains(&ship) && !room.contains(&id), "{room}");
        assert!(
            inside.contains(&ship) && inside.contains("OnlyforAEJO"),
            "{inside}"
        );
    }

    let mut bytes = std::fs::read(dir.join("one")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(dir.join("changed"), bytes).unwrap();
    let refused = entente(&["dossier", "verify", "changed"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = lines(&refused);
    assert_eq!(said[0]["faults"], serde_json::json!([]));
    let fault = &said[0]["compartments"][0]["findings"]["faults"][0];
    assert_eq!(
        (&fault["at"]["part"], &fault["wrong"]),
        (&"entry".into(), &"changed".into())
    );
    assert_eq!(said[1]["error"]["code"], "broken_dossier");
    for command in ["show", "analyse"] {
        let refused = entente(&["dossier", command, "changed"]);
        assert_eq!(
            lines(&refused).last().unwrap()["error"]["code"],
            "broken_dossier"
        );
        assert!(!String::from_utf8_lossy(&refused.stdout).contains(SHIP));
    }
}
