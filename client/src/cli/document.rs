//! `entente document`

use std::path::PathBuf;

use clap::Subcommand;
use entente_device::documents::DocumentError as Inner;
use entente_room::{Document, DocumentId, TargetId};
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::{Failure, Output};
use crate::documents::{DocumentError, Share, fetch, share};
use crate::i18n::{t, time, tr};

/// What a file is if nobody says.
const ANY_TYPE: &str = "application/octet-stream";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-document-share"), after_help = t("example-document-share"))]
    Share(ShareArgs),
    #[command(about = t("help-document-get"), after_help = t("example-document-get"))]
    Get(Get),
    #[command(about = t("help-document-list"), after_help = t("example-document-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct ShareArgs {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "FILE", help = t("help-document-file"))]
    file: PathBuf,
    #[arg(long, value_name = "TARGET", help = t("help-document-target"))]
    target: Option<TargetId>,
    #[arg(long = "type", value_name = "TYPE", default_value = ANY_TYPE,
          help = t("help-document-type"))]
    media_type: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Get {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "DOCUMENT", help = t("help-document-id"))]
    document: DocumentId,
    #[arg(long, value_name = "DIR", default_value = ".", help = t("help-document-into"))]
    into: PathBuf,
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Document(Inner::Engine(error)) => error.into(),
            DocumentError::Document(Inner::Unknown) => Self::unknown(&t("what-document")),
            DocumentError::Document(Inner::Changed) => Self::tampered(&t("what-document")),
            other => Self::usage(&other),
        }
    }
}

/// Shows how far it has come, for people, on standard error.
fn progress(output: Output) -> impl FnMut(u64, u64) {
    let mut last = None;
    move |done: u64, all: u64| {
        let percent = (done * 100).checked_div(all).unwrap_or(100);
        if last != Some(percent) {
            last = Some(percent);
            output.aside(&tr(
                "document-progress",
                &[
                    ("percent", &percent.to_string()),
                    ("done", &done.to_string()),
                    ("all", &all.to_string()),
                ],
            ));
        }
    }
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Share(args) => {
            let engine = start_caught_up(&args.room.device).await?;
            let room = pick_room(&engine, args.room.room).await?;
            let what = Share {
                path: args.file,
                media_type: args.media_type,
                target: args.target,
            };
            let result = share(&engine, room, &what, progress(*output)).await;
            engine.stop().await;
            let (document, seq) = result?;
            output.show(
                &json!({ "room": room, "seq": seq, "document": document }),
                || document.to_string(),
            );
        }
        Command::Get(args) => {
            let engine = start_caught_up(&args.room.device).await?;
            let room = pick_room(&engine, args.room.room).await?;
            let result = fetch(&engine, room, args.document, &args.into, progress(*output)).await;
            engine.stop().await;
            let path = result?;
            output.show(&json!({ "document": args.document, "path": path }), || {
                path.display().to_string()
            });
        }
        Command::List(args) => list(&args, *output).await?,
    }
    Ok(())
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let mut all: Vec<(DocumentId, Document)> = engine
        .view(room, |session| {
            let all = session.board().documents();
            all.map(|(id, document)| (id, document.clone())).collect()
        })
        .await?;
    engine.stop().await;
    all.sort_by_key(|(id, document)| (document.stamp.seq, *id));
    if all.is_empty() {
        output.say(&t("document-list-empty"));
    }
    for (id, document) in all {
        let shared = &document.shared;
        output.show(&json!({ "document": id, "fields": document }), || {
            tr(
                "document-line",
                &[
                    ("document", &id.to_string()),
                    ("time", &time(document.stamp.time_ms)),
                    ("country", &document.stamp.country.to_string()),
                    ("name", &shared.name),
                    ("type", &shared.media_type),
                    ("size", &shared.size.to_string()),
                ],
            )
        });
    }
    Ok(())
}
