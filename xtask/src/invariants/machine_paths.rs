//! Nothing that people read or run names a directory that only one machine has.

use crate::sources::SourceFile;

/// Extensions and names of the files that people write.
pub(crate) const WRITTEN_BY_PEOPLE: [&str; 14] = [
    "rs", "md", "toml", "yaml", "yml", "sh", "sql", "ftl", "Makefile", "ts", "mjs", "svelte", "css",
    "html",
];

/// Directories of one machine, written in two parts so that this file passes its own check.
const FORBIDDEN: [&str; 3] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "home/"),
];

/// The lines of `file` that name such a directory.
pub(crate) fn violations(file: &SourceFile) -> Vec<String> {
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| FORBIDDEN.iter().any(|path| names_absolute(line, path)))
        .map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim()))
        .collect()
}

/// True when `path` occurs in `line` as the beginning of a path, not in the middle of one.
fn names_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_alphanumeric() || "._-~/}".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        let file = SourceFile {
            path: "a.md".to_owned(),
            text: text.to_owned(),
            is_test: false,
        };
        violations(&file).len()
    }

    #[test]
    fn a_directory_of_one_machine_is_found() {
        assert_eq!(
            found(concat!("see `/", "work/main`\nfine\ncd /", "root/x")),
            2
        );
    }

    #[test]
    fn the_middle_of_a_path_is_not() {
        assert_eq!(
            found(concat!(
                "docs/",
                "work/a.md and https://example.org/",
                "home/"
            )),
            0
        );
    }
}
