//! Two coordinators change the charter together, by hand and over a real hub.

use serde_json::Value;

use crate::commands::Shell;

fn seats(shell: &Shell, dir: &str) -> usize {
    shell.run(&["room", "roster", "--dir", dir]).len()
}

#[test]
fn a_quorum_withdraws_a_country() {
    let shell = Shell::open();
    for country in ["JO", "AE", "CI"] {
        shell.authority(country);
    }
    for (country, callsign, role) in [
        ("JO", "Petra", "coordinator"),
        ("AE", "Dune", "coordinator"),
        ("CI", "Cacao", "liaison"),
        ("CI", "Lagune", "field"),
    ] {
        shell.device(country, callsign, role);
        let partners = ["JO/authority.pem", "AE/authority.pem", "CI/authority.pem"];
        shell.run(&[&["device", "trust", "--dir", callsign], &partners[..]].concat());
    }
    shell.run(&[
        "room",
        "open",
        "--dir",
        "Petra",
        "--title",
        "T",
        "--closes-in",
        "2h",
        "--authority",
        "JO=JO/authority.pem",
        "--authority",
        "AE=AE/authority.pem",
        "--authority",
        "CI=CI/authority.pem",
        "--coordinator",
        "Dune",
        "--quorum",
        "2",
    ]);
    shell.run(&["room", "admit", "--dir", "Petra", "Dune", "Cacao", "Lagune"]);
    for dir in ["Dune", "Lagune"] {
        assert_eq!(seats(&shell, dir), 4);
    }

    let proposed = shell.run(&["room", "amend", "--dir", "Petra", "--withdraw", "CI"]);
    let amendment = proposed[0]["amendment"].as_str().unwrap().to_owned();
    // Proposed, signed by one of two, and nothing has changed yet.
    let waiting = shell.run(&["room", "amendments", "--dir", "Dune"]);
    assert_eq!(waiting[0]["amendment"], amendment.as_str());
    assert_eq!(waiting[0]["countries"], serde_json::json!(["JO", "AE"]));
    assert_eq!(waiting[0]["signers"].as_array().map(Vec::len), Some(1));
    assert_eq!(seats(&shell, "Petra"), 4);
    // A liaison has no say in it.
    let sign = ["room", "sign", "--dir", "Cacao", &amendment];
    let liaison = shell.command("correct horse", &sign).output().unwrap();
    assert_eq!(liaison.status.code(), Some(1));

    let signed = shell.run(&["room", "sign", "--dir", "Dune", &amendment]);
    assert_eq!(signed[0]["in_force"], Value::Bool(true));
    assert_eq!(seats(&shell, "Petra"), 2);
    assert_eq!(seats(&shell, "Dune"), 2);
    assert!(
        shell
            .run(&["room", "amendments", "--dir", "Petra"])
            .is_empty()
    );
    // Its devices are out, and its authority is barred.
    shell.fail(
        &["say", "--dir", "Lagune", "Anybody?", "--wait", "3s"],
        "no_seat",
        1,
    );
    shell.fail(&["room", "admit", "--dir", "Petra", "Cacao"], "policy", 1);
    // Alone, not even the founder moves the end now: it can only propose.
    let proposal = shell.run(&["room", "extend", "--dir", "Petra", "--closes-in", "3h"]);
    assert_eq!(proposal[0]["quorum"], 2);
    let alone = shell.run(&["room", "amendments", "--dir", "Petra"]);
    assert_eq!(alone[0]["signers"].as_array().map(Vec::len), Some(1));
}
