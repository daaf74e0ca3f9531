//! The web client's packages, as npm's lock file has them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

const LOCK: &str = "client-web/package-lock.json";

/// Between a package's directory and that of one below it.
const NESTED: &str = "node_modules/";

/// `package-lock.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Lock {
    /// By directory; the one without a name is our own.
    packages: BTreeMap<String, Package>,
}

/// One package, in one version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Package {
    #[serde(default)]
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) resolved: Option<String>,
    pub(crate) integrity: Option<String>,
    /// Asked for by tools only.
    #[serde(default)]
    pub(crate) dev: bool,
    #[serde(default)]
    dependencies: BTreeMap<String, String>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, String>,
}

impl Lock {
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        Self::parse(&std::fs::read_to_string(root.join(LOCK)).context(LOCK)?)
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text).context(LOCK)
    }

    /// Name and package of all that come from elsewhere.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, &Package)> {
        self.packages.iter().filter_map(|(directory, package)| {
            let (_, name) = directory.rsplit_once(NESTED)?;
            Some((name, package))
        })
    }

    /// Those that we ask for by name.
    pub(crate) fn direct(&self) -> impl Iterator<Item = (&str, &Package)> {
        let own = self.packages.get("");
        own.into_iter()
            .flat_map(|own| own.dependencies.keys().chain(own.dev_dependencies.keys()))
            .filter_map(|name| {
                let package = self.packages.get(&format!("{NESTED}{name}"))?;
                Some((name.as_str(), package))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_innermost_directory() {
        let lock = Lock::parse(
            r#"{"packages":{"":{"dependencies":{"@a/b":"1.0.0"}},"node_modules/@a/b":{"version":"1.0.0"},
            "node_modules/@a/b/node_modules/c":{"version":"2.0.0","dev":true}}}"#,
        )
        .unwrap();
        let names: Vec<&str> = lock.packages().map(|(name, _)| name).collect();
        assert_eq!(names, ["@a/b", "c"]);
        let direct: Vec<&str> = lock.direct().map(|(name, _)| name).collect();
        assert_eq!(direct, ["@a/b"]);
    }
}
