//! Annexes: who took part, what was shared, what hangs together, what is proven.

use entente_report::{Row, Section};
use entente_room::Bond;

use super::outcome::columns;
use super::{Given, identifier_text, ltr, words};
use crate::i18n::{t, time};

pub(super) fn roster(given: &Given<'_>) -> Section {
    let rows = given.story.roster.iter().map(|sat| {
        let person = &sat.person;
        let at = |ms: Option<u64>| ms.map_or_else(|| "–".to_owned(), |ms| ltr(time(ms)));
        Row {
            cells: vec![
                words(&person.callsign),
                words(&person.officer),
                person.country.to_string(),
                t(&format!("role-{}", person.role)),
                at(sat.from_ms),
                at(sat.to_ms),
            ],
            late: false,
        }
    });
    Section::Table {
        title: t("report-roster"),
        columns: columns(
            "report-roster",
            &["callsign", "officer", "country", "role", "from", "to"],
        ),
        widths: vec![18, 18, 9, 15, 22, 22],
        late: None,
        rows: rows.collect(),
        none: t("report-roster-none"),
    }
}

pub(super) fn documents(given: &Given<'_>) -> Section {
    let rows = given.story.board.documents().map(|(_, document)| {
        let shared = &document.shared;
        let digest = shared.digest.to_string();
        // Where a line may break.
        let (first, second) = digest.split_at(digest.len() / 2);
        Row {
            cells: vec![
                ltr(time(document.stamp.time_ms)),
                document.stamp.country.to_string(),
                words(&shared.name),
                format!("{}\n{}", ltr(first), ltr(second)),
            ],
            late: false,
        }
    });
    Section::Table {
        title: t("report-documents"),
        columns: columns("report-documents", &["time", "country", "name", "digest"]),
        widths: vec![21, 9, 30, 40],
        late: None,
        rows: rows.collect(),
        none: t("report-documents-none"),
    }
}

pub(super) fn links(given: &Given<'_>) -> Section {
    let rows = given.analysis.bonds.iter().map(|bond| {
        let cells = match bond {
            Bond::Identifier {
                identifier,
                targets,
                ..
            } => {
                let names = targets.iter().map(|node| words(&node.name));
                vec![
                    names.collect::<Vec<_>>().join(" · "),
                    identifier_text(identifier),
                ]
            }
            Bond::Link { from, to, relation } => {
                vec![
                    format!("{} – {}", words(&from.name), words(&to.name)),
                    words(relation),
                ]
            }
        };
        Row { cells, late: false }
    });
    Section::Table {
        title: t("report-links"),
        columns: columns("report-links", &["targets", "by"]),
        widths: vec![60, 40],
        late: None,
        rows: rows.collect(),
        none: t("report-links-none"),
    }
}

pub(super) fn proof(lines: Vec<String>) -> Section {
    Section::Lines {
        title: t("report-proof"),
        rows: lines,
        none: String::new(),
    }
}
