//! Photos and documents.

use serde::{Deserialize, Serialize};

use super::{Body, name_fits};
use crate::blob::MAX_DOCUMENT_BYTES;
use crate::board::{DocumentId, TargetId};
use entente_protocol::{BlobId, Fingerprint};

/// Key of a blob. In CBOR its bytes; in text for people it is not shown.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    /// From random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Serialize for BlobKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.serialize_none()
        } else {
            to.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for BlobKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = crate::record::bytes::deserialize(from)?;
        let bytes = bytes.try_into();
        bytes
            .map(Self)
            .map_err(|_| serde::de::Error::custom("a key has 32 bytes"))
    }
}

impl core::fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BlobKey(hidden)")
    }
}

/// A photo or document: what it is, and the key of the blob that the hub keeps.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentShared {
    /// The document.
    pub document: DocumentId,
    /// What it shows, if it is of a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetId>,
    /// File name, without folders.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Bytes of the file.
    pub size: u64,
    /// Where its ciphertext lies at the hub.
    pub blob: BlobId,
    /// Key of the ciphertext, made for this document alone.
    pub key: BlobKey,
    /// SHA-256 of the file.
    pub digest: Fingerprint,
}

impl Body for DocumentShared {
    fn fits(&self) -> bool {
        let is_plain_name = !self.name.is_empty()
            && !self.name.contains(['/', '\\', '\0'])
            && self.name != "."
            && self.name != "..";
        is_plain_name
            && name_fits(&self.name)
            && name_fits(&self.media_type)
            && self.size <= MAX_DOCUMENT_BYTES
    }
}
