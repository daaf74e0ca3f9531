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
}

impl HubClock {
    /// A new connection may be to another hub: what was measured counts no longer.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
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
            if news {
                let uncertainty_ms = best.uncertainty_ms;
                self.tell(EngineEvent::ClockUncertain { uncertainty_ms });
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
