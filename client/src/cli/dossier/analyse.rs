//! `entente dossier analyse`

use std::path::PathBuf;

use entente_dossier::{Analysis, Bond, Node, Responses, Story};

use super::super::{Failure, Output};
use super::held;
use crate::i18n::{t, time, tr, word};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Analyse {
    #[arg(required = true, value_name = "FILE", help = t("help-dossier-files"))]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &Analyse, output: Output) -> Result<(), Failure> {
    let mut dossiers = Vec::new();
    for file in &args.files {
        let dossier = held(file, &[])?;
        let story = Story::of(&dossier);
        dossiers.push((dossier, story));
    }
    let both = dossiers.iter().map(|(dossier, story)| (dossier, story));
    let analysis = Analysis::of(both);
    output.show(&analysis, || text(&analysis));
    Ok(())
}

fn text(analysis: &Analysis) -> String {
    let mut lines = vec![t("analysis-responses")];
    lines.extend(analysis.responses.iter().map(responses_line));
    lines.push(tr(
        "analysis-missed",
        &[("count", &analysis.missed.len().to_string())],
    ));
    for missed in &analysis.missed {
        lines.push(tr(
            "analysis-missed-line",
            &[
                ("time", &time(missed.at_ms)),
                ("country", &missed.country.to_string()),
                ("stage", &word("stage", missed.stage.as_str())),
                ("hit", &missed.hit.to_string()),
            ],
        ));
    }
    lines.push(t("analysis-links"));
    lines.extend(analysis.bonds.iter().map(bond_line));
    lines.join("\n")
}

fn responses_line(all: &Responses) -> String {
    let seconds =
        |ms: Option<u64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{} s", ms / 1_000));
    tr(
        "analysis-response-line",
        &[
            ("country", &all.country.to_string()),
            ("phase", all.phase.as_deref().unwrap_or("-")),
            ("stage", &word("stage", all.stage.as_str())),
            ("count", &all.count.to_string()),
            ("median", &seconds(all.median_ms)),
            ("slowest", &seconds(all.slowest_ms)),
            ("missed", &all.missed.to_string()),
        ],
    )
}

fn bond_line(bond: &Bond) -> String {
    match bond {
        Bond::Identifier {
            identifier,
            targets,
            across_rooms,
        } => {
            let key = if *across_rooms {
                "analysis-shared-across"
            } else {
                "analysis-shared"
            };
            let names: Vec<String> = targets
                .iter()
                .map(|node| name(node, *across_rooms))
                .collect();
            tr(
                key,
                &[
                    ("identifier", &identifier.to_string()),
                    ("targets", &names.join(" · ")),
                ],
            )
        }
        Bond::Link { from, to, relation } => tr(
            "analysis-link",
            &[
                ("from", &name(from, false)),
                ("relation", relation),
                ("to", &name(to, false)),
            ],
        ),
    }
}

fn name(node: &Node, with_room: bool) -> String {
    if with_room {
        format!("{} ({})", node.name, node.room)
    } else {
        node.name.clone()
    }
}
