//! The file: the dossier of a room, and behind it those of compartments of it, each sealed by itself.
//!
//! ```text
//! opaque magic[16];          // "Entente dossier" and a byte 1
//! opaque contents<V>;        // Contents
//! opaque seal<V>;            // Seal
//! opaque parts[...];         // in the order of the table, nothing between them
//!
//! opaque magic[16];          // for each compartment: "Entente dossier" and a byte 2
//! uint32 length;             // of what follows
//! ...                        // as above: contents, seal, parts
//! ```
//!
//! What is cut off from such a beginning on is left out, and nothing else is.

use entente_protocol::{RoomId, limits};
use entente_trust::{Accreditation, DeviceSigner};
use tls_codec::{DeserializeBytes as _, VLBytes};

use crate::format::{Contents, FormatError, Part, Recipient, Row, Seal, digest, encode};
use crate::limits::{MAX_CONTENTS_BYTES, MAX_DOSSIER_BYTES, MAX_PARTS};

/// First bytes of a file: its kind and the version of its format.
pub const MAGIC: [u8; 16] = *b"Entente dossier\x01";

/// First bytes of a compartment's dossier behind that of its room.
pub const MAGIC_INNER: [u8; 16] = *b"Entente dossier\x02";

/// Of what a dossier is, when it was made, and for whom.
pub(crate) type Head = (RoomId, u64, Option<Recipient>);

/// A dossier cut into what it is made of. Nothing is checked but that the cuts are where they can be.
pub(crate) struct Cut<'a> {
    pub(crate) contents_bytes: &'a [u8],
    pub(crate) contents: Contents,
    pub(crate) seal: Seal,
    /// Bytes of all parts, and of what is behind them.
    pub(crate) parts: &'a [u8],
}

/// The dossier of a room as a file.
pub(crate) fn write(
    head: Head,
    parts: &[Part],
    signer: &DeviceSigner,
    accreditation: &Accreditation,
) -> Result<Vec<u8>, FormatError> {
    let mut file = MAGIC.to_vec();
    file.extend(sealed(head, parts, signer, accreditation)?);
    check_size(&file)?;
    Ok(file)
}

/// The dossier of a compartment, behind what is in a file already.
pub(crate) fn append(
    file: &mut Vec<u8>,
    head: Head,
    parts: &[Part],
    (signer, accreditation): (&DeviceSigner, &Accreditation),
) -> Result<(), FormatError> {
    let inner = sealed(head, parts, signer, accreditation)?;
    let length = u32::try_from(inner.len()).map_err(|_| FormatError::TooLarge)?;
    let before = file.len();
    file.extend_from_slice(&MAGIC_INNER);
    file.extend_from_slice(&length.to_be_bytes());
    file.extend(inner);
    check_size(file).inspect_err(|_| file.truncate(before))
}

fn check_size(file: &[u8]) -> Result<(), FormatError> {
    if file.len() > MAX_DOSSIER_BYTES {
        return Err(FormatError::TooLarge);
    }
    Ok(())
}

/// Table of contents, seal and parts.
fn sealed(
    (room, made_at_ms, recipient): Head,
    parts: &[Part],
    signer: &DeviceSigner,
    accreditation: &Accreditation,
) -> Result<Vec<u8>, FormatError> {
    if parts.len() > MAX_PARTS {
        return Err(FormatError::TooLarge);
    }
    let rows = parts.iter().map(|part| {
        Ok(Row {
            kind: part.kind,
            place: part.place,
            length: u32::try_from(part.bytes.len()).map_err(|_| FormatError::TooLarge)?,
            digest: digest(&part.bytes),
        })
    });
    let contents = encode(&Contents {
        room,
        made_at_ms,
        recipient,
        rows: rows.collect::<Result<_, FormatError>>()?,
    })?;
    if contents.len() > MAX_CONTENTS_BYTES {
        return Err(FormatError::TooLarge);
    }
    let seal = encode(&Seal::made(&contents, signer, accreditation))?;
    let mut out = Vec::new();
    for block in [contents, seal] {
        out.extend(encode(&VLBytes::new(block))?);
    }
    for part in parts {
        out.extend_from_slice(&part.bytes);
    }
    Ok(out)
}

/// Cuts a file; what is behind the room's parts is still there.
pub(crate) fn read(file: &[u8]) -> Result<Cut<'_>, FormatError> {
    check_size(file)?;
    if file.starts_with(&MAGIC_INNER) {
        return Err(FormatError::Inner);
    }
    cut(file.strip_prefix(&MAGIC).ok_or(FormatError::Magic)?)
}

/// Cuts a dossier without its first bytes.
pub(crate) fn cut(rest: &[u8]) -> Result<Cut<'_>, FormatError> {
    let (contents_bytes, rest) = block(rest).ok_or(FormatError::Contents)?;
    let contents = Contents::tls_deserialize_exact_bytes(contents_bytes)
        .ok()
        .filter(|contents| contents.rows.len() <= MAX_PARTS)
        .ok_or(FormatError::Contents)?;
    let (seal, parts) = block(rest).ok_or(FormatError::Seal)?;
    let seal = Seal::tls_deserialize_exact_bytes(seal).map_err(|_| FormatError::Seal)?;
    Ok(Cut {
        contents_bytes,
        contents,
        seal,
        parts,
    })
}

/// The dossier of a compartment, without its first bytes.
pub(crate) struct InnerPiece<'a> {
    pub(crate) bytes: &'a [u8],
    /// It says that there is more of it than is there.
    pub(crate) is_cut_short: bool,
}

/// What lies behind a room's parts: the dossiers of compartments, and whatever is behind them.
pub(crate) fn inner(mut rest: &[u8]) -> (Vec<InnerPiece<'_>>, &[u8]) {
    let mut found = Vec::new();
    while found.len() < limits::MAX_COMPARTMENTS as usize
        && let Some(behind) = rest.strip_prefix(&MAGIC_INNER)
        && let Some((length, behind)) = behind.split_first_chunk()
    {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (bytes, behind) = behind.split_at(length.min(behind.len()));
        found.push(InnerPiece {
            bytes,
            is_cut_short: bytes.len() < length,
        });
        rest = behind;
    }
    (found, rest)
}

/// `opaque block<V>` from the beginning of bytes, without a copy; and what is behind it.
fn block(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    let (length, _) = tls_codec::vlen::read_length(&mut rest).ok()?;
    rest.split_at_checked(length)
}
