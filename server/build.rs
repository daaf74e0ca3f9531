//! Has the web client looked for again when it was built anew.

use std::path::Path;

fn main() {
    let dist = Path::new("../client-web/dist");
    // The embedding macro watches the files that it found; cargo watches the folder for others. It is
    // made here because cargo takes a folder that is missing for one that has changed, at each build.
    // Where it can't be made, that is all that happens.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
}
