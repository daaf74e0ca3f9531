//! What a typed identifier is, and what this device's own boards know of it. No hub is asked.

use entente_protocol::RoomId;
use entente_room::{
    Check, Handling, Identifier, IdentifierError, IdentifierKind, Reading, Session, TargetStatus,
    WatchList,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::view::{IdentifierView, lies_in};

/// The answer.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct CheckResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<IdentifierView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<&'static str>,
    pub check_digit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    pub matches: Vec<Found>,
}

/// A target that it may be.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Found {
    pub room: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub target: String,
    pub name: String,
    pub status: TargetStatus,
    pub owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    pub identifier: IdentifierView,
    pub rule: &'static str,
    pub certainty: u8,
    pub notes: String,
}

/// Kinds that a text without a kind may be, those with a check digit first: they are surest.
const GUESSES: &[IdentifierKind] = &[
    IdentifierKind::Vin,
    IdentifierKind::Container,
    IdentifierKind::Imei,
    IdentifierKind::OnionAddress,
    IdentifierKind::CasNumber,
    IdentifierKind::Wallet,
    IdentifierKind::Imo,
    IdentifierKind::Msisdn,
    IdentifierKind::Mmsi,
];

/// Reads an identifier; without a kind it is what its check digit says, else a plate.
///
/// # Errors
/// See [`IdentifierError`].
pub fn read(kind: &str, text: &str) -> Result<Reading, IdentifierError> {
    if !kind.is_empty() {
        let kind = IdentifierKind::from_name(kind).ok_or(IdentifierError::NotKindAndValue)?;
        return Identifier::read(kind, text);
    }
    if text.contains(':')
        && let Ok(reading) = Identifier::read_text(text)
    {
        return Ok(reading);
    }
    let right = GUESSES
        .iter()
        .filter_map(|kind| Identifier::read(*kind, text).ok())
        .find(|reading| reading.check == Check::Passed);
    match right {
        Some(reading) => Ok(reading),
        None => Identifier::read(IdentifierKind::Plate, text),
    }
}

/// Reads an identifier, without any board.
#[must_use]
pub fn reading(kind: &str, text: &str) -> (CheckResult, Option<Reading>) {
    let mut result = CheckResult {
        identifier: None,
        problem: None,
        check_digit: "none",
        expected: None,
        matches: Vec::new(),
    };
    match read(kind, text) {
        Ok(reading) => {
            result.identifier = Some((&reading.identifier).into());
            match &reading.check {
                Check::Passed => result.check_digit = "right",
                Check::Absent => {}
                Check::Wrong { expected } => {
                    result.check_digit = "wrong";
                    result.expected.clone_from(expected);
                }
            }
            (result, Some(reading))
        }
        Err(error) => {
            result.problem = Some(match error {
                IdentifierError::NotKindAndValue => "kind",
                IdentifierError::Length => "length",
                IdentifierError::Form(_) => "form",
            });
            (result, None)
        }
    }
}

/// What one room's board knows.
#[must_use]
pub fn matches(session: &Session, reading: &Reading) -> Vec<Found> {
    let board = session.board();
    let (room, within) = lies_in(session);
    let list = WatchList::of(board);
    list.search(reading)
        .iter()
        .filter_map(|found| {
            let target = board.target(found.target)?;
            Some(Found {
                room: room.to_string(),
                within,
                target: found.target.to_string(),
                name: target.name.value.clone(),
                status: target.status.value,
                owner: target.owner.value.to_string(),
                handling: target.handling.value,
                identifier: found.identifier.into(),
                rule: found.rule.as_str(),
                certainty: found.certainty,
                notes: target.notes.value.clone(),
            })
        })
        .collect()
}

/// A passphrase as the page hands it over.
///
/// # Errors
/// If it is no text.
pub fn passphrase(bytes: Option<Vec<u8>>) -> Result<entente_device::Passphrase, Failure> {
    let text = String::from_utf8(bytes.unwrap_or_default()).map_err(|_| Failure::malformed())?;
    Ok(entente_device::Passphrase::new(text))
}
