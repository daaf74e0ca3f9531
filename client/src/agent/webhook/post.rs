//! One message on its way out: signed as Standard Webhooks are, tried again a bounded number of times.

use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use entente_device::platform;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::connection::backoff_ms;
use crate::{now_ms, random_bytes};

/// The longest that one try takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How often a message is tried before the agent gives up.
const MAX_TRIES: u32 = 8;

/// Shortest secret in bytes.
const MIN_SECRET_BYTES: usize = 16;

/// What the receiver shares with the agent.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// Not a secret that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret is whsec_ and base64 of at least {MIN_SECRET_BYTES} bytes")]
pub struct SecretError;

impl core::str::FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let text = text.trim().strip_prefix("whsec_").ok_or(SecretError)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| SecretError)?;
        if bytes.len() < MIN_SECRET_BYTES {
            return Err(SecretError);
        }
        Ok(Self(bytes))
    }
}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Secret {
    fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return Vec::new();
        };
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// A name for what lies at a place of a room, the same at each try, which tells nothing of the room.
    pub(super) fn id(&self, room: &[u8], seq: u64) -> String {
        let mac = self.mac(&[b"Entente 1.0 WebhookId", room, &seq.to_be_bytes()]);
        format!("msg_{}", HEXLOWER.encode(mac.get(..16).unwrap_or_default()))
    }

    /// `v1,` and base64 of HMAC-SHA-256 over `id.timestamp.body`.
    fn signature(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        format!("v1,{}", BASE64.encode(&self.mac(&signed)))
    }
}

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    url: String,
    /// Host and port.
    name: String,
}

/// Not an address that messages may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address of https, or of http on this machine, without user or password")]
pub struct ReceiverError;

impl core::str::FromStr for Receiver {
    type Err = ReceiverError;

    fn from_str(text: &str) -> Result<Self, ReceiverError> {
        let (scheme, rest) = text.split_once("://").ok_or(ReceiverError)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let name = rest.get(..end).filter(|it| !it.is_empty());
        let name = name.filter(|it| !it.contains('@')).ok_or(ReceiverError)?;
        let host = match name.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => name,
        };
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        if scheme == "https" || (scheme == "http" && is_here) {
            return Ok(Self {
                url: text.to_owned(),
                name: name.to_owned(),
            });
        }
        Err(ReceiverError)
    }
}

impl Receiver {
    /// Host and port: what those in the room are told.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For remembering how far it is: the whole address.
    pub(super) fn key(&self) -> &[u8] {
        self.url.as_bytes()
    }
}

/// It was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}, after {tries} tries")]
pub struct NotTaken {
    /// What the last try came to.
    pub reason: String,
    /// How many there were.
    pub tries: u32,
}

/// Posts a message until it is taken.
///
/// # Errors
/// [`NotTaken`] when all tries have failed.
pub(super) async fn post(
    to: &Receiver,
    secret: &Secret,
    (id, body): (&str, &[u8]),
    mut failed: impl FnMut(&str),
) -> Result<(), NotTaken> {
    let mut tries = 0;
    loop {
        // Each try is dated by itself: receivers refuse what is old.
        let timestamp = (now_ms() / 1_000).to_string();
        let signature = secret.signature(id, &timestamp, body);
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature),
        ];
        let url = to.url.clone();
        let sent = platform::post_to(url, headers, body.to_vec(), TIMEOUT).await;
        let reason = match sent {
            Ok(200..=299) => return Ok(()),
            Ok(status) => format!("status {status}"),
            Err(error) => error.to_string(),
        };
        failed(&reason);
        tries += 1;
        if tries == MAX_TRIES {
            return Err(NotTaken { reason, tries });
        }
        // Without randomness the wait is merely less random.
        let random = random_bytes::<8>().map_or(0, u64::from_be_bytes);
        platform::sleep(backoff_ms(tries, random)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The example of the specification.
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signature = secret.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(!format!("{secret:?}").contains("MfKQ"));
    }

    #[test]
    fn secrets_and_addresses_that_would_not_do_are_refused() {
        for bad in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert!(bad.parse::<Secret>().is_err(), "{bad}");
        }
        for bad in [
            "hook.example",
            "http://hook.example/x",
            "http://127.0.0.1.example/",
            "https://user:word@hook.example/",
            "ftp://hook.example",
            "https:///x",
        ] {
            assert!(bad.parse::<Receiver>().is_err(), "{bad}");
        }
        for good in [
            "https://hook.example/a?b",
            "http://127.0.0.1:8000/",
            "http://[::1]:80",
        ] {
            assert!(good.parse::<Receiver>().is_ok(), "{good}");
        }
    }

    #[test]
    fn an_id_names_a_place_and_tells_no_room() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        assert_eq!(secret.id(&[1; 16], 7), secret.id(&[1; 16], 7));
        assert_ne!(secret.id(&[1; 16], 7), secret.id(&[1; 16], 8));
        assert_ne!(secret.id(&[1; 16], 7), secret.id(&[2; 16], 7));
    }
}
