//! The README's operation by hand, run as it stands there.

use std::net::TcpListener;
use std::process::Command;

use entente_tests::program;

#[test]
fn the_operation_by_hand_works_as_it_is_written() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    let block = readme.split("```sh\n").nth(1).unwrap();
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
        .replace("/tmp/entente-try", &folder.path().display().to_string());
    assert!(script.contains(&programs) && script.contains(&port.to_string()));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(format!("trap 'kill $(jobs -p)' EXIT\n{script}"))
        .env("ENTENTE_LANG", "en")
        .env_remove("ENTENTE_DIR")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}\n{errors}");
    for line in [
        "Admitted: Falcon (AE-017, AE, field officer, accredited by Bureau Dubai).",
        "Falcon (AE): In position.",
        "HIT by Dune (AE): plate:JO1483921. Gate camera, lane 2.",
        "White lorry",
        "Petra (JO) acknowledges the hit. Let it run.",
        "refused, exit status 1",
    ] {
        assert!(
            text.contains(line),
            "{line} is missing in\n{text}\n{errors}"
        );
    }
}
