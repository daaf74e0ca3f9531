//! What was decided, in its order. Ids, keys and ciphertexts are not in it: openmls makes its own randomness,
//! so they differ from run to run, and nothing that is decided depends on them.

use core::fmt;

use sha2::{Digest as _, Sha256};

/// The lines of a run, or only their digest.
pub(crate) struct Trace {
    hash: Sha256,
    lines: Option<Vec<String>>,
    count: u64,
}

impl Trace {
    pub(crate) fn new(keeps_lines: bool) -> Self {
        Self {
            hash: Sha256::new(),
            lines: keeps_lines.then(Vec::new),
            count: 0,
        }
    }

    pub(crate) fn line(&mut self, at_ms: u64, what: fmt::Arguments<'_>) {
        let line = format!("{at_ms:>8} {what}");
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        self.count += 1;
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    pub(crate) fn lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
