//! `entente exercise`

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Subcommand;

use super::common::read;
use super::{Failure, Output};
use crate::HubUrl;
use crate::exercise::{ExerciseError, Options, Script, play};
use crate::i18n::t;

/// An operation of four hours in less than a minute, to watch.
const DEFAULT_SPEED: f64 = 300.0;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-exercise-run"), after_help = t("example-exercise-run"))]
    Run(Run),
}

#[derive(Debug, clap::Args)]
pub(super) struct Run {
    #[arg(value_name = "FILE", help = t("help-exercise-file"))]
    file: PathBuf,
    #[arg(long, value_name = "DIR", help = t("help-keep"))]
    keep: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SPEED, help = t("help-speed"))]
    speed: f64,
    #[arg(long, value_name = "URL", help = t("help-exercise-hub"))]
    hub: Option<HubUrl>,
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420", conflicts_with = "hub",
          help = t("help-exercise-listen"))]
    listen: SocketAddr,
    #[arg(long, help = t("help-exercise-once"))]
    once: bool,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    let Command::Run(args) = command;
    let text = read(&args.file)?;
    let script = Script::from_yaml(&text)
        .map_err(|error| Failure::usage(&format!("{}: {error}", args.file.display())))?;
    let playbook = match &script.playbook {
        Some(path) => {
            let folder = args
                .file
                .parent()
                .unwrap_or_else(|| std::path::Path::new("."));
            super::playbook::load(&folder.join(path))?.to_json()
        }
        None => String::new(),
    };
    let options = Options {
        keep: args.keep,
        speed: args.speed.max(0.0),
        hub: args.hub,
        listen: args.listen,
        once: args.once,
        playbook,
    };
    play(&script, options, *output)
        .await
        .map_err(|error| match error {
            ExerciseError::Failed(failure) => *failure,
            ExerciseError::Differed(reason) => Failure::differed(&reason),
            error => Failure::system(&error),
        })
}
