//! Photos and documents on the board.

use serde::{Deserialize, Serialize};

use super::Stamp;
use crate::DocumentShared;

entente_protocol::id_newtype!(
    /// A photo or document. Random.
    DocumentId,
    16
);

/// A photo or document, and who shared it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it is and where it lies.
    pub shared: DocumentShared,
    /// By whom, and when.
    pub stamp: Stamp,
}

/// Holds a key.
impl core::fmt::Debug for Document {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Document(hidden)")
    }
}
