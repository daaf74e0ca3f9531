//! `entente plan`

use clap::Subcommand;
use entente_room::playbook::Playbook;
use entente_room::{
    Abort, Aborted, Author, Board, Choice, Decision, Event, HHour, PhaseBegun, Rejected, Session,
    TaskState, TaskStep, Vote, VoteCall,
};
use entente_trust::{Country, Role};
use serde_json::json;

use super::common::{RoomArgs, pick_room, start_caught_up};
use super::place::moment;
use super::talk::send;
use super::{Failure, Output};
use crate::i18n::{local_time, t, title, tr, word};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-plan-show"), after_help = t("example-plan-show"))]
    Show(RoomArgs),
    #[command(about = t("help-plan-phase"), after_help = t("example-plan-phase"))]
    Phase(Phase),
    #[command(about = t("help-plan-task"), after_help = t("example-plan-task"))]
    Task(Task),
    #[command(about = t("help-plan-h-hour"), after_help = t("example-plan-h-hour"))]
    HHour(SetHHour),
    #[command(about = t("help-plan-call-vote"), after_help = t("example-plan-call-vote"))]
    CallVote(CallVote),
    #[command(about = t("help-plan-vote"), after_help = t("example-plan-vote"))]
    Vote(Say),
    #[command(about = t("help-plan-abort"), after_help = t("example-plan-abort"))]
    Abort(Reason),
}

#[derive(Debug, clap::Args)]
pub(super) struct Phase {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "PHASE", help = t("help-phase-id"))]
    phase: String,
    #[arg(long, value_name = "WHY", help = t("help-in-spite"))]
    in_spite: Option<String>,
    #[arg(long, value_name = "SEQ", help = t("help-after-abort"))]
    after_abort: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Task {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TASK", help = t("help-task-id"))]
    task: String,
    #[arg(value_name = "STATE", value_parser = task_state, help = t("help-task-state"))]
    state: TaskState,
    #[arg(long = "of", value_name = "CC", help = t("help-task-country"))]
    country: Option<Country>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct SetHHour {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TIME", value_parser = moment, required_unless_present = "off",
          conflicts_with = "off", help = t("help-when"))]
    at: Option<u64>,
    #[arg(long, help = t("help-h-hour-off"))]
    off: bool,
    #[arg(long, value_name = "SEQ", help = t("help-after-abort"))]
    after_abort: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CallVote {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long = "of", value_name = "CC", help = t("help-vote-of"))]
    countries: Vec<Country>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Say {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "CHOICE", value_parser = choice, help = t("help-choice"))]
    choice: Choice,
    #[arg(long, value_name = "DIGEST", value_parser = digest, help = t("help-vote-plan"))]
    plan: Option<String>,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("help-note"))]
    note: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Reason {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "WHY", help = t("help-abort-reason"))]
    reason: String,
}

fn task_state(text: &str) -> Result<TaskState, String> {
    TaskState::from_name(text).ok_or_else(|| text.to_owned())
}

fn choice(text: &str) -> Result<Choice, String> {
    Choice::from_name(&text.replace('-', "_")).ok_or_else(|| text.to_owned())
}

/// The beginning of a digest, as `plan show` prints it.
fn digest(text: &str) -> Result<String, String> {
    let text = text.to_ascii_lowercase();
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_digest = is_hex && (SHORT_DIGEST..=64).contains(&text.len());
    is_digest.then_some(text.clone()).ok_or(text)
}

/// Characters of a digest that are compared by eye.
const SHORT_DIGEST: usize = 12;

fn hex(digest: [u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(&digest)
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    let (room, event) = match command {
        Command::Show(args) => return show(&args, *output).await,
        Command::Phase(args) => (
            args.room,
            Event::Phase(PhaseBegun {
                in_spite: args.in_spite,
                after_abort: args.after_abort,
                ..PhaseBegun::of(&args.phase)
            }),
        ),
        Command::Task(args) => (
            args.room,
            Event::Task(TaskStep {
                task: args.task,
                country: args.country,
                state: args.state,
                note: args.note,
            }),
        ),
        Command::HHour(args) => (
            args.room,
            Event::HHour(HHour {
                at_ms: args.at,
                after_abort: args.after_abort,
            }),
        ),
        Command::CallVote(args) => {
            let asked = args.countries;
            let event = seen(&args.room, move |session| {
                let all = session.charter().authorities.iter();
                let all = all.map(|authority| authority.country);
                VoteCall {
                    plan: session.board().plan_digest(),
                    countries: if asked.is_empty() {
                        all.collect()
                    } else {
                        asked
                    },
                }
            })
            .await?;
            (args.room, Event::VoteCall(event))
        }
        Command::Vote(args) => {
            let plan = seen(&args.room, |session| session.board().plan_digest()).await?;
            // A vote is on the plan that was read, not on what it has become since.
            let seen = args.plan.unwrap_or_default();
            if !hex(plan).starts_with(&seen) {
                return Err(Failure::rejected(Rejected::OtherPlan));
            }
            let vote = Vote {
                plan,
                choice: args.choice,
                note: args.note,
            };
            (args.room, Event::Vote(vote))
        }
        Command::Abort(args) => (
            args.room,
            Event::Abort(Abort {
                reason: args.reason,
            }),
        ),
    };
    send(&room, event, None, *output).await
}

/// Looks at the room as it is now.
async fn seen<T: Send + 'static>(
    args: &RoomArgs,
    look: impl FnOnce(&Session) -> T + Send + 'static,
) -> Result<T, Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let found = engine.view(room, look).await?;
    engine.stop().await;
    Ok(found)
}

async fn show(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let clock = engine.clock().await?;
    let (board, hands): (Board, Vec<Author>) = engine
        .view(room, |session| {
            let seats = session.roster().seats();
            let people = seats.filter_map(|(device, _)| session.author(device));
            let hands = people.filter(|it| !matches!(it.role, Role::Observer | Role::Agent));
            (session.board().clone(), hands.collect())
        })
        .await?;
    engine.stop().await;
    let playbook = board.playbook();
    let plan = board.plan();
    let value = json!({
        "plan": plan_value(&board),
        "digest": hex(board.plan_digest()),
        "decision": board.decision(),
        "now_ms": clock.now_ms,
        "uncertainty_ms": clock.uncertainty_ms,
        "is_certain": clock.is_certain(),
    });
    output.show(&value, || {
        let mut lines = Vec::new();
        for aborted in &plan.aborts {
            lines.push(abort_line(aborted, &hands));
        }
        lines.push(match plan.h_hour {
            Some(set) => h_hour_line(set.at_ms, &clock),
            None => t("plan-no-h-hour"),
        });
        if !clock.is_certain() {
            let uncertainty = clock
                .uncertainty_ms
                .map_or_else(String::new, |ms| ms.to_string());
            lines.push(tr("plan-clock-uncertain", &[("ms", &uncertainty)]));
        }
        lines.push(decision_line(&board));
        let digest: String = hex(board.plan_digest())
            .chars()
            .take(SHORT_DIGEST)
            .collect();
        lines.push(tr("plan-digest", &[("digest", &digest)]));
        rules(&mut lines, playbook);
        phases(&mut lines, &board, playbook, clock.now_ms);
        lines.join("\n")
    });
    Ok(())
}

/// Phases and tasks with their states, for scripts.
fn plan_value(board: &Board) -> serde_json::Value {
    let plan = board.plan();
    let tasks: Vec<_> = plan
        .tasks
        .iter()
        .map(|(key, progress)| {
            json!({ "task": key.task, "country": key.country, "state": progress.state,
                    "steps": progress.steps })
        })
        .collect();
    json!({
        "phases": plan.phases,
        "h_hour_ms": plan.h_hour.map(|set| set.at_ms),
        "tasks": tasks,
        "poll": plan.poll.as_ref().map(|poll| &poll.votes),
        "past_polls": plan.past_polls,
        "aborted": plan.aborted(),
        "aborts": plan.aborts,
    })
}

/// That it was called off, or had been; and whose devices have the word, as long as it counts.
fn abort_line(aborted: &Aborted, hands: &[Author]) -> String {
    let seq = aborted.stamp.seq.to_string();
    let country = aborted.stamp.country.to_string();
    let said = [
        ("seq", seq.as_str()),
        ("country", country.as_str()),
        ("why", aborted.note.as_str()),
    ];
    if aborted.resumed.is_some() {
        return tr("plan-aborted-before", &said);
    }
    let has_it = |device| device == aborted.stamp.author || aborted.delivered.contains_key(&device);
    let waiting: Vec<&str> = hands
        .iter()
        .filter(|author| !has_it(author.device))
        .map(|author| author.callsign.as_str())
        .collect();
    let count = (hands.len() - waiting.len()).to_string();
    let receipts = tr(
        "plan-aborted-receipts",
        &[
            ("count", &count),
            ("all", &hands.len().to_string()),
            ("waiting", &waiting.join(", ")),
        ],
    );
    format!("{}\n{receipts}", tr("plan-aborted", &said))
}

/// What the playbook says in words: who does what, when to call it off, what may be done with what is said.
fn rules(lines: &mut Vec<String>, playbook: &Playbook) {
    for note in &playbook.roles {
        let role = t(&format!("role-{}", note.role));
        lines.push(tr(
            "plan-duties",
            &[("role", &role), ("duties", &title(&note.duties))],
        ));
    }
    for text in &playbook.abort.when {
        lines.push(tr("plan-abort-when", &[("when", &title(text))]));
    }
    if let Some(code) = playbook.handling.default {
        lines.push(tr("plan-handling-default", &[("code", code.as_str())]));
    }
    for text in &playbook.handling.rules {
        lines.push(tr("plan-handling-rule", &[("rule", &title(text))]));
    }
}

fn h_hour_line(at_ms: u64, clock: &crate::engine::Clock) -> String {
    let left_ms = i128::from(at_ms) - i128::from(clock.now_ms);
    let seconds = left_ms.unsigned_abs() / 1_000;
    let sign = if left_ms < 0 { "+" } else { "−" };
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let uncertainty = clock
        .uncertainty_ms
        .map_or_else(|| "?".to_owned(), |ms| ms.to_string());
    tr(
        "plan-h-hour",
        &[
            ("time", &local_time(at_ms)),
            ("count", &format!("H{sign}{h:02}:{m:02}:{s:02}")),
            ("ms", &uncertainty),
        ],
    )
}

fn decision_line(board: &Board) -> String {
    let decision = word("decision", board.decision().as_str());
    let votes = board.plan().poll.as_ref().map(|poll| {
        let votes: Vec<String> = poll
            .votes
            .iter()
            .map(|(country, voted)| match voted {
                Some(voted) => format!("{country} {}", word("choice", voted.choice.as_str())),
                None => format!("{country} …"),
            })
            .collect();
        votes.join("; ")
    });
    let votes = votes.filter(|_| board.decision() != Decision::Void);
    tr(
        "plan-decision",
        &[
            ("decision", &decision),
            ("votes", &votes.unwrap_or_default()),
        ],
    )
}

fn phases(lines: &mut Vec<String>, board: &Board, playbook: &Playbook, now_ms: u64) {
    let plan = board.plan();
    for phase in &playbook.phases {
        let is_now = plan.phase().is_some_and(|begun| begun.phase == phase.id);
        let unmet = phase.entry.iter().filter(|it| !board.is_met(it, now_ms));
        let key = match plan.begun(&phase.id) {
            Some(_) if is_now => "plan-phase-now",
            Some(_) => "plan-phase-begun",
            None if unmet.count() > 0 => "plan-phase-waits",
            None => "plan-phase-ready",
        };
        let name = title(&phase.title);
        lines.push(tr(key, &[("phase", &phase.id), ("title", &name)]));
        for task in &phase.tasks {
            let states: Vec<String> = plan
                .tasks
                .iter()
                .filter(|(key, _)| key.task == task.id)
                .map(|(key, progress)| {
                    let country = key.country.map(|country| format!("{country} "));
                    let state = word("state", progress.state.as_str());
                    format!("{}{state}", country.unwrap_or_default())
                })
                .collect();
            let due = plan.due_ms(playbook, &task.id).map(local_time);
            let awaited: Vec<String> = board
                .awaited(&task.id)
                .iter()
                .map(|country| format!("{country} …"))
                .collect();
            let states = [states, awaited].concat();
            let key = if board.is_overdue(&task.id, now_ms) {
                "plan-task-overdue"
            } else {
                "plan-task"
            };
            lines.push(tr(
                key,
                &[
                    ("task", &task.id),
                    ("title", &title(&task.title)),
                    ("role", &t(&format!("role-{}", task.role))),
                    ("state", &states.join("; ")),
                    ("due", &due.unwrap_or_default()),
                ],
            ));
        }
    }
}
