//! What another client must know of the board's bytes stands on the page.

use std::collections::BTreeMap;
use std::path::Path;

/// The structures in the order of the page, from the whole to its parts.
const STRUCTURES: [&str; 29] = [
    "Board",
    "Target",
    "Field",
    "Setting",
    "Stamp",
    "Evaluation",
    "LinkTo",
    "TakenOff",
    "Seen",
    "Position",
    "Hit",
    "Matched",
    "Noted",
    "Judged",
    "Reopened",
    "Escalated",
    "Check",
    "Answered",
    "Plan",
    "Begun",
    "SetHHour",
    "TaskKey",
    "TaskProgress",
    "Poll",
    "Voted",
    "Aborted",
    "Custody",
    "Leg",
    "Report",
];

fn sources(dir: &Path, into: &mut String) {
    let mut paths: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Each structure's fields as they are written, `?` behind those that are left out when empty.
fn fields(source: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("pub struct ") else {
            continue;
        };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
        let mut fields = Vec::new();
        let mut attributes = String::new();
        for line in lines.by_ref().take_while(|line| *line != "}") {
            let line = line.trim();
            if line.starts_with("#[") {
                attributes.push_str(line);
            }
            let line = line.trim_start_matches("pub(super) ");
            let line = line.trim_start_matches("pub ");
            let Some((field, _)) = line.split_once(": ") else {
                continue;
            };
            if line.starts_with("//") || line.starts_with("#[") {
                continue;
            }
            let optional = if attributes.contains("skip_serializing_if") {
                "?"
            } else {
                ""
            };
            let is_skipped = ["serde(skip)", "serde(skip,"]
                .iter()
                .any(|it| attributes.contains(it));
            if !is_skipped {
                fields.push(format!("{field}{optional}"));
            }
            attributes.clear();
        }
        found.insert(name, fields.join(" "));
    }
    found
}

#[test]
fn the_fields_of_the_board_are_on_the_page_in_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    sources(&root.join("src/board"), &mut source);
    let fields = fields(&source);
    let page = std::fs::read_to_string(root.join("../../docs/PROTOCOL.md")).unwrap();
    let mut missing = String::new();
    for name in STRUCTURES.into_iter().chain(["Document"]) {
        let line = format!("{name}: {}\n", fields[name]);
        if !page.contains(&format!("\n{line}")) {
            missing.push_str(&line);
        }
    }
    assert!(missing.is_empty(), "docs/PROTOCOL.md lacks:\n{missing}");
}
