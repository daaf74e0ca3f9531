//! Which licences we accept. A package passes when its SPDX expression can be met with accepted licences alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cargo_metadata::Package;
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

/// `supply-chain/licences.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    /// Licences that every package may have, as SPDX identifiers.
    allow: Vec<String>,
    /// Licences that only the named packages may have.
    #[serde(default)]
    exception: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    licence: String,
    /// Why it is acceptable there. For people.
    reason: String,
}

/// The rules, ready to use.
#[derive(Debug)]
pub(crate) struct Allowed {
    everywhere: Vec<Licensee>,
    /// By package name.
    exceptions: BTreeMap<String, Vec<Licensee>>,
}

impl Rules {
    /// # Errors
    /// When the file names something that isn't an SPDX licence, or an exception has no reason.
    pub(crate) fn compile(self) -> anyhow::Result<Allowed> {
        let mut everywhere = Vec::new();
        for name in &self.allow {
            everywhere.push(licensee(name)?);
        }
        let mut exceptions: BTreeMap<String, Vec<Licensee>> = BTreeMap::new();
        for exception in self.exception {
            anyhow::ensure!(
                !exception.reason.trim().is_empty(),
                "licences.toml: the exception for {} has no reason",
                exception.package
            );
            let licensee = licensee(&exception.licence)?;
            exceptions
                .entry(exception.package)
                .or_default()
                .push(licensee);
        }
        Ok(Allowed {
            everywhere,
            exceptions,
        })
    }
}

fn licensee(name: &str) -> anyhow::Result<Licensee> {
    Licensee::parse(name).with_context(|| format!("licences.toml: {name}"))
}

impl Allowed {
    /// Why `package` may not be used, if so.
    pub(crate) fn violation(&self, package: &Package) -> Option<String> {
        let name = package.name.as_str();
        let Some(licence) = &package.license else {
            return Some(format!("{name} {}: states no licence", package.version));
        };
        // Lax: older packages write "MIT/Apache-2.0".
        let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => {
                return Some(format!(
                    "{name} {}: {licence}: {}",
                    package.version, error.reason
                ));
            }
        };
        let own = self.exceptions.get(name).map_or(&[][..], Vec::as_slice);
        let met = expression.evaluate(|needed| {
            self.everywhere
                .iter()
                .chain(own)
                .any(|held| held.satisfies(needed))
        });
        (!met).then(|| format!("{name} {}: {licence}", package.version))
    }

    /// The packages of exceptions that no package needs.
    pub(crate) fn unused_exceptions(&self, packages: &[&Package]) -> Vec<String> {
        let present: BTreeSet<&str> = packages
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        self.exceptions
            .keys()
            .filter(|name| !present.contains(name.as_str()))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::package;
    use super::*;

    fn violation(name: &str, licence: &str) -> Option<String> {
        let rules: Rules = toml::from_str(
            "allow = [\"MIT\", \"Apache-2.0\"]\n\
             [[exception]]\ncrate = \"edge\"\nlicence = \"MPL-2.0\"\nreason = \"file-level copyleft\"\n",
        )
        .unwrap();
        rules
            .compile()
            .unwrap()
            .violation(&package(name, "1.0.0", licence, "s"))
    }

    #[test]
    fn a_forbidden_licence_is_found() {
        assert_eq!(
            violation("a", "GPL-3.0-only").unwrap(),
            "a 1.0.0: GPL-3.0-only"
        );
        assert!(violation("a", "MIT AND GPL-3.0-only").is_some());
        assert!(violation("a", "LicenseRef-Mine").is_some());
        assert!(violation("a", "no licence at all").is_some());
    }

    #[test]
    fn one_accepted_alternative_is_enough() {
        assert_eq!(violation("a", "GPL-3.0-only OR MIT"), None);
        assert_eq!(violation("a", "MIT/Apache-2.0"), None);
    }

    #[test]
    fn an_exception_is_for_its_package_only() {
        assert_eq!(violation("edge", "MPL-2.0"), None);
        assert!(violation("core", "MPL-2.0").is_some());
    }
}
