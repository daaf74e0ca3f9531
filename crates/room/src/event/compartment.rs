//! What the room is told of a compartment.

use serde::{Deserialize, Serialize};

use super::Body;

/// There is one more: everybody counts it, and only who sits there can tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompartmentAnnounced {
    /// See [`entente_trust::Compartment::commitment`].
    pub commitment: [u8; 32],
}

impl Body for CompartmentAnnounced {
    fn fits(&self) -> bool {
        true
    }
}
