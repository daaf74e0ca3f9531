//! Which licences we accept. A package passes when its SPDX expression can be met with accepted licences alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cargo_metadata::Package;
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::npm;

/// `supply-chain/licences.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    /// Licences that every package may have, as SPDX identifiers.
    allow: Vec<String>,
    /// Licences that npm packages may have besides, of which nothing gets into the web client's bundle.
    #[serde(default)]
    tools: Vec<String>,
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
    tools: Vec<Licensee>,
    /// By package name.
    exceptions: BTreeMap<String, Vec<Licensee>>,
}

impl Rules {
    /// # Errors
    /// When the file names something that isn't an SPDX licence, or an exception has no reason.
    pub(crate) fn compile(self) -> anyhow::Result<Allowed> {
        let everywhere = licensees(&self.allow)?;
        let tools = licensees(&self.tools)?;
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
            tools,
            exceptions,
        })
    }
}

fn licensees(names: &[String]) -> anyhow::Result<Vec<Licensee>> {
    names.iter().map(|name| licensee(name)).collect()
}

fn licensee(name: &str) -> anyhow::Result<Licensee> {
    Licensee::parse(name).with_context(|| format!("licences.toml: {name}"))
}

impl Allowed {
    /// Why `package` may not be used, if so.
    pub(crate) fn violation(&self, package: &Package) -> Option<String> {
        let own = self.exceptions.get(package.name.as_str());
        let whose = format!("{} {}", package.name, package.version);
        self.unmet(&whose, package.license.as_deref(), own.map(Vec::as_slice))
    }

    /// The same for a package of npm.
    pub(crate) fn npm_violation(&self, name: &str, package: &npm::Package) -> Option<String> {
        let whose = format!("{name} {}", package.version);
        let more = package.dev.then_some(self.tools.as_slice());
        self.unmet(&whose, package.license.as_deref(), more)
    }

    fn unmet(
        &self,
        whose: &str,
        licence: Option<&str>,
        more: Option<&[Licensee]>,
    ) -> Option<String> {
        let Some(licence) = licence else {
            return Some(format!("{whose}: states no licence"));
        };
        // Lax: older packages write "MIT/Apache-2.0".
        let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => return Some(format!("{whose}: {licence}: {}", error.reason)),
        };
        let met = expression.evaluate(|needed| {
            self.everywhere
                .iter()
                .chain(more.unwrap_or_default())
                .any(|held| held.satisfies(needed))
        });
        (!met).then(|| format!("{whose}: {licence}"))
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
            "allow = [\"MIT\", \"Apache-2.0\"]\ntools = [\"MPL-2.0\"]\n\
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

    #[test]
    fn a_tool_of_npm_may_have_what_the_bundle_may_not() {
        let rules: Rules = toml::from_str("allow = [\"MIT\"]\ntools = [\"MPL-2.0\"]\n").unwrap();
        let allowed = rules.compile().unwrap();
        let lock = npm::Lock::parse(
            r#"{"packages":{"node_modules/shipped":{"version":"1.0.0","license":"MPL-2.0"},
            "node_modules/silent":{"version":"1.0.0"},
            "node_modules/tool":{"version":"1.0.0","license":"MPL-2.0","dev":true}}}"#,
        )
        .unwrap();
        let found: Vec<String> = lock
            .packages()
            .filter_map(|(name, package)| allowed.npm_violation(name, package))
            .collect();
        assert_eq!(
            found,
            ["shipped 1.0.0: MPL-2.0", "silent 1.0.0: states no licence"]
        );
    }
}
