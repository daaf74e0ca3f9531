//! `entente dossier`: what a device has kept of a room, as proof for those who never saw it.

mod analyse;
mod convert;
mod export;
mod report;
mod show;
mod verify;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use entente_dossier::{Dossier, Findings};
use entente_protocol::{Fingerprint, RoomId};
use entente_trust::Authority;

use super::common::read as read_text;
use super::{Failure, Output};
use crate::i18n::{t, tr};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-dossier-export"), after_help = t("example-dossier-export"))]
    Export(export::Export),
    #[command(about = t("help-dossier-verify"), after_help = t("example-dossier-verify"))]
    Verify(OneFile),
    #[command(about = t("help-dossier-show"), after_help = t("example-dossier-show"))]
    Show(OneFile),
    #[command(about = t("help-dossier-analyse"), after_help = t("example-dossier-analyse"))]
    Analyse(analyse::Analyse),
    #[command(about = t("help-dossier-report"), after_help = t("example-dossier-report"))]
    Report(report::Report),
    #[command(about = t("help-dossier-convert"), after_help = t("example-dossier-convert"))]
    Convert(convert::Convert),
}

#[derive(Debug, clap::Args)]
pub(super) struct OneFile {
    #[arg(value_name = "FILE", help = t("help-dossier-file"))]
    file: PathBuf,
    #[arg(long = "authority", value_name = "FILE", help = t("help-dossier-authority"))]
    authorities: Vec<PathBuf>,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Export(args) => export::run(args, *output).await,
        Command::Verify(args) => verify::run(&args, *output),
        Command::Show(args) => show::run(&args, *output),
        Command::Analyse(args) => analyse::run(&args, *output),
        Command::Report(args) => report::run(&args, *output),
        Command::Convert(args) => convert::run(&args, *output),
    }
}

/// Reads and checks a file. Authorities whose certificates were named count as known.
fn checked(file: &Path, authorities: &[PathBuf]) -> Result<(Findings, Dossier), Failure> {
    let mut pinned: BTreeSet<Fingerprint> = BTreeSet::new();
    for path in authorities {
        let authority = Authority::from_pem(&read_text(path)?)
            .map_err(|error| Failure::usage(&format!("{}: {error}", path.display())))?;
        pinned.insert(authority.fingerprint());
    }
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::usage(&format!("{}: {error}", file.display())))?;
    entente_dossier::verify(&bytes, &pinned)
        .map_err(|error| Failure::no_dossier(&file.display().to_string(), &error))
}

/// As [`checked`], for commands that only tell what holds.
fn held(file: &Path, authorities: &[PathBuf]) -> Result<(Findings, Dossier), Failure> {
    let (findings, dossier) = checked(file, authorities)?;
    check_holds(&findings)?;
    Ok((findings, dossier))
}

fn check_holds(findings: &Findings) -> Result<(), Failure> {
    let mut faults = findings.everywhere();
    match faults.next() {
        None => Ok(()),
        Some(first) => Err(Failure::broken_dossier(
            &verify::fault_line(first),
            1 + faults.count(),
        )),
    }
}

/// The part of a dossier that was asked for: the room's, or that of one compartment.
fn part(
    (findings, dossier): (Findings, Dossier),
    compartment: Option<RoomId>,
) -> Result<(Findings, Dossier), Failure> {
    let Some(wanted) = compartment else {
        return Ok((findings, dossier));
    };
    let inner = findings.compartments.into_iter();
    let inner = inner.map(|it| it.findings).zip(dossier.compartments);
    let mut found = inner.filter(|(_, dossier)| dossier.room == wanted);
    let found = found.next();
    found.ok_or_else(|| Failure::unknown(&wanted.to_string()))
}

impl Failure {
    /// A file that is no dossier.
    fn no_dossier(file: &str, error: &entente_dossier::FormatError) -> Self {
        let reason = tr(
            "fail-no-dossier",
            &[("file", file), ("reason", &error.to_string())],
        );
        Self::refused_as("no_dossier", reason)
    }

    /// A dossier with something wrong in it.
    fn broken_dossier(first: &str, faults: usize) -> Self {
        let reason = tr(
            "fail-broken-dossier",
            &[("first", first), ("count", &faults.to_string())],
        );
        Self::refused_as("broken_dossier", reason)
    }
}
