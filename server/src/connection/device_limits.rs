//! How much one device may ask for, the same through reconnects.

use std::num::NonZeroU32;

use entente_protocol::limits;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::gate::wait_ms;

const KIB: usize = 1_024;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// Proofs of who it is.
    Hellos,
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
    hellos: DefaultDirectRateLimiter,
    kibibytes: DefaultDirectRateLimiter,
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
        let kib = |bytes: u32| bytes / KIB as u32;
        Self {
            hellos: limiter(
                limits::HELLOS_PER_SECOND_PER_DEVICE,
                limits::HELLO_BURST_PER_DEVICE,
            ),
            kibibytes: limiter(
                more(kib(limits::BYTES_PER_SECOND_PER_DEVICE)),
                more(kib(limits::BYTE_BURST_PER_DEVICE)),
            ),
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
            Rate::Hellos => (&self.hellos, "HELLOS_PER_SECOND_PER_DEVICE"),
            Rate::All => (&self.all, "MESSAGES_PER_SECOND_PER_DEVICE"),
            Rate::Commits => (&self.commits, "COMMITS_PER_SECOND_PER_DEVICE"),
            Rate::BlobChunks => (&self.blob_chunks, "BLOB_CHUNKS_PER_SECOND_PER_DEVICE"),
            Rate::LargeAnswers => (&self.large_answers, "LARGE_ANSWERS_PER_SECOND_PER_DEVICE"),
        };
        limiter
            .check()
            .map_err(|not_until| (name, wait_ms(not_until)))
    }

    /// Counts the bytes of a frame; if they are too many now, returns after how many milliseconds to try again.
    pub(super) fn take_bytes(&self, bytes: usize) -> Result<(), u64> {
        let kibibytes = u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX);
        let kibibytes = NonZeroU32::new(kibibytes).unwrap_or(NonZeroU32::MIN);
        match self.kibibytes.check_n(kibibytes) {
            Ok(checked) => checked.map_err(wait_ms),
            // More than may ever come at once: no frame is that large.
            Err(_) => Ok(()),
        }
    }
}

fn limiter(per_second: u32, burst: u32) -> DefaultDirectRateLimiter {
    let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_second(at_least_one(per_second));
    RateLimiter::direct(quota.allow_burst(at_least_one(burst)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Blobs at their own rate never wait for their bytes; a frame too many does, and no longer than its bytes take.
    #[test]
    fn bytes_wait_when_the_burst_is_used_up() {
        let limits = DeviceLimits::new(limits::MESSAGES_PER_SECOND_PER_DEVICE);
        for _ in 0..limits::BLOB_CHUNK_BURST_PER_DEVICE {
            limits.take_bytes(limits::BLOB_CHUNK_BYTES + KIB).unwrap();
        }
        let mut wait_ms = 0;
        for _ in 0..=limits::BYTE_BURST_PER_DEVICE as usize / limits::MAX_FRAME_BYTES {
            if let Err(wait) = limits.take_bytes(limits::MAX_FRAME_BYTES) {
                wait_ms = wait;
                break;
            }
        }
        let whole_frame_ms =
            limits::MAX_FRAME_BYTES as u64 * 1_000 / u64::from(limits::BYTES_PER_SECOND_PER_DEVICE);
        assert!((1..=whole_frame_ms).contains(&wait_ms), "{wait_ms}");
    }

    #[test]
    fn nothing_is_counted_for_bytes_that_have_to_wait() {
        let limits = DeviceLimits::new(limits::MESSAGES_PER_SECOND_PER_DEVICE);
        while limits.take_bytes(limits::MAX_FRAME_BYTES).is_ok() {}
        let frame = limits.take_bytes(limits::MAX_FRAME_BYTES).unwrap_err();
        for _ in 0..100 {
            assert!(limits.take_bytes(limits::MAX_FRAME_BYTES).unwrap_err() <= frame);
        }
    }
}
