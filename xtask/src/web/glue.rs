//! The JavaScript that calls the core, and the core without what only the tool needs. The same as the command
//! `wasm-bindgen --target web`, in the version of `Cargo.lock`, so that the two halves always fit.

use std::path::Path;

use anyhow::{Context as _, ensure};
use wasm_bindgen_cli_support::{Bindgen, Output};

/// The stem of both files: `core.js` and `core_bg.wasm`.
const NAME: &str = "core";

/// Writes the glue and the wasm to `outdir`.
///
/// # Errors
/// When the wasm isn't one of wasm-bindgen, or asks for scripts of its own: those would run without having been
/// looked at.
pub(crate) fn write(wasm: &Path, outdir: &Path) -> anyhow::Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        // The worker runs from a blob: URL, beside which no wasm lies: it is told where to fetch it.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(NAME);
    let mut output = bindgen
        .generate_output()
        .with_context(|| wasm.display().to_string())?;
    let brought = brought_along(&output);
    ensure!(
        brought.is_empty(),
        "crates below the core bring JavaScript of their own: {}",
        brought.join(", ")
    );
    ensure!(
        !output.js().contains("eval(") && !output.js().contains("new Function"),
        "the glue would need unsafe-eval; no crate may call js_sys::eval or js_sys::Function::new_*"
    );
    output.emit(outdir)
}

/// Scripts that crates carry, by crate.
fn brought_along(output: &Output) -> Vec<String> {
    let inline = output
        .snippets()
        .iter()
        .filter(|(_, scripts)| !scripts.is_empty())
        .map(|(crate_name, scripts)| format!("{crate_name}: {}", scripts.join("\n")));
    let files = output.local_modules().keys().cloned();
    inline.chain(files).collect()
}
