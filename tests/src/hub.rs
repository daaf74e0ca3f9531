//! A hub as a process.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use entente_client::HubUrl;

/// A binary of the workspace: beside the test's own, or in the folder that `ENTENTE_PROGRAMS` names.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = match std::env::var_os("ENTENTE_PROGRAMS") {
        Some(folder) => PathBuf::from(folder).join(name),
        None => {
            let test = std::env::current_exe().unwrap();
            test.parent().unwrap().parent().unwrap().join(name)
        }
    };
    assert!(
        path.is_file(),
        "{} is missing: run `make build` first",
        path.display()
    );
    path
}

/// A running hub.
pub struct HubProcess {
    child: Child,
    data: PathBuf,
    log: PathBuf,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl HubProcess {
    /// Starts a hub on a free port.
    #[must_use]
    pub fn start(data: &Path, options: &[&str]) -> Self {
        Self::start_in(data, options, Vec::new())
    }

    /// The same, with more in its environment.
    #[must_use]
    pub fn start_in(data: &Path, options: &[&str], environment: Vec<(String, String)>) -> Self {
        Self::start_all(data, &data.join("test.log"), options, environment)
    }

    fn start_all(
        data: &Path,
        log: &Path,
        options: &[&str],
        environment: Vec<(String, String)>,
    ) -> Self {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        let (child, address) = spawn((data, log), &options, &environment, "127.0.0.1:0");
        Self {
            child,
            data: data.to_owned(),
            log: log.to_owned(),
            options,
            environment,
            address,
        }
    }

    /// `http://…`
    #[must_use]
    pub fn url(&self) -> HubUrl {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts a hub whose log is not in its data directory, for disks that are full.
    #[must_use]
    pub fn start_logging_to(data: &Path, log: &Path) -> Self {
        Self::start_all(data, log, &[], Vec::new())
    }

    /// SIGSTOP: it does nothing until it is thawed.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// SIGCONT: it goes on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// SIGTERM: it drains; returns when it has ended, with whether it ended well.
    pub fn terminate(&mut self) -> bool {
        self.signal("-TERM");
        self.child.wait().unwrap().success()
    }

    /// Memory that it holds, in bytes.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap() * 1024
    }

    /// SIGHUP: it reads certificate and key again.
    pub fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(told.success());
    }

    /// Starts it again on the same data and port.
    pub fn restart(&mut self) {
        let (child, address) = spawn(
            (&self.data, &self.log),
            &self.options,
            &self.environment,
            &self.address.to_string(),
        );
        self.child = child;
        self.address = address;
    }

    /// The same with other options.
    pub fn restart_with(&mut self, options: &[&str]) {
        self.options = options.iter().map(|option| (*option).to_owned()).collect();
        self.restart();
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Its data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        // Killed already, or not: either way it is gone after this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(
    (data, log): (&Path, &Path),
    options: &[String],
    environment: &[(String, String)],
    listen: &str,
) -> (Child, SocketAddr) {
    std::fs::create_dir_all(data).unwrap();
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(log)
        .unwrap();
    let mut child = Command::new(program("entente-server"))
        .arg("--data")
        .arg(data)
        .args(["--listen", listen, "--json"])
        .args(options)
        .env("ENTENTE_LOG", "debug,sqlx=warn,hyper=info")
        .envs(environment.iter().cloned())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: serde_json::Value = serde_json::from_str(&line)
        .unwrap_or_else(|_| panic!("the hub said {line:?}; its log is in {}", data.display()));
    (child, said["listening"].as_str().unwrap().parse().unwrap())
}
