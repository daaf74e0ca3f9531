//! Identifiers of targets: what an officer reads off a vehicle, a passport or a screen.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::MAX_IDENTIFIER_BYTES;

/// Kinds of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

    /// Whether upper and lower case are the same to it, and separators mean nothing.
    const fn is_plain(self) -> bool {
        !matches!(self, Self::Wallet | Self::OnionAddress | Self::CasNumber)
    }
}

/// A text that is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identifier is KIND:VALUE, such as plate:JO-12-3456")]
pub struct IdentifierError;

/// An identifier in its normal form: two that denote the same thing are equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

impl Identifier {
    /// Normalises a value: no white space; for plates, passports and numbers also upper case and
    /// no separators.
    ///
    /// # Errors
    /// [`IdentifierError`] if nothing is left or it is over [`MAX_IDENTIFIER_BYTES`].
    pub fn new(kind: IdentifierKind, value: &str) -> Result<Self, IdentifierError> {
        let value: String = if kind.is_plain() {
            value
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '+')
                .flat_map(char::to_uppercase)
                .collect()
        } else {
            value
                .chars()
                .filter(|c| !c.is_whitespace() && !c.is_control())
                .collect()
        };
        if value.is_empty() || value.len() > MAX_IDENTIFIER_BYTES {
            return Err(IdentifierError);
        }
        Ok(Self { kind, value })
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// Its normal value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, value) = text.split_once(':').ok_or(IdentifierError)?;
        let kind = IdentifierKind::ALL
            .into_iter()
            .find(|known| known.as_str() == kind.trim())
            .ok_or(IdentifierError)?;
        Self::new(kind, value)
    }
}

impl TryFrom<String> for Identifier {
    type Error = IdentifierError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Identifier> for String {
    fn from(identifier: Identifier) -> Self {
        identifier.to_string()
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.value)
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, hidden)", self.kind.as_str())
    }
}
