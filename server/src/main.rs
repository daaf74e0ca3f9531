//! `entente-server`: reads what it is told, then serves until it is told to stop, or does the one
//! thing it was asked for.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use entente_server::config::{Cli, Command, Config, Settings};
use entente_server::{Clock, Reloader, ServerError, backup, bind, retention_command};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Exit statuses that no [`ServerError`] names.
const WRONG_USE: u8 = 2;
const MACHINE: u8 = 70;

#[tokio::main]
async fn main() -> ExitCode {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            return fail(as_json, "usage", error.to_string().trim_end(), WRONG_USE);
        }
        Err(help_or_version) => {
            let _ = help_or_version.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let known = error.downcast_ref::<ServerError>();
            let (code, exit) = known.map_or(("system", MACHINE), |known| {
                (known.code(), known.exit_status())
            });
            fail(as_json, code, &error.to_string(), exit)
        }
    }
}

/// Text on standard error, or `{"error": {"code", "message"}}` on standard output.
fn fail(as_json: bool, code: &str, message: &str, exit: u8) -> ExitCode {
    if as_json {
        let error = serde_json::json!({ "error": { "code": code, "message": message } });
        let _ = writeln!(std::io::stdout(), "{error}");
    } else {
        let _ = writeln!(std::io::stderr(), "entente-server: {message}");
    }
    ExitCode::from(exit)
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let mut settings = cli.settings;
    if let Some(path) = &cli.config {
        settings = settings.or(Settings::read(path).map_err(ServerError::from)?);
    }
    if cli.command == Some(Command::Config) {
        write!(
            std::io::stdout(),
            "{}",
            settings.shown().map_err(ServerError::from)?
        )
        .context("standard output")?;
        return Ok(());
    }
    let config = settings.resolve().map_err(ServerError::from)?;
    start_logs(config.json);
    match cli.command {
        None => serve(config).await,
        Some(Command::Migrate) => Ok(backup::migrate(&config).await?),
        Some(Command::Backup { to }) => Ok(backup::backup(&config, &to).await?),
        Some(Command::Restore { from }) => Ok(backup::restore(&config, &from).await?),
        Some(Command::Retention { dry_run: true }) => {
            Ok(retention_command::list(&config, &mut std::io::stdout()).await?)
        }
        Some(Command::Retention { dry_run: false }) => {
            Ok(retention_command::carry_out(&config, &mut std::io::stdout()).await?)
        }
        Some(Command::Config) => Ok(()),
    }
}

fn start_logs(as_json: bool) {
    let filter = EnvFilter::try_from_env("ENTENTE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if as_json {
        logs.json().init();
    } else {
        logs.init();
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let as_json = config.json;
    let bound = bind(config, Clock::default()).await?;
    let address = bound.address();
    let scheme = if bound.reloader().is_some() {
        "https"
    } else {
        "http"
    };
    let line = if as_json {
        serde_json::json!({ "listening": address.to_string() }).to_string()
    } else {
        format!("listening on {scheme}://{address}")
    };
    writeln!(std::io::stdout(), "{line}").context("standard output")?;
    tokio::spawn(reload_when_told(bound.reloader())?);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    bound
        .serve(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await?;
    Ok(())
}

/// SIGHUP does not end a hub, with TLS or without.
fn reload_when_told(reloader: Option<Reloader>) -> anyhow::Result<impl Future<Output = ()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        while hangup.recv().await.is_some() {
            match reloader.as_ref().map(Reloader::reload) {
                Some(Ok(())) => tracing::info!("certificate and key were read again"),
                Some(Err(error)) => tracing::error!(%error, "the old certificate stays"),
                None => {}
            }
        }
    })
}
