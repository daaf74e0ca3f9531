//! `entente dossier report`: what a dossier tells as PDF, in the language of `--lang`.

use std::path::PathBuf;

use entente_protocol::RoomId;
use serde_json::json;

use super::super::exchange::write_new;
use super::super::{Failure, Output};
use super::{held, part, verify};
use crate::i18n::{language, t, tr};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Report {
    #[arg(value_name = "FILE", help = t("help-dossier-file"))]
    file: PathBuf,
    #[arg(long = "authority", value_name = "FILE", help = t("help-dossier-authority"))]
    authorities: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = t("help-report-out"))]
    out: PathBuf,
    #[arg(long, value_name = "ID", help = t("help-dossier-part"))]
    compartment: Option<RoomId>,
}

pub(super) fn run(args: &Report, output: Output) -> Result<(), Failure> {
    let whole = held(&args.file, &args.authorities)?;
    let (findings, dossier) = part(whole, args.compartment)?;
    let proof = verify::proof(&findings);
    let report = crate::report::report(&dossier, &findings, proof, language());
    let pdf = entente_report::pdf(&report).map_err(|error| Failure::system(&error))?;
    write_new(&args.out, &pdf)?;
    output.show(&json!({ "file": args.out, "bytes": pdf.len() }), || {
        tr(
            "report-made",
            &[
                ("file", &args.out.display().to_string()),
                ("bytes", &pdf.len().to_string()),
            ],
        )
    });
    Ok(())
}
