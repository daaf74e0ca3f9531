//! Bounds of a dossier.

/// Bytes of a dossier's file: its parts are found by 32-bit lengths, and it is read as a whole.
pub const MAX_DOSSIER_BYTES: usize = 2 * 1024 * 1024 * 1024 - 1;

/// Parts of a dossier.
pub const MAX_PARTS: usize = 2_000_000;

/// Bytes of the table of contents: as many as the prefix of RFC 9420 §2.1.2 can tell.
pub const MAX_CONTENTS_BYTES: usize = (1 << 30) - 1;
