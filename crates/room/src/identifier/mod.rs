//! Identifiers of targets: what an officer reads off a vehicle, a passport or a screen, brought to
//! one form so that two readings of one thing are equal.

mod checks;
mod crime;
mod document;
mod kind;
mod mrz;
mod phone;
mod phone_number;
mod plate;
mod sign;
mod transport;

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::MAX_IDENTIFIER_BYTES;

pub use kind::IdentifierKind;
pub(crate) use plate::{ANY_CHARACTER, ANY_RUN};
pub(crate) use sign::is_country;

/// A text that is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not `KIND:VALUE`.
    #[error("an identifier is KIND:VALUE, such as plate:JO-12-3456")]
    NotKindAndValue,
    /// Nothing is left of it, or it is over [`MAX_IDENTIFIER_BYTES`].
    #[error("an identifier has 1 to {MAX_IDENTIFIER_BYTES} bytes")]
    Length,
    /// It can't be of its kind: wrong number or sort of characters.
    #[error("no {} looks like this", .0.as_str())]
    Form(IdentifierKind),
}

/// What the identifier's own check digit or checksum says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "check")]
pub enum Check {
    /// It has one, and it is right.
    Passed,
    /// It has none, or none that binds where it comes from.
    Absent,
    /// It has one, and it is wrong: misread, mistyped or forged.
    Wrong {
        /// What it would have to be, where that is one character or two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<String>,
    },
}

impl Check {
    pub(crate) const fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong { .. })
    }
}

/// An identifier and what its check digit says of the text that it was read from.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// In its normal form.
    pub identifier: Identifier,
    /// Its check digit.
    pub check: Check,
}

/// An identifier in its normal form: two that denote the same thing are equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

/// A normal value, and its check.
type Normal = (String, Check);

impl Identifier {
    /// Brings a value to the normal form of its kind and looks at its check digit. A wrong one is
    /// told, not refused: forged papers exist, and they are wanted too.
    ///
    /// # Errors
    /// See [`IdentifierError`].
    pub fn read(kind: IdentifierKind, value: &str) -> Result<Reading, IdentifierError> {
        if value.len() > MAX_IDENTIFIER_BYTES {
            return Err(IdentifierError::Length);
        }
        let (value, check) = match kind {
            IdentifierKind::Plate => plate::normal(value),
            IdentifierKind::Vin => transport::vin(value),
            IdentifierKind::Passport => document::passport(value),
            IdentifierKind::Imei => phone::imei(value),
            IdentifierKind::Msisdn => phone::msisdn(value),
            IdentifierKind::Imo => transport::imo(value),
            IdentifierKind::Mmsi => transport::mmsi(value),
            IdentifierKind::Container => transport::container(value),
            IdentifierKind::Flight => transport::flight(value),
            IdentifierKind::TailNumber => transport::tail_number(value),
            IdentifierKind::Wallet => crime::wallet(value),
            IdentifierKind::OnionAddress => crime::onion_address(value),
            IdentifierKind::CasNumber => crime::cas_number(value),
        }
        .ok_or(IdentifierError::Form(kind))?;
        if value.is_empty() || value.len() > MAX_IDENTIFIER_BYTES {
            return Err(IdentifierError::Length);
        }
        Ok(Reading {
            identifier: Self { kind, value },
            check,
        })
    }

    /// [`Identifier::read`] without its opinion of the check digit.
    ///
    /// # Errors
    /// See [`IdentifierError`].
    pub fn new(kind: IdentifierKind, value: &str) -> Result<Self, IdentifierError> {
        Self::read(kind, value).map(|reading| reading.identifier)
    }

    /// Reads `KIND:VALUE`.
    ///
    /// # Errors
    /// See [`IdentifierError`].
    pub fn read_text(text: &str) -> Result<Reading, IdentifierError> {
        let (kind, value) = text
            .split_once(':')
            .ok_or(IdentifierError::NotKindAndValue)?;
        let kind =
            IdentifierKind::from_name(kind.trim()).ok_or(IdentifierError::NotKindAndValue)?;
        Self::read(kind, value)
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

    /// Whether some characters of it are not known: a partial plate.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.kind == IdentifierKind::Plate && self.value.contains([ANY_CHARACTER, ANY_RUN])
    }

    /// What the check digit of the normal form says.
    #[must_use]
    pub fn check(&self) -> Check {
        Self::read(self.kind, &self.value).map_or(Check::Absent, |reading| reading.check)
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read_text(text).map(|reading| reading.identifier)
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

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({:?}, {:?})", self.identifier, self.check)
    }
}
