//! `entente dossier export`

use std::path::PathBuf;

use entente_dossier::{Attachment, Beside, Clearance, FormatError};
use entente_protocol::{AuditRow, RoomId};
use entente_room::{DocumentId, Evidence, Handling};
use entente_trust::{Compartment, Country};
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
    #[arg(long = "without-compartments", help = t("help-dossier-without"))]
    without_compartments: bool,
}

/// What was made.
struct Made {
    room: RoomId,
    file: Vec<u8>,
    compartments: usize,
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
    let Made {
        room,
        file,
        compartments,
    } = made?;
    write_new(&args.out, &file)?;
    output.show(
        &json!({ "room": room, "file": args.out, "bytes": file.len(), "compartments": compartments }),
        || {
            tr(
                "dossier-made",
                &[
                    ("file", &args.out.display().to_string()),
                    ("bytes", &file.len().to_string()),
                    ("compartments", &compartments.to_string()),
                ],
            )
        },
    );
    Ok(())
}

async fn make(engine: &Engine, args: &Export, output: Output) -> Result<Made, Failure> {
    // What this device has kept it can tell without a hub, and when the room is long over.
    let caught_up = tokio::time::timeout(args.room.device.wait, engine.caught_up()).await;
    if caught_up.is_err() {
        output.aside(&t("dossier-offline"));
    }
    let named = pick_room(engine, args.room.room).await?;
    let above = engine.view(named, |session| session.compartment().map(|it| it.room));
    let above = above.await?;
    let room = above.unwrap_or(named);
    let clearance = args.country.zip(args.handling);
    let clearance = clearance.map(|(country, handling)| Clearance { country, handling });
    let beside = beside(engine, args, room).await?;
    // Before the room's record: it then reaches as far as those inside have seen of the room.
    let inner = compartments(engine, (args, output), (room, above.and(Some(named)))).await?;
    let compartments = inner.len();
    let now_ms = now_ms();
    let file = engine
        .view(room, move |session| {
            let (identity, evidence) = (session.identity(), session.evidence());
            let clearance = clearance.as_ref();
            let mut file =
                entente_dossier::export(identity, &evidence, &beside, clearance, now_ms)?;
            for (inner, beside) in &inner {
                let both = (&evidence, inner);
                entente_dossier::enclose(&mut file, identity, both, beside, clearance, now_ms)?;
            }
            Ok::<_, FormatError>(file)
        })
        .await?;
    Ok(Made {
        room,
        file: file.map_err(|error| Failure::usage(&error))?,
        compartments,
    })
}

/// What goes beside the record of a room.
async fn beside(engine: &Engine, args: &Export, room: RoomId) -> Result<Beside, Failure> {
    let mut beside = Beside::default();
    if args.attachments {
        beside.attachments = fetch(engine, room).await?;
    }
    if args.hub_log {
        beside.audit = hub_log(engine, room).await?;
    }
    Ok(beside)
}

/// The records of the room's compartments in which this device sits or sat, or of the one that was named, as far as
/// they are for whom the dossier is.
async fn compartments(
    engine: &Engine,
    (args, output): (&Export, Output),
    (room, only): (RoomId, Option<RoomId>),
) -> Result<Vec<(Evidence, Beside)>, Failure> {
    if args.without_compartments {
        return match only {
            Some(_) => Err(Failure::usage(&t("fail-dossier-without"))),
            None => Ok(Vec::new()),
        };
    }
    let of_room = engine
        .rooms(move |session| session.compartment().filter(|it| it.room == room).cloned())
        .await?;
    let mut wanted: Vec<Compartment> = of_room.into_iter().flatten().collect();
    wanted.retain(|it| only.is_none_or(|only| it.compartment == only));
    wanted.sort_by_key(|it| it.announced);
    if let Some(country) = args.country {
        wanted.retain(|it| it.names(country));
        if only.is_some() && wanted.is_empty() {
            let country = country.to_string();
            let message = tr("fail-dossier-compartment", &[("country", &country)]);
            return Err(Failure::refused_as("compartment", message));
        }
    }
    let mut found = Vec::new();
    for compartment in wanted {
        let id = compartment.compartment;
        let mut beside = Beside::default();
        if args.attachments {
            beside.attachments = fetch(engine, id).await?;
        }
        if args.hub_log {
            match hub_log(engine, id).await {
                Ok(rows) => beside.audit = rows,
                // Who has left it gets none; what the device has kept is there all the same.
                Err(_) => output.aside(&tr(
                    "dossier-inner-log",
                    &[("compartment", &id.to_string())],
                )),
            }
        }
        let evidence = engine.view(id, entente_room::Session::evidence).await?;
        found.push((evidence, beside));
    }
    Ok(found)
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
