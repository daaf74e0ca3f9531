//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::Settings;

/// The hub's command line.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "entente-server",
    version,
    about = "The Entente hub: orders, stores and delivers what it can't read.",
    after_help = "Exit status: 0 done, 2 wrong use, 3 can't listen, 4 data directory or copy, 70 the machine.\n\n\
                  Flags come before the environment, the environment before the file.\n\n\
                  Examples:\n  entente-server --data /var/lib/entente --listen 127.0.0.1:8420\n  \
                  entente-server --config /etc/entente/hub.toml config\n  \
                  entente-server --data /var/lib/entente backup /mnt/backup/today\n  \
                  entente-server --data /var/lib/entente retention --dry-run"
)]
pub struct Cli {
    /// TOML file with any of the settings below; its keys are their names, with underscores.
    #[arg(long, env = "ENTENTE_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// What else is told.
    #[command(flatten)]
    pub settings: Settings,
    /// Something else than to serve.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the binary does instead of serving.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Copy the embedded database, and the blobs beside it, while the hub runs. PostgreSQL has
    /// pg_dump for it: docs/OPERATIONS.md.
    Backup {
        /// A new or empty directory.
        to: PathBuf,
    },
    /// Put a copy in the place of a data directory that has no database.
    Restore {
        /// What `backup` has made.
        from: PathBuf,
    },
    /// Forget what is over and past the retention of its charter, as a running hub does by itself; an embedded
    /// database is written anew, for which no hub may be running.
    Retention {
        /// Only print what would go, and when; a hub may be running.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print what is in force, as a file with secrets hidden.
    Config,
}
