//! What was to be reached, and whether it was.

use std::fmt::Write as _;

use super::number;
use crate::result::Results;

/// What a goal is measured by.
enum Measure {
    /// The hub's value over another server's.
    Ratio(&'static str),
    /// The hub's own value.
    Own,
    /// The hub's value over the time that a sync of the disk took in the same run.
    Syncs,
    /// The hub's value over the one of another figure.
    Growth(&'static str),
}

/// Text, figure, value, measure, goal, whether more is better.
type Goal = (&'static str, &'static str, &'static str, Measure, f64, bool);

const GOALS: [Goal; 20] = [
    (
        "4 in flight, × the floor",
        "fanout4",
        "deliveries/s",
        Measure::Ratio("floor"),
        0.70,
        true,
    ),
    (
        "4 in flight, × Mosquitto QoS 0",
        "fanout4",
        "deliveries/s",
        Measure::Ratio("mosquitto0"),
        3.0,
        true,
    ),
    (
        "4 in flight, × NATS",
        "fanout4",
        "deliveries/s",
        Measure::Ratio("nats"),
        1.6,
        true,
    ),
    (
        "16 in flight, × the floor",
        "fanout16",
        "deliveries/s",
        Measure::Ratio("floor"),
        0.60,
        true,
    ),
    (
        "16 in flight, × NATS",
        "fanout16",
        "deliveries/s",
        Measure::Ratio("nats"),
        1.3,
        true,
    ),
    (
        "one room of 1,000, × NATS",
        "large",
        "deliveries/s",
        Measure::Ratio("nats"),
        1.4,
        true,
    ),
    (
        "400 posts/s, p50 in syncs",
        "paced",
        "p50 ms",
        Measure::Syncs,
        3.0,
        false,
    ),
    (
        "400 posts/s, p99 in syncs",
        "paced",
        "p99 ms",
        Measure::Syncs,
        10.0,
        false,
    ),
    (
        "400 posts/s, p99 × Mosquitto QoS 1 (stretch)",
        "paced",
        "p99 ms",
        Measure::Ratio("mosquitto1"),
        1.0,
        false,
    ),
    (
        "durable posts/s, 1 sender",
        "durable",
        "1: posts/s",
        Measure::Own,
        5_000.0,
        true,
    ),
    (
        "durable posts/s, 8 senders",
        "durable",
        "8: posts/s",
        Measure::Own,
        16_000.0,
        true,
    ),
    (
        "durable posts/s, 64 senders",
        "durable",
        "64: posts/s",
        Measure::Own,
        22_000.0,
        true,
    ),
    (
        "p99 at 64 senders, ms",
        "durable",
        "64: p99 ms",
        Measure::Own,
        5.0,
        false,
    ),
    (
        "KiB per idle connection, 2,000",
        "idle2000",
        "KiB/connection",
        Measure::Own,
        12.0,
        false,
    ),
    (
        "KiB per idle connection, 10,000",
        "idle10000",
        "KiB/connection",
        Measure::Own,
        12.0,
        false,
    ),
    (
        "authenticated joins/s, first time",
        "joins",
        "first joins/s",
        Measure::Own,
        5_000.0,
        true,
    ),
    (
        "authenticated joins/s, again",
        "joins",
        "joins/s",
        Measure::Own,
        5_000.0,
        true,
    ),
    (
        "twice the members: deliveries/s kept",
        "members",
        "deliveries/s",
        Measure::Growth("fanout4"),
        0.9,
        true,
    ),
    (
        "twice the members: CPU of a delivery",
        "members",
        "cpu s/million",
        Measure::Growth("fanout4"),
        1.1,
        false,
    ),
    (
        "ten times the rooms: CPU of a delivery",
        "rooms",
        "cpu s/million",
        Measure::Growth("paced"),
        1.1,
        false,
    ),
];

pub(super) fn table(now: &Results) -> String {
    let mut text =
        "## Goals\n\n| goal | wanted | reached | |\n| --- | --- | --- | --- |\n".to_owned();
    for (what, figure, value, measure, goal, more) in &GOALS {
        let Some(found) = found(now, figure, value, measure) else {
            let _ = writeln!(text, "| {what} | {} | not measured | |", number(*goal));
            continue;
        };
        let is_reached = if *more {
            found >= *goal
        } else {
            found <= *goal
        };
        let verdict = if is_reached {
            "reached".to_owned()
        } else {
            format!(
                "**missed** by {:.0} %",
                ((found / goal) - 1.0).abs() * 100.0
            )
        };
        let sign = if *more { "≥" } else { "≤" };
        let _ = writeln!(
            text,
            "| {what} | {sign} {} | {} | {verdict} |",
            number(*goal),
            number(found)
        );
    }
    text
}

fn found(now: &Results, figure: &str, value: &str, measure: &Measure) -> Option<f64> {
    let of = |figure: &str, server: &str| {
        let measured = now.figures.get(figure)?.get(server)?;
        Some((*measured.values.get(value)?, measured.sync_ms))
    };
    let (own, sync_ms) = of(figure, "hub")?;
    Some(match measure {
        Measure::Own => own,
        Measure::Syncs => own / sync_ms,
        Measure::Ratio(server) => own / of(figure, server)?.0,
        Measure::Growth(other) => own / of(other, "hub")?.0,
    })
}
