//! A short code by which people assure each other that they are in the same room.

use entente_trust::Roster;
use sha2::{Digest as _, Sha256};

/// Words of a safety number.
const WORDS: usize = 9;

/// Bits of one word's place in its list.
const WORD_BITS: usize = 7;

/// 63 bits of a digest over the MLS epoch authenticator (RFC 9420 §8.7) and the roster. Equal on two
/// devices exactly if they agree on every key, every seat and every step that led here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafetyNumber(u64);

impl SafetyNumber {
    /// How many words a list must have.
    pub const LIST_WORDS: usize = 1 << WORD_BITS;

    pub(crate) fn of(epoch_authenticator: &[u8], roster: &Roster) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 SafetyNumber");
        hash.update((epoch_authenticator.len() as u64).to_be_bytes());
        hash.update(epoch_authenticator);
        for (device, seat) in roster.seats() {
            hash.update(device.as_bytes());
            hash.update(seat.accreditation.fingerprint().as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(first) >> 1)
    }

    /// Nine places in a list of [`Self::LIST_WORDS`] words.
    pub fn words(&self) -> impl Iterator<Item = usize> {
        let bits = self.0;
        (0..WORDS).rev().map(move |word| {
            let place = (bits >> (word * WORD_BITS)) & ((1 << WORD_BITS) - 1);
            usize::try_from(place).unwrap_or(0)
        })
    }

    /// The same as digits, in groups of four.
    #[must_use]
    pub fn digits(&self) -> String {
        let text = format!("{:020}", self.0);
        let groups: Vec<&str> = (0..text.len())
            .step_by(4)
            .filter_map(|at| text.get(at..at + 4))
            .collect();
        groups.join(" ")
    }
}
