//! `entente room`

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use entente_protocol::{DeviceId, RoomId};
use entente_room::{Analysis, Session};
use entente_trust::{Terms, mls};
use serde_json::json;

use super::common::{
    DeviceArgs, RoomArgs, duration, known, milliseconds, pick_room, seated, start_caught_up,
};
use super::compartment::joined;
use super::consent::{Consent, consents, names};
use super::named_authority::NamedAuthority;
use super::{Failure, Output, amend, analysis, joining, leaving, playbook};
use crate::engine::{Engine, RoomSpec, Wish};
use crate::i18n::{safety_words, t, time, tr};
use crate::now_ms;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-room-open"), after_help = t("example-room-open"))]
    Open(Open),
    #[command(about = t("help-room-admit"), after_help = t("example-room-admit"))]
    Admit(Devices),
    #[command(about = t("help-room-ask"), after_help = t("example-room-ask"))]
    Ask(joining::Ask),
    #[command(about = t("help-room-requests"), after_help = t("example-room-requests"))]
    Requests(joining::Requests),
    #[command(about = t("help-room-remove"), after_help = t("example-room-remove"))]
    Remove(Devices),
    #[command(about = t("help-room-leave"), after_help = t("example-room-leave"))]
    Leave(RoomArgs),
    #[command(about = t("help-room-evict"), after_help = t("example-room-evict"))]
    Evict(Devices),
    #[command(about = t("help-room-safety"), after_help = t("example-room-safety"))]
    SafetyNumber(RoomArgs),
    #[command(about = t("help-room-list"), after_help = t("example-room-list"))]
    List(DeviceArgs),
    #[command(about = t("help-room-roster"), after_help = t("example-room-roster"))]
    Roster(RoomArgs),
    #[command(about = t("help-room-analyse"), after_help = t("example-room-analyse"))]
    Analyse(Analyse),
    #[command(about = t("help-room-extend"), after_help = t("example-room-extend"))]
    Extend(Extend),
    #[command(about = t("help-room-close"), after_help = t("example-room-close"))]
    Close(RoomArgs),
    #[command(about = t("help-room-amend"), after_help = t("example-room-amend"))]
    Amend(amend::Amend),
    #[command(about = t("help-room-amendments"), after_help = t("example-room-amendments"))]
    Amendments(RoomArgs),
    #[command(about = t("help-room-sign"), after_help = t("example-room-sign"))]
    Sign(amend::Sign),
}

#[derive(Debug, clap::Args)]
pub(super) struct Open {
    #[command(flatten)]
    device: DeviceArgs,
    #[arg(long, value_name = "FILE", help = t("help-playbook"))]
    playbook: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = t("help-title"))]
    title: String,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-closes-in"))]
    closes_in: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-latest-in"))]
    latest_in: Option<Duration>,
    #[arg(long = "authority", value_name = "CC[:ROLE]=FILE", required = true,
          help = t("help-authorities"))]
    authorities: Vec<NamedAuthority>,
    #[arg(long = "coordinator", value_name = "DEVICE", help = t("help-amend-coordinator"))]
    coordinators: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 1, help = t("help-quorum"))]
    quorum: u8,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-retention"))]
    retention: Option<Duration>,
    #[arg(long = "consent", value_name = "WHAT", help = t("help-consent"))]
    consents: Vec<Consent>,
    #[arg(long, help = t("help-classic"))]
    classic: bool,
    #[arg(long, help = t("help-room-exercise"))]
    exercise: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Devices {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(required = true, value_name = "DEVICE", help = t("help-devices"))]
    devices: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Analyse {
    #[command(flatten)]
    device: DeviceArgs,
    #[arg(long = "room", value_name = "ID", help = t("help-room-analyse-room"))]
    rooms: Vec<RoomId>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Extend {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-closes-in"))]
    closes_in: Duration,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Open(args) => open(args, *output).await,
        Command::Admit(args) => admit(args, *output).await,
        Command::Ask(args) => joining::ask(args, *output).await,
        Command::Requests(args) => joining::requests(args, *output).await,
        Command::Remove(args) => remove(args, *output).await,
        Command::Leave(args) => leave(args, *output).await,
        Command::Evict(args) => evict(args, *output).await,
        Command::SafetyNumber(args) => safety_number(&args, *output).await,
        Command::List(args) => list(&args, *output).await,
        Command::Roster(args) => roster(&args, *output).await,
        Command::Analyse(args) => analyse(args, *output).await,
        Command::Extend(args) => {
            let closes_at_ms = now_ms().saturating_add(milliseconds(args.closes_in));
            amend::close_at(&args.room, closes_at_ms, *output).await
        }
        Command::Close(args) => amend::close_at(&args, now_ms(), *output).await,
        Command::Amend(args) => amend::amend(args, *output).await,
        Command::Amendments(args) => amend::list(&args, *output).await,
        Command::Sign(args) => amend::sign(args, *output).await,
    }
}

async fn open(args: Open, output: Output) -> Result<(), Failure> {
    let authorities = args
        .authorities
        .iter()
        .map(NamedAuthority::in_charter)
        .collect::<Result<_, Failure>>()?;
    let playbook = args.playbook.as_deref().map(playbook::load).transpose()?;
    let playbook = playbook.map(|it| it.to_json()).unwrap_or_default();
    let engine = start_caught_up(&args.device).await?;
    let mut coordinators = Vec::new();
    for device in &args.coordinators {
        coordinators.push(known(&engine, device).await?);
    }
    let now_ms = now_ms();
    let closes_in_ms = milliseconds(args.closes_in);
    // A room may be extended to three times its length unless its coordinator says otherwise.
    let latest_in_ms = args
        .latest_in
        .map_or(closes_in_ms.saturating_mul(3), milliseconds);
    let suite = usize::from(args.classic);
    let mut terms = Terms::default().agreeing(consents(&args.consents));
    if let Some(retention) = args.retention {
        terms = terms.keeping(milliseconds(retention));
    }
    let spec = RoomSpec {
        title: args.title,
        playbook,
        exercise: args.exercise,
        ciphersuite: u16::from(mls::CIPHERSUITES[suite]),
        opens_at_ms: now_ms,
        closes_at_ms: now_ms.saturating_add(closes_in_ms),
        latest_close_ms: now_ms.saturating_add(latest_in_ms.max(closes_in_ms)),
        authorities,
        coordinators,
        quorum: args.quorum,
        terms,
    };
    let closes_at_ms = spec.closes_at_ms;
    let result = engine.open_room(spec).await;
    engine.stop().await;
    let room = result?;
    output.show(
        &json!({ "room": room, "closes_at_ms": closes_at_ms }),
        || room.to_string(),
    );
    Ok(())
}

/// Runs one commit and stops.
pub(super) async fn commit(
    engine: &Engine,
    room: RoomId,
    wish: Wish,
    wait: Duration,
) -> Result<u64, Failure> {
    let result = tokio::time::timeout(wait, engine.commit(room, wish)).await;
    let result = result
        .map_err(|_| Failure::unreachable())
        .and_then(|r| r.map_err(Into::into));
    if result.is_ok() {
        // What a commit brings with it, a newcomer's snapshot, goes out before the process ends.
        let sent = engine.until(room, |session| session.waiting() == 0);
        let _ = tokio::time::timeout(wait, sent).await;
    }
    result
}

async fn admit(args: Devices, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let mut devices = Vec::new();
    for wanted in &args.devices {
        devices.push(known(&engine, wanted).await?);
    }
    let seq = commit(
        &engine,
        room,
        Wish::Admit(devices.clone()),
        args.room.device.wait,
    )
    .await?;
    // Who it was, by certificate and not by the name that was typed.
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
    output.show(
        &json!({ "room": room, "seq": seq, "admitted": devices }),
        || tr("room-admitted", &[("who", &admitted.join("; "))]),
    );
    Ok(())
}

pub(super) fn person(accreditation: &entente_trust::Accreditation) -> String {
    let role = t(&format!("role-{}", accreditation.role()));
    tr(
        "person",
        &[
            ("callsign", accreditation.callsign()),
            ("officer", accreditation.officer()),
            ("country", &accreditation.country().to_string()),
            ("role", &role),
            ("authority", accreditation.authority().name()),
        ],
    )
}

/// Takes a seized device's seat and says what it could read until then.
async fn evict(args: Devices, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let mut evicted = Vec::new();
    for wanted in &args.devices {
        let device = seated(&engine, room, wanted).await?;
        let named = engine
            .view(room, move |session| {
                let seat = session.roster().seat(device);
                let name = seat.map(|seat| person(&seat.accreditation));
                let since = session.reads_since(device);
                // It was given the board as it stood when it came.
                let given = since.map_or(0, |since| {
                    let targets = session.board().targets();
                    targets.filter(|(_, it)| it.created.seq <= since).count()
                });
                let coordinates = session.charter().coordinators.contains(&device);
                Named {
                    name: name.unwrap_or_default(),
                    since,
                    given,
                    coordinates,
                }
            })
            .await?;
        evicted.push((device, named));
    }
    let devices = evicted.iter().map(|(device, _)| *device).collect();
    let until = commit(&engine, room, Wish::Remove(devices), args.room.device.wait).await?;
    let opening = engine.view(room, |session| session.cursor().min(1)).await?;
    let coordinated = evicted.iter().filter(|(_, named)| named.coordinates);
    let coordinated: Vec<DeviceId> = coordinated.map(|(device, _)| *device).collect();
    let wait = args.room.device.wait;
    let struck = amend::strike(&engine, (room, wait), coordinated).await;
    engine.stop().await;
    for (device, named) in evicted {
        // What it read before this device came is not known here: count from the room's opening.
        let from = named.since.unwrap_or(opening);
        output.show(
            &json!({ "room": room, "device": device, "read_from": from, "read_to": until,
                     "board_as_of": from, "board_targets": named.given }),
            || {
                tr(
                    "evicted",
                    &[
                        ("who", &named.name),
                        ("from", &from.to_string()),
                        ("to", &until.to_string()),
                        ("targets", &named.given.to_string()),
                    ],
                )
            },
        );
    }
    // The seat is taken whatever becomes of the charter, which still has to be told.
    if let Some(said) = struck {
        output.aside(&said);
    }
    Ok(())
}

/// What is said of an evicted device, read before its seat is taken.
struct Named {
    name: String,
    since: Option<u64>,
    given: usize,
    coordinates: bool,
}

/// A short code of the epoch and who sits, the same on every device, to be compared by voice.
async fn safety_number(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let (number, epoch, seats) = engine
        .view(room, |session| {
            let seats = session.roster().len();
            (session.safety_number(), session.epoch(), seats)
        })
        .await?;
    engine.stop().await;
    let number = number.ok_or(entente_room::SessionError::Ended)?;
    let words = safety_words(&number);
    output.show(
        &json!({ "room": room, "epoch": epoch, "seats": seats,
                 "words": words, "digits": number.digits() }),
        || {
            tr(
                "safety-number",
                &[
                    ("words", &words.join(" ")),
                    ("digits", &number.digits()),
                    ("seats", &seats.to_string()),
                ],
            )
        },
    );
    Ok(())
}

async fn leave(args: RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let is_gone = leaving::leave(engine, room, args.device.wait).await?;
    output.show(&json!({ "room": room, "left": is_gone }), || {
        t(if is_gone { "room-left" } else { "room-leaving" })
    });
    Ok(())
}

async fn remove(args: Devices, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let mut devices = Vec::new();
    for wanted in &args.devices {
        devices.push(seated(&engine, room, wanted).await?);
    }
    let seq = commit(
        &engine,
        room,
        Wish::Remove(devices.clone()),
        args.room.device.wait,
    )
    .await?;
    engine.stop().await;
    output.show(
        &json!({ "room": room, "seq": seq, "removed": devices }),
        || t("room-removed"),
    );
    Ok(())
}

fn summary(session: &Session) -> serde_json::Value {
    json!({
        "room": session.room(),
        "title": session.text().map(|text| text.title.clone()),
        "exercise": session.text().map(|text| text.exercise),
        "opens_at_ms": session.charter().opens_at_ms,
        "closes_at_ms": session.charter().closes_at_ms,
        "shred_at_ms": session.charter().shred_at_ms(),
        "consents": names(session.charter().terms.consents()),
        "role": session.role(),
        "epoch": session.epoch(),
        "seq": session.cursor(),
        "seats": session.roster().len(),
        "ended": session.ended(),
        "halted_at": session.halted_at(),
        "board_ready": session.is_board_ready(),
        "board_digest": data_encoding::HEXLOWER.encode(&session.board().digest()),
        "gaps": session.gaps(),
        "waiting": session.waiting(),
        "parent": session.compartment().map(|inner| inner.room),
    })
}

async fn list(args: &DeviceArgs, output: Output) -> Result<(), Failure> {
    // A device that has just been made, or was opened under duress, has no rooms; that is all.
    let engine = match super::common::start(args).await {
        Err(failure) if failure.code == "not_enrolled" => {
            output.say(&t("room-list-empty"));
            return Ok(());
        }
        started => started?,
    };
    let is_fresh = tokio::time::timeout(args.wait, engine.caught_up())
        .await
        .is_ok();
    let rooms = engine
        .rooms(|session| (summary(session), line(session)))
        .await?;
    engine.stop().await;
    if !is_fresh {
        output.say(&t("room-list-offline"));
    }
    if rooms.is_empty() {
        output.say(&t("room-list-empty"));
    }
    for (value, line) in rooms {
        output.show(&value, || line);
    }
    Ok(())
}

fn line(session: &Session) -> String {
    let line = line_of_room(session);
    match session.compartment() {
        Some(inner) => tr(
            "room-line-compartment",
            &[("line", &line), ("countries", &joined(&inner.countries))],
        ),
        None => line,
    }
}

fn line_of_room(session: &Session) -> String {
    let title = session
        .text()
        .map_or_else(|| t("room-untitled"), |text| text.title.clone());
    let title = match session.text() {
        Some(text) if text.exercise => tr("room-exercise", &[("title", &title)]),
        _ => title,
    };
    let key = if session.ended().is_some() {
        "room-line-ended"
    } else {
        "room-line"
    };
    let seats = session.roster().len().to_string();
    let (room, closes) = (
        session.room().to_string(),
        time(session.charter().closes_at_ms),
    );
    if session.ended().is_some() {
        return tr(
            key,
            &[("room", &room), ("title", &title), ("closes", &closes)],
        );
    }
    tr(
        key,
        &[
            ("room", &room),
            ("title", &title),
            ("closes", &closes),
            ("seats", &seats),
        ],
    )
}

/// Of all rooms that this device may read, or of those that are named; also when they are over.
async fn analyse(args: Analyse, output: Output) -> Result<(), Failure> {
    let engine = super::common::start(&args.device).await?;
    let caught_up = tokio::time::timeout(args.device.wait, engine.caught_up());
    if caught_up.await.is_err() {
        output.aside(&t("room-list-offline"));
    }
    let now_ms = engine.clock().await?.now_ms;
    let boards = engine
        .rooms(move |session| {
            let until_ms = now_ms.min(session.charter().closes_at_ms);
            (session.room(), session.board().clone(), until_ms)
        })
        .await?;
    engine.stop().await;
    if let Some(unknown) = args
        .rooms
        .iter()
        .find(|id| !boards.iter().any(|it| it.0 == **id))
    {
        return Err(Failure::unknown(&unknown.to_string()));
    }
    let wanted = boards
        .iter()
        .filter(|it| args.rooms.is_empty() || args.rooms.contains(&it.0));
    let learned = Analysis::of(wanted.map(|(room, board, until)| (*room, board, *until)));
    output.show(&learned, || analysis::text(&learned));
    Ok(())
}

async fn roster(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let seats = engine
        .view(room, |session| {
            let seats = session.roster().seats().map(|(device, _)| device);
            seats
                .filter_map(|device| session.author(device))
                .collect::<Vec<_>>()
        })
        .await?;
    engine.stop().await;
    for seat in seats {
        output.show(&seat, || {
            tr(
                "seat-line",
                &[
                    ("device", &seat.device.to_string()),
                    ("callsign", &seat.callsign),
                    ("country", &seat.country.to_string()),
                    ("role", &t(&format!("role-{}", seat.role))),
                ],
            )
        });
    }
    Ok(())
}
