//! The workspace as cargo sees it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};
use cargo_metadata::{Metadata, MetadataCommand};

/// The workspace's root directory and its resolved packages.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo, for exactly the versions of `Cargo.lock`.
    ///
    /// # Errors
    /// When cargo fails, for example because `Cargo.lock` is out of date.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let metadata = MetadataCommand::new()
            .other_options(vec!["--locked".to_owned()])
            .exec()
            .context("cargo metadata --locked")?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        Ok(Self { root, metadata })
    }

    /// The names of everything that is linked into `package`, itself included, on any platform. Asks
    /// `cargo tree` and not the metadata, because only the former leaves out the features that other
    /// members of the workspace switch on.
    pub(crate) fn linked_into(&self, package: &str) -> anyhow::Result<BTreeSet<String>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .current_dir(&self.root)
            .args(["tree", "--locked", "--package", package])
            .args(["--edges", "normal", "--target", "all"])
            .args(["--prefix", "none", "--format", "{p}"])
            .output()
            .context("cargo tree")?;
        if !output.status.success() {
            bail!(
                "cargo tree --package {package}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(names_of_tree(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// The crate names in the output of `cargo tree --prefix none --format {p}`: the first word of each line.
fn names_of_tree(output: &str) -> BTreeSet<String> {
    output
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_a_set_of_names() {
        let names = names_of_tree("a v1.0.0 (/somewhere)\nb v2.0.0\nb v2.0.0 (*)\n\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
