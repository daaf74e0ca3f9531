//! A server as a process on its core.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::clock::Moment;
use crate::machine;

/// Ports for servers.
const FIRST_PORT: u16 = 21_000;
const PORTS: u16 = 1_000;

/// How long a server may take to listen.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// Between two looks at whether it listens: this waits for a process that does not tell.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a program, pinned to a core, and waits until it listens at `address`.
    pub(crate) fn start(
        program: &Path,
        arguments: &[String],
        address: SocketAddr,
        core: usize,
        log: &Path,
    ) -> Result<Self> {
        let log = std::fs::File::create(log).context("log")?;
        let child = Command::new("taskset")
            .args(["-c", &core.to_string()])
            .arg(program)
            .args(arguments)
            .env("ENTENTE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{}", program.display()))?;
        let mut server = Self { child, address };
        let start = Moment::now();
        while TcpStream::connect(address).is_err() {
            ensure!(
                server.child.try_wait()?.is_none(),
                "{} ended at once",
                program.display()
            );
            ensure!(
                start.elapsed() < START_TIMEOUT,
                "{} does not listen at {address}",
                program.display()
            );
            std::thread::sleep(LOOK_AGAIN);
        }
        Ok(server)
    }

    /// taskset becomes the program: the same process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        machine::cpu_seconds(self.pid())
    }

    pub(crate) fn resident_kib(&self) -> Result<f64> {
        machine::resident_kib(self.pid())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already, or not: after this it is.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago. Not one of those that the system gives to clients: whoever tries
/// again and again to reach such a one ends up connected to itself.
pub(crate) fn free_address() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let port = FIRST_PORT + NEXT.fetch_add(1, Ordering::Relaxed);
        ensure!(port < FIRST_PORT + PORTS, "no free port");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return Ok(listener.local_addr()?);
        }
    }
}
