//! Bringing what a compartment knows into the room: a person asks for it, the country that answers for it agrees, and only
//! then it is said there.

use serde::{Deserialize, Serialize};

use super::Body;
use crate::TargetChange;
use crate::board::TargetId;

/// Somebody wants a target of the compartment to be known in the room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionWanted {
    /// The target here.
    pub target: TargetId,
    /// Exactly what is to be said there: a new target, with an id of its own.
    pub say: TargetChange,
}

/// The country that answers for the target agrees to what is to be said, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionAnswered {
    /// [`TargetChange::promotion_digest`] of what is to be said.
    pub digest: [u8; 32],
    /// Whether it may be said.
    pub agreed: bool,
}

impl Body for PromotionWanted {
    fn fits(&self) -> bool {
        self.say.fits()
    }
}

impl Body for PromotionAnswered {
    fn fits(&self) -> bool {
        true
    }
}
