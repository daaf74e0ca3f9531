//! One push, over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use entente_delivery::{PushAddress, is_public};
use entente_protocol::PushEndpoint;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderName};
use reqwest::{Client, StatusCode, redirect};

use super::vapid::VapidKey;

/// How long a push service keeps a push for a browser that is not there, in seconds.
const KEPT_S: &str = "3600";

/// One for all: a push that waits at the push service gives way to the next one.
const TOPIC: &str = "entente";

/// How long a push service may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a push service said, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Taken,
    /// There is no such subscription any more.
    Gone,
    Failed,
}

pub(super) struct Sender {
    key: VapidKey,
    /// None if this machine has no root certificates.
    client: Option<Client>,
    insecure: bool,
}

/// Resolves names to public addresses only. The connection is made to what was judged here, so that
/// a name can't mean another address a moment later.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("no public address".into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

impl Sender {
    pub(super) fn new(key: VapidKey, insecure: bool) -> Self {
        // A proxy or a redirect would lead around the check of addresses.
        let builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(TIMEOUT)
            .https_only(!insecure);
        let builder = if insecure {
            builder
        } else {
            builder.dns_resolver(Arc::new(PublicOnly))
        };
        let client = builder
            .build()
            .inspect_err(|error| tracing::warn!(%error, "nothing can be pushed"))
            .ok();
        Self {
            key,
            client,
            insecure,
        }
    }

    /// Asks the push service to wake a browser. Errors are not shown: they name the address.
    pub(super) async fn send(&self, endpoint: &PushEndpoint, now_ms: u64) -> Answer {
        // It was checked when it came; the hub may have been started with other rules since.
        let Ok(endpoint) = PushAddress::parse(endpoint, self.insecure) else {
            return Answer::Gone;
        };
        let Some(client) = &self.client else {
            return Answer::Failed;
        };
        let token = self.key.authorization(&endpoint.audience(), now_ms);
        let request = client
            .post(endpoint.url())
            .header(AUTHORIZATION, token)
            // Push services want it said that there is no body.
            .header(CONTENT_LENGTH, 0)
            .header(HeaderName::from_static("ttl"), KEPT_S)
            .header(HeaderName::from_static("urgency"), "high")
            .header(HeaderName::from_static("topic"), TOPIC);
        match request.send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Answer::Taken,
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Answer::Gone,
            Ok(_) | Err(_) => Answer::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_means_this_machine_is_not_resolved() {
        let name: Name = "localhost".parse().unwrap();
        assert!(PublicOnly.resolve(name).await.is_err());
    }
}
