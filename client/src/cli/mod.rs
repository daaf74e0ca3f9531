//! The `entente` command line.

mod agent;
mod amend;
mod analysis;
mod authority;
mod check;
mod common;
mod compartment;
mod completions;
mod consent;
mod custody;
mod device;
mod document;
mod dossier;
mod exchange;
mod exercise;
mod failure;
mod hit;
mod identifier;
mod joining;
mod leaving;
mod localized;
mod named_authority;
mod output;
mod place;
mod plan;
mod playbook;
mod position;
mod promotion;
mod room;
mod talk;
mod target;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::i18n::{Lang, set_language, t};

pub use failure::Failure;
pub(crate) use output::Output;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "entente", version, about = t("help-entente"), after_help = t("help-exit-codes"))]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    #[arg(long, global = true, help = t("help-json"))]
    json: bool,
    #[arg(long, global = true, env = "ENTENTE_LANG", value_name = "LANG", help = t("help-lang"))]
    lang: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(subcommand, about = t("help-authority"))]
    Authority(authority::Command),
    #[command(subcommand, about = t("help-device"))]
    Device(device::Command),
    #[command(subcommand, about = t("help-room"))]
    Room(room::Command),
    #[command(about = t("help-say"), after_help = t("example-say"))]
    Say(talk::Say),
    #[command(about = t("help-follow"), after_help = t("example-follow"))]
    Follow(talk::Follow),
    #[command(subcommand, about = t("help-target"))]
    Target(target::Command),
    #[command(subcommand, about = t("help-compartment"))]
    Compartment(compartment::Command),
    #[command(subcommand, about = t("help-hit"))]
    Hit(hit::Command),
    #[command(subcommand, about = t("help-check"))]
    Check(check::Command),
    #[command(subcommand, about = t("help-plan"))]
    Plan(plan::Command),
    #[command(subcommand, about = t("help-custody"))]
    Custody(custody::Command),
    #[command(subcommand, about = t("help-document"))]
    Document(document::Command),
    #[command(subcommand, about = t("help-dossier"))]
    Dossier(dossier::Command),
    #[command(subcommand, about = t("help-agent"))]
    Agent(agent::Command),
    #[command(about = t("help-position"), after_help = t("example-position"))]
    Position(position::Args),
    #[command(about = t("help-identifiers"), after_help = t("example-identifier"))]
    Identifier(identifier::Args),
    #[command(subcommand, about = t("help-playbooks"))]
    Playbook(playbook::Command),
    #[command(subcommand, about = t("help-exercise"))]
    Exercise(exercise::Command),
    #[command(about = t("help-completions"), after_help = t("example-completions"))]
    Completions(completions::Completions),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    set_language(Lang::of_process(&args, |name| std::env::var(name).ok()));
    let cli = match localized::command(Cli::command())
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let is_json = args.iter().any(|arg| arg == "--json");
            return Output::new(is_json).fail(&localized::mistake(&error));
        }
        Err(help_or_version) => {
            let _ = help_or_version.print();
            return ExitCode::SUCCESS;
        }
    };
    let output = Output::new(cli.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&Failure::system(&error)),
    };
    match runtime.block_on(run(cli.command, &output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}

async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Authority(command) => authority::run(command, output).await,
        Command::Device(command) => device::run(command, output).await,
        Command::Room(command) => room::run(command, output).await,
        Command::Say(say) => talk::say(say, output).await,
        Command::Follow(follow) => talk::follow(follow, output).await,
        Command::Target(command) => target::run(command, output).await,
        Command::Compartment(command) => compartment::run(command, output).await,
        Command::Hit(command) => hit::run(command, output).await,
        Command::Check(command) => check::run(command, output).await,
        Command::Plan(command) => plan::run(command, output).await,
        Command::Custody(command) => custody::run(command, output).await,
        Command::Document(command) => document::run(command, output).await,
        Command::Dossier(command) => dossier::run(command, output).await,
        Command::Agent(command) => agent::run(command, output).await,
        Command::Position(args) => position::run(args, output).await,
        Command::Identifier(args) => identifier::run(&args, *output),
        Command::Playbook(command) => playbook::run(&command, *output),
        Command::Exercise(command) => exercise::run(command, output).await,
        Command::Completions(completions) => completions::run(&completions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_command_shows_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let is_group = command.has_subcommands();
            let is_help = command.get_name() == "help";
            if !is_group && !is_help {
                let help = command
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(
                    help.contains("entente "),
                    "{path} {} has no example",
                    command.get_name()
                );
            }
            for sub in command.get_subcommands() {
                check(sub, &format!("{path} {}", command.get_name()));
            }
        }
        let command = localized::command(Cli::command());
        command.clone().debug_assert();
        check(&command, "");
    }

    /// Whoever looks for an operation's commands finds each in the README or in the walk-through.
    #[test]
    fn every_command_of_an_operation_is_in_the_walk_through() {
        const GROUPS: [&str; 15] = [
            "target",
            "compartment",
            "hit",
            "check",
            "plan",
            "custody",
            "document",
            "dossier",
            "agent",
            "position",
            "identifier",
            "playbook",
            "exercise",
            "say",
            "follow",
        ];
        fn leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
            let path = format!("{path} {}", command.get_name());
            if !command.has_subcommands() {
                found.push(path.trim().to_owned());
            }
            for sub in command.get_subcommands() {
                leaves(sub, &path, found);
            }
        }
        let mut words = String::new();
        for page in ["README.md", "docs/OPERATION.md"] {
            let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
            // Columns are for the eye.
            for word in std::fs::read_to_string(path).unwrap().split_whitespace() {
                words.push_str(word);
                words.push(' ');
            }
        }
        let mut found = Vec::new();
        leaves(&localized::command(Cli::command()), "", &mut found);
        let mut checked = 0;
        for path in found {
            let group = path.split(' ').nth(1).unwrap_or_default();
            if GROUPS.contains(&group) && !path.ends_with(" help") {
                assert!(words.contains(&format!("{path} ")), "{path}");
                checked += 1;
            }
        }
        assert!(checked >= 40, "{checked}");
    }
}
