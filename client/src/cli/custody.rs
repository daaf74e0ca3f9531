//! `entente custody`

use clap::Subcommand;
use entente_room::playbook::Span;
use entente_room::{Custody, CustodyMove, CustodyStep, Event, Position, TargetId};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::place::position;
use super::talk::send;
use super::{Failure, Output};
use crate::i18n::{t, time, tr};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-custody-take"), after_help = t("example-custody-take"))]
    Take(Step),
    #[command(about = t("help-custody-offer"), after_help = t("example-custody-offer"))]
    Offer(Offer),
    #[command(about = t("help-custody-accept"), after_help = t("example-custody-accept"))]
    Accept(Step),
    #[command(about = t("help-custody-refuse"), after_help = t("example-custody-refuse"))]
    Refuse(Step),
    #[command(about = t("help-custody-check-in"), after_help = t("example-custody-check-in"))]
    CheckIn(Step),
    #[command(about = t("help-custody-close"), after_help = t("example-custody-close"))]
    Close(Step),
    #[command(about = t("help-custody-list"), after_help = t("example-custody-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct Step {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
    #[arg(long, value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true,
          help = t("help-at"))]
    at: Option<Position>,
    #[arg(long, value_name = "TIME", help = t("help-report-every"))]
    report_every: Option<Span>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Offer {
    #[command(flatten)]
    step: Step,
    #[arg(long, value_name = "CC", help = t("help-custody-to"))]
    to: Country,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    let (args, step) = match command {
        Command::Take(args) => (args, CustodyMove::Take),
        Command::Offer(args) => (args.step, CustodyMove::Offer(args.to)),
        Command::Accept(args) => (args, CustodyMove::Accept),
        Command::Refuse(args) => (args, CustodyMove::Refuse),
        Command::CheckIn(args) => (args, CustodyMove::CheckIn),
        Command::Close(args) => (args, CustodyMove::Close),
        Command::List(args) => return list(&args, *output).await,
    };
    let event = Event::Custody(CustodyStep {
        target: args.target,
        step,
        position: args.at,
        report_every: args.report_every,
        note: args.note,
    });
    send(&args.room, event, None, *output).await
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let (every_ms, all): (Option<u64>, Vec<(TargetId, String, Custody)>) = engine
        .view(room, |session| {
            let board = session.board();
            let name = |id| {
                let target = board.target(id);
                target
                    .map(|target| target.name.value.clone())
                    .unwrap_or_default()
            };
            let all = board.custody();
            let all = all.map(|(id, custody)| (id, name(id), custody.clone()));
            (board.check_in_ms(), all.collect())
        })
        .await?;
    engine.stop().await;
    if all.is_empty() {
        output.say(&t("custody-list-empty"));
    }
    for (target, name, custody) in all {
        let due_ms = every_ms.and_then(|every_ms| custody.report_due_ms(every_ms));
        let value = json!({ "target": target, "report_due_ms": due_ms, "fields": custody });
        output.show(&value, || {
            let mut lines = vec![tr(
                "custody-line",
                &[
                    ("target", &target.to_string()),
                    ("name", &name),
                    ("holder", &custody.holder.to_string()),
                    ("due", &due_ms.map(time).unwrap_or_default()),
                    ("alarms", &custody.alarm_count.to_string()),
                ],
            )];
            for leg in &custody.legs {
                lines.push(tr(
                    "custody-leg",
                    &[
                        ("from", &leg.given.country.to_string()),
                        ("to", &leg.taken.country.to_string()),
                        ("time", &time(leg.taken.time_ms)),
                        ("note", &leg.note),
                    ],
                ));
            }
            lines.join("\n")
        });
    }
    Ok(())
}
