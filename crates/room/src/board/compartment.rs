//! How many compartments a room has: that much of them is everybody's.

use entente_trust::Role;
use serde::{Deserialize, Serialize};

use super::{Board, Rejected, Stamp};
use crate::CompartmentAnnounced;
use entente_protocol::limits::MAX_COMPARTMENTS;

/// A compartment of which it is known that there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// What stands for it.
    pub commitment: [u8; 32],
    /// Who opened it, and when.
    pub stamp: Stamp,
}

impl Board {
    pub(super) fn announce(
        &mut self,
        announced: CompartmentAnnounced,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        if !matches!(stamp.role, Role::Coordinator | Role::Liaison) {
            return Err(Rejected::Role);
        }
        let commitment = announced.commitment;
        if self
            .compartments
            .iter()
            .any(|it| it.commitment == commitment)
        {
            return Err(Rejected::Taken);
        }
        if self.compartments.len() >= MAX_COMPARTMENTS as usize {
            return Err(Rejected::Full);
        }
        self.compartments.push(Announced { commitment, stamp });
        Ok(())
    }

    /// The compartments that were announced, in their order.
    #[must_use]
    pub fn compartments(&self) -> &[Announced] {
        &self.compartments
    }
}
