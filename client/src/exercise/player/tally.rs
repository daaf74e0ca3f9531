//! What is counted while an exercise is played.

use crate::exercise::score::Score;

/// What a play has counted.
#[derive(Default, serde::Serialize)]
pub(super) struct Tally {
    pub(super) steps: usize,
    pub(super) devices: usize,
    pub(super) messages: usize,
    pub(super) targets: usize,
    pub(super) hits: usize,
    pub(super) security_events: usize,
    pub(super) agreements: usize,
    pub(super) refusals: usize,
    pub(super) positions: usize,
    pub(super) feed_lines: usize,
    pub(super) board_digest: String,
    pub(super) score: Score,
}

impl Tally {
    /// As much of the board's digest as people compare.
    pub(super) fn short_digest(&self) -> &str {
        self.board_digest.get(..16).unwrap_or_default()
    }
}
