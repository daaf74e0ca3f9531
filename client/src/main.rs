//! `entente`: the command line; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    entente_client::cli::main()
}
