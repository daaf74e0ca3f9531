//! What was measured, server beside server.

use std::fmt::Write as _;

use super::number;
use crate::result::{Measured, Results};

/// Servers in the order of the rows, with their names for people.
const SERVERS: [(&str, &str); 6] = [
    (
        "floor",
        "bare tokio-tungstenite broadcast (the floor, stores nothing)",
    ),
    (
        "hub",
        "**the hub (durable, authenticated, limits, metrics)**",
    ),
    ("hubtls", "**the hub, with TLS**"),
    ("nats", "nats-server (stores nothing)"),
    ("mosquitto0", "Mosquitto QoS 0 (stores nothing)"),
    ("mosquitto1", "Mosquitto QoS 1 (stores nothing)"),
];

/// Hubs that share a PostgreSQL and a NATS.
const SHARED: [(&str, &str); 3] = [
    ("postgres1", "1 hub"),
    ("postgres2", "2 hubs"),
    ("postgres3", "3 hubs"),
];

const SHARED_LOAD: [&str; 7] = [
    "deliveries/s",
    "cpu share",
    "hubs: cpu s/million",
    "PostgreSQL: cpu s/million",
    "NATS: cpu s/million",
    "p50 ms",
    "p99 ms",
];

const LOAD: [&str; 6] = [
    "deliveries/s",
    "cpu share",
    "cpu s/million",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
];

/// Figures with their titles and columns.
const FIGURES: [(&str, &str, &[&str]); 10] = [
    (
        "fanout4",
        "10 rooms of 50, 4 messages in flight in each",
        &LOAD,
    ),
    ("fanout16", "10 rooms of 50, 16 in flight in each", &LOAD),
    ("large", "One room of 1,000, 4 in flight", &LOAD),
    ("paced", "10 rooms of 50, 400 messages a second", &LOAD),
    (
        "members",
        "10 rooms of 100, 4 in flight: twice the members",
        &LOAD,
    ),
    (
        "rooms",
        "100 rooms of 50 with the same 500 members, 400 messages a second: ten times the rooms",
        &LOAD,
    ),
    (
        "idle2000",
        "2,000 connections that say nothing",
        &["KiB/connection", "MiB in all"],
    ),
    (
        "idle10000",
        "10,000 connections that say nothing",
        &["KiB/connection", "MiB in all"],
    ),
    (
        "joins",
        "4,000 connections, 32 at once: for the first time, and again",
        &["first joins/s", "joins/s", "cpu ms/join"],
    ),
    (
        "resume",
        "A crash, and 1,000 members of one room that resume 100 messages each",
        &["seconds", "seconds to listen"],
    ),
];

pub(super) fn all(now: &Results, before: Option<&Results>) -> String {
    let mut text = format!("## Figures\n\n{}.", now.machine);
    for (name, version) in &now.versions {
        let _ = write!(text, " {name}: {version}.");
    }
    text.push_str("\n\n");
    for (name, title, columns) in FIGURES {
        let Some(servers) = now.figures.get(name) else {
            continue;
        };
        let old = before.and_then(|before| before.figures.get(name));
        let mut rows: Vec<(String, &Measured)> = Vec::new();
        for (server, label) in SERVERS {
            rows.extend(servers.get(server).map(|found| (label.to_owned(), found)));
            let same =
                |old: &&Measured| server == "hub" || !servers.contains_key(server) && old.runs > 0;
            let old = old.and_then(|old| old.get(server)).filter(same);
            rows.extend(old.map(|found| (format!("{label}, before"), found)));
        }
        let _ = write!(text, "### {title}\n\n{}", table(&rows, columns));
    }
    text + &durable(now, before) + &shared(now)
}

/// Hubs beside one another, and what PostgreSQL and NATS cost with them.
fn shared(now: &Results) -> String {
    let mut text = String::new();
    for (name, title, _) in FIGURES {
        let Some(servers) = now.figures.get(name) else {
            continue;
        };
        let rows: Vec<(String, &Measured)> = SHARED
            .iter()
            .filter_map(|(server, label)| Some(((*label).to_owned(), servers.get(*server)?)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let columns: &[&str] = if name == "resume" {
            &["seconds", "seconds to listen"]
        } else {
            &SHARED_LOAD
        };
        let _ = write!(
            text,
            "### On PostgreSQL and NATS: {title}\n\n{}",
            table(&rows, columns)
        );
    }
    text + &senders(now)
}

/// What is stored in PostgreSQL by senders that wait.
fn senders(now: &Results) -> String {
    let found = now.figures.get("durable");
    let Some(found) = found.and_then(|servers| servers.get("postgres1")) else {
        return String::new();
    };
    let value = |name: &str| found.values.get(name).map_or(String::new(), |v| number(*v));
    let mut text = "### On PostgreSQL and NATS: senders that each wait until their message is \
         stored, 1 hub\n\n| senders | posts/s | p50 ms | p99 ms |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for senders in [1, 8, 64, 512] {
        let cell = |name: &str| value(&format!("{senders}: {name}"));
        let (rate, p50, p99) = (cell("posts/s"), cell("p50 ms"), cell("p99 ms"));
        let _ = writeln!(text, "| {senders} | {rate} | {p50} | {p99} |");
    }
    let _ = writeln!(
        text,
        "\nAt 64 senders a million posts cost {} processor seconds of the hub, {} of PostgreSQL, \
         {} of NATS, and {} bytes of PostgreSQL's log each.",
        value("hubs: cpu s/million"),
        value("PostgreSQL: cpu s/million"),
        value("NATS: cpu s/million"),
        value("log bytes/post")
    );
    text
}

fn table(rows: &[(String, &Measured)], columns: &[&str]) -> String {
    let mut text = format!("| server | {} | runs | date |\n", columns.join(" | "));
    text.push_str(&format!("| --- |{}\n", " --- |".repeat(columns.len() + 2)));
    for (label, found) in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| {
                found
                    .values
                    .get(*column)
                    .map_or(String::new(), |value| number(*value))
            })
            .collect();
        let (runs, date) = (found.runs, &found.date);
        let _ = writeln!(
            text,
            "| {label} | {} | {runs} | {date} |",
            cells.join(" | ")
        );
    }
    text.push('\n');
    text
}

/// Turned by a quarter: a row for each number of senders.
fn durable(now: &Results, before: Option<&Results>) -> String {
    let find = |results: &Results| results.figures.get("durable")?.get("hub").cloned();
    let Some(found) = find(now) else {
        return String::new();
    };
    let old = before.and_then(find);
    let mut text = format!(
        "### Senders that each wait until their message is stored\n\nA sync of the disk took {} ms \
         (before: {} ms).\n\n| senders | posts/s | p50 ms | p99 ms | posts/s before | p99 ms before |\n\
         | --- | --- | --- | --- | --- | --- |\n",
        number(found.sync_ms),
        old.as_ref()
            .map_or(String::new(), |old| number(old.sync_ms)),
    );
    for senders in [1, 8, 64, 512] {
        let cell = |measured: Option<&Measured>, name: &str| {
            let value = measured.and_then(|one| one.values.get(&format!("{senders}: {name}")));
            value.map_or(String::new(), |value| number(*value))
        };
        let _ = writeln!(
            text,
            "| {senders} | {} | {} | {} | {} | {} |",
            cell(Some(&found), "posts/s"),
            cell(Some(&found), "p50 ms"),
            cell(Some(&found), "p99 ms"),
            cell(old.as_ref(), "posts/s"),
            cell(old.as_ref(), "p99 ms"),
        );
    }
    text
}
