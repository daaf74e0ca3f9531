//! What a hub that is fully taken over, with or without a corrupt member's help, tries against
//! honest devices. The hub is ours and lies; the devices are real clients. Each attack must leave
//! them unharmed and show the right alarm. `docs/THREATS.md` lists every test here by its name.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod compartments;
mod dossiers;
mod enrolment;
mod history;
mod invitations;
mod membership;
mod names;
mod record;
mod stage;
mod time;
mod way_back;

use std::path::Path;

const FILES: [&str; 10] = [
    "compartments",
    "dossiers",
    "enrolment",
    "history",
    "invitations",
    "membership",
    "names",
    "record",
    "time",
    "way_back",
];

/// Where tests and code of the rows may be, beside this folder.
const TESTED: [&str; 4] = ["tests", "crates", "client", "server"];

fn sources(dir: &Path, into: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Rows of the page's tables: their cells.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let section = page.split("## What is tried").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// `docs/THREATS.md` and the tests name each other, and the page names code that is there.
#[test]
fn every_attack_is_written_down() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let page = std::fs::read_to_string(root.join("docs/THREATS.md")).unwrap();
    let mut attacks = 0;
    for file in FILES {
        let source = std::fs::read_to_string(root.join(format!("tests/attacks/{file}.rs")));
        for part in source.unwrap().split("#[tokio::test").skip(1) {
            let name = part.split("async fn ").nth(1).unwrap();
            let name = name.split('(').next().unwrap();
            assert!(page.contains(&format!("| `{name}`")), "{name}");
            attacks += 1;
        }
    }
    assert!(attacks >= 40, "{attacks}");

    let mut all = String::new();
    for folder in TESTED {
        sources(&root.join(folder), &mut all);
    }
    let mut named = 0;
    for row in rows(&page) {
        let [attack, _, code, test] = row[..] else {
            panic!("not four cells: {row:?}");
        };
        if ["attack", "---"].contains(&attack) {
            continue;
        }
        let mut paths = code.split('`').skip(1).step_by(2).peekable();
        assert!(paths.peek().is_some(), "{attack}: by which code?");
        for path in paths {
            let is_there = ["crates", ""]
                .iter()
                .any(|at| root.join(at).join(path).is_file());
            assert!(is_there, "{attack}: there is no {path}");
        }
        if let Some(test) = test.split('`').nth(1) {
            assert!(
                all.contains(&format!("fn {test}(")),
                "{attack}: there is no {test}"
            );
            named += 1;
        }
    }
    assert!(named >= attacks);
}
