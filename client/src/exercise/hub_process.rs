//! A hub of the exercise's own, as a process beside it.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::ExerciseError;
use crate::HubUrl;

const PROGRAM: &str = "entente-server";

/// A running hub; killed when dropped.
pub(super) struct HubProcess {
    child: Child,
    pub(super) url: HubUrl,
}

#[derive(Deserialize)]
struct Listening {
    listening: SocketAddr,
}

impl HubProcess {
    /// Starts a hub and waits until it listens. Its log goes to a file in its data directory.
    pub(super) async fn start(data: &Path, listen: SocketAddr) -> Result<Self, ExerciseError> {
        let failed = |error| ExerciseError::System(PROGRAM.to_owned(), error);
        std::fs::create_dir_all(data).map_err(failed)?;
        let log = std::fs::File::create(data.join("hub.log")).map_err(failed)?;
        let mut child = Command::new(program())
            .arg("--data")
            .arg(data)
            .args(["--listen", &listen.to_string(), "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| failed(io::ErrorKind::BrokenPipe.into()))?;
        let line = BufReader::new(stdout)
            .lines()
            .next_line()
            .await
            .map_err(failed)?;
        let said = line
            .as_deref()
            .and_then(|line| serde_json::from_str::<Listening>(line).ok());
        let Some(Listening { listening }) = said else {
            let log = std::fs::read_to_string(data.join("hub.log")).unwrap_or_default();
            let last = log
                .lines()
                .last()
                .unwrap_or("the hub did not start")
                .to_owned();
            return Err(failed(io::Error::other(last)));
        };
        let url = format!("http://{listening}")
            .parse()
            .map_err(|error| failed(io::Error::other(format!("{error}"))))?;
        Ok(Self { child, url })
    }

    /// Ends the hub and waits for its end.
    pub(super) async fn stop(mut self) {
        // Killing is as good as stopping for a hub whose acknowledged messages are on disk.
        let _ = self.child.kill().await;
    }
}

/// Beside this program, or wherever the shell finds it.
fn program() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(|folder| folder.join(PROGRAM)))
        .filter(|path| path.is_file())
        .unwrap_or_else(|| PROGRAM.into())
}
