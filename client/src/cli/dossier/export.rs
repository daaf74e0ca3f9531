//! `entente dossier export`

use std::path::PathBuf;

use entente_dossier::{Attachment, Beside, Clearance};
use entente_protocol::{AuditRow, RoomId};
use entente_room::{DocumentId, Handling};
use entente_trust::Country;
use serde_json::json;

use super::super::common::{RoomArgs, handling, pick_room, start};
use super::super::exchange::write_new;
use super::super::{Failure, Output};
use crate::engine::{Engine, EngineError};
use crate::i18n::{t, tr};
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "FILE", help = t("help-dossier-out"))]
    out: PathBuf,
    #[arg(long = "for", value_name = "CC", requires = "handling", help = t("help-dossier-for"))]
    country: Option<Country>,
    #[arg(long, value_name = "CODE", requires = "country", value_parser = handling,
          help = t("help-dossier-handling"))]
    handling: Option<Handling>,
    #[arg(long, help = t("help-dossier-attachments"))]
    attachments: bool,
    #[arg(long = "hub-log", help = t("help-dossier-hub-log"))]
    hub_log: bool,
}

pub(super) async fn run(args: Export, output: Output) -> Result<(), Failure> {
    if args.out.exists() {
        return Err(Failure::usage(&tr(
            "fail-file-exists",
            &[("file", &args.out.display().to_string())],
        )));
    }
    let engine = start(&args.room.device).await?;
    let made = make(&engine, &args, output).await;
    engine.stop().await;
    let (room, file) = made?;
    write_new(&args.out, &file)?;
    output.show(
        &json!({ "room": room, "file": args.out, "bytes": file.len() }),
        || {
            tr(
                "dossier-made",
                &[
                    ("file", &args.out.display().to_string()),
                    ("bytes", &file.len().to_string()),
                ],
            )
        },
    );
    Ok(())
}

async fn make(
    engine: &Engine,
    args: &Export,
    output: Output,
) -> Result<(RoomId, Vec<u8>), Failure> {
    // What this device has kept it can tell without a hub, and when the room is long over.
    let caught_up = tokio::time::timeout(args.room.device.wait, engine.caught_up()).await;
    if caught_up.is_err() {
        output.aside(&t("dossier-offline"));
    }
    let room = pick_room(engine, args.room.room).await?;
    // What it would prove nobody could check: the room that it lies in is not in it.
    let is_inner = engine.view(room, |session| session.compartment().is_some());
    if is_inner.await? {
        let message = t("fail-dossier-compartment");
        return Err(Failure::refused_as("compartment", message));
    }
    let mut beside = Beside::default();
    if args.attachments {
        beside.attachments = fetch(engine, room).await?;
    }
    if args.hub_log {
        beside.audit = hub_log(engine, room).await?;
    }
    let clearance = args.country.zip(args.handling);
    let clearance = clearance.map(|(country, handling)| Clearance { country, handling });
    let now_ms = now_ms();
    let file = engine
        .view(room, move |session| {
            entente_dossier::export(
                session.identity(),
                &session.evidence(),
                &beside,
                clearance.as_ref(),
                now_ms,
            )
        })
        .await?;
    Ok((room, file.map_err(|error| Failure::usage(&error))?))
}

/// What the hub has noted of the room.
async fn hub_log(engine: &Engine, room: RoomId) -> Result<Vec<AuditRow>, Failure> {
    let connection = engine.connection().await?;
    let connection = connection.ok_or_else(Failure::unreachable)?;
    let mut rows: Vec<AuditRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.id);
        let more = connection.audit(room, after).await;
        let more = more.map_err(EngineError::from)?;
        // A hub that says the same again says nothing new.
        if more.first().is_none_or(|row| row.id <= after) {
            return Ok(rows);
        }
        rows.extend(more);
    }
}

/// The files that were shared in the room, from the hub.
async fn fetch(engine: &Engine, room: RoomId) -> Result<Vec<Attachment>, Failure> {
    let shared: Vec<(DocumentId, u64)> = engine
        .view(room, |session| {
            let all = session.board().documents();
            all.map(|(id, document)| (id, document.stamp.seq)).collect()
        })
        .await?;
    let mut attachments = Vec::new();
    for (document, seq) in shared {
        let bytes = crate::documents::bytes(engine, room, document).await?;
        attachments.push(Attachment { seq, bytes });
    }
    Ok(attachments)
}
