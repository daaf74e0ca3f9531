//! `entente target`

use clap::Subcommand;
use entente_room::{Event, Identifier, Target, TargetChange, TargetId, TargetKind, TargetStatus};
use entente_trust::Country;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::talk::send;
use super::{Failure, Output};
use crate::i18n::{t, tr};
use crate::random_bytes;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-target-add"), after_help = t("example-target-add"))]
    Add(Add),
    #[command(about = t("help-target-set"), after_help = t("example-target-set"))]
    Set(Set),
    #[command(about = t("help-target-list"), after_help = t("example-target-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
struct Fields {
    #[arg(long, value_name = "STATUS", value_parser = word::<TargetStatus>,
          help = t("help-status"))]
    status: Option<TargetStatus>,
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5), help = t("help-priority"))]
    priority: Option<u8>,
    #[arg(long, value_name = "CC", help = t("help-owner"))]
    owner: Option<Country>,
    #[arg(long, value_name = "TEXT", help = t("help-notes"))]
    notes: Option<String>,
    #[arg(long = "identifier", value_name = "KIND:VALUE", help = t("help-identifier"))]
    identifiers: Vec<Identifier>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "KIND", value_parser = word::<TargetKind>, help = t("help-kind"))]
    kind: TargetKind,
    #[arg(long, value_name = "NAME", help = t("help-target-name"))]
    name: String,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, clap::Args)]
pub(super) struct Set {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
    #[arg(long, value_name = "NAME", help = t("help-target-name"))]
    name: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

/// A word of one of the board's lists, such as `under_surveillance`.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = serde_json::Value::String(text.replace('-', "_"));
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn change(target: TargetId, fields: Fields) -> TargetChange {
    TargetChange {
        status: fields.status,
        priority: fields.priority,
        owner: fields.owner,
        notes: fields.notes,
        add_identifiers: fields.identifiers,
        ..TargetChange::of(target)
    }
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Add(args) => {
            let target = TargetId::from_bytes(random_bytes()?);
            let (kind, name) = (Some(args.kind), Some(args.name));
            let change = TargetChange {
                kind,
                name,
                ..change(target, args.fields)
            };
            let made = Some(("target", target.to_string()));
            send(&args.room, Event::Target(change), made, *output).await
        }
        Command::Set(args) => {
            let change = TargetChange {
                name: args.name,
                ..change(args.target, args.fields)
            };
            send(&args.room, Event::Target(change), None, *output).await
        }
        Command::List(args) => list(&args, *output).await,
    }
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let targets: Vec<(TargetId, Target)> = engine
        .view(room, |session| {
            session
                .board()
                .targets()
                .map(|(id, target)| (id, target.clone()))
                .collect()
        })
        .await?;
    engine.stop().await;
    if targets.is_empty() {
        output.say(&t("target-list-empty"));
    }
    for (id, target) in targets {
        let identifiers: Vec<String> = target.identifiers.keys().map(ToString::to_string).collect();
        output.show(&json!({ "target": id, "fields": target }), || {
            let status = serde_json::to_value(target.status.value).unwrap_or_default();
            let status = status.as_str().unwrap_or_default().replace('_', "-");
            tr(
                "target-line",
                &[
                    ("target", &id.to_string()),
                    ("name", &target.name.value),
                    ("status", &t(&format!("status-{status}"))),
                    ("priority", &target.priority.value.to_string()),
                    ("owner", &target.owner.value.to_string()),
                    ("identifiers", &identifiers.join(" ")),
                ],
            )
        });
    }
    Ok(())
}
