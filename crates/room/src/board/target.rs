//! Targets and their fields.

use std::collections::BTreeMap;

use entente_trust::Country;
use serde::{Deserialize, Serialize};

use super::{Rejected, Stamp};
use crate::limits::MAX_IDENTIFIERS;
use crate::{Identifier, TargetChange};

entente_protocol::id_newtype!(
    /// A target on a room's board. Random.
    TargetId,
    16
);

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum TargetKind {
    Person,
    Vehicle,
    Vessel,
    Aircraft,
    Container,
    Parcel,
    Place,
    Phone,
    Account,
    Vendor,
}

/// Where a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum TargetStatus {
    Nominated,
    Approved,
    UnderSurveillance,
    Moving,
    InCustody,
    Seized,
    Lost,
    StoodDown,
}

/// A field with who set it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field<T> {
    /// Its value.
    pub value: T,
    /// Who set it, and when.
    pub stamp: Stamp,
}

impl<T: Clone> Field<T> {
    fn set(&mut self, value: Option<&T>, stamp: Stamp) {
        if let Some(value) = value {
            *self = Self {
                value: value.clone(),
                stamp,
            };
        }
    }
}

/// One target.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Who put it on the board.
    pub created: Stamp,
    /// What it is.
    pub kind: Field<TargetKind>,
    /// Its name on the board.
    pub name: Field<String>,
    /// Where it stands.
    pub status: Field<TargetStatus>,
    /// 1 (highest) to 5.
    pub priority: Field<u8>,
    /// The country that answers for it: its author's unless another was named.
    pub owner: Field<Country>,
    /// Free notes.
    pub notes: Field<String>,
    /// Its identifiers, with who added each.
    pub identifiers: BTreeMap<Identifier, Stamp>,
}

const DEFAULT_PRIORITY: u8 = 3;

impl Target {
    pub(super) fn new(change: &TargetChange, stamp: Stamp) -> Result<Self, Rejected> {
        let kind = change.kind.ok_or(Rejected::Incomplete)?;
        let name = change.name.clone().ok_or(Rejected::Incomplete)?;
        let mut target = Self {
            created: stamp,
            kind: Field { value: kind, stamp },
            name: Field { value: name, stamp },
            status: Field {
                value: TargetStatus::Nominated,
                stamp,
            },
            priority: Field {
                value: DEFAULT_PRIORITY,
                stamp,
            },
            owner: Field {
                value: stamp.country,
                stamp,
            },
            notes: Field {
                value: String::new(),
                stamp,
            },
            identifiers: BTreeMap::new(),
        };
        target.change(change, stamp)?;
        Ok(target)
    }

    /// All or nothing.
    pub(super) fn change(&mut self, change: &TargetChange, stamp: Stamp) -> Result<(), Rejected> {
        let mut identifiers = self.identifiers.clone();
        identifiers.retain(|known, _| !change.remove_identifiers.contains(known));
        for identifier in &change.add_identifiers {
            identifiers.entry(identifier.clone()).or_insert(stamp);
        }
        if identifiers.len() > MAX_IDENTIFIERS {
            return Err(Rejected::Full);
        }
        self.identifiers = identifiers;
        self.kind.set(change.kind.as_ref(), stamp);
        self.name.set(change.name.as_ref(), stamp);
        self.status.set(change.status.as_ref(), stamp);
        self.priority.set(change.priority.as_ref(), stamp);
        self.owner.set(change.owner.as_ref(), stamp);
        self.notes.set(change.notes.as_ref(), stamp);
        Ok(())
    }
}

impl core::fmt::Debug for Target {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Target(hidden)")
    }
}
