//! `entente completions`

use clap::CommandFactory as _;

use super::{Cli, Failure};
use crate::i18n::t;

#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    #[arg(help = t("help-shell"))]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Completions) -> Result<(), Failure> {
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "entente",
        &mut std::io::stdout(),
    );
    Ok(())
}
