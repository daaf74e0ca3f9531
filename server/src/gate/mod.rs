//! The door: how many connections and requests come from one address, and how long one may be in the doorway. What
//! is limited for each device is in `connection/`, where it is known who is there.

mod gated;
mod listener;
mod peer;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entente_protocol::limits;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use tokio::net::TcpStream;

pub(crate) use gated::{Gated, GreetingTooLarge};
pub(crate) use listener::GatedListener;
pub(crate) use peer::{Peer, admit};

use crate::meters;
use peer::Visit;

/// Addresses whose rate is remembered before those that have been quiet are forgotten.
const MAX_ADDRESSES: usize = 20_000;

/// What is allowed to one address; none for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressLimits {
    /// Connections at once.
    pub connections: Option<NonZeroU32>,
    /// Requests a second, averaged: what is asked over HTTP, an upgrade to a WebSocket among it.
    pub requests_per_second: Option<NonZeroU32>,
    /// Whether they count for this machine itself too, where proxies are.
    pub with_loopback: bool,
}

/// Counts who is there.
pub(crate) struct Gate {
    limits: AddressLimits,
    open: Mutex<Open>,
    rates: Option<DefaultKeyedRateLimiter<IpAddr>>,
}

#[derive(Default)]
struct Open {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

impl Gate {
    pub(crate) fn new(limits: AddressLimits) -> Arc<Self> {
        let rates = limits.requests_per_second.map(|rate| {
            let burst = rate.saturating_mul(limits::REQUEST_BURST_SECONDS);
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
        });
        Arc::new(Self {
            limits,
            open: Mutex::default(),
            rates,
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection in, unless there are too many. The first ones that are too many of one address are taken in
    /// to be told so; then they are dropped.
    pub(crate) fn enter(
        self: &Arc<Self>,
        stream: TcpStream,
        address: IpAddr,
    ) -> Option<Gated<TcpStream>> {
        // What is flushed goes out now: it is whole frames, and mostly all that waits.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a socket that is gone already");
        }
        let origin = origin(address);
        let limit = self.limits.connections.filter(|_| self.counts(origin));
        let limit = limit.map_or(usize::MAX, |limit| limit.get() as usize);
        let mut open = self.open();
        if open.all >= limits::MAX_CONNECTIONS {
            meters::turned_away("hub");
            return None;
        }
        let here = open.of.entry(origin).or_default();
        if *here >= limit.saturating_mul(2) {
            meters::turned_away("address");
            return None;
        }
        let is_surplus = *here >= limit;
        *here += 1;
        open.all += 1;
        drop(open);
        let visit = Visit::new(self.clone(), origin, is_surplus);
        Some(Gated::new(stream, visit))
    }

    fn leave(&self, origin: IpAddr) {
        let mut open = self.open();
        open.all = open.all.saturating_sub(1);
        if let Some(here) = open.of.get_mut(&origin) {
            *here -= 1;
            if *here == 0 {
                open.of.remove(&origin);
            }
        }
    }

    /// Whether an address may ask for something now; if not, when, in milliseconds.
    fn check_rate(&self, origin: IpAddr) -> Result<(), u64> {
        let Some(rates) = self.rates.as_ref().filter(|_| self.counts(origin)) else {
            return Ok(());
        };
        if rates.len() > MAX_ADDRESSES {
            rates.retain_recent();
        }
        rates.check_key(&origin).map_err(wait_ms)
    }

    fn counts(&self, origin: IpAddr) -> bool {
        self.limits.with_loopback || !origin.is_loopback()
    }
}

/// After how many milliseconds a limit lets more through.
pub(crate) fn wait_ms(not_until: NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
    let wait = not_until.wait_time_from(DefaultClock::default().now());
    // Rounded up: who waits so long is let through.
    let milliseconds = wait.as_nanos().div_ceil(1_000_000);
    u64::try_from(milliseconds).unwrap_or(u64::MAX).max(1)
}

/// Who is one: an IPv4 address, or the network of 64 bits that an IPv6 customer has.
fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests;
