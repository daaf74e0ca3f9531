//! `entente compartment`

use clap::Subcommand;
use entente_protocol::RoomId;
use entente_room::{Ended, Session};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, known, pick_room, start_caught_up};
use super::room::{commit, person};
use super::{Failure, Output, leaving, promotion};
use crate::engine::Wish;
use crate::i18n::{t, tr};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-compartment-open"), after_help = t("example-compartment-open"))]
    Open(Open),
    #[command(about = t("help-compartment-add"), after_help = t("example-compartment-add"))]
    Add(Add),
    #[command(about = t("help-compartment-list"), after_help = t("example-compartment-list"))]
    List(RoomArgs),
    #[command(about = t("help-compartment-leave"), after_help = t("example-compartment-leave"))]
    Leave(RoomArgs),
    #[command(about = t("help-compartment-promote"), after_help = t("example-compartment-promote"))]
    Promote(promotion::Promote),
    #[command(about = t("help-compartment-agree"), after_help = t("example-compartment-agree"))]
    Agree(promotion::Agree),
    #[command(about = t("help-compartment-say"), after_help = t("example-compartment-say"))]
    Say(promotion::Tell),
}

#[derive(Debug, clap::Args)]
pub(super) struct Open {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long = "for", value_name = "CC", required = true, num_args = 1..,
          help = t("help-compartment-for"))]
    countries: Vec<Country>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(required = true, value_name = "DEVICE", help = t("help-devices"))]
    devices: Vec<String>,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Open(args) => open(args, *output).await,
        Command::Add(args) => add(args, *output).await,
        Command::List(args) => list(&args, *output).await,
        Command::Leave(args) => leave(args, *output).await,
        Command::Promote(args) => promotion::promote(args, *output).await,
        Command::Agree(args) => promotion::agree(args, *output).await,
        Command::Say(args) => promotion::tell(args, *output).await,
    }
}

pub(super) fn joined(countries: &[Country]) -> String {
    let countries: Vec<String> = countries.iter().map(ToString::to_string).collect();
    countries.join(" ")
}

async fn open(args: Open, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let mut countries = args.countries;
    // Whoever opens it sits there.
    let own = engine
        .view(room, |session| session.identity().accreditation().country())
        .await?;
    countries.push(own);
    countries.sort_unstable();
    countries.dedup();
    let opening = engine.open_compartment(room, countries.clone());
    let result = tokio::time::timeout(args.room.device.wait, opening).await;
    engine.stop().await;
    let compartment = result.map_err(|_| Failure::queued())??;
    output.show(
        &json!({ "room": room, "compartment": compartment, "countries": countries }),
        || compartment.to_string(),
    );
    Ok(())
}

async fn add(args: Add, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_compartment(&engine, args.room.room).await?;
    let mut devices = Vec::new();
    for wanted in &args.devices {
        devices.push(known(&engine, wanted).await?);
    }
    let wish = Wish::Admit(devices.clone());
    let seq = commit(&engine, room, wish, args.room.device.wait).await?;
    let wanted = devices.clone();
    let admitted = engine
        .view(room, move |session| {
            let roster = session.roster();
            let seats = wanted.iter().filter_map(|device| roster.seat(*device));
            seats
                .map(|seat| person(&seat.accreditation))
                .collect::<Vec<_>>()
        })
        .await?;
    engine.stop().await;
    output.show(
        &json!({ "compartment": room, "seq": seq, "admitted": devices }),
        || tr("room-admitted", &[("who", &admitted.join("; "))]),
    );
    Ok(())
}

async fn leave(args: RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_compartment(&engine, args.room).await?;
    let is_gone = leaving::leave(engine, room, args.device.wait).await?;
    output.show(&json!({ "compartment": room, "left": is_gone }), || {
        t(if is_gone {
            "compartment-left"
        } else {
            "compartment-leaving"
        })
    });
    Ok(())
}

/// The compartment that was named, or the only one that has not ended.
pub(super) async fn pick_compartment(
    engine: &crate::engine::Engine,
    named: Option<RoomId>,
) -> Result<RoomId, Failure> {
    let is_open = |session: &Session| {
        let is_one = session.compartment().is_some() && session.ended().is_none();
        is_one.then(|| session.room())
    };
    let open = engine.rooms(is_open).await?;
    let mut open = open.into_iter().flatten();
    let found = match named {
        Some(named) => open.find(|room| *room == named),
        None => open.next().filter(|_| open.next().is_none()),
    };
    found.ok_or_else(|| Failure::unknown(&t("what-compartment")))
}

struct Line {
    compartment: RoomId,
    countries: Vec<Country>,
    seats: usize,
    targets: usize,
}

/// Those in which this device sits, and how many more there are.
async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let unseen = engine.boards(room, |boards| boards.unseen()).await?;
    let lines = engine
        .rooms(move |session| {
            let inner = session.compartment().filter(|inner| inner.room == room)?;
            if matches!(session.ended(), Some(Ended::Removed { .. })) {
                return None;
            }
            Some(Line {
                compartment: inner.compartment,
                countries: inner.countries.clone(),
                seats: session.roster().len(),
                targets: session.board().targets().count(),
            })
        })
        .await?;
    let mut shown = Vec::new();
    for line in lines.into_iter().flatten() {
        let wanted = promotion::promotions(&engine, line.compartment).await?;
        shown.push((line, wanted));
    }
    engine.stop().await;
    for (line, wanted) in shown {
        let Line {
            compartment,
            countries,
            seats,
            targets,
        } = line;
        let values: Vec<_> = wanted.iter().map(promotion::Shown::value).collect();
        output.show(
            &json!({ "room": room, "compartment": compartment, "countries": countries,
                     "seats": seats, "targets": targets, "promotions": values }),
            || {
                let line = tr(
                    "compartment-line",
                    &[
                        ("compartment", &compartment.to_string()),
                        ("countries", &joined(&countries)),
                        ("seats", &seats.to_string()),
                        ("targets", &targets.to_string()),
                    ],
                );
                let wanted = wanted.iter().map(promotion::Shown::line);
                let lines = core::iter::once(line).chain(wanted);
                lines.collect::<Vec<_>>().join("\n")
            },
        );
    }
    output.show(&json!({ "room": room, "unseen": unseen }), || {
        tr("compartment-unseen", &[("count", &unseen.to_string())])
    });
    Ok(())
}
