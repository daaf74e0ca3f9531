//! `entente target`

use clap::Subcommand;
use entente_protocol::RoomId;
use entente_room::{
    Evaluation, Event, Field, Handling, Link, Part, Position, Reading, Sighting, Target,
    TargetChange, TargetId, TargetKind, TargetStatus,
};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::compartment::joined;
use super::place::{checked, moment, position, reading};
use super::talk::send;
use super::{Failure, Output, exchange};
use crate::i18n::{place, t, time, tr, word};
use crate::{now_ms, random_bytes};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-target-add"), after_help = t("example-target-add"))]
    Add(Add),
    #[command(about = t("help-target-set"), after_help = t("example-target-set"))]
    Set(Set),
    #[command(about = t("help-target-seen"), after_help = t("example-target-seen"))]
    Seen(Seen),
    #[command(about = t("help-target-show"), after_help = t("example-target-show"))]
    Show(Show),
    #[command(about = t("help-target-list"), after_help = t("example-target-list"))]
    List(RoomArgs),
    #[command(about = t("help-target-export"), after_help = t("example-target-export"))]
    Export(exchange::Export),
    #[command(about = t("help-target-import"), after_help = t("example-target-import"))]
    Import(exchange::Import),
}

#[derive(Debug, clap::Args)]
struct Fields {
    #[arg(long, value_name = "STATUS", value_parser = status, help = t("help-status"))]
    status: Option<TargetStatus>,
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5), help = t("help-priority"))]
    priority: Option<u8>,
    #[arg(long, value_name = "CC", help = t("help-owner"))]
    owner: Option<Country>,
    #[arg(long, value_name = "NAME", help = t("help-team"))]
    team: Option<String>,
    #[arg(long, value_name = "A1", value_parser = evaluation, help = t("help-evaluation"))]
    evaluation: Option<Evaluation>,
    #[arg(long, value_name = "H1", value_parser = handling, help = t("help-handling"))]
    handling: Option<Handling>,
    #[arg(long, value_name = "TEXT", help = t("help-notes"))]
    notes: Option<String>,
    #[arg(long = "identifier", value_name = "KIND:VALUE", value_parser = reading,
          help = t("help-identifier"))]
    identifiers: Vec<Reading>,
    #[arg(long = "not-identifier", value_name = "KIND:VALUE", value_parser = reading,
          help = t("help-not-identifier"))]
    not_identifiers: Vec<Reading>,
    #[arg(long = "link", value_name = "TARGET=HOW", value_parser = link, help = t("help-link"))]
    links: Vec<(TargetId, String)>,
    #[arg(long = "not-link", value_name = "TARGET", help = t("help-not-link"))]
    not_links: Vec<TargetId>,
    #[arg(long, help = t("help-known-wrong"))]
    known_wrong: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "KIND", value_parser = kind, help = t("help-kind"))]
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
    #[arg(long, value_name = "SEQ", default_value = "0", help = t("help-target-seen-seq"))]
    seen: u64,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, clap::Args)]
pub(super) struct Seen {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
    #[arg(long, value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true,
          help = t("help-at"))]
    at: Option<Position>,
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true,
          help = t("help-when"))]
    when: Option<u64>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
}

fn named<T>(text: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    find(&text.replace('-', "_")).ok_or_else(|| text.to_owned())
}

fn kind(text: &str) -> Result<TargetKind, String> {
    named(text, TargetKind::from_name)
}

fn status(text: &str) -> Result<TargetStatus, String> {
    named(text, TargetStatus::from_name)
}

fn evaluation(text: &str) -> Result<Evaluation, String> {
    named(text, Evaluation::from_name)
}

fn handling(text: &str) -> Result<Handling, String> {
    named(text, |name| Handling::from_name(&name.to_uppercase()))
}

fn link(text: &str) -> Result<(TargetId, String), String> {
    let (target, how) = text
        .split_once('=')
        .ok_or_else(|| "TARGET=HOW".to_owned())?;
    let target = target.parse().map_err(|_| text.to_owned())?;
    Ok((target, how.to_owned()))
}

fn change(target: TargetId, fields: Fields) -> Result<TargetChange, Failure> {
    let links = fields.links.into_iter();
    Ok(TargetChange {
        status: fields.status,
        priority: fields.priority,
        owner: fields.owner,
        team: fields.team,
        evaluation: fields.evaluation,
        handling: fields.handling,
        notes: fields.notes,
        add_identifiers: checked(fields.identifiers, fields.known_wrong)?,
        remove_identifiers: checked(fields.not_identifiers, true)?,
        add_links: links.map(|(to, relation)| Link { to, relation }).collect(),
        remove_links: fields.not_links,
        ..TargetChange::of(target)
    })
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Export(args) => exchange::export(&args, *output).await,
        Command::Import(args) => exchange::import(&args, *output).await,
        Command::Add(args) => {
            let target = TargetId::from_bytes(random_bytes()?);
            let (kind, name) = (Some(args.kind), Some(args.name));
            let change = TargetChange {
                kind,
                name,
                ..change(target, args.fields)?
            };
            let made = Some(("target", target.to_string()));
            send(&args.room, Event::Target(change), made, *output).await
        }
        Command::Set(args) => {
            let change = TargetChange {
                name: args.name,
                seen: args.seen,
                ..change(args.target, args.fields)?
            };
            send(&args.room, Event::Target(change), None, *output).await
        }
        Command::Seen(args) => {
            let sighting = Sighting {
                target: args.target,
                seen_at_ms: args.when.unwrap_or_else(now_ms),
                position: args.at,
                note: args.note,
            };
            send(&args.room, Event::Sighting(sighting), None, *output).await
        }
        Command::Show(args) => show(&args, *output).await,
        Command::List(args) => list(&args, *output).await,
    }
}

/// All targets of a room and its compartments: what lies in one may be linked to what lies in the other.
async fn targets(args: &RoomArgs) -> Result<Vec<(TargetId, Target)>, Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let parent = engine.view(room, |it| it.compartment().map(|it| it.room));
    let room = parent.await?.unwrap_or(room);
    let targets = engine
        .boards(room, |boards| {
            let targets = boards.targets();
            let targets = targets.map(|((_, id), target)| (id, target.clone()));
            targets.collect()
        })
        .await?;
    engine.stop().await;
    Ok(targets)
}

/// The countries that see a target, if it is not everybody, and in which compartment.
type Mark = Option<(RoomId, Vec<Country>)>;

/// All that this device may see of a room: its targets and those of its compartments. With how many compartments there are
/// of which it sees nothing.
async fn seen(args: &RoomArgs) -> Result<(Vec<(Mark, TargetId, Target)>, usize), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let seen = engine
        .boards(room, |boards| {
            let targets = boards.targets().map(|((within, id), target)| {
                let mark = within.map(|it| (it.compartment, it.countries.clone()));
                (mark, id, target.clone())
            });
            (targets.collect(), boards.unseen())
        })
        .await?;
    engine.stop().await;
    Ok(seen)
}

async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let (mut targets, unseen) = seen(args).await?;
    targets.sort_by_key(|(_, id, target)| (target.priority.value, target.created.seq, *id));
    if targets.is_empty() {
        output.say(&t("target-list-empty"));
    }
    for (mark, id, target) in targets {
        let Some((compartment, countries)) = mark else {
            output.show(&json!({ "target": id, "fields": target }), || {
                line(id, &target)
            });
            continue;
        };
        let value = json!({ "target": id, "fields": target, "compartment": compartment,
                            "countries": countries });
        output.show(&value, || {
            let line = line(id, &target);
            let countries = joined(&countries);
            tr(
                "target-marked",
                &[("line", &line), ("countries", &countries)],
            )
        });
    }
    if unseen > 0 {
        output.aside(&tr("compartment-unseen", &[("count", &unseen.to_string())]));
    }
    Ok(())
}

fn line(id: TargetId, target: &Target) -> String {
    let identifiers: Vec<String> = target.identifiers.keys().map(ToString::to_string).collect();
    tr(
        "target-line",
        &[
            ("target", &id.to_string()),
            ("name", &target.name.value),
            ("status", &word("status", target.status.value.as_str())),
            ("priority", &target.priority.value.to_string()),
            ("owner", &target.owner.value.to_string()),
            ("team", &target.team.value),
            ("seen", &last_seen(target, now_ms())),
            ("identifiers", &identifiers.join(" ")),
        ],
    )
}

/// Where it was last, how long ago, and whether that is too long to act on.
fn last_seen(target: &Target, now_ms: u64) -> String {
    let Some((seen, position)) = target.last_position() else {
        return t("target-never-seen");
    };
    let minutes = now_ms.saturating_sub(seen.seen_at_ms) / 60_000;
    let key = if seen.is_stale(now_ms) {
        "target-seen-stale"
    } else {
        "target-seen"
    };
    tr(
        key,
        &[
            ("where", &place(&position)),
            ("minutes", &minutes.to_string()),
        ],
    )
}

async fn show(args: &Show, output: Output) -> Result<(), Failure> {
    let all = targets(&args.room).await?;
    let name_of = |id: TargetId| {
        let found = all.iter().find(|(other, _)| *other == id);
        found.map(|(_, target)| target.name.value.clone())
    };
    let found = all.iter().find(|(id, _)| *id == args.target);
    let (id, target) = found.ok_or_else(|| Failure::unknown(&args.target.to_string()))?;
    output.show(&json!({ "target": id, "fields": target }), || {
        let mut lines = vec![line(*id, target)];
        let kind = |value: &TargetKind| word("kind", value.as_str());
        history(&mut lines, "field-kind", &target.kind, kind);
        history(&mut lines, "field-name", &target.name, String::clone);
        let status = |value: &TargetStatus| word("status", value.as_str());
        history(&mut lines, "field-status", &target.status, status);
        history(
            &mut lines,
            "field-priority",
            &target.priority,
            u8::to_string,
        );
        history(&mut lines, "field-owner", &target.owner, Country::to_string);
        history(&mut lines, "field-team", &target.team, String::clone);
        let evaluation =
            |value: &Option<Evaluation>| value.map(|it| it.to_string()).unwrap_or_default();
        history(
            &mut lines,
            "field-evaluation",
            &target.evaluation,
            evaluation,
        );
        let handling =
            |value: &Option<Handling>| value.map(|it| it.as_str().to_owned()).unwrap_or_default();
        history(&mut lines, "field-handling", &target.handling, handling);
        history(&mut lines, "field-notes", &target.notes, String::clone);
        for (to, link) in &target.links {
            let name = name_of(*to).unwrap_or_else(|| to.to_string());
            lines.push(tr(
                "target-link",
                &[("how", &link.relation), ("name", &name)],
            ));
        }
        for part in &target.taken_off {
            let what = match &part.what {
                Part::Identifier(identifier) => identifier.to_string(),
                Part::Link { to, relation } => {
                    let name = name_of(*to).unwrap_or_else(|| to.to_string());
                    format!("→ {relation}: {name}")
                }
            };
            lines.push(tr(
                "target-taken-off",
                &[
                    ("what", &what),
                    ("put", &part.put.seq.to_string()),
                    ("seq", &part.taken.seq.to_string()),
                    ("time", &time(part.taken.time_ms)),
                    ("country", &part.taken.country.to_string()),
                ],
            ));
        }
        for seen in &target.track {
            let place = seen.position.as_ref().map(place).unwrap_or_default();
            lines.push(tr(
                "target-track",
                &[
                    ("time", &time(seen.seen_at_ms)),
                    ("where", &place),
                    ("country", &seen.stamp.country.to_string()),
                    ("note", &seen.note),
                ],
            ));
        }
        lines.join("\n")
    });
    Ok(())
}

/// Every value of a field that ever had one, with who set it and when.
fn history<T: PartialEq>(
    lines: &mut Vec<String>,
    name: &str,
    field: &Field<T>,
    show: impl Fn(&T) -> String,
) {
    for (value, stamp) in field.history() {
        let value = show(value);
        if value.is_empty() && field.past.is_empty() {
            continue;
        }
        lines.push(tr(
            "target-field",
            &[
                ("field", &t(name)),
                ("value", &value),
                ("seq", &stamp.seq.to_string()),
                ("time", &time(stamp.time_ms)),
                ("country", &stamp.country.to_string()),
            ],
        ));
    }
}
