//! Names of the metrics, and their text for Prometheus. No label holds an id.

use std::sync::{LazyLock, OnceLock};

use entente_protocol::ErrorCode;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

// Looked up once: these are counted with every message. `install` comes before the first use.
static ACCEPTED: LazyLock<Counter> = LazyLock::new(|| counter!("entente_messages_accepted_total"));
static DELIVERED: LazyLock<Counter> = LazyLock::new(|| counter!("entente_frames_delivered_total"));
static BATCH_JOBS: LazyLock<Histogram> = LazyLock::new(|| histogram!("entente_write_batch_jobs"));
static BATCH_SECONDS: LazyLock<Histogram> =
    LazyLock::new(|| histogram!("entente_write_batch_seconds"));

/// Installs the recorder, once in a process.
pub(crate) fn install() {
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Fails only if a recorder is set already; then that one counts, and this text is empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
}

pub(crate) fn text() -> String {
    HANDLE
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}

pub(crate) fn refused(code: ErrorCode) {
    counter!("entente_refusals_total", "code" => code.as_str()).increment(1);
}

pub(crate) fn turned_away(why: &'static str) {
    counter!("entente_turned_away_total", "why" => why).increment(1);
}

pub(crate) fn connected(delta: f64) {
    gauge!("entente_connections").increment(delta);
}

pub(crate) fn accepted(messages: u64) {
    ACCEPTED.increment(messages);
}

pub(crate) fn delivered(frames: u64) {
    DELIVERED.increment(frames);
}

pub(crate) fn pushed(outcome: &'static str) {
    counter!("entente_pushes_total", "outcome" => outcome).increment(1);
}

pub(crate) fn word(outcome: &'static str) {
    counter!("entente_bus_words_total", "outcome" => outcome).increment(1);
}

pub(crate) fn decided_anew() {
    counter!("entente_batches_decided_anew_total").increment(1);
}

pub(crate) fn cut_loose() {
    counter!("entente_followers_cut_total").increment(1);
}

#[allow(clippy::cast_precision_loss)] // counts far below 2^52
pub(crate) fn stored(jobs: usize, seconds: f64) {
    BATCH_JOBS.record(jobs as f64);
    BATCH_SECONDS.record(seconds);
}

pub(crate) fn rooms(loaded: usize) {
    #[allow(clippy::cast_precision_loss)]
    gauge!("entente_rooms_loaded").set(loaded as f64);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The names in a text.
    fn names(text: &str) -> BTreeSet<&str> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| word.starts_with("entente_"))
            .collect()
    }

    #[test]
    fn dashboard_and_page_name_metrics_that_exist_and_the_dashboard_all_of_them() {
        let ours = names(include_str!("meters.rs"));
        let ours: BTreeSet<&str> = ours
            .into_iter()
            .filter(|name| *name != "entente_")
            .collect();
        let mut shown = names(include_str!("../../deploy/grafana/hubs.json"));
        shown.retain(|name| name.contains('_'));
        let page = names(include_str!("../../docs/OPERATIONS.md"));
        assert!(ours.len() > 8, "{ours:?}");
        let library = BTreeSet::from(["entente_protocol"]);
        let ours: BTreeSet<&str> = ours.difference(&library).copied().collect();
        assert_eq!(shown, ours);
        let unknown: Vec<_> = page.difference(&ours).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
