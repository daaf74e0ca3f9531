//! No `unsafe`: the compiler forbids it in every crate that takes the workspace's lints, so here we see to it
//! that every crate takes them, and that the word appears nowhere.

use crate::sources::SourceFile;

/// Where `file` has the keyword, tests included.
pub(crate) fn violations(file: &SourceFile) -> Vec<String> {
    let text = file.rust();
    text.lines()
        .filter(|(_, line)| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == "unsafe")
        })
        .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim()))
        .collect()
}

/// What a `Cargo.toml` lacks so that the compiler forbids unsafe code.
pub(crate) fn manifest_violations(file: &SourceFile) -> Vec<String> {
    let Ok(manifest) = file.text.parse::<toml::Table>() else {
        return vec![format!("{}: not TOML", file.path)];
    };
    let mut found = Vec::new();
    if let Some(workspace) = manifest.get("workspace") {
        let level = workspace
            .get("lints")
            .and_then(|lints| lints.get("rust"))
            .and_then(|rust| rust.get("unsafe_code"))
            .and_then(toml::Value::as_str);
        if level != Some("forbid") {
            found.push(format!("{}: unsafe_code isn't \"forbid\"", file.path));
        }
    }
    if manifest.contains_key("package") {
        let takes_lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        if takes_lints != Some(true) {
            found.push(format!("{}: lacks [lints] workspace = true", file.path));
        }
    }
    found
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
    fn the_keyword_is_found_and_the_word_in_prose_is_not() {
        let source = "// unsafe\nfn a() { unsafe_code(\"unsafe\"); }\nunsafe fn b() {}\n";
        assert_eq!(
            violations(&file("a.rs", source)),
            ["a.rs:3: unsafe fn b() {}"]
        );
    }

    #[test]
    fn a_crate_without_the_lints_is_found() {
        let package = "[package]\nname = \"a\"\n";
        assert_eq!(manifest_violations(&file("Cargo.toml", package)).len(), 1);
        let with_lints = format!("{package}[lints]\nworkspace = true\n");
        assert!(manifest_violations(&file("Cargo.toml", &with_lints)).is_empty());
    }

    #[test]
    fn a_workspace_that_allows_it_is_found() {
        let allowed = "[workspace.lints.rust]\nunsafe_code = \"warn\"\n";
        assert_eq!(manifest_violations(&file("Cargo.toml", allowed)).len(), 1);
        let forbidden = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";
        assert!(manifest_violations(&file("Cargo.toml", forbidden)).is_empty());
    }
}
