//! The order of devices' connections to all hubs: what came later counts, whatever the hubs' clocks say.

use std::sync::atomic::{AtomicU64, Ordering};

/// A clock in the sense of Lamport that keeps near the time.
#[derive(Debug, Default)]
pub(crate) struct Order(AtomicU64);

impl Order {
    /// A number above all that were given or heard of here.
    pub(crate) fn next(&self, now_ms: u64) -> u64 {
        let above = |last: u64| now_ms.max(last.saturating_add(1));
        let last = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(above(last))
            });
        above(last.unwrap_or_else(|last| last))
    }

    /// Another hub gave this number.
    pub(crate) fn heard(&self, number: u64) {
        self.0.fetch_max(number, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_is_above_though_a_clock_is_slow() {
        let (fast, slow) = (Order::default(), Order::default());
        let here = fast.next(3_600_000);
        slow.heard(here);
        let there = slow.next(5);
        assert!(there > here);
        fast.heard(there);
        assert!(fast.next(3_600_000) > there);
    }

    #[test]
    fn two_of_one_moment_differ() {
        let order = Order::default();
        assert_eq!((order.next(7), order.next(7), order.next(20)), (7, 8, 20));
        order.heard(3);
        assert_eq!(order.next(7), 21);
    }
}
