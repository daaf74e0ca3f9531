//! How much one device may ask for, the same through reconnects.

use std::num::NonZeroU32;

use entente_protocol::limits;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::gate::wait_ms;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// Every frame, pings among them.
    All,
    /// What the hub checks signatures and a tree for.
    Commits,
    /// What fills the disk.
    BlobChunks,
    /// What is answered with much more than was asked.
    LargeAnswers,
}

/// One device's limiters.
pub(crate) struct DeviceLimits {
    pub(super) all: DefaultDirectRateLimiter,
    commits: DefaultDirectRateLimiter,
    blob_chunks: DefaultDirectRateLimiter,
    large_answers: DefaultDirectRateLimiter,
}

impl DeviceLimits {
    /// `messages_per_second` is what the hub was told; a hub that is told more of them is meant for more of the
    /// others too.
    pub(crate) fn new(messages_per_second: u32) -> Self {
        let burst_seconds =
            limits::MESSAGE_BURST_PER_DEVICE / limits::MESSAGES_PER_SECOND_PER_DEVICE;
        let burst = messages_per_second.saturating_mul(burst_seconds);
        let times = (messages_per_second / limits::MESSAGES_PER_SECOND_PER_DEVICE).max(1);
        let more = |limit: u32| limit.saturating_mul(times);
        Self {
            all: limiter(messages_per_second, burst),
            commits: limiter(
                more(limits::COMMITS_PER_SECOND_PER_DEVICE),
                more(limits::COMMIT_BURST_PER_DEVICE),
            ),
            blob_chunks: limiter(
                limits::BLOB_CHUNKS_PER_SECOND_PER_DEVICE,
                limits::BLOB_CHUNK_BURST_PER_DEVICE,
            ),
            large_answers: limiter(
                more(limits::LARGE_ANSWERS_PER_SECOND_PER_DEVICE),
                more(limits::LARGE_ANSWER_BURST_PER_DEVICE),
            ),
        }
    }

    /// Whether the device may go on now; if not, which limit it is, and after how many milliseconds it lets more through.
    pub(super) fn check(&self, rate: Rate) -> Result<(), (&'static str, u64)> {
        let (limiter, name) = match rate {
            Rate::All => (&self.all, "MESSAGES_PER_SECOND_PER_DEVICE"),
            Rate::Commits => (&self.commits, "COMMITS_PER_SECOND_PER_DEVICE"),
            Rate::BlobChunks => (&self.blob_chunks, "BLOB_CHUNKS_PER_SECOND_PER_DEVICE"),
            Rate::LargeAnswers => (&self.large_answers, "LARGE_ANSWERS_PER_SECOND_PER_DEVICE"),
        };
        limiter
            .check()
            .map_err(|not_until| (name, wait_ms(not_until)))
    }
}

fn limiter(per_second: u32, burst: u32) -> DefaultDirectRateLimiter {
    let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_second(at_least_one(per_second));
    RateLimiter::direct(quota.allow_burst(at_least_one(burst)))
}
