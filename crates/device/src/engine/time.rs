//! How far the hub's clock and this device's differ, and how well that is known.

use serde::Serialize;

use super::actor::Actor;
use super::handle::Reply;
use super::work::Work;
use super::{EngineError, EngineEvent};
use crate::connection::Connection;
use crate::platform::Surroundings;

/// Uncertainty above which an H-hour can't be kept together with others, in milliseconds.
pub const MAX_UNCERTAINTY_MS: u64 = 500;

/// Samples of which the best counts.
const SAMPLES: usize = 8;

/// How often the hub is asked for its time, in milliseconds.
const SAMPLE_INTERVAL_MS: u64 = 30_000;

/// Samples that are taken at once after connecting.
const FIRST_SAMPLES: usize = 3;

/// By how much the wall clock may gain on the steady one between two looks without having been set, or the device having
/// slept, in milliseconds.
const JUMP_MS: u64 = 500;

/// How long the hub's answer is waited for before a clock that has jumped is believed, in milliseconds.
const DOUBT_MS: u64 = 10_000;

/// The time that all members count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The hub's time now as this device reckons it, Unix milliseconds.
    pub now_ms: u64,
    /// The hub's clock minus this device's, milliseconds.
    pub offset_ms: i64,
    /// How wrong that can be, milliseconds; none if it was never measured.
    pub uncertainty_ms: Option<u64>,
}

impl Clock {
    /// Whether it is known well enough to strike by.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.uncertainty_ms
            .is_some_and(|uncertainty_ms| uncertainty_ms <= MAX_UNCERTAINTY_MS)
    }
}

/// One question and its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    offset_ms: i64,
    /// Half of the way there and back, and a millisecond for rounding.
    uncertainty_ms: u64,
}

impl Sample {
    fn new(asked_ms: u64, hub_ms: u64, answered_ms: u64) -> Self {
        let round_trip_ms = answered_ms.saturating_sub(asked_ms);
        let middle = i128::from(asked_ms) + i128::from(round_trip_ms / 2);
        Self {
            offset_ms: i64::try_from(i128::from(hub_ms) - middle).unwrap_or_default(),
            uncertainty_ms: round_trip_ms / 2 + 1,
        }
    }

    async fn take(around: &dyn Surroundings, connection: &Connection) -> Option<Self> {
        let asked_ms = around.now_ms();
        let hub_ms = connection.time().await.ok()?;
        Some(Self::new(asked_ms, hub_ms, around.now_ms()))
    }
}

/// What is known of the hub's clock.
#[derive(Debug, Default)]
pub(super) struct HubClock {
    samples: Vec<Sample>,
    next_at_ms: u64,
    was_uncertain: bool,
    /// This device's wall clock minus its steady one, when it was last looked at.
    drift_ms: Option<i64>,
    /// Until then, by the steady clock, nothing is ended for being over: this device's clock has jumped, and the hub was
    /// asked.
    doubted_until_ms: u64,
}

impl HubClock {
    /// A new connection may be to another hub: what was measured counts no longer.
    pub(super) fn restart(&mut self) {
        *self = Self {
            drift_ms: self.drift_ms,
            ..Self::default()
        };
    }

    /// Looks whether the wall clock was set, or the device has slept: what was measured counts no longer.
    fn has_jumped(&mut self, now_ms: u64, steady_ms: u64) -> bool {
        let drift_ms = i64::try_from(i128::from(now_ms) - i128::from(steady_ms)).ok();
        let before_ms = core::mem::replace(&mut self.drift_ms, drift_ms);
        let has_jumped = before_ms
            .zip(drift_ms)
            .is_some_and(|(before_ms, drift_ms)| before_ms.abs_diff(drift_ms) > JUMP_MS);
        if has_jumped {
            self.samples.clear();
            self.next_at_ms = steady_ms;
            self.doubted_until_ms = steady_ms.saturating_add(DOUBT_MS);
        }
        has_jumped
    }

    fn best(&self) -> Option<Sample> {
        self.samples
            .iter()
            .min_by_key(|sample| sample.uncertainty_ms)
            .copied()
    }
}

impl Actor {
    pub(super) fn clock(&self) -> Clock {
        let uncertainty_ms = self.hub_clock.best().map(|sample| sample.uncertainty_ms);
        Clock {
            now_ms: self.now_ms(),
            offset_ms: self.clock_offset_ms,
            uncertainty_ms,
        }
    }

    /// Before anything is done: whether this device's clock can still be believed.
    pub(super) fn look_for_jump(&mut self) {
        let (now_ms, steady_ms) = (self.around.now_ms(), self.around.steady_ms());
        if self.hub_clock.has_jumped(now_ms, steady_ms) {
            self.look_at_clock(steady_ms);
        }
    }

    /// Whether this device's clock has jumped, and the hub may still say by how much.
    pub(super) fn is_clock_doubted(&self) -> bool {
        self.connection.is_some() && self.around.steady_ms() < self.hub_clock.doubted_until_ms
    }

    /// Asks the hub when it is time to.
    pub(super) fn look_at_clock(&mut self, steady_ms: u64) {
        if steady_ms < self.hub_clock.next_at_ms || self.connection.is_none() {
            return;
        }
        let count = match self.hub_clock.samples.len() {
            0 => FIRST_SAMPLES,
            _ => 1,
        };
        self.hub_clock.next_at_ms = steady_ms.saturating_add(SAMPLE_INTERVAL_MS);
        self.measure(count, None);
    }

    pub(super) fn measure(&mut self, count: usize, reply: Option<Reply<Clock>>) {
        let Some(connection) = self.connection.clone() else {
            if let Some(reply) = reply {
                let _ = reply.send(Err(EngineError::Offline));
            }
            return;
        };
        let around = self.around.clone();
        self.works.push(Box::pin(async move {
            let mut samples = Vec::new();
            for _ in 0..count {
                samples.extend(Sample::take(&*around, &connection).await);
            }
            Work::Clock { samples, reply }
        }));
    }

    pub(super) fn measured(&mut self, samples: Vec<Sample>, reply: Option<Reply<Clock>>) {
        let clock = &mut self.hub_clock;
        clock.samples.extend(samples);
        let surplus = clock.samples.len().saturating_sub(SAMPLES);
        clock.samples.drain(..surplus);
        if let Some(best) = clock.best() {
            let is_uncertain = best.uncertainty_ms > MAX_UNCERTAINTY_MS;
            let news = is_uncertain && !clock.was_uncertain;
            clock.was_uncertain = is_uncertain;
            self.clock_offset_ms = best.offset_ms;
            let was_doubted = core::mem::take(&mut clock.doubted_until_ms) > 0;
            if news {
                let uncertainty_ms = best.uncertainty_ms;
                self.tell(EngineEvent::ClockUncertain { uncertainty_ms });
            }
            // Those that seemed to come too late.
            if let (true, Some(connection)) = (was_doubted, self.connection.clone()) {
                self.ask_for_welcomes(&connection);
            }
        }
        if let Some(reply) = reply {
            let _ = reply.send(Ok(self.clock()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_measured_anew() {
        let mut clock = HubClock {
            samples: vec![Sample::new(0, 50, 20)],
            ..HubClock::default()
        };
        assert!(!clock.has_jumped(1_000_000, 500), "the first look");
        assert!(!clock.has_jumped(1_060_400, 60_500), "clocks drift");
        assert_eq!(clock.samples.len(), 1);
        assert!(clock.has_jumped(1_301_000, 61_000), "set forward");
        assert!(clock.best().is_none());
        assert!(clock.has_jumped(1_061_500, 61_500), "and back");
        assert!(!clock.has_jumped(1_062_000, 62_000));
        assert_eq!(clock.doubted_until_ms, 61_500 + DOUBT_MS);
    }

    #[test]
    fn a_slow_answer_is_an_uncertain_one() {
        // The hub is an hour ahead; the way there took 100 ms and the way back 300 ms.
        let sample = Sample::new(1_000_000, 4_600_100, 1_000_400);
        assert_eq!(sample.uncertainty_ms, 201);
        let error = (sample.offset_ms - 3_600_000).unsigned_abs();
        assert!(error <= sample.uncertainty_ms, "{error}");
        let clock = HubClock {
            samples: vec![sample, Sample::new(0, 50, 20), Sample::new(0, 50, 4_000)],
            ..HubClock::default()
        };
        assert_eq!(clock.best().map(|best| best.uncertainty_ms), Some(11));
    }
}
