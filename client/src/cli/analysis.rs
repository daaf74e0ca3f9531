//! What was learned of rooms, in lines: of dossiers, and of the rooms of a device.

use entente_room::{Analysis, Bond, LateTask, Node, Responses, Scored};

use crate::i18n::{t, time, tr, word};

pub(super) fn text(analysis: &Analysis) -> String {
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
    lines.extend(analysis.late_tasks.iter().map(late_task_line));
    lines.push(t("analysis-scores"));
    lines.extend(analysis.scores.iter().map(score_line));
    lines.push(t("analysis-links"));
    lines.extend(analysis.bonds.iter().map(bond_line));
    lines.join("\n")
}

fn late_task_line(late: &LateTask) -> String {
    let done = late.done_ms.map_or_else(|| "-".to_owned(), time);
    tr(
        "analysis-late-task",
        &[
            ("task", &late.task),
            ("due", &time(late.due_ms)),
            ("done", &done),
        ],
    )
}

fn score_line(scored: &Scored) -> String {
    let count = |count: usize| count.to_string();
    tr(
        "analysis-score-line",
        &[
            (
                "room",
                &scored.room.map(|room| room.to_string()).unwrap_or_default(),
            ),
            ("points", &count(scored.points)),
            ("met", &count(scored.deadlines_met)),
            ("missed", &count(scored.deadlines_missed)),
            ("on_time", &count(scored.tasks_on_time)),
            ("late", &count(scored.tasks_late)),
            ("reports", &count(scored.check_ins_missed)),
        ],
    )
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
