//! The exercise that `make run` plays: everybody agrees, the removed device stands still, and nothing
//! that was said is found anywhere at the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use entente_tests::{HubProcess, Wire, program};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../ops-playbooks/exercises/captagon-corridor.yaml"
);

/// Values of the script that were said, typed or shown in clear to members.
fn secrets() -> Vec<String> {
    let text = std::fs::read_to_string(SCRIPT).unwrap();
    let mut secrets = BTreeSet::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        let is_content = [
            "text:",
            "notes:",
            "note:",
            "name:",
            "identifiers:",
            "identifier:",
        ]
        .iter()
        .any(|field| line.contains(field))
            && !line.contains("name: Bureau");
        if !is_content {
            continue;
        }
        for quoted in line.split('"').skip(1).step_by(2) {
            secrets.insert(quoted.to_owned());
            // Identifiers travel normalised.
            if let Ok(identifier) = quoted.parse::<entente_room::Identifier>() {
                secrets.insert(identifier.value().to_owned());
            }
        }
    }
    secrets.insert("Saffron Corridor".to_owned());
    secrets.into_iter().collect()
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    let needle = needle.as_bytes();
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

fn all_files(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(all_files(&path));
        } else {
            bytes.extend(std::fs::read(path).unwrap());
        }
    }
    bytes
}

fn rooms_of(dir: &Path, passphrase: &str) -> Vec<serde_json::Value> {
    let output = Command::new(program("entente"))
        .args([
            "room",
            "list",
            "--json",
            "--wait",
            "0s",
            "--hub",
            "http://127.0.0.1:1",
            "--dir",
        ])
        .arg(dir)
        .env("ENTENTE_PASSPHRASE", passphrase)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_agree_and_the_hub_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut wire = Wire::lay().await;
    let name = wire.address.to_string();
    let hub = HubProcess::start(&folder.path().join("hub"), &["--name", &name]);
    wire.connect(hub.address);
    let keep = folder.path().join("devices");
    let output = tokio::process::Command::new(program("entente"))
        .args([
            "exercise", "run", SCRIPT, "--once", "--speed", "0", "--json",
        ])
        .args(["--hub", &format!("http://{name}")])
        .arg("--keep")
        .arg(&keep)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let summary: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert!(summary["devices"].as_u64().unwrap() >= 8, "{summary}");
    assert!(summary["agreements"].as_u64().unwrap() >= 3, "{summary}");
    assert_eq!(summary["security_events"], 0);

    // Each device's directory by itself: the same board for all but the removed one, and no keys.
    let passphrase = std::fs::read_to_string(keep.join("passphrase")).unwrap();
    let mut digests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(&keep).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(device) = file.strip_prefix("device-") else {
            continue;
        };
        let rooms = rooms_of(&path, &passphrase);
        assert_eq!(rooms.len(), 1, "{device}");
        assert!(
            rooms[0]["epoch"].is_null(),
            "{device} has keys left: {}",
            rooms[0]
        );
        let how = &rooms[0]["ended"]["how"];
        assert_eq!(
            how,
            if device == "oryx" {
                "removed"
            } else {
                "closed"
            }
        );
        let digest = rooms[0]["board_digest"].as_str().unwrap().to_owned();
        digests.entry(digest).or_default().push(device.to_owned());
    }
    let last = summary["board_digest"].as_str().unwrap();
    assert_eq!(digests[last].len(), 8, "{digests:?}");
    assert_eq!(digests.len(), 2, "{digests:?}");
    assert!(
        digests.values().any(|devices| devices == &["oryx"]),
        "{digests:?}"
    );

    // What the hub stored, logged and carried. Call signs are in certificates, which it may know:
    // finding them shows that the search finds what is there.
    let (up, down) = wire.heard();
    let stored = all_files(hub.data());
    let log = hub.log().into_bytes();
    for (place, bytes) in [
        ("from devices", &up),
        ("from the hub", &down),
        ("stored", &stored),
    ] {
        assert!(
            contains(bytes, "Falcon"),
            "the search does not work on what was {place}"
        );
    }
    assert!(
        contains(&log, "hub is listening"),
        "the search does not work on the log"
    );
    let secrets = secrets();
    assert!(secrets.len() > 40, "{}", secrets.len());
    for secret in secrets {
        for (place, bytes) in [
            ("from devices", &up),
            ("from the hub", &down),
            ("stored", &stored),
            ("log", &log),
        ] {
            assert!(!contains(bytes, &secret), "{secret:?} is in clear {place}");
        }
    }
}

/// The other shipped exercises, at full speed, with the scores that they say they must end with.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_exercises_end_with_their_scores() {
    for name in ["cocaine-container", "synthetic-drugs-post"] {
        let script = format!(
            "{}/../ops-playbooks/exercises/{name}.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        let summary = play(Path::new(&script)).await.unwrap();
        assert_eq!(summary["security_events"], 0);
        assert!(summary["agreements"].as_u64().unwrap() >= 3, "{summary}");
        assert!(summary["refusals"].as_u64().unwrap() >= 3, "{summary}");
        assert!(summary["feed_lines"].as_u64().unwrap() >= 4, "{summary}");
        // The board's own account, beside what the script expects.
        let text = std::fs::read_to_string(&script).unwrap();
        let expected = |what: &str| {
            let line = text
                .lines()
                .find(|line| line.starts_with(&format!("  {what}:")));
            line.unwrap()
                .split(':')
                .nth(1)
                .unwrap()
                .trim()
                .parse::<u64>()
                .unwrap()
        };
        for what in [
            "hits",
            "deadlines_met",
            "deadlines_missed",
            "tasks_on_time",
            "tasks_late",
            "check_ins_missed",
        ] {
            assert_eq!(summary["score"][what], expected(what), "{name}: {what}");
        }
    }
}

/// A score that differs is a failure of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_score_that_differs_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(SCRIPT).unwrap();
    let exercises = folder.path().join("exercises");
    std::fs::create_dir(&exercises).unwrap();
    let playbook = Path::new(SCRIPT)
        .parent()
        .unwrap()
        .join("../captagon-laboratory.yaml");
    std::fs::copy(playbook, folder.path().join("captagon-laboratory.yaml")).unwrap();
    let script = exercises.join("other.yaml");
    // The acknowledgement at the gate comes at once: nothing is missed, and the score says so.
    let changed = text.replacen("  - at: 84m\n", "", 1);
    assert_ne!(changed, text);
    std::fs::write(&script, changed).unwrap();
    let (status, said) = play(&script).await.unwrap_err();
    assert_eq!(status, Some(6), "{said}");
    assert!(said.contains("deadlines_missed: 0, not 1"), "{said}");
}

/// Plays a script at full speed with a hub of its own; the summary, or exit status and words.
async fn play(script: &Path) -> Result<serde_json::Value, (Option<i32>, String)> {
    let output = tokio::process::Command::new(program("entente"))
        .args(["exercise", "run", "--once", "--speed", "0", "--json"])
        .args(["--listen", "127.0.0.1:0"])
        .arg(script)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    if output.status.success() {
        Ok(serde_json::from_str(said.lines().last().unwrap()).unwrap())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err((output.status.code(), format!("{said}{errors}")))
    }
}
