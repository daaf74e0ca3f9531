//! Chores of the project that need more than a shell: each subcommand checks one promise of the workspace and
//! ends with a non-zero exit code when it is broken, or makes a part of the web client's bundle.

mod dependencies_page;
mod invariants;
mod npm;
mod report;
mod sources;
mod supply_chain;
mod web;
mod workspace;

use std::process::ExitCode;

use report::Report;
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <chore>

  invariants     the architecture invariants of docs/ARCHITECTURE.md
  supply-chain   licences, sources and known advisories of every dependency
  docs           docs/DEPENDENCIES.md names every direct dependency

  web-glue <wasm> <outdir>     the JavaScript that calls the core
  web-playbooks <from> <to>    playbooks as JSON
";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(made) = web::run(&arguments) {
        return made.map(|()| ExitCode::SUCCESS);
    }
    let check: fn(&Workspace) -> anyhow::Result<Report> = match arguments.as_slice() {
        [name] if name == "invariants" => invariants::check,
        [name] if name == "supply-chain" => supply_chain::check,
        [name] if name == "docs" => dependencies_page::check,
        [name] if name == "help" || name == "--help" || name == "-h" => {
            print!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
        _ => {
            eprint!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    let report = check(&Workspace::load()?)?;
    print!("{report}");
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
