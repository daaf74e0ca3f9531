//! Finding and reading the project's files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::RustText;
use super::test_code::{blank_test_items, test_modules};

/// Directories without sources of ours.
const SKIPPED_DIRECTORIES: [&str; 4] = ["target", "node_modules", "dist", "dist.new"];

/// One text file of the project.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Path from the workspace root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// True for a file that is compiled into tests only.
    pub(crate) is_test: bool,
}

impl SourceFile {
    /// True when the file name ends in `.EXTENSION`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }

    /// The file taken apart as Rust, all of it.
    pub(crate) fn rust(&self) -> RustText {
        RustText::parse(&self.text)
    }

    /// The file taken apart as Rust, without its `#[cfg(test)]` items.
    pub(crate) fn rust_without_tests(&self) -> RustText {
        blank_test_items(self.rust())
    }
}

/// Every file below `root` with one of the `names` (an extension, or a whole file name), in the order of
/// their paths. Hidden directories and build outputs are left out.
///
/// # Errors
/// When a directory or file can't be read.
pub(crate) fn collect(root: &Path, names: &[&str]) -> anyhow::Result<Vec<SourceFile>> {
    let mut paths = Vec::new();
    walk(root, names, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        let relative = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        let is_test = relative
            .split('/')
            .any(|part| part == "tests" || part == "benches")
            || relative.ends_with("/tests.rs");
        files.push(SourceFile {
            path: relative,
            text,
            is_test,
        });
    }
    mark_test_modules(&mut files);
    Ok(files)
}

fn walk(directory: &Path, names: &[&str], paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(directory).with_context(|| format!("reading {}", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !name.starts_with('.') && !SKIPPED_DIRECTORIES.contains(&name.as_str()) {
                walk(&entry.path(), names, paths)?;
            }
        } else if kind.is_file() {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            if names
                .iter()
                .any(|wanted| *wanted == extension || *wanted == name)
            {
                paths.push(entry.path());
            }
        }
    }
    Ok(())
}

/// Marks the files that a `#[cfg(test)] mod NAME;` of another file brings in.
fn mark_test_modules(files: &mut [SourceFile]) {
    let mut stems = BTreeSet::new();
    for file in files.iter().filter(|file| file.has_extension("rs")) {
        let Some((directory, name)) = file.path.rsplit_once('/') else {
            continue;
        };
        let base = match name {
            "mod.rs" | "lib.rs" | "main.rs" => directory.to_owned(),
            _ => format!("{directory}/{}", name.trim_end_matches(".rs")),
        };
        for module in test_modules(&file.rust().code) {
            stems.insert(format!("{base}/{module}"));
        }
    }
    for file in files {
        file.is_test |= stems.iter().any(|stem| {
            file.path == format!("{stem}.rs") || file.path.starts_with(&format!("{stem}/"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
            is_test: false,
        }
    }

    #[test]
    fn a_module_for_tests_makes_its_file_a_test() {
        let mut files = vec![
            file("a/src/lib.rs", "#[cfg(test)]\nmod fixtures;\nmod real;\n"),
            file("a/src/fixtures.rs", ""),
            file("a/src/real.rs", "#[cfg(test)] mod checks;"),
            file("a/src/real/checks.rs", ""),
        ];
        mark_test_modules(&mut files);
        let marked: Vec<bool> = files.iter().map(|file| file.is_test).collect();
        assert_eq!(marked, [false, true, false, true]);
    }
}
