//! `entente agent tak`

use std::path::PathBuf;

use entente_room::Handling;
use serde_json::json;
use tokio::sync::watch;

use super::super::common::{RoomArgs, handling, pick_room, start_caught_up};
use super::super::{Failure, Output};
use crate::agent::{FeedError, Report, Tak, TakCounts, TakError, TakFiles, TakOptions, TakServer};
use crate::i18n::{t, tr};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct TakArgs {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "tcp|tls://HOST:PORT", help = t("help-tak-connect"))]
    connect: TakServer,
    #[arg(long, value_name = "FILE", help = t("help-tak-roots"))]
    roots: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "key", help = t("help-tak-certificate"))]
    certificate: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "certificate", help = t("help-tak-key"))]
    key: Option<PathBuf>,
    #[arg(long, value_name = "CODE", default_value = "H0", value_parser = handling,
          help = t("help-webhook-handling"))]
    handling: Handling,
    #[arg(long, value_name = "PERCENT", default_value_t = 60,
          value_parser = clap::value_parser!(u8).range(0..=100), help = t("help-min-certainty"))]
    min_certainty: u8,
}

pub(super) async fn run(args: TakArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    engine
        .until(room, |session| session.is_board_ready())
        .await?;
    let options = TakOptions {
        server: args.connect,
        files: TakFiles {
            roots: args.roots,
            certificate: args.certificate,
            key: args.key,
        },
        handling: args.handling,
        min_certainty: args.min_certainty,
    };
    let report = move |report: Report| match report {
        Report::Lost(reason) => output.aside(&tr("feed-lost", &[("reason", &reason)])),
        Report::Bad(line, reason) => {
            let line = line.to_string();
            output.aside(&tr("feed-bad", &[("line", &line), ("reason", &reason)]));
        }
        Report::Counts(_) => {}
    };
    let (interrupt, stop) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals it runs until it is killed.
            core::future::pending::<()>().await;
        }
        interrupt.send_replace(true);
    });
    let work = async {
        let mut tak = Tak::start(engine.clone(), room, options, stop).await?;
        tak.run(report).await
    };
    let done = work.await;
    engine.stop().await;
    let counts = done?;
    output.show(&json!({ "room": room, "counts": counts }), || line(counts));
    Ok(())
}

fn line(counts: TakCounts) -> String {
    tr(
        "tak-counts",
        &[
            ("sent", &counts.sent.to_string()),
            ("heard", &counts.heard.to_string()),
            ("sightings", &counts.sightings.to_string()),
        ],
    )
}

impl From<TakError> for Failure {
    fn from(error: TakError) -> Self {
        match error {
            TakError::Engine(error) | TakError::Feed(FeedError::Engine(error)) => error.into(),
            TakError::NoConsent => Self::refused_as("no_consent", error.to_string()),
            TakError::NotAgent => Self::refused_as("not_agent", error.to_string()),
            TakError::Feed(error) => error.into(),
        }
    }
}
