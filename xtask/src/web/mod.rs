//! What the web client's bundle is made of and node can't make: the glue between JavaScript and the core, and
//! the playbooks as the room wants them. `scripts/web.sh` calls these; `docs/WEB.md` says in what order.

mod glue;
mod playbooks;

use std::path::Path;

/// Runs `web-glue` or `web-playbooks`; `None` if `arguments` are neither.
pub(crate) fn run(arguments: &[String]) -> Option<anyhow::Result<()>> {
    match arguments {
        [name, wasm, outdir] if name == "web-glue" => {
            Some(glue::write(Path::new(wasm), Path::new(outdir)))
        }
        [name, from, to] if name == "web-playbooks" => {
            Some(playbooks::write(Path::new(from), Path::new(to)))
        }
        _ => None,
    }
}
