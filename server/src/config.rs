//! What a hub is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use entente_protocol::limits;

/// The hub's command line; each option can also be set by the environment variable it names.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "entente-server",
    version,
    about = "The Entente hub: orders, stores and delivers what it can't read.",
    after_help = "Example:\n  entente-server --data /var/lib/entente --listen 127.0.0.1:8420"
)]
pub struct Config {
    /// Directory of the embedded database; made if it is missing.
    #[arg(long, env = "ENTENTE_DATA", value_name = "DIR")]
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one. Until there is TLS, keep it on loopback.
    #[arg(
        long,
        env = "ENTENTE_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8420"
    )]
    pub listen: SocketAddr,
    /// Database URL, sqlite://FILE or postgres://…; the default is a SQLite file in the data
    /// directory. Any number of hubs may share a PostgreSQL database.
    #[arg(long, env = "ENTENTE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Broker between hubs that share a PostgreSQL database, nats://HOST:PORT; without it they look
    /// at the database several times a second.
    #[arg(long, env = "ENTENTE_BROKER", value_name = "URL")]
    pub broker: Option<String>,
    /// Where photos and documents lie, as ciphertext: s3://BUCKET/PREFIX, with keys and end point in
    /// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT; or file:///FOLDER. The
    /// default is the folder `blobs` in the data directory. Hubs that share a database share this too.
    #[arg(long, env = "ENTENTE_BLOBS", value_name = "URL")]
    pub blobs: Option<String>,
    /// Name under which devices reach this hub, host:port as in their URL; repeatable. The default
    /// is the listening address and localhost with its port.
    #[arg(
        long = "name",
        env = "ENTENTE_NAMES",
        value_name = "HOST:PORT",
        value_delimiter = ','
    )]
    pub names: Vec<String>,
    /// Folder with the root certificates (*.pem) of the only authorities to be served; without it
    /// any authority may register itself.
    #[arg(long, env = "ENTENTE_AUTHORITIES", value_name = "DIR")]
    pub authorities: Option<PathBuf>,
    /// Messages kept of each room; a device that needs older ones resyncs.
    #[arg(long, env = "ENTENTE_KEEP_MESSAGES", value_name = "N",
          default_value_t = limits::DEFAULT_KEPT_MESSAGES,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub keep_messages: u64,
    /// Messages a second that one device may send, averaged; twice as many at once.
    #[arg(long, env = "ENTENTE_MESSAGES_PER_SECOND", value_name = "N",
          default_value_t = limits::MESSAGES_PER_SECOND_PER_DEVICE,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(u32::MAX / 2)))]
    pub messages_per_second: u32,
    /// Whom push services may ask about this hub's pushes, mailto:… or https:…; the default is its name.
    #[arg(long, env = "ENTENTE_PUSH_CONTACT", value_name = "URI", value_parser = contact)]
    pub push_contact: Option<String>,
    /// Push over plain HTTP and to addresses of private networks too: for tests, and for a push
    /// service of one's own.
    #[arg(long, hide = true)]
    pub push_insecure: bool,
    /// Print the listening address and logs as JSON.
    #[arg(long)]
    pub json: bool,
}

/// RFC 8292 §2.1.
fn contact(text: &str) -> Result<String, &'static str> {
    let is_contact = text.starts_with("mailto:") || text.starts_with("https://");
    is_contact
        .then(|| text.to_owned())
        .ok_or("it begins with mailto: or https://")
}
