//! All SQL lies in one directory, so that there is one place to read for what is stored and in what transaction.

use crate::sources::SourceFile;

const STORE: &str = "server/src/store/";

/// The database library.
const LIBRARY: &str = "sqlx";

/// How SQL statements begin: first word, and a word that follows somewhere. In upper case as we write SQL; the
/// second list also in lower case, since no English sentence begins with those pairs.
const UPPER_CASE: [(&str, &str); 9] = [
    ("SELECT", ""),
    ("INSERT", "INTO"),
    ("UPDATE", "SET"),
    ("DELETE", "FROM"),
    ("CREATE", ""),
    ("DROP", ""),
    ("ALTER", ""),
    ("PRAGMA", ""),
    ("WITH", "SELECT"),
];
const LOWER_CASE: [(&str, &str); 5] = [
    ("insert", "into"),
    ("delete", "from"),
    ("create", "table"),
    ("alter", "table"),
    ("drop", "table"),
];

/// Where `file` talks to a database and may not.
pub(crate) fn violations(file: &SourceFile) -> Vec<String> {
    if file.is_test || file.path.starts_with(STORE) {
        return Vec::new();
    }
    let text = file.rust_without_tests();
    let uses = text
        .lines()
        .filter(|(_, line)| words(line).any(|word| word == LIBRARY))
        .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim()));
    let statements = text
        .strings
        .iter()
        .filter(|(_, content)| is_statement(content))
        .map(|(at, content)| {
            let start: String = content.trim_start().chars().take(40).collect();
            format!("{}:{}: \"{start}\"", file.path, text.line_of(*at))
        });
    uses.chain(statements).collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn is_statement(literal: &str) -> bool {
    let literal = literal.trim_start();
    let words: Vec<&str> = words(literal).filter(|word| !word.is_empty()).collect();
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    // A keyword alone is a word, not a statement.
    let upper = !rest.is_empty()
        && UPPER_CASE
            .iter()
            .any(|(begins, then)| first == begins && (then.is_empty() || rest.contains(then)));
    let lower = LOWER_CASE
        .iter()
        .any(|(begins, then)| first == begins && rest.first() == Some(then));
    upper || lower
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        violations(&SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
            is_test: false,
        })
    }

    #[test]
    fn statements_outside_the_store_are_found() {
        for statement in [
            "SELECT seq FROM log",
            "\\n    INSERT OR REPLACE INTO log VALUES (?)",
            "UPDATE room SET epoch = ?",
            "DELETE FROM log",
            "PRAGMA user_version",
            "WITH x AS (SELECT 1) SELECT 2",
            "delete from log where seq < ?",
        ] {
            let source = format!("fn a() {{ b(\"{}\"); }}", statement.replace("\\n", "\n"));
            assert_eq!(found("server/src/hub.rs", &source).len(), 1, "{statement}");
            assert!(found("server/src/store/log.rs", &source).is_empty());
        }
    }

    #[test]
    fn the_library_outside_the_store_is_found() {
        assert_eq!(
            found("client/src/lib.rs", "use sqlx::Pool;\n// sqlx\n"),
            ["client/src/lib.rs:1: use sqlx::Pool;"]
        );
    }

    #[test]
    fn english_is_not_sql() {
        for sentence in [
            "Select a room from the list",
            "Create a room",
            "select one from these",
            "UPDATE",
            "WITH CARE",
            "Delete from the board",
        ] {
            let source = format!("fn a() {{ b(\"{sentence}\"); }}");
            assert!(
                found("client/src/cli/say.rs", &source).is_empty(),
                "{sentence}"
            );
        }
    }
}
