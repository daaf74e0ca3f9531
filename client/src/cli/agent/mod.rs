//! `entente agent`

mod tak;
mod webhook;

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use entente_room::Notice;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::{Failure, Output};
use crate::agent::{
    Column, Feed, FeedOptions, Format, Records, RecordsError, RecordsOptions, Report, Source,
};
use crate::engine::{EngineError, EngineEvent};
use crate::i18n::{t, tr, word};

/// Bad lines that are shown one by one; the rest is only counted.
const SHOWN_BAD_LINES: u64 = 20;

/// How often the records' file is looked at.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// How often a feed says how it stands, in reports.
const REPORTS_BETWEEN_LINES: u32 = 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-agent-feed"), after_help = t("example-agent-feed"))]
    Feed(FeedArgs),
    #[command(about = t("help-agent-records"), after_help = t("example-agent-records"))]
    Records(RecordsArgs),
    #[command(about = t("help-agent-webhook"), after_help = t("example-agent-webhook"))]
    Webhook(webhook::WebhookArgs),
    #[command(about = t("help-agent-tak"), after_help = t("example-agent-tak"))]
    Tak(tak::TakArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct FeedArgs {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "-|FILE|tcp://HOST:PORT", help = t("help-feed-from"))]
    from: Source,
    #[arg(long, value_name = "FORMAT", value_parser = format, help = t("help-feed-format"))]
    format: Format,
    #[arg(long = "column", value_name = "WHAT=NAME", help = t("help-column"))]
    columns: Vec<Column>,
    #[arg(long, value_name = "PERCENT", default_value_t = 60,
          value_parser = clap::value_parser!(u8).range(0..=100), help = t("help-min-certainty"))]
    min_certainty: u8,
    #[arg(long, help = t("help-feed-once"))]
    once: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct RecordsArgs {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "CSV", help = t("help-records-file"))]
    file: PathBuf,
    #[arg(long = "column", value_name = "KIND=NAME", help = t("help-column"))]
    columns: Vec<Column>,
    #[arg(long, help = t("help-once"))]
    once: bool,
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_name(text).ok_or_else(|| "ais, anpr-jsonl, csv".to_owned())
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Feed(args) => feed(args, *output).await,
        Command::Records(args) => records(args, *output).await,
        Command::Webhook(args) => webhook::run(args, *output).await,
        Command::Tak(args) => tak::run(args, *output).await,
    }
}

impl From<RecordsError> for Failure {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Engine(error) => error.into(),
            other => Self::usage(&other),
        }
    }
}

async fn feed(args: FeedArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    engine
        .until(room, |session| session.is_board_ready())
        .await?;
    let options = FeedOptions {
        source: args.from,
        format: args.format,
        columns: args.columns,
        min_certainty: args.min_certainty,
        once: args.once,
    };
    let mut feed = Feed::start(engine.clone(), room, options).await?;
    let (mut shown, mut reports) = (0, 0_u32);
    let mut last = None;
    let result = {
        let show = |report: Report| match report {
            Report::Bad(line, reason) => {
                shown += 1;
                if shown <= SHOWN_BAD_LINES {
                    let line = line.to_string();
                    output.aside(&tr("feed-bad", &[("line", &line), ("reason", &reason)]));
                }
            }
            Report::Lost(reason) => output.aside(&tr("feed-lost", &[("reason", &reason)])),
            Report::Counts(counts) => {
                reports = reports.wrapping_add(1);
                if reports % REPORTS_BETWEEN_LINES == 0 && last != Some(counts) {
                    output.aside(&counts_line(&counts));
                    last = Some(counts);
                }
            }
        };
        tokio::select! {
            result = feed.run(show) => result,
            _ = tokio::signal::ctrl_c() => {
                engine.stop().await;
                return Ok(());
            }
        }
    };
    engine.stop().await;
    let counts = result?;
    output.show(&json!({ "room": room, "counts": counts }), || {
        counts_line(&counts)
    });
    Ok(())
}

fn counts_line(counts: &crate::agent::Counts) -> String {
    tr(
        "feed-counts",
        &[
            ("read", &counts.read.to_string()),
            ("bad", &counts.bad.to_string()),
            ("other", &counts.other.to_string()),
            ("matched", &counts.matched.to_string()),
            ("told", &counts.told.to_string()),
        ],
    )
}

async fn records(args: RecordsArgs, output: Output) -> Result<(), Failure> {
    let mut records = Records::open(RecordsOptions {
        file: args.file,
        columns: args.columns,
    })?;
    let count = |records: &Records| {
        output.aside(&tr(
            "records-known",
            &[
                ("count", &records.len().to_string()),
                ("bad", &records.bad().to_string()),
            ],
        ));
    };
    count(&records);
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    engine
        .until(room, |session| session.is_board_ready())
        .await?;
    let mut events = engine.events();
    let mut refresh = tokio::time::interval(REFRESH_INTERVAL);
    let show = |given: &crate::agent::Given| {
        output.show(given, || {
            tr(
                "records-answered",
                &[
                    ("check", &given.check.to_string()),
                    ("answer", &word("answer", given.answer.as_str())),
                    ("ms", &given.latency_ms.to_string()),
                ],
            )
        });
    };
    loop {
        records.answer_open(&engine, room, show).await?;
        if args.once {
            break;
        }
        tokio::select! {
            event = events.recv() => match event {
                Ok(EngineEvent::Stopped { .. }) | Err(RecvError::Closed) => {
                    return Err(EngineError::Stopped.into());
                }
                Ok(EngineEvent::Room { notice: Notice::Closed { .. } | Notice::Removed { .. }, room: ended })
                    if ended == room => break,
                _ => {}
            },
            _ = refresh.tick() => match records.refresh() {
                Ok(true) => count(&records),
                Ok(false) => {}
                // The old records still answer; somebody may be writing the new ones.
                Err(error) => output.aside(&error.to_string()),
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    engine.stop().await;
    Ok(())
}
