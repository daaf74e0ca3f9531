//! What came of it: in a few lines, target by target, hit by hit.

use std::collections::{BTreeMap, BTreeSet};

use entente_report::{Row, Section};
use entente_room::{Hit, HitStage, HitState, Responses};

use super::{Given, identifier_text, ltr, words};
use crate::i18n::{place, t, time, title, word};

/// A span of time, to the second.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms / 1_000;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

fn spans(ms: Option<u64>) -> String {
    ms.map_or_else(|| "–".to_owned(), |ms| ltr(span(ms)))
}

/// Names of columns: `columns("report-hits", ["time", …])`.
pub(super) fn columns(of: &str, names: &[&str]) -> Vec<String> {
    let names = names.iter();
    names.map(|name| t(&format!("{of}-{name}"))).collect()
}

pub(super) fn summary(given: &Given<'_>) -> Section {
    let board = &given.story.board;
    let charter = given.dossier.charters.as_ref().map(|it| it.in_force());
    let mut rows = Vec::new();
    let mut row = |key: &str, value: String| {
        if !value.is_empty() {
            rows.push((t(&format!("report-summary-{key}")), value));
        }
    };
    row("room", ltr(given.dossier.room.to_string()));
    if let Some(charter) = charter {
        let box_ms = (charter.opens_at_ms, charter.closes_at_ms);
        let (opens, closes) = (ltr(time(box_ms.0)), ltr(time(box_ms.1)));
        row("time", format!("{opens} – {closes}"));
        let of_room = charter.authorities.iter().map(|it| it.country);
        let inside = given.dossier.compartment.as_ref();
        let countries: BTreeSet<String> = match inside {
            None => of_room.map(|it| it.to_string()).collect(),
            Some(inside) => inside.countries.iter().map(ToString::to_string).collect(),
        };
        row(
            "countries",
            countries.into_iter().collect::<Vec<_>>().join(", "),
        );
    }
    row("people", given.story.roster.len().to_string());
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, target) in board.targets() {
        *by_status.entry(target.status.value.as_str()).or_default() += 1;
    }
    let statuses = by_status.iter();
    let statuses = statuses.map(|(status, count)| format!("{} {count}", word("status", status)));
    row("targets", statuses.collect::<Vec<_>>().join(" · "));
    let mut by_state: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, hit) in board.hits() {
        *by_state.entry(hit.state().as_str()).or_default() += 1;
    }
    let states = by_state.iter();
    let states = states.map(|(state, count)| format!("{} {count}", word("hit", state)));
    row("hits", states.collect::<Vec<_>>().join(" · "));
    row("missed", given.analysis.missed.len().to_string());
    let findings = given.findings;
    let (proven, entries) = (findings.counts.proven, findings.counts.entries);
    row("proven", ltr(format!("{proven} / {entries}")));
    if let Some(maker) = &findings.made_by {
        let (who, made) = (words(&maker.callsign), ltr(time(findings.made_at_ms)));
        row("maker", format!("{who} ({}), {made}", maker.country));
    }
    Section::Pairs {
        title: t("report-summary"),
        rows,
    }
}

pub(super) fn targets(given: &Given<'_>) -> Section {
    let targets = given.story.board.targets();
    let rows = targets.map(|(_, target)| {
        let identifiers = target.identifiers.keys().map(identifier_text);
        let seen = target.last_position();
        let seen =
            seen.map(|(seen, at)| format!("{}\n{}", ltr(time(seen.seen_at_ms)), ltr(place(&at))));
        let handling = target.handling.value.map(|code| code.as_str().to_owned());
        Row {
            cells: vec![
                words(&target.name.value),
                word("kind", target.kind.value.as_str()),
                word("status", target.status.value.as_str()),
                target.owner.value.to_string(),
                handling.unwrap_or_else(|| "–".to_owned()),
                identifiers.collect::<Vec<_>>().join("\n"),
                seen.unwrap_or_else(|| "–".to_owned()),
            ],
            late: false,
        }
    });
    Section::Table {
        title: t("report-targets"),
        columns: columns(
            "report-targets",
            &[
                "name",
                "kind",
                "status",
                "country",
                "handling",
                "identifiers",
                "seen",
            ],
        ),
        widths: vec![20, 12, 13, 9, 8, 24, 22],
        late: None,
        rows: rows.collect(),
        none: t("report-targets-none"),
    }
}

/// How long the steps of a hit took, each from the one before: acknowledged, decided, acted.
fn steps(hit: &Hit) -> [Option<u64>; 3] {
    let answered = hit.answered.map(|stamp| stamp.time_ms);
    let verdict = hit.verdict().map(|verdict| verdict.stamp.time_ms);
    let acted = hit.actioned.as_ref().map(|noted| noted.stamp.time_ms);
    let first = answered.or(verdict);
    let between = |from: Option<u64>, to: Option<u64>| Some(to?.saturating_sub(from?));
    [
        between(Some(hit.raised.time_ms), first),
        between(first, verdict),
        between(verdict, acted),
    ]
}

pub(super) fn hits(given: &Given<'_>) -> Section {
    let board = &given.story.board;
    let rows = board.hits().map(|(_, hit)| {
        let target = hit.target.and_then(|id| board.target(id));
        let name = target.map(|target| words(&target.name.value));
        let [acknowledged, decided, acted] = steps(hit);
        let is_open = !matches!(hit.state(), HitState::False | HitState::Actioned);
        let within = board.playbook().hits.acknowledge_within.after_ms(0);
        let is_late = acknowledged.map_or(is_open, |took| took > within);
        Row {
            cells: vec![
                ltr(time(hit.raised.time_ms)),
                identifier_text(&hit.identifier),
                name.unwrap_or_else(|| "–".to_owned()),
                hit.responsible.to_string(),
                spans(acknowledged),
                spans(decided),
                spans(acted),
                word("hit", hit.state().as_str()),
            ],
            late: is_late,
        }
    });
    Section::Table {
        title: t("report-hits"),
        columns: columns(
            "report-hits",
            &[
                "time",
                "identifier",
                "target",
                "country",
                "acknowledged",
                "decided",
                "acted",
                "state",
            ],
        ),
        widths: vec![21, 25, 18, 10, 16, 10, 10, 13],
        late: Some(4),
        rows: rows.collect(),
        none: t("report-hits-none"),
    }
}

pub(super) fn responses(given: &Given<'_>) -> Section {
    let playbook = given.story.board.playbook();
    let named = |id: &String| {
        let phase = playbook.phase(id);
        phase.map_or_else(|| words(id), |phase| title(&phase.title))
    };
    let all = given.analysis.responses.iter();
    let rows = all.map(|it: &Responses| Row {
        cells: vec![
            it.country.to_string(),
            it.phase.as_ref().map_or_else(|| "–".to_owned(), named),
            stage(it.stage),
            it.count.to_string(),
            spans(it.median_ms),
            spans(it.slowest_ms),
            it.missed.to_string(),
        ],
        late: it.missed > 0,
    });
    Section::Table {
        title: t("report-responses"),
        columns: columns(
            "report-responses",
            &[
                "country", "phase", "stage", "count", "median", "slowest", "missed",
            ],
        ),
        widths: vec![10, 20, 22, 10, 14, 14, 10],
        late: Some(6),
        rows: rows.collect(),
        none: t("report-responses-none"),
    }
}

fn stage(stage: HitStage) -> String {
    word("stage", stage.as_str())
}
