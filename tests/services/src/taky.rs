//! A TAK server of one's own: taky, which `make setup` puts beside what was built.

use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::free_port;
use crate::python::program;

/// Looks for the listening port, ten milliseconds apart.
const LOOKS: u32 = 3_000;

/// A running taky.
pub struct Taky {
    port: u16,
    watch: Option<(Child, ChildStdin)>,
    _folder: tempfile::TempDir,
}

impl Taky {
    /// Starts one on a free port.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let root = folder.path().display();
        let settings = format!(
            "[taky]\nhostname=localhost\nnode_id=TAKY\nbind_ip=127.0.0.1\npublic_ip=127.0.0.1\n\
             redis=false\nroot_dir={root}\n[cot_server]\nport={port}\n\
             [dp_server]\nupload_path={root}/up\n[ssl]\nenabled=false\n"
        );
        let file = folder.path().join("taky.conf");
        std::fs::write(&file, settings).unwrap();
        let script = "\"$1\" -l error -c \"$2\" >/dev/null 2>&1 & \
                      cat >/dev/null; kill -KILL $!; wait $! 2>/dev/null; true";
        let mut child = Command::new("sh")
            .args(["-c", script, "watch"])
            .args([program("taky"), file])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        for look in 0.. {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            assert!(look < LOOKS, "taky does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self {
            port,
            watch: Some((child, stdin)),
            _folder: folder,
        }
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Taky {
    fn drop(&mut self) {
        if let Some((mut child, stdin)) = self.watch.take() {
            drop(stdin);
            // It is gone, or was before.
            let _ = child.wait();
        }
    }
}
