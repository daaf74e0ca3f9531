//! What an authority remembers of the tickets that it gave out.

use entente_protocol::{DeviceId, TicketId};
use entente_trust::{Role, Ticket};
use serde::{Deserialize, Serialize};

use super::{AuthorityDesk, AuthorityError};
use crate::random_bytes;

const PREFIX: &[u8] = b"invitation/";

/// Whom to invite, as what, and for how long.
#[derive(Debug, Clone)]
pub struct InviteRequest {
    /// Officer id.
    pub officer: String,
    /// Call sign.
    pub callsign: String,
    /// Highest role.
    pub role: Role,
    /// Validity of the accreditation from the moment it is signed, in milliseconds.
    pub valid_ms: u64,
    /// Validity of the ticket itself, in milliseconds.
    pub ticket_valid_ms: u64,
}

/// An invitation as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// The ticket's text; a secret.
    pub(super) ticket: String,
    /// Officer id.
    pub officer: String,
    /// Call sign.
    pub callsign: String,
    /// Highest role.
    pub role: Role,
    /// Validity of the accreditation, in milliseconds.
    pub valid_ms: u64,
    /// The device that used it.
    pub used_by: Option<DeviceId>,
}

pub(super) fn invite(
    desk: &AuthorityDesk,
    request: InviteRequest,
    now_ms: u64,
) -> Result<Ticket, AuthorityError> {
    let expires_at_ms = now_ms.saturating_add(request.ticket_valid_ms);
    let ticket = Ticket::new(desk.root().fingerprint(), random_bytes()?, expires_at_ms);
    let invitation = Invitation {
        ticket: ticket.reveal(),
        officer: request.officer,
        callsign: request.callsign,
        role: request.role,
        valid_ms: request.valid_ms,
        used_by: None,
    };
    save(desk, ticket.id(), &invitation)?;
    Ok(ticket)
}

pub(super) fn save(
    desk: &AuthorityDesk,
    id: TicketId,
    invitation: &Invitation,
) -> Result<(), AuthorityError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(invitation, &mut bytes)
        .map_err(|_| AuthorityError::Record("invitation"))?;
    Ok(desk.store.put(&[PREFIX, id.as_bytes()].concat(), &bytes)?)
}

pub(super) fn load(
    desk: &AuthorityDesk,
    id: TicketId,
) -> Result<Option<Invitation>, AuthorityError> {
    let Some(bytes) = desk.store.get(&[PREFIX, id.as_bytes()].concat())? else {
        return Ok(None);
    };
    ciborium::from_reader(bytes.as_slice())
        .map(Some)
        .map_err(|_| AuthorityError::Record("invitation"))
}

pub(super) fn all(desk: &AuthorityDesk) -> Result<Vec<Invitation>, AuthorityError> {
    desk.store
        .scan(PREFIX)?
        .iter()
        .map(|(_, bytes)| {
            ciborium::from_reader(bytes.as_slice())
                .map_err(|_| AuthorityError::Record("invitation"))
        })
        .collect()
}

impl core::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Invitation({} {}, ticket hidden)",
            self.officer, self.role
        )
    }
}
