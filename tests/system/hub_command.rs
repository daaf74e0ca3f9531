//! The hub's own command line.

use std::process::Command;

use entente_tests::{HubProcess, program};
use serde_json::Value;

/// Why it did not start: one JSON line for scripts, and an exit status that `--help` lists.
#[test]
fn a_hub_that_can_not_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let (taken, here) = (hub.address.to_string(), folder.path().join("other"));
    let (here, same) = (here.to_str().unwrap(), hub.data().to_str().unwrap());
    let help = Command::new(program("entente-server"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for (options, code, exit) in [
        (vec!["--data", here, "--no-such-option"], "usage", 2),
        (
            vec!["--data", here, "--database", "mysql://x"],
            "database",
            2,
        ),
        (vec!["--data", here, "--listen", &taken], "listen", 3),
        (vec!["--data", same, "--listen", "127.0.0.1:0"], "in_use", 4),
    ] {
        let run = |more: &[&str]| {
            let mut command = Command::new(program("entente-server"));
            command.args(&options).args(more).output().unwrap()
        };
        let output = run(&["--json"]);
        assert_eq!(output.status.code(), Some(exit), "{options:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let said: Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(said["error"]["code"], code, "{said}");
        assert!(said["error"]["message"].as_str().unwrap().len() > 10);
        assert!(help.contains(&format!(" {exit} ")), "{exit} in --help");
        // For people: on the other stream, and nothing where a script reads.
        let plain = run(&[]);
        assert_eq!(plain.status.code(), Some(exit));
        assert!(plain.stdout.is_empty() && !plain.stderr.is_empty());
    }
}
