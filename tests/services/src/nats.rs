//! A NATS server of one's own.

use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::free_port;

/// Looks for the listening port, ten milliseconds apart.
const LOOKS: u32 = 1_000;

/// A running nats-server.
pub struct Nats {
    port: u16,
    watch: Option<(Child, ChildStdin)>,
}

impl Nats {
    /// Starts one on a free port.
    #[must_use]
    pub fn start() -> Self {
        let port = free_port();
        let mut nats = Self { port, watch: None };
        nats.resume();
        nats
    }

    /// `nats://…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process that watches over it, its parent; none while it is stopped.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.watch.as_ref().map(|(child, _)| child.id())
    }

    /// Ends it at once.
    pub fn stop(&mut self) {
        if let Some((mut child, stdin)) = self.watch.take() {
            drop(stdin);
            child.wait().unwrap();
        }
    }

    /// Starts it again; returns when it listens.
    pub fn resume(&mut self) {
        let script = "nats-server -a 127.0.0.1 -p \"$1\" >/dev/null 2>&1 & \
                      cat >/dev/null; kill -KILL $!; wait $! 2>/dev/null; true";
        let mut child = Command::new("sh")
            .args(["-c", script, "watch", &self.port.to_string()])
            .env("PATH", path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        self.watch = Some((child, stdin));
        for _ in 0..LOOKS {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nats-server does not listen; make setup installs it");
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Debian keeps servers where only root looks.
fn path() -> std::ffi::OsString {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/usr/local/sbin");
    path
}
