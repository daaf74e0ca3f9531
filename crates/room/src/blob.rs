//! Photos and documents, sealed on the device before the hub gets them: in chunks, so that a phone need
//! not hold a whole film and an upload can go on where it stopped.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use entente_protocol::limits::{BLOB_CHUNK_BYTES, MAX_BLOB_CHUNKS};
use entente_protocol::{BlobId, RoomId};

use crate::BlobKey;

/// Bytes that sealing adds to each chunk.
const TAG_BYTES: usize = 16;

/// Bytes of a document in one chunk.
pub const DOCUMENT_CHUNK_BYTES: usize = BLOB_CHUNK_BYTES - TAG_BYTES;

/// Largest photo or document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = DOCUMENT_CHUNK_BYTES as u64 * MAX_BLOB_CHUNKS as u64;

/// A chunk that is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document was changed on its way, or the key is not its key")]
pub struct BlobError;

/// How many chunks a document has; an empty one has one, which is empty too.
#[must_use]
pub fn chunks_of(size: u64) -> u32 {
    let chunks = size.div_ceil(DOCUMENT_CHUNK_BYTES as u64).max(1);
    u32::try_from(chunks).unwrap_or(u32::MAX)
}

/// Which room, which blob, which chunk of how many: a chunk is good at its own place only.
#[derive(Debug, Clone, Copy)]
pub struct ChunkPlace {
    /// The room.
    pub room: RoomId,
    /// The blob.
    pub blob: BlobId,
    /// Which chunk, from 0.
    pub chunk: u32,
    /// How many there are.
    pub chunks: u32,
}

impl ChunkPlace {
    fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[8..].copy_from_slice(&self.chunk.to_be_bytes());
        nonce
    }

    fn associated(&self) -> Vec<u8> {
        let mut data = b"Entente 1.0 Blob".to_vec();
        data.extend_from_slice(self.room.as_bytes());
        data.extend_from_slice(self.blob.as_bytes());
        data.extend_from_slice(&self.chunks.to_be_bytes());
        data
    }
}

/// Seals a chunk with ChaCha20-Poly1305 (RFC 8439). The key is made for this one blob, so that the
/// chunk's number is nonce enough.
///
/// # Errors
/// [`BlobError`] if the chunk is over [`DOCUMENT_CHUNK_BYTES`].
pub fn seal_chunk(key: &BlobKey, place: ChunkPlace, plain: &[u8]) -> Result<Vec<u8>, BlobError> {
    if plain.len() > DOCUMENT_CHUNK_BYTES {
        return Err(BlobError);
    }
    let aad = place.associated();
    ChaCha20Poly1305::new(key.as_bytes().into())
        .encrypt(
            &place.nonce().into(),
            Payload {
                msg: plain,
                aad: &aad,
            },
        )
        .map_err(|_| BlobError)
}

/// Opens a chunk.
///
/// # Errors
/// [`BlobError`].
pub fn open_chunk(key: &BlobKey, place: ChunkPlace, sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let aad = place.associated();
    ChaCha20Poly1305::new(key.as_bytes().into())
        .decrypt(
            &place.nonce().into(),
            Payload {
                msg: sealed,
                aad: &aad,
            },
        )
        .map_err(|_| BlobError)
}
