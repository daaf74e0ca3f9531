//! Known defects of packages, from our own list of facts.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cargo_metadata::Package;
use semver::{Version, VersionReq};
use serde::Deserialize;

/// `supply-chain/advisories.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// The day up to which the list is complete for the packages of `reviewed.txt`, as YYYY-MM-DD.
    pub(crate) data_date: String,
    /// Advisories that we know of and live with.
    #[serde(default)]
    accepted: Vec<Accepted>,
    advisory: Vec<Advisory>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    id: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advisory {
    id: String,
    #[serde(rename = "crate")]
    package: String,
    /// Versions in which it is mended. Empty: in none.
    #[serde(default)]
    patched: Vec<VersionReq>,
    /// Versions that never had it.
    #[serde(default)]
    unaffected: Vec<VersionReq>,
    /// What is wrong, in one line.
    what: String,
}

/// The advisories by package, without the accepted ones.
#[derive(Debug)]
pub(crate) struct Known {
    by_package: BTreeMap<String, Vec<Advisory>>,
}

impl Data {
    /// # Errors
    /// When an acceptance has no reason or no advisory, or an advisory is there twice.
    pub(crate) fn compile(self) -> anyhow::Result<Known> {
        let mut ids = BTreeSet::new();
        for advisory in &self.advisory {
            let fresh = ids.insert(advisory.id.clone());
            anyhow::ensure!(fresh, "advisories.toml: {} is there twice", advisory.id);
        }
        let mut accepted = BTreeSet::new();
        for acceptance in self.accepted {
            anyhow::ensure!(
                !acceptance.reason.trim().is_empty(),
                "advisories.toml: {} is accepted without a reason",
                acceptance.id
            );
            ids.get(&acceptance.id).with_context(|| {
                format!("advisories.toml: {} is accepted but unknown", acceptance.id)
            })?;
            accepted.insert(acceptance.id);
        }
        let mut by_package: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
        for advisory in self.advisory {
            if !accepted.contains(&advisory.id) {
                by_package
                    .entry(advisory.package.clone())
                    .or_default()
                    .push(advisory);
            }
        }
        Ok(Known { by_package })
    }
}

impl Known {
    /// How many advisories are looked for.
    pub(crate) fn len(&self) -> usize {
        self.by_package.values().map(Vec::len).sum()
    }

    /// The advisories that hit exactly this version.
    pub(crate) fn violations(&self, package: &Package) -> Vec<String> {
        let advisories = self.by_package.get(package.name.as_str());
        advisories
            .into_iter()
            .flatten()
            .filter(|advisory| advisory.hits(&package.version))
            .map(|advisory| {
                format!(
                    "{} {}: {} {}",
                    package.name, package.version, advisory.id, advisory.what
                )
            })
            .collect()
    }
}

impl Advisory {
    fn hits(&self, version: &Version) -> bool {
        !self
            .patched
            .iter()
            .chain(&self.unaffected)
            .any(|range| range.matches(version))
    }
}

/// The packages that are not on the list of those whose advisories somebody looked up (one name a line, `#` for
/// remarks).
pub(crate) fn not_reviewed(packages: &[&Package], reviewed: &str) -> Vec<String> {
    let reviewed: BTreeSet<&str> = reviewed
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .collect();
    let strangers: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .filter(|name| !reviewed.contains(name))
        .collect();
    strangers.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::package;
    use super::*;

    const DATA: &str = "data_date = \"2026-01-01\"\n\
        [[advisory]]\nid = \"X-1\"\ncrate = \"a\"\npatched = [\">= 1.0.5, < 1.1.0\", \">= 1.1.2\"]\n\
        unaffected = [\"< 0.9.0\"]\nwhat = \"bad\"\n";

    fn hit(data: &str, version: &str) -> bool {
        let known = toml::from_str::<Data>(data).unwrap().compile().unwrap();
        !known
            .violations(&package("a", version, "MIT", "s"))
            .is_empty()
    }

    #[test]
    fn a_vulnerable_version_is_found() {
        for version in ["0.9.0", "1.0.4", "1.1.0", "1.1.1"] {
            assert!(hit(DATA, version), "{version}");
        }
        for version in ["0.8.9", "1.0.5", "1.1.2", "2.0.0"] {
            assert!(!hit(DATA, version), "{version}");
        }
    }

    #[test]
    fn without_a_patch_every_version_is_hit() {
        let data = "data_date = \"2026-01-01\"\n[[advisory]]\nid = \"X-2\"\ncrate = \"a\"\nwhat = \"bad\"\n";
        assert!(hit(data, "99.0.0"));
    }

    #[test]
    fn an_accepted_advisory_needs_a_reason_and_an_advisory() {
        let with = |id: &str, reason: &str| {
            let accepted = format!("\n[[accepted]]\nid = \"{id}\"\nreason = \"{reason}\"\n");
            toml::from_str::<Data>(&format!("{DATA}{accepted}"))
                .unwrap()
                .compile()
        };
        assert_eq!(with("X-1", "never compiled").unwrap().len(), 0);
        assert!(with("X-1", " ").is_err());
        assert!(with("X-9", "no such thing").is_err());
    }

    #[test]
    fn a_package_that_nobody_looked_up_is_named() {
        let (a, b) = (
            package("a", "1.0.0", "MIT", "s"),
            package("b", "1.0.0", "MIT", "s"),
        );
        assert_eq!(not_reviewed(&[&a, &b], "# names\na\n"), ["b"]);
    }
}
