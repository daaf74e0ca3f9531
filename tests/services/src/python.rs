//! Programs in Python that `make setup` puts beside what was built.

use std::path::PathBuf;
use std::process::Command;

pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let path = target.join("venv/bin").join(name);
    assert!(
        path.is_file(),
        "{} is missing: run `make setup` first",
        path.display()
    );
    path
}

/// Whether a STIX 2.1 bundle is what the schemas of OASIS and the specification's words want; what they say of it.
#[must_use]
pub fn judge_stix(bundle: &[u8]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.json");
    std::fs::write(&file, bundle).unwrap();
    let output = Command::new(program("stix2_validator"))
        .args(["--version", "2.1", "--enforce-refs"])
        .arg(&file)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.success(), said)
}
