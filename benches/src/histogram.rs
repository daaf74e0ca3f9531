//! Times from send to receipt.

use anyhow::Result;
use hdrhistogram::Histogram;

/// Ten minutes in nanoseconds; nothing here takes as long.
const LONGEST_NS: u64 = 600_000_000_000;

/// An HdrHistogram of nanoseconds, three digits.
pub(crate) struct Times(Histogram<u64>);

/// Milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

impl Times {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, LONGEST_NS, 3)?))
    }

    pub(crate) fn record(&mut self, ns: u64) {
        self.0.saturating_record(ns);
    }

    pub(crate) fn clear(&mut self) {
        self.0.reset();
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^52
    pub(crate) fn percentiles(&self) -> Percentiles {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1e6;
        Percentiles {
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
        }
    }
}
