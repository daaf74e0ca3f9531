//! What a compartment rests on beside its own head, and what a room's effects mean for its compartments.

use entente_delivery::Effect;
use entente_protocol::RoomId;

/// The room above a compartment, as its decisions knew it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The room.
    pub parent: RoomId,
    /// Its last turn: if it has taken another one since, nothing is stored.
    pub turn: u64,
}

/// The place of the last message among these effects that changes seats, charter, or who is revoked.
pub(crate) fn last_turn(effects: &[Effect]) -> Option<u64> {
    let mut seq = None;
    let mut turn = None;
    for effect in effects {
        match effect {
            Effect::Append(message) => seq = Some(message.seq),
            Effect::Group { .. } | Effect::Revocations { .. } => turn = seq,
            _ => {}
        }
    }
    turn
}

/// Whether nothing but the end of the time box is carried out: that is due although the room above has closed already.
pub(super) fn only_closes(effects: &[Effect]) -> bool {
    effects
        .iter()
        .all(|effect| matches!(effect, Effect::Closed { .. }))
}
