//! What a compartment knows of the room above it. The room's session is looked at before anything is done: the two
//! orders are bound to each other by the places in the room that each message names.

use entente_protocol::{Authenticated, Delivery, DeviceId, EphemeralDelivery, MessageKind, Place};
use entente_trust::{
    Charter, CommitFacts, Compartment, MembershipChange, PolicyRefusal, Standing, check_commit,
    check_compartment_commit, outsiders,
};

use super::Session;
use super::named::TargetsAbove;
use super::peek::authenticated_data;
use super::state::Ended;
use crate::transcript::Claim;
use crate::{Author, Event, Notice, SecurityEvent, SessionError, TargetId};

/// A compartment's picture of its room.
pub(super) struct Above {
    /// The room's turn that `standing` is of.
    turn: u64,
    /// Where this device is in the room.
    place: Place,
    /// The room now.
    standing: Standing,
    /// What it has on its board.
    targets: TargetsAbove,
    /// The room where the message that is being taken was made.
    judged: Option<Judged>,
}

/// The room at the place that a message names.
struct Judged {
    place: Place,
    standing: Standing,
    claim: Claim,
}

impl Above {
    fn standing(&self) -> &Standing {
        match &self.judged {
            Some(judged) => &judged.standing,
            None => &self.standing,
        }
    }
}

impl Session {
    /// What the compartment is; none if this is a room.
    #[must_use]
    pub fn compartment(&self) -> Option<&Compartment> {
        self.compartment.as_ref()
    }

    /// Looks at the room above. Do it before whatever is done in a compartment, and when the room has changed: with the
    /// room the compartment ends, and whoever is out of the room is out of here.
    ///
    /// # Errors
    /// [`SessionError::OtherRoom`]: it lies in another one, or in none.
    pub fn look_up(&mut self, room: &Self) -> Result<(), SessionError> {
        let compartment = self.compartment.as_ref();
        if compartment.is_none_or(|compartment| compartment.room != room.room()) {
            return Err(SessionError::OtherRoom);
        }
        if self.state.ended.is_some() {
            return Ok(());
        }
        let before = self.above.take();
        let (standing, targets) = match before {
            Some(above) if room.group.is_some() => {
                let is_same = above.turn == room.turn_here();
                let standing = if is_same {
                    Some(above.standing)
                } else {
                    room.standing()
                };
                (standing, above.targets)
            }
            _ => (room.standing(), TargetsAbove::default()),
        };
        let Some(standing) = standing else {
            // The keys of what lies in the room are destroyed with the room's.
            self.end(match room.state.ended {
                Some(Ended::Closed { at_ms }) => Ended::Closed { at_ms },
                _ => Ended::Removed { seq: self.cursor() },
            });
            return Ok(());
        };
        if self.charters != room.charters {
            self.charters = room.charters.clone();
            self.state.charter = self.charters.encode();
        }
        self.state.ends_by_ms = room.state.ends_by_ms;
        if self.state.text.is_none() {
            self.state.text.clone_from(&room.state.text);
        }
        self.above = Some(Above {
            turn: room.turn_here(),
            place: room.place(),
            standing,
            targets: if targets.is_of(room) {
                targets
            } else {
                TargetsAbove::of(room)
            },
            judged: None,
        });
        Ok(())
    }

    /// Takes the next stored message of a compartment.
    ///
    /// # Errors
    /// As [`Session::receive`]. [`SessionError::RoomBehind`]: its author has seen more of the room than the hub has shown to
    /// this device; take it again when the room has come so far. [`SessionError::RoomGap`]: what the room was there
    /// is not known here; resync.
    pub fn receive_within(
        &mut self,
        room: &Self,
        delivery: &Delivery,
    ) -> Result<Vec<Notice>, SessionError> {
        self.look_up(room)?;
        let is_new = delivery.seq > self.cursor();
        if is_new && delivery.kind != MessageKind::Opening {
            self.look_at_place(room, delivery)?;
        }
        let taken = self.receive(delivery);
        if let Some(above) = &mut self.above {
            above.judged = None;
        }
        taken
    }

    /// Takes an ephemeral message of a compartment.
    ///
    /// # Errors
    /// As [`Session::receive_ephemeral`].
    pub fn receive_ephemeral_within(
        &mut self,
        room: &Self,
        delivery: &EphemeralDelivery,
    ) -> Result<(Author, Event), SessionError> {
        self.look_up(room)?;
        self.receive_ephemeral(delivery)
    }

    fn look_at_place(&mut self, room: &Self, delivery: &Delivery) -> Result<(), SessionError> {
        // What can't be read is passed over or halts, as in a room: there is no place to look at.
        let named = authenticated_data(delivery.message.as_slice())
            .and_then(|aad| Authenticated::in_compartment(&aad, delivery.room, delivery.number));
        let Some((_, place)) = named else {
            return Ok(());
        };
        if place.seq > room.cursor() {
            return Err(SessionError::RoomBehind { wanted: place.seq });
        }
        let standing = room.standing_at(place.seq);
        let standing = standing.ok_or(SessionError::RoomGap { at: place.seq })?;
        if let Some(above) = &mut self.above {
            above.judged = Some(Judged {
                place,
                standing,
                claim: room.judge_place(place),
            });
        }
        Ok(())
    }

    /// The authenticated data of a message, as it must be here.
    pub(super) fn authenticated_in(
        &self,
        aad: &[u8],
        (room, number): (entente_protocol::RoomId, u64),
    ) -> Option<Authenticated> {
        if self.compartment.is_none() {
            return Authenticated::of(aad, room, number);
        }
        let (found, place) = Authenticated::in_compartment(aad, room, number)?;
        let above = self.above.as_ref()?;
        // The place that the room was looked at; what is not stored is looked at where the room is now.
        let is_looked_at = match &above.judged {
            Some(judged) => judged.place == place,
            None => number == 0,
        };
        is_looked_at.then_some(found)
    }

    /// Those of the wanted that were on the room's board where the message was made that is being taken; none if this
    /// device does not know that board.
    pub(super) fn targets_above(&self, wanted: Vec<TargetId>) -> Option<Vec<TargetId>> {
        let above = self.above.as_ref()?;
        let judged = above.judged.as_ref();
        let place = judged.map_or(above.place.seq, |judged| judged.place.seq);
        above.targets.there(wanted, place)
    }

    /// What this device says of the room above in its next message.
    pub(super) fn place_above(&self) -> Result<Option<Place>, SessionError> {
        match (&self.compartment, &self.above) {
            (None, _) => Ok(None),
            (Some(_), Some(above)) => Ok(Some(above.place)),
            (Some(_), None) => Err(SessionError::NotLookedUp),
        }
    }

    /// The charter by which what is being taken, or said, is judged.
    pub(super) fn charter_in_force(&self) -> &Charter {
        match &self.above {
            Some(above) if self.compartment.is_some() => above.standing().charter(),
            _ => self.charters.in_force(),
        }
    }

    /// May a commit take effect here?
    pub(super) fn check(
        &self,
        facts: &CommitFacts,
        now_ms: u64,
    ) -> Result<MembershipChange, PolicyRefusal> {
        let Some(compartment) = &self.compartment else {
            return check_commit(
                &self.roster,
                &self.charters,
                &self.revocations,
                facts,
                now_ms,
            );
        };
        let above = self.above.as_ref().ok_or(PolicyRefusal::OldRoom)?;
        if let Some(judged) = &above.judged
            && judged.place.seq < self.state.floor
        {
            return Err(PolicyRefusal::OldRoom);
        }
        let seats = (compartment, &self.roster);
        check_compartment_commit(seats, above.standing(), facts, now_ms)
    }

    /// Remembers how far in the room those who spoke here had come: no later commit may rest on less.
    pub(super) fn raise_floor(&mut self) {
        let above = self.above.as_ref();
        if let Some(judged) = above.and_then(|above| above.judged.as_ref()) {
            self.state.floor = self.state.floor.max(judged.place.seq);
        }
    }

    /// Of what another has said here: a story of the room that is not this device's is an alarm.
    pub(super) fn compare_above(&mut self, delivery: &Delivery) -> Option<Notice> {
        let judged = self.above.as_ref()?.judged.as_ref()?;
        let (place, claim) = (judged.place, judged.claim);
        self.raise_floor();
        let past = self.state.pasts.entry(delivery.sender).or_default();
        let was_forked = past.is_forked_above;
        match claim {
            Claim::Agrees => past.is_forked_above = false,
            Claim::Disagrees => past.is_forked_above = true,
            Claim::Unknown => {}
        }
        let security = SecurityEvent::RoomFork {
            seen_seq: place.seq,
        };
        (claim == Claim::Disagrees && !was_forked)
            .then(|| Notice::security(delivery.seq, delivery.sender, security))
    }

    /// Devices that sit here and not in the room any more, as far as this device knows.
    #[must_use]
    pub fn outsiders(&self) -> Vec<DeviceId> {
        let above = self.above.as_ref().filter(|_| self.compartment.is_some());
        above.map_or_else(Vec::new, |above| {
            outsiders(&self.roster, &above.standing).collect()
        })
    }

    /// Nothing is said while somebody could read it who is out of the room.
    pub(super) fn check_nobody_outside(&self) -> Result<(), SessionError> {
        match self.outsiders().first() {
            None => Ok(()),
            Some(device) => Err(SessionError::Outsider(*device)),
        }
    }

    /// Whether this device stands in the room above.
    pub(super) fn stands(&self) -> bool {
        let own = self.identity.accreditation();
        let above = self.above.as_ref();
        above.is_some_and(|above| above.standing.stands(own))
    }
}
