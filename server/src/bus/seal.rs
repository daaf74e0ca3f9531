//! The MAC of words.

use core::fmt;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Bytes of a tag.
const TAG_BYTES: usize = 32;

/// The key that all hubs of one database share.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

impl Key {
    /// From a secret that lies in the database and serves other ends too.
    pub(crate) fn derive(secret: &[u8; 32]) -> Self {
        let mut purpose = keyed(secret);
        purpose.update(b"Entente 1.0 Words between hubs");
        Self(keyed(&purpose.finalize().into_bytes().into()))
    }

    /// Tag, then the bytes.
    pub(super) fn seal(&self, bytes: Vec<u8>) -> Bytes {
        let mut mac = self.0.clone();
        mac.update(&bytes);
        let mut sealed = Vec::with_capacity(TAG_BYTES + bytes.len());
        sealed.extend_from_slice(&mac.finalize().into_bytes());
        sealed.extend(bytes);
        sealed.into()
    }

    /// The bytes, if the tag is theirs.
    pub(super) fn open<'a>(&self, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (tag, bytes) = sealed.split_at_checked(TAG_BYTES)?;
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.verify_slice(tag).ok()?;
        Some(bytes)
    }
}

fn keyed(secret: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to its block (RFC 2104 §2), which this array has already.
    let mut key = hmac::digest::Key::<Hmac<Sha256>>::default();
    key[..32].copy_from_slice(secret);
    Hmac::new(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_was_made_up_or_changed_is_not_heard() {
        let key = Key::derive(&[1; 32]);
        let sealed = key.seal(b"word".to_vec());
        assert_eq!(key.open(&sealed), Some(b"word".as_slice()));
        for place in 0..sealed.len() {
            let mut changed = sealed.to_vec();
            changed[place] ^= 1;
            assert_eq!(key.open(&changed), None, "byte {place}");
        }
        assert_eq!(Key::derive(&[2; 32]).open(&sealed), None);
        assert_eq!(key.open(b"short"), None);
    }
}
