//! The secret part of a charter: what the operation is called and which playbook it follows.

use entente_protocol::{Fingerprint, limits as wire};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::SessionError;
use crate::limits::MAX_PLAYBOOK_BYTES;

/// The text that members get inside the room; the charter has only its digest, and the salt keeps
/// the hub from guessing it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharterText {
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// Name of the operation.
    pub title: String,
    /// The playbook's JSON ([`crate::playbook::Playbook`]), or nothing.
    pub playbook: String,
    /// Whether it is an exercise: shown wherever the room is.
    #[serde(default)]
    pub exercise: bool,
}

impl CharterText {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`].
    pub fn check(&self) -> Result<(), SessionError> {
        let fits =
            self.title.len() <= wire::MAX_NAME_BYTES && self.playbook.len() <= MAX_PLAYBOOK_BYTES;
        if fits {
            Ok(())
        } else {
            Err(SessionError::TooLarge)
        }
    }

    /// SHA-256 over label, salt, a byte 1 for an exercise or 0, and each text behind its length as 8 bytes, big-endian.
    #[must_use]
    pub fn digest(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 CharterText");
        hash.update(self.salt);
        hash.update([u8::from(self.exercise)]);
        for part in [&self.title, &self.playbook] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Fingerprint::from_bytes(hash.finalize().into())
    }
}

impl core::fmt::Debug for CharterText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CharterText(hidden)")
    }
}
