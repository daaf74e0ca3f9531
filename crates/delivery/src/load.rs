//! Bringing a room back from what was stored of it.

use entente_trust::{CharterHistory, RevocationError, Roster, SignedRevocationList, mls};
use openmls::group::PublicGroup;
use openmls_rust_crypto::RustCrypto;

use crate::compartment::Within;
use crate::{Above, Refusal, Room, RoomRecord, bundle};

/// Stored state that can't be a room's: the store was damaged or tampered with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// GroupInfo or ratchet tree are not valid.
    #[error("the stored group: {0}")]
    Group(Refusal),
    /// The seats stored are not those of the tree.
    #[error("the stored seats are not those of the ratchet tree")]
    Seats,
    /// A compartment can't be loaded without the room above it, nor a room as a compartment.
    #[error("the room above the compartment is another one")]
    Above,
    /// A stored revocation list is not valid.
    #[error("a stored revocation list: {0}")]
    Revocation(RevocationError),
    /// A stored proposal is not valid.
    #[error("a stored proposal: {0}")]
    Proposal(Refusal),
}

pub(crate) fn load(record: RoomRecord, above: Option<&Above>) -> Result<Room, LoadError> {
    let crypto = RustCrypto::default();
    let group = bundle::group_of(&crypto, &record.group_info, &record.ratchet_tree)
        .map_err(LoadError::Group)?;
    let (charters, within) = match above {
        Some(above) if record.parent == Some(above.room) => {
            let compartment = mls::compartment_of(group.group_context().extensions())
                .map_err(|error| LoadError::Group(error.into()))?;
            if compartment.room != above.room {
                return Err(LoadError::Above);
            }
            (
                above.charters.clone(),
                Some(Within::new(compartment, above)),
            )
        }
        None if record.parent.is_none() => (charters_of(&group)?, None),
        _ => return Err(LoadError::Above),
    };
    let roster = Roster::default()
        .refreshed(group.members())
        .map_err(|error| LoadError::Group(error.into()))?;
    let same_seats = roster.len() == record.seats.len()
        && record.seats.iter().all(|seat| {
            roster
                .seat(seat.device)
                .is_some_and(|known| known.leaf == seat.leaf)
        });
    if !same_seats {
        return Err(LoadError::Seats);
    }
    let mut room = Room::assemble(
        record.room,
        crypto,
        group,
        charters,
        roster,
        record.group_info,
        record.ratchet_tree,
        record.head,
        record.seats,
    );
    room.turn = record.turn;
    room.within = within;
    if record.closed {
        room.mark_closed();
    }
    for bytes in &record.revocations {
        let list = SignedRevocationList::decode(bytes).map_err(LoadError::Revocation)?;
        room.restore_revocations(list);
    }
    for proposal in &record.proposals {
        room.queue_proposal(proposal).map_err(LoadError::Proposal)?;
    }
    Ok(room)
}

fn charters_of(group: &PublicGroup) -> Result<CharterHistory, LoadError> {
    mls::charter_of(group.group_context().extensions())
        .map_err(|error| LoadError::Group(error.into()))
}
