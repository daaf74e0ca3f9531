//! Changed copies of good inputs, the same in each run.

/// Numbers and lengths that are worth trying.
const TEMPTING: [&[u8]; 8] = [
    b"\x00",
    b"\xff",
    b"\x3f",
    b"\x40\x40",
    b"\x7f\xff",
    b"\xbf\xff\xff\xff",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xc3\x28",
];

/// Makes changed copies from a seed (the generator is SplitMix64, which needs no library).
pub struct Mutator(u64);

impl Mutator {
    /// The same seed makes the same copies.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    /// One to four changes of `input`; `other` is what parts are taken from.
    #[must_use]
    pub fn change(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(4) {
            self.change_once(&mut bytes, other);
        }
        bytes
    }

    fn change_once(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        match self.below(7) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + 1 + self.below(8)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            2 => {
                let more = TEMPTING[self.below(TEMPTING.len())];
                bytes.splice(at..at, more.iter().copied());
            }
            3 => {
                for (byte, new) in bytes[at..]
                    .iter_mut()
                    .zip(TEMPTING[self.below(TEMPTING.len())])
                {
                    *byte = *new;
                }
            }
            4 => {
                let from = self.below(other.len() + 1);
                let end = (from + self.below(64)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            5 => {
                // The same once more, as lists and keys are doubled.
                let end = (at + self.below(64)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                let bit = 1 << self.below(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bit;
                }
            }
        }
    }
}
