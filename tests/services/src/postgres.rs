//! A PostgreSQL server of one's own.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::free_port;

/// Where Debian keeps what is not in the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Ports to try.
const TRIES: u32 = 5;

/// How much of its log it keeps: several servers run at once on disks that tests can't choose.
const LOG: &str = "128MB";

/// Who runs it when we are root, which it refuses.
const USER: &str = "postgres";

/// Whether what it acknowledges survives the machine's end, which costs a flush of the disk. Its own end it
/// survives in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in use.
    Full,
    /// For tests that are about something else.
    Off,
}

/// A running PostgreSQL server.
pub struct Postgres {
    folder: TempDir,
    port: u16,
    databases: AtomicU32,
    _watch: (Child, ChildStdin),
}

impl Postgres {
    /// Makes a cluster and starts it.
    #[must_use]
    pub fn start(durability: Durability) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("entente-postgres-")
            .tempdir()
            .unwrap();
        if is_root() {
            run(Command::new("chown").arg(USER).arg(folder.path()));
        }
        let data = folder.path().join("data");
        run(tool("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
            ])
            .args(["--locale=C", "-D"])
            .arg(&data));
        for _ in 0..TRIES {
            let port = free_port();
            write_settings(&data, folder.path(), port, durability);
            if pg_ctl(&data, &["start"]).status().unwrap().success() {
                let watch = watch(folder.path(), &data);
                return Self {
                    folder,
                    port,
                    databases: AtomicU32::new(0),
                    _watch: watch,
                };
            }
        }
        panic!("PostgreSQL did not start on any of {TRIES} ports");
    }

    /// One for all tests of a process, not durable.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Durability::Off))
    }

    /// Makes an empty database; returns its URL.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(tool("createdb")
            .args(["--username=postgres", "--host=127.0.0.1", "--port"])
            .arg(self.port.to_string())
            .arg(&name));
        self.url(&name)
    }

    /// The URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its first process, the parent of all others.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        text.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Ends it at once, as a crash would; it recovers when it is started.
    pub fn stop(&self) {
        run(&mut pg_ctl(&self.data(), &["stop", "-m", "immediate"]));
    }

    /// Starts it again.
    pub fn resume(&self) {
        run(&mut pg_ctl(&self.data(), &["start"]));
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A tool that comes with PostgreSQL, such as `pg_dump`.
    #[must_use]
    pub fn tool(name: &str) -> Command {
        tool(name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Before the folder goes; the watch would come too late.
        let _ = pg_ctl(&self.data(), &["stop", "-m", "immediate"]).status();
    }
}

fn write_settings(data: &Path, sockets: &Path, port: u16, durability: Durability) {
    let flush = match durability {
        Durability::Full => "on",
        Durability::Off => "off",
    };
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
         fsync = {flush}\nsynchronous_commit = on\nfull_page_writes = {flush}\n\
         max_wal_size = {LOG}\nmax_connections = 200\nshared_buffers = 64MB\n",
        sockets.display()
    );
    std::fs::write(data.join("postgresql.auto.conf"), settings).unwrap();
}

fn pg_ctl(data: &Path, what: &[&str]) -> Command {
    let mut command = tool("pg_ctl");
    command
        .args(["-w", "-s", "-D"])
        .arg(data)
        .arg("-l")
        .arg(data.join("log"))
        .args(what)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Ends the server when this process ends, in whatever way, and takes its folder away: what is static is never dropped.
fn watch(folder: &Path, data: &Path) -> (Child, ChildStdin) {
    let stop = tool("pg_ctl");
    let mut words = vec![stop.get_program().to_owned()];
    words.extend(stop.get_args().map(ToOwned::to_owned));
    let mut child = Command::new("sh")
        .args([
            "-c",
            "cat >/dev/null; folder=$1; shift; \"$@\" >/dev/null 2>&1; rm -rf \"$folder\"",
            "watch",
        ])
        .arg(folder)
        .args(words)
        .args(["-w", "-s", "-m", "immediate", "stop", "-D"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdin = child.stdin.take().unwrap();
    (child, stdin)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn tool(name: &str) -> Command {
    let path = find(name);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", USER, "--regid", USER, "--clear-groups", "--"])
        .arg(path)
        .current_dir("/");
    command
}

fn find(name: &str) -> PathBuf {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(versions) = std::fs::read_dir(DEBIAN) {
        let mut versions: Vec<PathBuf> = versions.map(|entry| entry.unwrap().path()).collect();
        versions.sort();
        folders.extend(versions.iter().rev().map(|version| version.join("bin")));
    }
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} of PostgreSQL is missing: make setup installs it"))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
