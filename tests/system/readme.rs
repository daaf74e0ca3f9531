//! The operations by hand of README and docs, run as they stand there.

use std::net::TcpListener;
use std::process::Command;

use entente_tests::program;

/// Runs the first block of commands of a page, with another port and folder; returns what it said.
fn run_page(page: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let text = std::fs::read_to_string(format!("{root}/{page}")).unwrap();
    let block = text.split("```sh\n").nth(1).unwrap();
    let block = block.split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let programs = program("entente").parent().unwrap().display().to_string();
    let script = block
        .replace("127.0.0.1:8420", &format!("127.0.0.1:{port}"))
        .replace("$PWD/target/debug", &programs)
        .replace("$PWD/ops-playbooks", &format!("{root}/ops-playbooks"))
        .replace("/tmp/entente-try", &folder.path().display().to_string());
    assert!(script.contains(&programs) && script.contains(&port.to_string()));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(format!("trap 'kill $(jobs -p)' EXIT\n{script}"))
        .env("ENTENTE_LANG", "en")
        .env("TZ", "UTC")
        .env_remove("ENTENTE_DIR")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}\n{errors}");
    format!("{text}\n{errors}")
}

#[test]
fn the_operation_by_hand_works_as_it_is_written() {
    let text = run_page("README.md");
    for line in [
        "Admitted: Falcon (AE-017, AE, field officer, accredited by Bureau Dubai).",
        "Falcon (AE): In position.",
        "HIT by Dune (AE): plate:JO1483921. Gate camera, lane 2.",
        "White lorry",
        "Petra (JO) acknowledges the hit. Let it run.",
        "refused, exit status 1",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn the_walk_through_works_as_it_is_written() {
    let text = run_page("docs/OPERATION.md");
    for line in [
        "EXERCISE EXERCISE EXERCISE",
        "You are in.",
        "good, 5 phases, 14 tasks",
        "vin:1M8GDM9A1KP042788: the check digit is WRONG, it should be X",
        "the check digit is wrong, it should be 3",
        "mistyped, exit status 2",
        "priority: 1",
        "→ loaded at: Farm compound",
        "[only AE JO]",
        "Compartments of this room in which this device does not sit: 1",
        "Read 2, bad 1, other 0, matched 1, told 1",
        "Falcon (JO) at 31.95390,35.91060",
        "Read 1, bad 0, other 0, matched 1, told 1",
        "Read 2, bad 0, other 1, matched 1, told 1",
        "Replaced unseen: team “Basalt”, as Petra (JO) had said",
        "Call it off when: The lorry has been lost for 30 minutes",
        "Handling code unless another is given: H1",
        "{\"fields\":{\"identifier\":\"plate:",
        "By the playbook:",
        "of them say what the record says",
        "warrants are not there, exit status 1",
        "ABORTED by AE (#",
        "The abort has reached ",
        "called off, exit status 1",
        "actioned",
        "AE known",
        "AE → JO",
        "H−01:",
        "Go/no-go: GO",
        "[>] strike",
        "a liaison begins no phase, exit status 1",
        "ABORT by Dune (AE). Shots fired at site 2",
        "The dossier holds.",
        "Compartments announced in the room: 1; the record of 1 of them is here",
        "Made for KE, up to H1: ",
        "Response times by country, phase and stage:",
        "This device has left the compartment;",
        "This device has left the room;",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}
