//! Kinds of identifiers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kinds of identifiers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum IdentifierKind {
    Plate,
    Vin,
    Passport,
    Imei,
    Msisdn,
    Imo,
    Mmsi,
    Container,
    Flight,
    TailNumber,
    Wallet,
    OnionAddress,
    CasNumber,
}

impl IdentifierKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Plate,
        Self::Vin,
        Self::Passport,
        Self::Imei,
        Self::Msisdn,
        Self::Imo,
        Self::Mmsi,
        Self::Container,
        Self::Flight,
        Self::TailNumber,
        Self::Wallet,
        Self::OnionAddress,
        Self::CasNumber,
    ];

    /// The snake-case name, as in events and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plate => "plate",
            Self::Vin => "vin",
            Self::Passport => "passport",
            Self::Imei => "imei",
            Self::Msisdn => "msisdn",
            Self::Imo => "imo",
            Self::Mmsi => "mmsi",
            Self::Container => "container",
            Self::Flight => "flight",
            Self::TailNumber => "tail_number",
            Self::Wallet => "wallet",
            Self::OnionAddress => "onion_address",
            Self::CasNumber => "cas_number",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether people and cameras read it off things, so that one character may be wrong. The rest
    /// is copied by machines, and one character makes another thing of it.
    #[must_use]
    pub const fn is_read_by_eye(self) -> bool {
        matches!(
            self,
            Self::Plate
                | Self::Vin
                | Self::Passport
                | Self::Imei
                | Self::Container
                | Self::TailNumber
        )
    }
}
