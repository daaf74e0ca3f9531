//! Labelled, length-prefixed concatenation: the one way in which this crate makes bytes to sign,
//! hash or authenticate, so that bytes of one purpose never parse as those of another.

use sha2::{Digest as _, Sha256};
use tls_codec::Serialize as _;

/// `label<V> part<V> part<V> …` with the vectors of RFC 9420 §2.1.2.
pub(crate) fn labelled(label: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in core::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
        // Writing to a Vec fails only over 2^30 bytes; every caller's parts come from frames or
        // certificates with far smaller limits.
        let _ = tls_codec::VLByteSlice(part).tls_serialize(&mut out);
    }
    out
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
