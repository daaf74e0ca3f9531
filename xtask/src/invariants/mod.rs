//! The architecture invariants: what must be absent, and where. One file for each kind of absence.

mod clock;
mod layers;
mod machine_paths;
mod sql;
mod unsafe_code;

use crate::report::Report;
use crate::sources::collect;
use crate::workspace::Workspace;

/// Runs every invariant over the workspace.
///
/// # Errors
/// When cargo or a file can't be read.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Report> {
    let mut report = Report::default();

    let mut violations = Vec::new();
    for layer in &layers::LAYERS {
        violations.extend(layers::violations(
            layer,
            &workspace.linked_into(layer.package)?,
        ));
    }
    report.add(
        "each crate links only what its layer may",
        format!("{} crates", layers::LAYERS.len()),
        violations,
    );

    let rust = collect(&workspace.root, &["rs"])?;
    let looked_at = || format!("{} Rust files", rust.len());
    let clippy = std::fs::read_to_string(workspace.root.join("clippy.toml"))?;
    let mut violations = clock::missing_bans(&clippy);
    violations.extend(rust.iter().flat_map(clock::violations));
    report.add(
        "clock and randomness are read in one file of each app",
        looked_at(),
        violations,
    );
    report.add(
        "SQL lies in server/src/store only",
        looked_at(),
        rust.iter().flat_map(sql::violations).collect(),
    );

    let manifests = collect(&workspace.root, &["Cargo.toml"])?;
    let mut violations: Vec<String> = manifests
        .iter()
        .flat_map(unsafe_code::manifest_violations)
        .collect();
    violations.extend(rust.iter().flat_map(unsafe_code::violations));
    report.add("there is no unsafe code", looked_at(), violations);

    let written = collect(&workspace.root, &machine_paths::WRITTEN_BY_PEOPLE)?;
    report.add(
        "no file names a directory of one machine",
        format!("{} files", written.len()),
        written.iter().flat_map(machine_paths::violations).collect(),
    );
    Ok(report)
}
