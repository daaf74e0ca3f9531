//! A compartment is a room with another room above it: by that one's charter and seats it is judged.

use entente_protocol::{DeviceId, ErrorCode, MessageKind, OpenCompartment, Place, RoomId};
use entente_trust::{
    Accreditation, CharterHistory, Compartment, Roster, Standing, check_compartment_opening, mls,
    outsiders,
};
use openmls_rust_crypto::RustCrypto;

use crate::{Effect, Refusal, Room, SeatRecord, StoredMessage, bundle, message};

/// A room, as its compartments are judged by it.
#[derive(Debug, Clone)]
pub struct Above {
    /// The room.
    pub room: RoomId,
    /// Place of the last message there that changed its seats, its charter, or who is revoked.
    pub turn: u64,
    /// Its charters.
    pub charters: CharterHistory,
    /// Who sits there and is not revoked.
    pub standing: Standing,
}

/// What makes a room a compartment.
pub(crate) struct Within {
    pub(crate) compartment: Compartment,
    pub(crate) turn: u64,
    pub(crate) standing: Standing,
}

impl Within {
    pub(crate) fn new(compartment: Compartment, above: &Above) -> Self {
        Self {
            compartment,
            turn: above.turn,
            standing: above.standing.clone(),
        }
    }

    /// A commit rests on what the room is now, not on what it was before its last change.
    pub(crate) fn check_place(&self, place: Place) -> Result<(), Refusal> {
        if place.seq >= self.turn {
            Ok(())
        } else {
            // Not its epoch is over: it is to catch up in the room and try again.
            Err(Refusal::because(
                ErrorCode::Busy,
                "the room has changed since",
            ))
        }
    }

    /// Nothing is said while somebody sits who is out of the room: that one could read it.
    pub(crate) fn check_nobody_outside(&self, roster: &Roster) -> Result<(), Refusal> {
        match outsiders(roster, &self.standing).next() {
            None => Ok(()),
            Some(_) => Err(Refusal::because(
                ErrorCode::StaleEpoch,
                "somebody sits who is out of the room",
            )),
        }
    }
}

impl Room {
    /// What compartments of this room are judged by.
    #[must_use]
    pub fn as_above(&self) -> Above {
        Above {
            room: self.id(),
            turn: self.turn,
            charters: self.charters().clone(),
            standing: Standing::of(self.charters(), self.roster(), self.revocations()),
        }
    }

    /// Opens a compartment: one member, the founder, who speaks for its country in the room above.
    ///
    /// # Errors
    /// A [`Refusal`]; [`ErrorCode::NoSeat`] to who does not sit in the room, as if there were none.
    pub fn open_compartment(
        founder: &Accreditation,
        request: OpenCompartment,
        above: &Above,
        now_ms: u64,
    ) -> Result<(Self, Vec<Effect>), Refusal> {
        let crypto = RustCrypto::default();
        let ratchet_tree = request.ratchet_tree.as_slice().to_vec();
        let group_info = request.group_info.as_slice().to_vec();
        if !above.standing.stands(founder) {
            return Err(ErrorCode::NoSeat.into());
        }
        let group = bundle::group_of(&crypto, &group_info, &ratchet_tree)?;
        let context = group.group_context();
        let bad = |detail: &str| Err(Refusal::because(ErrorCode::BadCharter, detail));
        let compartment = mls::compartment_of(context.extensions())?;
        if (compartment.room, compartment.compartment) != (request.parent, request.room)
            || request.parent != above.room
            || context.group_id() != &message::group_id(request.room)
        {
            return bad("the compartment is another one");
        }
        if above.charters.in_force().ciphersuite != u16::from(group.ciphersuite()) {
            return bad("the charter is for another ciphersuite");
        }
        check_compartment_opening(&compartment, &above.standing, founder, now_ms)?;
        let roster = Roster::default().refreshed(group.members())?;
        let seat = match (roster.len(), roster.seat(founder.device())) {
            (1, Some(seat)) if &seat.accreditation == founder => seat,
            _ => return bad("the founder is not the one member"),
        };
        if context.epoch().as_u64() != 0 {
            return bad("the group is not new");
        }
        let record = SeatRecord {
            device: founder.device(),
            leaf: seat.leaf,
            since_seq: 1,
            last_number: request.number,
            last_seq: 1,
        };
        let opening = Effect::Append(StoredMessage {
            seq: 1,
            kind: MessageKind::Opening,
            sender: founder.device(),
            number: request.number,
            epoch: 0,
            time_ms: now_ms,
            message: group_info.clone(),
        });
        let mut room = Self::assemble(
            request.room,
            crypto,
            group,
            above.charters.clone(),
            roster,
            group_info,
            ratchet_tree,
            1,
            vec![record],
        );
        room.within = Some(Within::new(compartment, above));
        let effects = vec![opening, room.group_effect(), Effect::Seat(record)];
        Ok((room, effects))
    }

    /// Takes what the room above is now. Who is out of it is out of here from now on.
    pub fn look_up(&mut self, above: &Above) {
        if let Some(within) = &mut self.within
            && within.compartment.room == above.room
            && within.turn <= above.turn
        {
            within.turn = above.turn;
            within.standing = above.standing.clone();
            self.set_charters(above.charters.clone());
        }
    }

    /// The room above a compartment, and its turn on which this one's decisions rest; none for a room.
    #[must_use]
    pub fn above(&self) -> Option<(RoomId, u64)> {
        let within = self.within.as_ref()?;
        Some((within.compartment.room, within.turn))
    }

    /// Why a device may not read here; none if it may.
    #[must_use]
    pub fn bars(&self, device: DeviceId) -> Option<ErrorCode> {
        match self.seat(device) {
            None => Some(ErrorCode::NoSeat),
            Some(_) => self.suspends(device),
        }
    }

    /// Why nothing is delivered to a device that has a seat here, if nothing is: it was revoked, or is out of the room
    /// above, and waits for its removal.
    #[must_use]
    pub fn suspends(&self, device: DeviceId) -> Option<ErrorCode> {
        let accreditation = &self.roster().seat(device)?.accreditation;
        match &self.within {
            Some(within) => (!within.standing.stands(accreditation)).then_some(ErrorCode::NoSeat),
            None => (self.revocations().revokes(accreditation)).then_some(ErrorCode::Revoked),
        }
    }
}
