//! What the command line library says by itself, in the language of the process.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::Failure;
use crate::i18n::{t, tr};

/// Gives a command and all below it headings and a help option that are translated.
pub(super) fn command(command: Command) -> Command {
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help(t("help-version"));
    dress(command.disable_version_flag(true).arg(version))
}

fn dress(command: Command) -> Command {
    let usage = t("help-usage");
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(t("help-help"));
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .help_template(format!(
            "{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}\n"
        ))
        .subcommand_help_heading(t("help-commands"))
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "help-arguments"
            } else {
                "help-options"
            };
            arg.help_heading(t(heading)).hide_env_values(true)
        })
        .mut_subcommands(dress)
}

/// A mistake on the command line, in words.
pub(super) fn mistake(error: &clap::Error) -> Failure {
    let said = |kind| error.get(kind).map(words).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    let reason = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue);
            let mut reason = tr("usage-value", &[("argument", &argument), ("value", &value)]);
            let possible = said(ContextKind::ValidValue);
            if !possible.is_empty() {
                reason = format!("{reason} ({possible})");
            } else if let Some(source) = std::error::Error::source(error) {
                reason = format!("{reason} ({source})");
            }
            reason
        }
        ErrorKind::UnknownArgument => tr("usage-unknown", &[("argument", &argument)]),
        ErrorKind::InvalidSubcommand => {
            let name = said(ContextKind::InvalidSubcommand);
            tr("usage-unknown", &[("argument", &name)])
        }
        ErrorKind::MissingRequiredArgument => tr("usage-missing", &[("argument", &argument)]),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Failure::usage(&t("usage-no-command"));
        }
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            tr(
                "usage-conflict",
                &[("argument", &argument), ("other", &other)],
            )
        }
        _ => tr("usage-other", &[("argument", &argument)]),
    };
    Failure::usage(&format!("{reason} {}", t("usage-see-help")))
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::None => String::new(),
        other => other.to_string(),
    }
}
