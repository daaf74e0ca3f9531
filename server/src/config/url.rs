//! URLs of services, which may hold passwords.

use core::convert::Infallible;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// What is shown in the place of a secret.
const HIDDEN: &str = "hidden";

/// Parameters that hold secrets.
const SECRET_PARAMETERS: [&str; 3] = ["password", "sslpassword", "passfile"];

/// A URL that shows itself without its secrets.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ServiceUrl(String);

impl ServiceUrl {
    /// From its text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The whole of it, secrets too.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn shown(&self) -> String {
        let Ok(mut url) = Url::parse(&self.0) else {
            // What can't be read can't be hidden in part.
            let scheme = self.0.split(':').next().unwrap_or_default();
            return format!("{scheme}:{HIDDEN}");
        };
        if url.password().is_some() {
            let _ = url.set_password(Some(HIDDEN));
        } else if !url.username().is_empty() && url.scheme() != "postgres" {
            // A token stands where others have a name.
            let _ = url.set_username(HIDDEN);
        }
        let has_secret = url
            .query_pairs()
            .any(|(name, _)| SECRET_PARAMETERS.contains(&&*name));
        if has_secret {
            let pairs: Vec<(String, String)> = url
                .query_pairs()
                .map(|(name, value)| {
                    let is_secret = SECRET_PARAMETERS.contains(&&*name);
                    let value = if is_secret { HIDDEN.into() } else { value };
                    (name.into_owned(), value.into_owned())
                })
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        url.to_string()
    }
}

impl FromStr for ServiceUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ServiceUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for (whole, shown) in [
            ("postgres://hub@db/entente", "postgres://hub@db/entente"),
            (
                "postgres://hub:s3cret@db:5432/e?sslmode=require",
                "postgres://hub:hidden@db:5432/e?sslmode=require",
            ),
            (
                "postgres://db/e?user=hub&password=s3cret",
                "postgres://db/e?user=hub&password=hidden",
            ),
            ("nats://s3cret@broker:4222", "nats://hidden@broker:4222"),
            (
                "nats://hub:s3cret@broker:4222",
                "nats://hub:hidden@broker:4222",
            ),
            ("nats://broker:4222", "nats://broker:4222"),
            (
                "sqlite:///var/lib/entente/hub.db",
                "sqlite:///var/lib/entente/hub.db",
            ),
            ("nats:// s3cret", "nats:hidden"),
        ] {
            let url = ServiceUrl::new(whole.to_owned());
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(url.expose(), whole);
        }
    }
}
