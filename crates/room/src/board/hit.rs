//! Hits and their acknowledgements.

use std::collections::BTreeMap;

use entente_trust::Country;
use serde::{Deserialize, Serialize};

use super::{Stamp, TargetId};
use crate::{HitRaised, Identifier};

entente_protocol::id_newtype!(
    /// A hit. Random.
    HitId,
    16
);

/// A sighting or check that matches an identifier of a target.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Who raised it.
    pub raised: Stamp,
    /// What was seen.
    pub identifier: Identifier,
    /// The target, if known.
    pub target: Option<TargetId>,
    /// Where and how.
    pub note: String,
    /// The first acknowledgement of each country.
    pub acknowledged: BTreeMap<Country, Stamp>,
}

impl Hit {
    pub(super) fn new(raised: &HitRaised, stamp: Stamp) -> Self {
        Self {
            raised: stamp,
            identifier: raised.identifier.clone(),
            target: raised.target,
            note: raised.note.clone(),
            acknowledged: BTreeMap::new(),
        }
    }

    /// Whether it is the country's first.
    pub(super) fn acknowledge(&mut self, stamp: Stamp) -> bool {
        let mut is_first = false;
        self.acknowledged.entry(stamp.country).or_insert_with(|| {
            is_first = true;
            stamp
        });
        is_first
    }
}

impl core::fmt::Debug for Hit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Hit(hidden)")
    }
}
