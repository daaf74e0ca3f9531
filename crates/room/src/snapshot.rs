//! The board as one block, for those who were not there while it grew.

use ciborium::Value;
use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::limits::{MAX_SNAPSHOT_PARTS, SNAPSHOT_PART_BYTES};
use crate::record::{bytes, from_cbor, to_cbor};
use crate::transcript::Hash;
use crate::{CharterText, SessionError};

/// A part of a snapshot. Digest and running hash stand in each part, so that members who need no
/// snapshot can check the claim without putting it together.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotPart {
    /// The sequence number up to which the board includes everything.
    pub as_of: u64,
    /// Running transcript hash there.
    pub transcript: [u8; 32],
    /// Digest of the board there.
    pub digest: [u8; 32],
    /// Which part, from 0.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
    /// The part's bytes of the CBOR body.
    #[serde(with = "bytes")]
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    text: CharterText,
    board: Board,
    /// Signed revocation lists that the room knows.
    revocations: Vec<Value>,
}

impl SnapshotPart {
    /// Whether the other part can belong to the same snapshot.
    pub(crate) fn is_of_same(&self, other: &Self) -> bool {
        (self.as_of, self.parts, self.digest, self.transcript)
            == (other.as_of, other.parts, other.digest, other.transcript)
    }

    /// Charter text and board of a snapshot, from all its parts in any order; none if parts are missing or are not
    /// what they claim.
    #[must_use]
    pub fn joined(parts: &[Self]) -> Option<(CharterText, Board)> {
        let joined = join(parts).ok().flatten()?;
        Some((joined.text, joined.board))
    }

    pub(crate) fn is_within_limits(&self) -> bool {
        self.part < self.parts
            && self.parts as usize <= MAX_SNAPSHOT_PARTS
            && self.bytes.len() <= SNAPSHOT_PART_BYTES
    }
}

/// Cuts a snapshot into parts.
pub(crate) fn cut(
    as_of: u64,
    transcript: Hash,
    text: &CharterText,
    board: &Board,
    revocations: impl Iterator<Item = Vec<u8>>,
) -> Result<Vec<SnapshotPart>, SessionError> {
    let bytes = to_cbor(&Body {
        text: text.clone(),
        board: board.clone(),
        revocations: revocations.map(Value::Bytes).collect(),
    });
    let chunks: Vec<&[u8]> = bytes.chunks(SNAPSHOT_PART_BYTES).collect();
    if chunks.len() > MAX_SNAPSHOT_PARTS {
        return Err(SessionError::TooLarge);
    }
    let digest = board.digest();
    let parts = chunks.len() as u32;
    let cut = chunks
        .into_iter()
        .zip(0_u32..)
        .map(|(chunk, part)| SnapshotPart {
            as_of,
            transcript,
            digest,
            part,
            parts,
            bytes: chunk.to_vec(),
        });
    Ok(cut.collect())
}

/// What a snapshot says.
pub(crate) struct Joined {
    pub(crate) text: CharterText,
    pub(crate) board: Board,
    pub(crate) revocations: Vec<Vec<u8>>,
}

/// Puts a snapshot together from all its parts, in any order.
pub(crate) fn join(parts: &[SnapshotPart]) -> Result<Option<Joined>, SessionError> {
    let Some(first) = parts.first() else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    for number in 0..first.parts {
        let Some(part) = parts.iter().find(|part| part.part == number) else {
            return Ok(None);
        };
        bytes.extend_from_slice(&part.bytes);
    }
    let body: Body = from_cbor(&bytes, "snapshot")?;
    if body.board.digest() != first.digest {
        return Err(SessionError::Malformed("snapshot"));
    }
    let lists = body.revocations.into_iter();
    Ok(Some(Joined {
        text: body.text,
        board: body.board,
        revocations: lists.filter_map(|list| list.into_bytes().ok()).collect(),
    }))
}
