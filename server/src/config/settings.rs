//! What can be told, each by a flag, a variable of the environment or a key of the file.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use entente_protocol::limits;
use serde::{Deserialize, Serialize};

use super::{Config, ConfigError, ServiceUrl, TlsFiles};
use crate::gate::AddressLimits;

/// Where a hub listens by default.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8420);

/// What was told, as far as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Directory of the embedded database; made if it is missing.
    #[arg(long, env = "ENTENTE_DATA", value_name = "DIR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8420]. Beyond loopback it
    /// takes TLS, or a proxy that does it.
    #[arg(long, env = "ENTENTE_LISTEN", value_name = "ADDR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Certificate chain in PEM, leaf first; read again on SIGHUP.
    #[arg(
        long,
        env = "ENTENTE_TLS_CERTIFICATE",
        value_name = "FILE",
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key of the certificate in PEM; read again on SIGHUP.
    #[arg(long, env = "ENTENTE_TLS_KEY", value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,
    /// A proxy before the hub does TLS: listen beyond loopback without it.
    #[arg(long, env = "ENTENTE_BEHIND_PROXY", global = true)]
    #[serde(skip_serializing_if = "is_false")]
    pub behind_proxy: bool,
    /// Database URL, sqlite://FILE or postgres://…; the default is a SQLite file in the data
    /// directory. Any number of hubs may share a PostgreSQL database.
    #[arg(
        long,
        env = "ENTENTE_DATABASE",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<ServiceUrl>,
    /// Broker between hubs that share a PostgreSQL database, nats://HOST:PORT; without it they look
    /// at the database several times a second.
    #[arg(
        long,
        env = "ENTENTE_BROKER",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broker: Option<ServiceUrl>,
    /// Where photos and documents lie, as ciphertext: s3://BUCKET/PREFIX, with keys and end point in
    /// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT; or file:///FOLDER. The
    /// default is the folder `blobs` in the data directory. Hubs that share a database share this too.
    #[arg(
        long,
        env = "ENTENTE_BLOBS",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobs: Option<ServiceUrl>,
    /// Name under which devices reach this hub, host:port as in their URL; repeatable. The default
    /// is the listening address and localhost with its port.
    #[arg(
        long = "name",
        env = "ENTENTE_NAMES",
        value_name = "HOST:PORT",
        value_delimiter = ',',
        global = true
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Folder with the root certificates (*.pem) of the only authorities to be served; without it
    /// any authority may register itself.
    #[arg(long, env = "ENTENTE_AUTHORITIES", value_name = "DIR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorities: Option<PathBuf>,
    /// Messages kept of each room [default: 100000]; a device that needs older ones resyncs.
    #[arg(long, env = "ENTENTE_KEEP_MESSAGES", value_name = "N", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_messages: Option<u64>,
    /// Messages a second that one device may send, averaged, and twice as many at once [default: 200].
    #[arg(
        long,
        env = "ENTENTE_MESSAGES_PER_SECOND",
        value_name = "N",
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_second: Option<u32>,
    /// Connections that one address may have at once [default: 1000, and no limit for this machine itself or behind a proxy].
    #[arg(
        long,
        env = "ENTENTE_CONNECTIONS_PER_ADDRESS",
        value_name = "N",
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections_per_address: Option<NonZeroU32>,
    /// Requests a second from one address, averaged, ten times as many at once [default: 100, and no limit for this
    /// machine itself or behind a proxy].
    #[arg(
        long,
        env = "ENTENTE_REQUESTS_PER_SECOND_PER_ADDRESS",
        value_name = "N",
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second_per_address: Option<NonZeroU32>,
    /// Whom push services may ask about this hub's pushes, mailto:… or https:…; the default is its name.
    #[arg(long, env = "ENTENTE_PUSH_CONTACT", value_name = "URI", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_contact: Option<String>,
    /// Push over plain HTTP and to addresses of private networks too: for tests, and for a push
    /// service of one's own.
    #[arg(long, hide = true, global = true)]
    #[serde(skip_serializing_if = "is_false")]
    pub push_insecure: bool,
    /// Print the listening address, logs and errors as JSON.
    #[arg(long, env = "ENTENTE_JSON", global = true)]
    #[serde(skip_serializing_if = "is_false")]
    pub json: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // what serde calls
fn is_false(told: &bool) -> bool {
    !*told
}

impl Settings {
    /// What was not told is taken from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            data: self.data.or(other.data),
            listen: self.listen.or(other.listen),
            tls_certificate: self.tls_certificate.or(other.tls_certificate),
            tls_key: self.tls_key.or(other.tls_key),
            behind_proxy: self.behind_proxy || other.behind_proxy,
            database: self.database.or(other.database),
            broker: self.broker.or(other.broker),
            blobs: self.blobs.or(other.blobs),
            names: if self.names.is_empty() {
                other.names
            } else {
                self.names
            },
            authorities: self.authorities.or(other.authorities),
            keep_messages: self.keep_messages.or(other.keep_messages),
            messages_per_second: self.messages_per_second.or(other.messages_per_second),
            connections_per_address: self
                .connections_per_address
                .or(other.connections_per_address),
            requests_per_second_per_address: self
                .requests_per_second_per_address
                .or(other.requests_per_second_per_address),
            push_contact: self.push_contact.or(other.push_contact),
            push_insecure: self.push_insecure || other.push_insecure,
            json: self.json || other.json,
        }
    }

    /// With the defaults, and checked.
    ///
    /// # Errors
    /// [`ConfigError`] with what is missing or does not go together.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let addresses = self.addresses();
        let data = self.data.ok_or(ConfigError::NoData)?;
        let listen = self.listen.unwrap_or(DEFAULT_LISTEN);
        let tls = match (self.tls_certificate, self.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => return Err(ConfigError::HalfTls),
        };
        if tls.is_none() && !listen.ip().is_loopback() && !self.behind_proxy {
            return Err(ConfigError::InTheClear(listen));
        }
        let database = match self.database {
            Some(url) => url,
            None => ServiceUrl::new(format!("sqlite://{}", data.join("hub.db").display())),
        };
        let keep_messages = self.keep_messages.unwrap_or(limits::DEFAULT_KEPT_MESSAGES);
        if keep_messages == 0 {
            return Err(ConfigError::KeepNothing);
        }
        let messages_per_second = self
            .messages_per_second
            .unwrap_or(limits::MESSAGES_PER_SECOND_PER_DEVICE);
        if messages_per_second == 0 {
            return Err(ConfigError::SayNothing);
        }
        // RFC 8292 §2.1.
        let is_contact =
            |text: &String| text.starts_with("mailto:") || text.starts_with("https://");
        if self
            .push_contact
            .as_ref()
            .is_some_and(|text| !is_contact(text))
        {
            return Err(ConfigError::Contact);
        }
        Ok(Config {
            data,
            listen,
            tls,
            database,
            broker: self.broker,
            blobs: self.blobs,
            names: self.names,
            authorities: self.authorities,
            keep_messages,
            messages_per_second,
            addresses,
            push_contact: self.push_contact,
            push_insecure: self.push_insecure,
            json: self.json,
        })
    }

    /// What each address may do. A proxy is one address for all: there only what was told counts, and the proxy's own limits.
    fn addresses(&self) -> AddressLimits {
        let told = [
            self.connections_per_address,
            self.requests_per_second_per_address,
        ];
        let usual = [
            limits::CONNECTIONS_PER_ADDRESS,
            limits::REQUESTS_PER_SECOND_PER_ADDRESS,
        ];
        let usual = usual.map(|limit| NonZeroU32::new(limit).filter(|_| !self.behind_proxy));
        AddressLimits {
            connections: told[0].or(usual[0]),
            requests_per_second: told[1].or(usual[1]),
            with_loopback: told.iter().any(Option::is_some),
        }
    }

    /// As a file, with secrets hidden and defaults written out.
    ///
    /// # Errors
    /// [`ConfigError::Print`] for a path that is no text.
    pub fn shown(&self) -> Result<String, ConfigError> {
        let mut all = self.clone();
        all.listen.get_or_insert(DEFAULT_LISTEN);
        all.keep_messages
            .get_or_insert(limits::DEFAULT_KEPT_MESSAGES);
        all.messages_per_second
            .get_or_insert(limits::MESSAGES_PER_SECOND_PER_DEVICE);
        toml::to_string(&all).map_err(|error| ConfigError::Print(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Settings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_was_told_first_counts() {
        let flags = told("data = 'a'\nnames = ['x:1']");
        let file = told("data = 'b'\nlisten = '127.0.0.1:1'\nnames = ['y:1']\njson = true");
        let all = flags.or(file);
        let wanted = "data = 'a'\nlisten = '127.0.0.1:1'\nnames = ['x:1']\njson = true";
        assert_eq!(all, told(wanted));
    }

    #[test]
    fn addresses_are_limited_but_not_a_proxy_and_not_this_machine_unless_told() {
        let limits = |more: &str| {
            let config = told(&format!("data = 'a'\n{more}")).resolve().unwrap();
            let it = config.addresses;
            let numbers = (it.connections, it.requests_per_second);
            (
                numbers.0.map(NonZeroU32::get),
                numbers.1.map(NonZeroU32::get),
                it.with_loopback,
            )
        };
        assert_eq!(limits(""), (Some(1_000), Some(100), false));
        assert_eq!(limits("behind_proxy = true"), (None, None, false));
        let one = "behind_proxy = true\nconnections_per_address = 7";
        assert_eq!(limits(one), (Some(7), None, true));
    }

    #[test]
    fn beyond_loopback_it_takes_tls_or_a_proxy() {
        let listen = |address: &str, more: &str| {
            told(&format!("data = 'a'\nlisten = '{address}'\n{more}")).resolve()
        };
        for address in ["0.0.0.0:8420", "[::]:8420", "192.0.2.7:8420"] {
            let refused = listen(address, "");
            assert!(
                matches!(refused, Err(ConfigError::InTheClear(_))),
                "{address}"
            );
            listen(address, "behind_proxy = true").unwrap();
            listen(address, "tls_certificate = 'c'\ntls_key = 'k'").unwrap();
            let half = listen(address, "tls_key = 'k'");
            assert!(matches!(half, Err(ConfigError::HalfTls)));
        }
        listen("127.0.0.1:0", "").unwrap();
        listen("[::1]:0", "").unwrap();
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused_and_so_is_nonsense() {
        assert!(toml::from_str::<Settings>("keep_mesages = 5").is_err());
        let refused = |text: &str| told(text).resolve().unwrap_err();
        assert!(matches!(refused(""), ConfigError::NoData));
        assert!(matches!(
            refused("data = 'a'\nkeep_messages = 0"),
            ConfigError::KeepNothing
        ));
        assert!(matches!(
            refused("data = 'a'\nmessages_per_second = 0"),
            ConfigError::SayNothing
        ));
        assert!(matches!(
            refused("data = 'a'\npush_contact = 'me'"),
            ConfigError::Contact
        ));
    }

    #[test]
    fn the_file_that_we_ship_is_one() {
        let shipped = told(include_str!("../../../deploy/hub.toml"));
        let refused = shipped.clone().resolve();
        assert!(matches!(refused, Err(ConfigError::InTheClear(_))));
        let tls = told("tls_certificate = 'c'\ntls_key = 'k'");
        shipped.or(tls).resolve().unwrap();
    }

    #[test]
    fn what_is_shown_can_be_read_and_holds_no_secret() {
        let all = told(
            "data = 'a'\ndatabase = 'postgres://hub:hunter2@db/entente'\n\
             broker = 'nats://hunter2@broker:4222'",
        );
        let shown = all.shown().unwrap();
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!format!("{all:?}").contains("hunter2"));
        let again = told(&shown);
        assert_eq!(again.keep_messages, Some(limits::DEFAULT_KEPT_MESSAGES));
        assert_eq!(again.data, all.data);
    }
}
