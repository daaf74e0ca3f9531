//! What a run is to be like; all of it follows from the seed.

use crate::chance::Chance;
use crate::{Bug, Invariant};

const CLASSIC: u16 = 0x0001;
const POST_QUANTUM: u16 = 0x004F;

/// One run in so many uses the post-quantum suite; the others the classical one, which costs less.
const POST_QUANTUM_EVERY: u64 = 16;

/// How a run goes.
#[derive(Debug, Clone)]
pub struct Plan {
    /// From which everything follows.
    pub seed: u64,
    /// Devices that take part.
    pub members: usize,
    /// MLS ciphersuite of the room.
    pub ciphersuite: u16,
    /// Whether the room has a playbook with short deadlines.
    pub has_playbook: bool,
    /// Things that members do.
    pub acts: usize,
    /// Length of the time box, milliseconds; some end while the run goes on.
    pub closes_after_ms: u64,
    /// Messages that the hub keeps.
    pub keep: u64,
    /// Whether an old backup is put back.
    pub has_old_backup: bool,
    /// A bug to put in.
    pub bug: Option<Bug>,
    /// The one invariant to look for, if not all.
    pub only: Option<Invariant>,
    /// Whether the lines of the trace are kept.
    pub keeps_trace: bool,
}

impl Plan {
    /// The plan of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ 0x0706_6C61_6E00);
        let closes_soon = chance.one_in(4);
        Self {
            seed,
            members: usize::try_from(chance.between(3, 6)).unwrap_or(3),
            ciphersuite: if seed.is_multiple_of(POST_QUANTUM_EVERY) {
                POST_QUANTUM
            } else {
                CLASSIC
            },
            has_playbook: chance.one_in(2),
            acts: usize::try_from(chance.between(30, 70)).unwrap_or(30),
            closes_after_ms: if closes_soon {
                chance.between(25_000, 100_000)
            } else {
                4 * 3_600_000
            },
            keep: if chance.one_in(4) {
                chance.between(20, 60)
            } else {
                100_000
            },
            has_old_backup: chance.one_in(8),
            bug: None,
            only: None,
            keeps_trace: false,
        }
    }

    /// The same with a bug, looking for what it should break.
    #[must_use]
    pub fn with_bug(self, bug: Bug, only: Invariant) -> Self {
        Self {
            bug: Some(bug),
            only: Some(only),
            ..self
        }
    }
}
