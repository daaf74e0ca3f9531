//! What we take from others: under which licence, from where, and whether it is known to be broken. All from
//! data in this repository, so that the check needs no network and gives the same answer everywhere.

mod advisories;
mod licences;
mod origins;

use std::path::Path;

use anyhow::Context as _;
use cargo_metadata::Package;
use serde::de::DeserializeOwned;

use crate::npm;
use crate::report::Report;
use crate::workspace::Workspace;

/// Checks every package of `Cargo.lock`, for all platforms and also what is never compiled here, and those of npm.
///
/// # Errors
/// When the data in `supply-chain/` can't be read.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Report> {
    let directory = workspace.root.join("supply-chain");
    let ours = &workspace.metadata.workspace_members;
    let packages: Vec<&Package> = workspace
        .metadata
        .packages
        .iter()
        .filter(|package| !ours.contains(&package.id))
        .collect();
    let looked_at = || format!("{} packages", packages.len());
    let mut report = Report::default();

    let rules: licences::Rules = read(&directory.join("licences.toml"))?;
    let allowed = rules.compile()?;
    report.add(
        "every licence is one that we accept",
        looked_at(),
        packages
            .iter()
            .filter_map(|package| allowed.violation(package))
            .collect(),
    );
    for unused in allowed.unused_exceptions(&packages) {
        report.warn(format!(
            "licences.toml: the exception for {unused} is no longer needed"
        ));
    }

    report.add(
        "every package comes from the public index",
        looked_at(),
        packages
            .iter()
            .filter_map(|package| origins::violation(package))
            .collect(),
    );

    let lock = npm::Lock::read(&workspace.root)?;
    let count = lock.packages().count();
    report.add(
        "every package of npm has a licence that we accept",
        format!("{count} packages"),
        lock.packages()
            .filter_map(|(name, package)| allowed.npm_violation(name, package))
            .collect(),
    );
    report.add(
        "every package of npm comes from its registry, with a digest",
        format!("{count} packages"),
        lock.packages()
            .filter_map(|(name, package)| origins::npm_violation(name, package))
            .collect(),
    );

    let data: advisories::Data = read(&directory.join("advisories.toml"))?;
    let claim = format!(
        "no package has an open advisory, as known on {}",
        data.data_date
    );
    let known = data.compile()?;
    let reviewed = std::fs::read_to_string(directory.join("reviewed.txt"))?;
    report.add(
        &claim,
        format!("{} packages, {} advisories", packages.len(), known.len()),
        packages
            .iter()
            .flat_map(|package| known.violations(package))
            .collect(),
    );
    // Without this the claim above would be one about the packages that somebody happened to look up.
    let strangers = advisories::not_reviewed(&packages, &reviewed);
    report.add(
        "advisories were looked up for every package (supply-chain/reviewed.txt)",
        looked_at(),
        strangers,
    );
    Ok(report)
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod fixtures {
    use cargo_metadata::Package;

    /// A package with just what the checks look at.
    pub(super) fn package(name: &str, version: &str, licence: &str, source: &str) -> Package {
        let json = format!(
            r#"{{"name":"{name}","version":"{version}","id":"{name} {version}","license":"{licence}","source":"{source}",
            "dependencies":[],"targets":[],"features":{{}},"manifest_path":"/x/Cargo.toml"}}"#
        );
        parse(&json)
    }

    fn parse(json: &str) -> Package {
        cargo_metadata::MetadataCommand::parse(format!(
            r#"{{"packages":[{json}],"workspace_members":[],"resolve":null,"workspace_root":"/x","target_directory":"/x","version":1}}"#
        ))
        .unwrap()
        .packages
        .remove(0)
    }
}
