//! Where packages come from: the public index, whose versions can't be changed afterwards. Never a branch.

use cargo_metadata::Package;

/// How cargo names the public index in `Cargo.lock`, whatever mirror it downloads from.
const PUBLIC_INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

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
}
