//! Chores of the project that need more than a shell: each subcommand checks one promise of the workspace and
//! ends with a non-zero exit code when it is broken.

mod dependencies_page;
mod invariants;
mod report;
mod sources;
mod supply_chain;
mod workspace;

use std::process::ExitCode;

use report::Report;
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <check>

  invariants     the architecture invariants of docs/ARCHITECTURE.md
  supply-chain   licences, sources and known advisories of every dependency
  docs           docs/DEPENDENCIES.md names every direct dependency
";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
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
