//! `entente playbook`

use std::path::PathBuf;

use clap::Subcommand;
use entente_room::playbook::Playbook;
use serde_json::json;

use super::common::read;
use super::{Failure, Output};
use crate::i18n::{t, tr};
use crate::read_playbook;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-playbook-check"), after_help = t("example-playbook-check"))]
    Check(Check),
    #[command(about = t("help-playbook-schema"), after_help = t("example-playbook-schema"))]
    Schema,
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[arg(required = true, value_name = "FILE", help = t("help-playbook"))]
    files: Vec<PathBuf>,
}

pub(super) fn run(command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Check(args) => args.files.iter().try_for_each(|file| {
            let playbook = load(file)?;
            let tasks = playbook.tasks().count();
            output.show(
                &json!({
                    "file": file,
                    "id": playbook.id,
                    "phases": playbook.phases.len(),
                    "tasks": tasks,
                }),
                || {
                    tr(
                        "playbook-good",
                        &[
                            ("file", &file.display().to_string()),
                            ("phases", &playbook.phases.len().to_string()),
                            ("tasks", &tasks.to_string()),
                        ],
                    )
                },
            );
            Ok(())
        }),
        Command::Schema => {
            let schema = Playbook::schema();
            output.show(&schema, || {
                serde_json::to_string_pretty(&schema).unwrap_or_default()
            });
            Ok(())
        }
    }
}

/// Reads a playbook; a mistake is named as FILE:LINE:COLUMN.
pub(super) fn load(file: &std::path::Path) -> Result<Playbook, Failure> {
    read_playbook(&read(file)?)
        .map_err(|mistake| Failure::usage(&format!("{}:{mistake}", file.display())))
}
