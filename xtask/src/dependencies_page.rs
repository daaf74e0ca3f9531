//! `docs/DEPENDENCIES.md` names every crate and every package of npm that we chose, says why, and under which
//! licence. One without a line there, or a line without one, is found.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;

use crate::npm;
use crate::report::Report;
use crate::workspace::Workspace;

const PAGE: &str = "docs/DEPENDENCIES.md";

/// Compares the page with the direct dependencies of the workspace's crates and of the web client.
///
/// # Errors
/// When the page can't be read.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Report> {
    let page = std::fs::read_to_string(workspace.root.join(PAGE)).context(PAGE)?;
    let mut direct = direct_dependencies(workspace);
    let lock = npm::Lock::read(&workspace.root)?;
    for (name, package) in lock.direct() {
        let licences = direct.entry(name.to_owned()).or_default();
        licences.extend(package.license.clone());
    }
    let mut report = Report::default();
    report.add(
        "docs/DEPENDENCIES.md names every direct dependency",
        format!("{} crates and packages", direct.len()),
        violations(&direct, &page),
    );
    Ok(report)
}

/// Name and licences of each crate from elsewhere that one of ours asks for.
fn direct_dependencies(workspace: &Workspace) -> BTreeMap<String, BTreeSet<String>> {
    let metadata = &workspace.metadata;
    let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &metadata.packages {
        if metadata.workspace_members.contains(&package.id) {
            for dependency in package.dependencies.iter().filter(|d| d.path.is_none()) {
                direct.entry(dependency.name.clone()).or_default();
            }
        }
    }
    for package in &metadata.packages {
        if let Some(licences) = direct.get_mut(package.name.as_str()) {
            licences.extend(package.license.clone());
        }
    }
    direct
}

fn violations(direct: &BTreeMap<String, BTreeSet<String>>, page: &str) -> Vec<String> {
    let rows: BTreeMap<&str, &str> = page.lines().filter_map(row).collect();
    let missing = direct.iter().filter_map(|(name, licences)| {
        let licence = licences.first().map_or("?", String::as_str);
        match rows.get(name.as_str()) {
            None => Some(format!("lacks: | `{name}` | (why) | {licence} |")),
            Some(&"") => Some(format!("says no reason for {name}")),
            Some(_) => None,
        }
    });
    let stale = rows
        .keys()
        .filter(|name| !direct.contains_key(**name))
        .map(|name| format!("names {name}, which nothing of ours asks for"));
    missing.chain(stale).collect()
}

/// Crate name and reason of a table row "| `name` | why | licence |".
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    Some((name, cells.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let licences = BTreeSet::from(["MIT".to_owned()]);
        let direct = ["a", "b"].map(|name| (name.to_owned(), licences.clone()));
        violations(&BTreeMap::from(direct), page)
    }

    #[test]
    fn a_missing_and_a_stale_line_are_found() {
        let page = "| crate | why | licence |\n| --- | --- | --- |\n| `a` | because | MIT |\n| `c` | x | MIT |\n";
        assert_eq!(
            found(page),
            [
                "lacks: | `b` | (why) | MIT |",
                "names c, which nothing of ours asks for"
            ]
        );
    }

    #[test]
    fn a_line_without_a_reason_is_found() {
        assert_eq!(
            found("| `a` | | MIT |\n| `b` | because | MIT |\n"),
            ["says no reason for a"]
        );
    }
}
