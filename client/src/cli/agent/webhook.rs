//! `entente agent webhook`

use std::path::PathBuf;

use entente_room::Handling;
use serde_json::json;

use super::super::common::{RoomArgs, handling, pick_room, read, start_caught_up};
use super::super::{Failure, Output};
use crate::agent::{Carried, Choice, Receiver, Secret, Webhook, WebhookError, WebhookOptions};
use crate::i18n::{t, tr};

/// Where the secret is looked for if no file is named.
const SECRET: &str = "ENTENTE_WEBHOOK_SECRET";

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct WebhookArgs {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "URL", help = t("help-webhook-to"))]
    to: Receiver,
    #[arg(long, value_name = "FILE", help = t("help-webhook-secret"))]
    secret_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = t("help-webhook-fields"))]
    fields: Option<PathBuf>,
    #[arg(long = "send", value_name = "KIND:FIELD,…", help = t("help-webhook-send"))]
    send: Vec<String>,
    #[arg(long, value_name = "CODE", default_value = "H0", value_parser = handling,
          help = t("help-webhook-handling"))]
    handling: Handling,
    #[arg(long, help = t("help-webhook-from-start"))]
    from_start: bool,
    #[arg(long, help = t("help-webhook-once"))]
    once: bool,
}

pub(super) async fn run(args: WebhookArgs, output: Output) -> Result<(), Failure> {
    let choice = choice(&args)?;
    let secret = secret(&args)?;
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    engine
        .until(room, |session| session.is_board_ready())
        .await?;
    let options = WebhookOptions {
        receiver: args.to,
        secret,
        choice,
        handling: args.handling,
        from_start: args.from_start,
        once: args.once,
    };
    let failed = |reason: &str| output.aside(&tr("webhook-failed", &[("reason", reason)]));
    let work = async {
        let mut webhook = Webhook::start(engine.clone(), room, options).await?;
        webhook.run(failed).await
    };
    let carried = tokio::select! {
        carried = work => carried.map(Some),
        _ = tokio::signal::ctrl_c() => Ok(None),
    };
    engine.stop().await;
    if let Some(carried) = carried? {
        output.show(&json!({ "room": room, "carried": carried }), || {
            line(carried)
        });
    }
    Ok(())
}

fn line(carried: Carried) -> String {
    tr(
        "webhook-carried",
        &[
            ("sent", &carried.sent.to_string()),
            ("withheld", &carried.withheld.to_string()),
            ("failed", &carried.failed.to_string()),
        ],
    )
}

fn choice(args: &WebhookArgs) -> Result<Choice, Failure> {
    let mut choice = match &args.fields {
        Some(file) => Choice::read(&read(file)?).map_err(|error| {
            let file = file.display();
            Failure::usage(&format!("{file}: {error}"))
        })?,
        None => Choice::default(),
    };
    for flag in &args.send {
        choice
            .add_flag(flag)
            .map_err(|error| Failure::usage(&error))?;
    }
    choice.check().map_err(|error| Failure::usage(&error))?;
    Ok(choice)
}

/// Not by a flag: other users of the machine see flags.
fn secret(args: &WebhookArgs) -> Result<Secret, Failure> {
    let text = match &args.secret_file {
        Some(file) => read(file)?,
        None => std::env::var(SECRET).map_err(|_| Failure::usage(&t("fail-webhook-secret")))?,
    };
    text.parse().map_err(|error| Failure::usage(&error))
}

impl From<WebhookError> for Failure {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Engine(error) => error.into(),
            WebhookError::NotTaken { .. } => Self::refused_as("not_taken", error.to_string()),
            WebhookError::NotAgent => Self::refused_as("not_agent", error.to_string()),
            WebhookError::Choice(error) => Self::usage(&error),
        }
    }
}
