//! The report of a room, out of its dossier: what a service files. All words are of the reader's language, all content is
//! what the dossier proves.

mod map;
mod outcome;
mod people;
mod story;

use entente_dossier::{Dossier, Findings, Story, analyse};
use entente_report::Report;
use entente_room::{Analysis, Identifier};

use crate::i18n::{Lang, harmless, t, time, tr};

/// What of an identifier fits into the narrowest of its columns.
const LETTERS_A_LINE: usize = 18;

/// Everything that a report is made of.
struct Given<'a> {
    dossier: &'a Dossier,
    findings: &'a Findings,
    story: &'a Story,
    analysis: &'a Analysis,
}

/// Words of others: they can't turn the reading direction of what stands beside them.
fn words(text: &str) -> String {
    harmless(text)
}

/// What is read from left to right in any language: times, numbers, identifiers.
fn ltr(text: impl Into<String>) -> String {
    format!("\u{2066}{}\u{2069}", text.into())
}

/// An identifier; long ones, such as onion addresses, may be broken at any of these places.
fn identifier_text(identifier: &Identifier) -> String {
    let mut text = String::new();
    for (place, letter) in identifier.to_string().chars().enumerate() {
        if place > 0 && place % LETTERS_A_LINE == 0 {
            text.push('\u{200b}');
        }
        text.push(letter);
    }
    ltr(text)
}

/// A text with a part that is read from left to right.
fn isolated(text: &str, part: &str) -> String {
    if part.is_empty() {
        text.to_owned()
    } else {
        text.replace(part, &ltr(part))
    }
}

/// The report of a dossier that holds. `proof` says in lines what is proven and what is not.
#[must_use]
pub(crate) fn report(
    dossier: &Dossier,
    findings: &Findings,
    proof: Vec<String>,
    lang: Lang,
) -> Report {
    let story = Story::of(dossier);
    let analysis = analyse(core::iter::once((dossier, &story)));
    let given = Given {
        dossier,
        findings,
        story: &story,
        analysis: &analysis,
    };
    let text = dossier.text.as_ref();
    let title = text.map_or_else(|| t("report-untitled"), |text| words(&text.title));
    let is_exercise = text.is_some_and(|text| text.exercise);
    let compartment = dossier.compartment.as_ref();
    let inside = compartment.map(|it| {
        let countries: Vec<String> = it.countries.iter().map(ToString::to_string).collect();
        tr(
            "report-mark-compartment",
            &[("countries", &countries.join(" "))],
        )
    });
    let mark = findings.made_for.map(|(country, code)| {
        let country = country.to_string();
        tr(
            "report-mark",
            &[("country", &country), ("code", &format!("H{code}"))],
        )
    });
    let sections = vec![
        outcome::summary(&given),
        story::timeline(&given),
        map::map(&story.board),
        outcome::targets(&given),
        outcome::hits(&given),
        outcome::responses(&given),
        story::decisions(&given),
        story::custody(&given),
        people::roster(&given),
        people::documents(&given),
        people::links(&given),
        people::proof(proof),
    ];
    Report {
        lang: lang.tag().to_owned(),
        title,
        kind: t("report-kind"),
        exercise: is_exercise.then(|| t("exercise-mark")),
        mark: marks(inside, mark),
        foot: format!("{} · {}", dossier.room, time(findings.made_at_ms)),
        sections,
    }
}

/// For whom the paper is, in words that stand on each page.
fn marks(inside: Option<String>, made_for: Option<String>) -> String {
    match (inside, made_for) {
        (None, None) => t("report-mark-whole"),
        (Some(only), None) | (None, Some(only)) => only,
        (Some(inside), Some(made_for)) => format!("{inside} · {made_for}"),
    }
}
