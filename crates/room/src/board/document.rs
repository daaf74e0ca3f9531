//! Photos and documents on the board.

use serde::{Deserialize, Serialize};

use super::{Board, Rejected, Stamp};
use crate::DocumentShared;
use crate::limits::MAX_DOCUMENTS;

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

impl Board {
    pub(super) fn share(&mut self, shared: &DocumentShared, stamp: Stamp) -> Result<(), Rejected> {
        if self.documents.contains_key(&shared.document) {
            return Err(Rejected::Taken);
        }
        self.check_target(shared.target)?;
        if self.documents.len() >= MAX_DOCUMENTS {
            return Err(Rejected::Full);
        }
        let shared = shared.clone();
        self.documents
            .insert(shared.document, Document { shared, stamp });
        Ok(())
    }

    /// All documents in order of id.
    pub fn documents(&self) -> impl Iterator<Item = (DocumentId, &Document)> {
        self.documents.iter().map(|(id, document)| (*id, document))
    }
}

/// Holds a key.
impl core::fmt::Debug for Document {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Document(hidden)")
    }
}
