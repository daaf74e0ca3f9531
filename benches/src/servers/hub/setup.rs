//! In which ways the hub is run.

use std::path::Path;

use anyhow::{Context as _, Result};
use entente_services::certificates::ONE;
use entente_services::{Durability, Nats, Postgres};

use crate::machine;
use crate::process::Server;
use crate::servers::{Cpu, Kind, written};

/// How many hubs, on what, and whether devices speak TLS to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    pub(super) hubs: usize,
    pub(super) is_shared: bool,
    pub(super) with_tls: bool,
}

impl Setup {
    pub(super) const fn of(kind: Kind) -> Self {
        let (hubs, is_shared) = match kind {
            Kind::Postgres1 => (1, true),
            Kind::Postgres2 => (2, true),
            Kind::Postgres3 => (3, true),
            _ => (1, false),
        };
        Self {
            hubs,
            is_shared,
            with_tls: matches!(kind, Kind::HubTls),
        }
    }
}

/// A PostgreSQL as durable as in use, and a NATS, on the core of the servers.
pub(super) struct Shared {
    postgres: Postgres,
    nats: Nats,
    database: String,
}

impl Shared {
    pub(super) fn start(core: usize, own_core: usize) -> Result<Self> {
        // What is started from here on is where we are.
        machine::pin(std::process::id(), core)?;
        let postgres = Postgres::start(Durability::Full);
        let nats = Nats::start();
        machine::pin(std::process::id(), own_core)?;
        let database = postgres.database();
        Ok(Self {
            postgres,
            nats,
            database,
        })
    }

    pub(super) fn arguments(&self, blobs: &Path) -> Vec<String> {
        let blobs = format!("file://{}", blobs.display());
        let (database, broker) = (self.database.clone(), self.nats.url());
        [
            ("--database", database),
            ("--broker", broker),
            ("--blobs", blobs),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }

    pub(super) fn log_bytes(&self) -> Result<f64> {
        let output = Postgres::tool("psql")
            .args([
                "-Atc",
                "SELECT pg_current_wal_lsn() - '0/0'",
                &self.database,
            ])
            .output()?;
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }

    pub(super) fn cpu(&self, servers: &[Server]) -> Result<Cpu> {
        Ok(Cpu {
            server: of_hubs(servers)?,
            database: machine::family_cpu_seconds(self.postgres.pid())?,
            broker: machine::family_cpu_seconds(self.nats.pid().context("NATS")?)?,
        })
    }
}

pub(super) fn of_hubs(servers: &[Server]) -> Result<f64> {
    servers.iter().map(Server::cpu_seconds).sum()
}

/// Certificate and key as files; what the hub is told of them.
pub(super) fn tls_arguments(folder: &Path) -> Result<Vec<String>> {
    let certificate = written(folder, "tls.crt", ONE.chain)?;
    let key = written(folder, "tls.key", ONE.key)?;
    Ok(vec![
        "--tls-certificate".to_owned(),
        certificate.display().to_string(),
        "--tls-key".to_owned(),
        key.display().to_string(),
    ])
}
