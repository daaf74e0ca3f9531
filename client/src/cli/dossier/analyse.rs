//! `entente dossier analyse`

use std::path::PathBuf;

use entente_dossier::Story;

use super::super::{Failure, Output, analysis};
use super::held;
use crate::i18n::t;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Analyse {
    #[arg(required = true, value_name = "FILE", help = t("help-dossier-files"))]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &Analyse, output: Output) -> Result<(), Failure> {
    let mut dossiers = Vec::new();
    for file in &args.files {
        let (_, mut dossier) = held(file, &[])?;
        // Who has the file may read them too.
        let inner = core::mem::take(&mut dossier.compartments);
        for dossier in core::iter::once(dossier).chain(inner) {
            let story = Story::of(&dossier);
            dossiers.push((dossier, story));
        }
    }
    let both = dossiers.iter().map(|(dossier, story)| (dossier, story));
    let learned = entente_dossier::analyse(both);
    output.show(&learned, || analysis::text(&learned));
    Ok(())
}
