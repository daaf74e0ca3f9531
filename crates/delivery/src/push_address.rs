//! Where a hub lets itself be sent: a device names the address, and must not reach through the hub
//! what only the hub's own network can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use entente_protocol::{ErrorCode, PushEndpoint, limits};
use url::{Host, Url};

/// A checked address for pushes. It is as good as a password: there is no `Debug`.
pub struct PushAddress(Url);

impl PushAddress {
    /// Checks what a device has named. `insecure` allows what private push services and tests need: plain http,
    /// and any address.
    ///
    /// # Errors
    /// The code and what is wrong.
    pub fn parse(
        endpoint: &PushEndpoint,
        insecure: bool,
    ) -> Result<Self, (ErrorCode, &'static str)> {
        let bad = |what| (ErrorCode::BadEndpoint, what);
        if endpoint.expose().len() > limits::MAX_PUSH_ENDPOINT_BYTES {
            return Err((ErrorCode::LimitExceeded, "MAX_PUSH_ENDPOINT_BYTES"));
        }
        let url = Url::parse(endpoint.expose()).map_err(|_| bad("url"))?;
        if url.scheme() != "https" && !(insecure && url.scheme() == "http") {
            return Err(bad("scheme"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("user"));
        }
        // Names are looked at when they are resolved, at each push.
        let is_reachable = match url.host() {
            None => false,
            Some(_) if insecure => true,
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name != "localhost" && !name.ends_with(".localhost")
            }
        };
        if !is_reachable {
            return Err(bad("host"));
        }
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// Scheme, host and port: for whom a token is made.
    #[must_use]
    pub fn audience(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Whether an address is one of the public Internet (IANA's special-purpose registries).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers, protocol assignments, benchmarks.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // Translated and tunnelled addresses are as good as the IPv4 address inside.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(embedded(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo and other protocol assignments, documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        // Global unicast is 2000::/3.
        [first, ..] => first & 0xe000 == 0x2000 && first & 0xfff0 != 0x3ff0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(url: &str, insecure: bool) -> Option<(ErrorCode, &'static str)> {
        PushAddress::parse(&PushEndpoint::new(url.to_owned()), insecure).err()
    }

    #[test]
    fn only_https_to_somebody_elses_host() {
        for good in [
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://fcm.googleapis.com:443/fcm/send/x",
            "https://203.0.112.7/x",
            "https://[2606:4700::1111]/x",
        ] {
            assert_eq!(judge(good, false), None, "{good}");
        }
        for (bad, what) in [
            ("", "url"),
            ("push.example/x", "url"),
            ("http://push.example/x", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("https://me@push.example/x", "user"),
            ("https://:secret@push.example/x", "user"),
            ("https://localhost/x", "host"),
            ("https://LOCALHOST./x", "host"),
            ("https://a.localhost:8420/x", "host"),
            ("https://127.0.0.1/x", "host"),
            ("https://2130706433/x", "host"),
            ("https://0x7f.1/x", "host"),
            ("https://[::1]/x", "host"),
            ("https://10.1.2.3/x", "host"),
        ] {
            let refused = Some((ErrorCode::BadEndpoint, what));
            assert_eq!(judge(bad, false), refused, "{bad}");
        }
        let long = format!("https://push.example/{}", "x".repeat(2 * 1024));
        let refused = Some((ErrorCode::LimitExceeded, "MAX_PUSH_ENDPOINT_BYTES"));
        assert_eq!(judge(&long, false), refused);
    }

    #[test]
    fn a_private_push_service_only_if_it_was_asked_for() {
        assert_eq!(judge("http://127.0.0.1:9/x", true), None);
        assert_eq!(judge("https://push.internal/x", true), None);
        for bad in ["ftp://127.0.0.1/x", "http://me@127.0.0.1/x"] {
            assert!(judge(bad, true).is_some(), "{bad}");
        }
    }

    #[test]
    fn addresses_of_the_public_internet_and_others() {
        for public in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for other in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.53",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }
}
