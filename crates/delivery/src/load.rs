//! Bringing a room back from what was stored of it.

use entente_trust::{RevocationError, Roster, SignedRevocationList, mls};
use openmls_rust_crypto::RustCrypto;

use crate::{Refusal, Room, RoomRecord, bundle};

/// Stored state that can't be a room's: the store was damaged or tampered with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// GroupInfo or ratchet tree are not valid.
    #[error("the stored group: {0}")]
    Group(Refusal),
    /// The seats stored are not those of the tree.
    #[error("the stored seats are not those of the ratchet tree")]
    Seats,
    /// A stored revocation list is not valid.
    #[error("a stored revocation list: {0}")]
    Revocation(RevocationError),
    /// A stored proposal is not valid.
    #[error("a stored proposal: {0}")]
    Proposal(Refusal),
}

pub(crate) fn load(record: RoomRecord) -> Result<Room, LoadError> {
    let crypto = RustCrypto::default();
    let group = bundle::group_of(&crypto, &record.group_info, &record.ratchet_tree)
        .map_err(LoadError::Group)?;
    let charters = mls::charter_of(group.group_context().extensions())
        .map_err(|error| LoadError::Group(error.into()))?;
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
