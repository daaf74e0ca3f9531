//! A live board in neighbours' formats, and their bundles onto it: `entente target export`, `entente target import`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use entente_dossier::{Format, Shown, import_stix};
use entente_room::{Event, Session, TargetChange, TargetId};
use serde_json::json;

use super::common::{RoomArgs, delivered, pick_room, start_caught_up};
use super::{Failure, Output};
use crate::i18n::{t, tr};
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "FORMAT", value_parser = format, help = t("help-format"))]
    to: Format,
    #[arg(long, value_name = "FILE", help = t("help-format-out"))]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "FILE", help = t("help-import-file"))]
    file: PathBuf,
}

pub(super) fn format(text: &str) -> Result<Format, String> {
    Format::from_name(text).ok_or_else(|| {
        let names = Format::ALL.map(|(name, _)| name);
        names.join(", ")
    })
}

/// A file that was not there, whole or not at all.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.exists() {
        let file = path.display().to_string();
        return Err(Failure::usage(&tr("fail-file-exists", &[("file", &file)])));
    }
    let write = || {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error: std::io::Error| Failure::system(&error))
}

pub(super) async fn export(args: &Export, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let (to, at_ms) = (args.to, now_ms());
    let (bytes, targets) = engine
        .view(room, move |session| {
            let shown = Shown {
                room,
                title: session.text().map(|text| text.title.as_str()),
                board: session.board(),
                at_ms,
            };
            (to.write(&shown), session.board().targets().count())
        })
        .await?;
    engine.stop().await;
    write_new(&args.out, &bytes.map_err(|error| Failure::usage(&error))?)?;
    output.show(
        &json!({ "room": room, "file": args.out, "targets": targets }),
        || args.out.display().to_string(),
    );
    Ok(())
}

/// What is on the board already.
struct Known {
    /// Targets, with the times at which they were seen.
    targets: BTreeMap<TargetId, BTreeSet<u64>>,
}

impl Known {
    fn of(session: &Session) -> Self {
        let targets = session.board().targets().map(|(id, target)| {
            let seen = target.track.iter().map(|seen| seen.seen_at_ms);
            (id, seen.collect())
        });
        Self {
            targets: targets.collect(),
        }
    }

    /// What an event of a bundle adds to that, if it does: nothing that was decided here is taken back.
    fn news(&self, event: Event) -> Option<Event> {
        match event {
            Event::Target(change) if self.targets.contains_key(&change.target) => {
                let more = TargetChange {
                    add_identifiers: change.add_identifiers,
                    add_links: change.add_links,
                    ..TargetChange::of(change.target)
                };
                (more != TargetChange::of(more.target)).then_some(Event::Target(more))
            }
            Event::Sighting(sighting) => {
                let known = self.targets.get(&sighting.target);
                let is_known = known.is_some_and(|seen| seen.contains(&sighting.seen_at_ms));
                (!is_known).then_some(Event::Sighting(sighting))
            }
            other => Some(other),
        }
    }
}

pub(super) async fn import(args: &Import, output: Output) -> Result<(), Failure> {
    let bytes = std::fs::read(&args.file)
        .map_err(|error| Failure::usage(&format!("{}: {error}", args.file.display())))?;
    let imported = import_stix(&bytes)
        .map_err(|error| Failure::usage(&format!("{}: {error}", args.file.display())))?;
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let known = engine.view(room, Known::of).await?;
    let (mut told, mut refused) = (0, 0);
    let mut result = Ok(());
    for event in imported.events {
        let Some(event) = known.news(event) else {
            continue;
        };
        match delivered(&engine, args.room.device.wait, (room, event)).await {
            Ok(_) => told += 1,
            // What the board does not want it says of each; the rest may go on.
            Err(failure) if !failure.is_unreachable() => {
                output.aside(&failure.message);
                refused += 1;
            }
            Err(failure) => {
                result = Err(failure);
                break;
            }
        }
    }
    engine.stop().await;
    let left: usize = imported.left.values().sum();
    output.show(
        &json!({ "room": room, "told": told, "refused": refused,
                 "left": imported.left, "unread": imported.unread }),
        || {
            tr(
                "imported",
                &[
                    ("told", &told.to_string()),
                    ("refused", &refused.to_string()),
                    ("left", &left.to_string()),
                    ("unread", &imported.unread.len().to_string()),
                ],
            )
        },
    );
    result
}
