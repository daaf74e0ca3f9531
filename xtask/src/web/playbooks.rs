//! Playbooks as JSON, as a charter's text holds them, and a list of them to choose from.

use std::path::Path;

use anyhow::{Context as _, ensure};
use entente_room::playbook::Playbook;
use serde::Serialize;

/// One playbook of the list.
#[derive(Serialize)]
struct Entry<T> {
    /// Its file in the same directory.
    file: String,
    id: String,
    title: T,
}

/// Reads and checks every `*.yaml` of `from` and writes it to `to` as `.json`; the list is `index.json`.
///
/// # Errors
/// The first mistake of a playbook, or a file that can't be read or written.
pub(crate) fn write(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    ensure!(!paths.is_empty(), "no playbooks in {}", from.display());

    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    let mut list = Vec::new();
    for path in paths {
        let yaml = std::fs::read_to_string(&path)?;
        let playbook = read(&yaml).with_context(|| path.display().to_string())?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let file = format!("{stem}.json");
        std::fs::write(to.join(&file), playbook.to_json())?;
        list.push(Entry {
            file,
            id: playbook.id.clone(),
            title: playbook.title,
        });
    }
    std::fs::write(to.join("index.json"), serde_json::to_string(&list)?)?;
    Ok(())
}

fn read(yaml: &str) -> anyhow::Result<Playbook> {
    let playbook: Playbook = serde_saphyr::from_str(yaml)?;
    // By the way that a room takes: what it would refuse never gets into the bundle.
    Playbook::from_json(&playbook.to_json())
        .map_err(|fault| anyhow::anyhow!("{}: {}", fault.path.join("."), fault.problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "version: 1\nid: small\ntitle: {en: Small}\nphases:\n  - id: one\n    title: {en: One}\n    \
        tasks:\n      - {id: look, title: {en: Look}, role: field}\n";

    #[test]
    fn a_playbook_is_written_with_its_line_in_the_list() {
        let from = tempfile::tempdir().unwrap();
        let to = from.path().join("out");
        std::fs::write(from.path().join("small.yaml"), SMALL).unwrap();
        std::fs::write(from.path().join("other.json"), "{}").unwrap();
        write(from.path(), &to).unwrap();
        let json = std::fs::read_to_string(to.join("small.json")).unwrap();
        assert_eq!(Playbook::from_json(&json).unwrap().id, "small");
        let list = std::fs::read_to_string(to.join("index.json")).unwrap();
        assert!(list.starts_with(r#"[{"file":"small.json","id":"small","title":{"en":"Small""#));
    }

    #[test]
    fn a_contradictory_playbook_is_refused() {
        let wrong = SMALL.replace("role: field}", "role: field, needs: [leap]}");
        assert_ne!(wrong, SMALL);
        assert!(read(&wrong).is_err());
    }
}
