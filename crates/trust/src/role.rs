//! Roles, from the one that may do most to those that may only read.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use tls_codec::{TlsDeserializeBytes, TlsSerialize, TlsSize};

/// What a device may do in a room.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    TlsSize,
    TlsSerialize,
    TlsDeserializeBytes,
    Serialize,
    Deserialize,
)]
#[repr(u8)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Opens, admits any country, runs the phases, amends the charter.
    Coordinator = 1,
    /// Admits and removes devices of its own country.
    Liaison = 2,
    /// Reports, checks, raises and acknowledges hits.
    Field = 3,
    /// Reads.
    Observer = 4,
    /// A member without hands: feeds and records.
    Agent = 5,
}

/// Not the name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of coordinator, liaison, field, observer, agent")]
pub struct RoleError;

impl Role {
    /// Every role, from the highest.
    pub const ALL: [Self; 5] = [
        Self::Coordinator,
        Self::Liaison,
        Self::Field,
        Self::Observer,
        Self::Agent,
    ];

    /// The lower-case name, as in certificates and playbooks.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Liaison => "liaison",
            Self::Field => "field",
            Self::Observer => "observer",
            Self::Agent => "agent",
        }
    }

    /// How much the role may do; higher is more. Agents may send what field officers send.
    const fn rank(self) -> u8 {
        match self {
            Self::Coordinator => 4,
            Self::Liaison => 3,
            Self::Field | Self::Agent => 2,
            Self::Observer => 1,
        }
    }

    /// Whether an authority that may give `highest` may give this role.
    #[must_use]
    pub const fn is_within(self, highest: Self) -> bool {
        self.rank() <= highest.rank()
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(RoleError)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
