//! `entente-server`: reads the command line, listens, serves until it is told to stop.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use entente_server::{Clock, Config, ServerError, bind};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Exit statuses that no [`ServerError`] names.
const WRONG_USE: u8 = 2;
const MACHINE: u8 = 70;

#[tokio::main]
async fn main() -> ExitCode {
    let config = match Config::try_parse() {
        Ok(config) => config,
        Err(error) if error.use_stderr() => {
            let as_json = std::env::args().any(|arg| arg == "--json");
            return fail(as_json, "usage", error.to_string().trim_end(), WRONG_USE);
        }
        Err(help_or_version) => {
            let _ = help_or_version.print();
            return ExitCode::SUCCESS;
        }
    };
    let as_json = config.json;
    match run(config).await {
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

async fn run(config: Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("ENTENTE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if config.json {
        logs.json().init();
    } else {
        logs.init();
    }
    let as_json = config.json;
    let bound = bind(config, Clock::default()).await?;
    let address = bound.address();
    let line = if as_json {
        serde_json::json!({ "listening": address.to_string() }).to_string()
    } else {
        format!("listening on http://{address}")
    };
    writeln!(std::io::stdout(), "{line}").context("standard output")?;
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
