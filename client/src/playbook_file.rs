//! Playbooks as files: YAML, with the place of a mistake.

use std::fmt;

use entente_room::playbook::{Playbook, PlaybookFault};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

/// A mistake in a playbook, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {problem}")]
pub struct PlaybookMistake {
    /// Line, from 1; 0 if the mistake is that something is not there at all.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
    /// What is wrong, in words of the program.
    pub problem: String,
}

/// Reads and checks a playbook.
///
/// # Errors
/// [`PlaybookMistake`]: the first.
pub fn read_playbook(yaml: &str) -> Result<Playbook, PlaybookMistake> {
    let playbook: Playbook = serde_saphyr::from_str(yaml).map_err(|error| PlaybookMistake {
        line: error.location().map_or(0, |place| place.line()),
        column: error.location().map_or(0, |place| place.column()),
        problem: first_line(&error.without_snippet().to_string()),
    })?;
    playbook.check().map_err(|fault| placed(yaml, fault))?;
    Ok(playbook)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Finds the line and column that a path of keys leads to, or the deepest part of it that is there.
fn placed(yaml: &str, fault: PlaybookFault) -> PlaybookMistake {
    let mut place = (0, 0);
    if let Ok(root) = serde_saphyr::from_str::<Spanned<Tree>>(yaml) {
        let mut node = &root;
        place = line_and_column(&node.referenced);
        for step in &fault.path {
            let Some(next) = node.value.child(step) else {
                break;
            };
            node = next;
            place = line_and_column(&node.referenced);
        }
    }
    PlaybookMistake {
        line: place.0,
        column: place.1,
        problem: fault.problem,
    }
}

fn line_and_column(location: &Location) -> (u64, u64) {
    (location.line(), location.column())
}

/// YAML without its meaning: only where things stand.
enum Tree {
    Leaf,
    List(Vec<Spanned<Self>>),
    Map(Vec<(String, Spanned<Self>)>),
}

impl Tree {
    fn child(&self, step: &str) -> Option<&Spanned<Self>> {
        match self {
            Self::Leaf => None,
            Self::List(items) => items.get(step.parse::<usize>().ok()?),
            Self::Map(entries) => {
                let found = entries.iter().find(|(key, _)| key == step);
                found.map(|(_, value)| value)
            }
        }
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_none<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TreeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "version: 1
id: small
title: {en: Small}
phases:
  - id: one
    title: {en: One}
    tasks:
      - {id: look, title: {en: Look}, role: field, due: {after_phase: 30m}}
      - id: act
        title: {en: Act}
        role: field
        needs: [look]
  - id: two
    title: {en: Two}
    entry: [{phase_begun: one}, {task_done: act}]
";

    fn place(from: &str, to: &str) -> (u64, u64, String) {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let mistake = read_playbook(&SMALL.replace(from, to)).unwrap_err();
        (mistake.line, mistake.column, mistake.problem)
    }

    #[test]
    fn mistakes_have_their_line_and_column() {
        assert!(read_playbook(SMALL).is_ok());
        assert_eq!(
            place("needs: [look]", "needs: [look, leap]"),
            (12, 23, "no task is called leap".to_owned())
        );
        assert_eq!(place("version: 1", "version: 2").0, 1);
        assert_eq!(place("{phase_begun: one}", "{phase_begun: two}").0, 15);
        assert_eq!(place("id: act", "id: look").0, 9);
        assert_eq!(place("after_phase: 30m", "after_phase: -30m").0, 8);
        assert_eq!(place("after_phase: 30m", "after_phase: soon").0, 8);
        assert_eq!(place("role: field\n", "roll: field\n").0, 11);
        assert_eq!(place("id: small", "id: Small").0, 2);
    }

    #[test]
    fn tasks_that_wait_for_each_other_are_found() {
        let text = SMALL.replace(
            "role: field, due: {after_phase: 30m}}",
            "role: field, needs: [act]}",
        );
        let mistake = read_playbook(&text).unwrap_err();
        assert!(mistake.problem.contains("wait for each other"));
        assert_ne!(mistake.line, 0);
    }
}
