//! Where packages come from: the public index, whose versions can't be changed afterwards. Never a branch.

use cargo_metadata::Package;

use crate::npm;

/// How cargo names the public index in `Cargo.lock`, whatever mirror it downloads from.
const PUBLIC_INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Where npm's packages lie, if the lock file says it.
const NPM_REGISTRY: &str = "https://registry.npmjs.org/";

/// How the lock file begins a digest that holds a package to its content.
const NPM_DIGEST: &str = "sha512-";

/// Why `package` may not be used, if so. The workspace's own crates are not asked about.
pub(crate) fn violation(package: &Package) -> Option<String> {
    match &package.source {
        Some(source) if source.repr == PUBLIC_INDEX => None,
        Some(source) => Some(format!("{} {}: {source}", package.name, package.version)),
        None => Some(format!(
            "{} {}: a directory outside the workspace",
            package.name, package.version
        )),
    }
}

/// The same for a package of npm: from its registry, and with a digest.
pub(crate) fn npm_violation(name: &str, package: &npm::Package) -> Option<String> {
    let whose = format!("{name} {}", package.version);
    match (&package.resolved, &package.integrity) {
        (Some(place), _) if !place.starts_with(NPM_REGISTRY) => Some(format!("{whose}: {place}")),
        (_, Some(digest)) if digest.starts_with(NPM_DIGEST) => None,
        _ => Some(format!("{whose}: has no digest")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::package;
    use super::*;

    #[test]
    fn a_git_source_is_found() {
        let git = package(
            "a",
            "1.0.0",
            "MIT",
            "git+https://example.org/a?branch=main#0",
        );
        assert!(violation(&git).is_some());
        assert!(violation(&package("a", "1.0.0", "MIT", PUBLIC_INDEX)).is_none());
    }

    #[test]
    fn a_package_of_npm_without_a_digest_is_found() {
        let lock = npm::Lock::parse(
            r#"{"packages":{"node_modules/a":{"integrity":"sha512-AA=="},"node_modules/b":{},
            "node_modules/c":{"resolved":"git+https://example.org/c","integrity":"sha512-AA=="}}}"#,
        )
        .unwrap();
        let found: Vec<&str> = lock
            .packages()
            .filter(|(name, package)| npm_violation(name, package).is_some())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(found, ["b", "c"]);
    }
}
