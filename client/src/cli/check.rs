//! `entente check`

use clap::Subcommand;
use entente_room::{Answer, CheckAnswer, CheckId, CheckRequest, CheckState, Event, Reading};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::place::{checked, reading};
use super::talk::send;
use super::{Failure, Output};
use crate::i18n::{t, time, tr, word};
use crate::random_bytes;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-check-ask"), after_help = t("example-check-ask"))]
    Ask(Ask),
    #[command(about = t("help-check-answer"), after_help = t("example-check-answer"))]
    Answer(Reply),
    #[command(about = t("help-check-list"), after_help = t("example-check-list"))]
    List(RoomArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "KIND:VALUE", value_parser = reading, help = t("help-identifier"))]
    identifier: Reading,
    #[arg(long = "of", value_name = "CC", help = t("help-check-of"))]
    countries: Vec<Country>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
    #[arg(long, help = t("help-known-wrong"))]
    known_wrong: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Reply {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "CHECK", help = t("help-check-id"))]
    check: CheckId,
    #[arg(value_name = "ANSWER", value_parser = answer, help = t("help-answer"))]
    answer: Answer,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

fn answer(text: &str) -> Result<Answer, String> {
    Answer::from_name(&text.replace('-', "_")).ok_or_else(|| text.to_owned())
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Ask(args) => ask(args, *output).await,
        Command::Answer(args) => {
            let answer = CheckAnswer {
                check: args.check,
                answer: args.answer,
                note: args.note,
            };
            send(&args.room, Event::CheckAnswer(answer), None, *output).await
        }
        Command::List(args) => list(&args, *output).await,
    }
}

async fn ask(args: Ask, output: Output) -> Result<(), Failure> {
    let identifier = checked(vec![args.identifier], args.known_wrong)?.remove(0);
    let mut countries = args.countries;
    if countries.is_empty() {
        // All others that take part.
        let engine = start_caught_up(&args.room.device).await?;
        let room = pick_room(&engine, args.room.room).await?;
        countries = engine
            .view(room, |session| {
                let own = session
                    .author(session.device())
                    .map(|author| author.country);
                let all = session.charter().authorities.iter();
                all.map(|authority| authority.country)
                    .filter(|country| Some(*country) != own)
                    .collect()
            })
            .await?;
        engine.stop().await;
    }
    let check = CheckId::from_bytes(random_bytes()?);
    let request = CheckRequest {
        check,
        identifier,
        countries,
        note: args.note,
    };
    let made = Some(("check", check.to_string()));
    send(&args.room, Event::Check(request), made, output).await
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let mut checks: Vec<(CheckId, CheckState)> = engine
        .view(room, |session| {
            let checks = session.board().checks();
            checks.map(|(id, check)| (id, check.clone())).collect()
        })
        .await?;
    engine.stop().await;
    checks.sort_by_key(|(id, check)| (check.asked.seq, *id));
    if checks.is_empty() {
        output.say(&t("check-list-empty"));
    }
    for (id, check) in checks {
        output.show(&json!({ "check": id, "fields": check }), || {
            let answers: Vec<String> = check
                .answers
                .iter()
                .map(|(country, answered)| match answered {
                    None => format!("{country} …"),
                    Some(answered) => {
                        let seconds = check.latency_ms(*country).unwrap_or_default() as f64 / 1e3;
                        let word = word("answer", answered.answer.as_str());
                        format!("{country} {word} ({seconds:.1} s) {}", answered.note)
                    }
                })
                .collect();
            tr(
                "check-line",
                &[
                    ("check", &id.to_string()),
                    ("time", &time(check.asked.time_ms)),
                    ("country", &check.asked.country.to_string()),
                    ("identifier", &check.identifier.to_string()),
                    ("answers", answers.join("; ").trim()),
                ],
            )
        });
    }
    Ok(())
}
