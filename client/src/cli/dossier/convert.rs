//! `entente dossier convert`: a dossier's board in a neighbour's format.

use std::path::PathBuf;

use entente_dossier::{Format, Shown, Story};
use entente_protocol::RoomId;
use serde_json::json;

use super::super::exchange::{format, write_new};
use super::super::{Failure, Output};
use super::{held, part};
use crate::i18n::t;
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Convert {
    #[arg(value_name = "FILE", help = t("help-dossier-file"))]
    file: PathBuf,
    #[arg(long, value_name = "FORMAT", value_parser = format, help = t("help-format"))]
    to: Format,
    #[arg(long, value_name = "FILE", help = t("help-format-out"))]
    out: PathBuf,
    #[arg(long, value_name = "ID", help = t("help-dossier-part"))]
    compartment: Option<RoomId>,
}

pub(super) fn run(args: &Convert, output: Output) -> Result<(), Failure> {
    let (_, dossier) = part(held(&args.file, &[])?, args.compartment)?;
    let story = Story::of(&dossier);
    let shown = Shown {
        room: dossier.room,
        title: dossier.text.as_ref().map(|text| text.title.as_str()),
        board: &story.board,
        at_ms: now_ms(),
    };
    let bytes = args
        .to
        .write(&shown)
        .map_err(|error| Failure::usage(&error))?;
    write_new(&args.out, &bytes)?;
    let targets = story.board.targets().count();
    output.show(&json!({ "file": args.out, "targets": targets }), || {
        args.out.display().to_string()
    });
    Ok(())
}
