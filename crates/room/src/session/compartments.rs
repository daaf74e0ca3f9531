//! Into a compartment and back into it; and whether the room was told that there is one.

use entente_protocol::{
    CommitBundle, DeviceId, GroupInfoReply, OpenCompartment, RoomId, WelcomeDelivery,
};
use entente_trust::{
    Compartment, Country, PolicyRefusal, Roster, check_compartment_invitation,
    check_compartment_opening, check_compartment_roster, mls,
};
use openmls::prelude::GroupContext;

use super::entry::{OPENING_SEQ, Staged, new_group};
use super::{Session, State};
use crate::record::{prefix, to_cbor};
use crate::store::MemberStore;
use crate::transcript::Transcript;
use crate::{Board, CompartmentAnnounced, Event, KeyStore, Notice, SecurityEvent, SessionError};

/// A compartment that is about to be announced, and opened then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCompartment {
    /// Its id; random.
    pub compartment: RoomId,
    /// Whose devices may sit.
    pub countries: Vec<Country>,
    /// What hides it in the announcement; random.
    pub salt: [u8; Compartment::SALT_BYTES],
}

impl NewCompartment {
    /// What the room is told first. Where it lies in the order is part of the compartment.
    ///
    /// # Errors
    /// See [`SessionError`]: only who may open one announces one.
    pub fn announcement(&self, room: &Session, now_ms: u64) -> Result<Event, SessionError> {
        // Anywhere will do for that.
        let standing = room.standing().ok_or(SessionError::Ended)?;
        let founder = room.identity().accreditation();
        let compartment = self.at(room.room(), OPENING_SEQ)?;
        check_compartment_opening(&compartment, &standing, founder, now_ms)?;
        let of_room = room.charter().authorities.iter();
        let of_room: Vec<Country> = of_room.map(|authority| authority.country).collect();
        if let Some(strange) = compartment
            .countries
            .iter()
            .find(|it| !of_room.contains(it))
        {
            return Err(PolicyRefusal::CountryNotNamed(*strange).into());
        }
        let commitment = *compartment.commitment().as_bytes();
        Ok(Event::Compartment(CompartmentAnnounced { commitment }))
    }

    fn at(&self, room: RoomId, announced: u64) -> Result<Compartment, SessionError> {
        let ids = (room, self.compartment);
        let countries = self.countries.iter().copied();
        Ok(Compartment::new(ids, countries, announced, self.salt)?)
    }
}

impl Session {
    /// Makes the group of a compartment that was announced at place `announced` of the room.
    ///
    /// # Errors
    /// [`SessionError::Unannounced`], and see [`SessionError`].
    pub fn create_compartment(
        room: &Self,
        new: &NewCompartment,
        announced: u64,
        now_ms: u64,
    ) -> Result<(Self, OpenCompartment), SessionError> {
        room.check_active()?;
        let compartment = new.at(room.room(), announced)?;
        if !room.has_announced(&compartment) {
            return Err(SessionError::Unannounced);
        }
        let identity = room.identity.clone();
        let standing = room.standing().ok_or(SessionError::Ended)?;
        check_compartment_opening(&compartment, &standing, identity.accreditation(), now_ms)?;
        let id = compartment.compartment;
        let store = MemberStore::default();
        let extensions = mls::compartment_extensions(&compartment).map_err(SessionError::mls)?;
        let suite = room.charter().ciphersuite;
        let (group, group_info, ratchet_tree) =
            new_group(&identity, &store, id, suite, extensions, now_ms)?;
        let roster = Roster::default().refreshed(group.members())?;
        let state = State {
            next_number: 2,
            used_number: 1,
            compartment: Some(compartment.encode()),
            was_sought: true,
            ..State::new(id, Transcript::at_opening(), room.state.text.clone())
        };
        let charters = room.charters.clone();
        let mut session = Self::assemble(identity, store, group, (charters, roster), state)?;
        session.look_up(room)?;
        session.put(vec![prefix::BOARD], Some(to_cbor(&Board::default())));
        session.note_sitting(OPENING_SEQ, None);
        // Without the room's text its board is not the complete one of a room that opens.
        session.state.board_as_of.get_or_insert(0);
        let request = OpenCompartment {
            request: 0,
            parent: room.room(),
            room: id,
            number: 1,
            group_info: group_info.into(),
            ratchet_tree: ratchet_tree.into(),
        };
        Ok((session, request))
    }

    /// The room above the compartment into which a Welcome leads; none if it leads into a room.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub fn parent_of(
        keys: &KeyStore,
        delivery: &WelcomeDelivery,
    ) -> Result<Option<RoomId>, SessionError> {
        let staged = Staged::read(keys, delivery)?;
        let extensions = staged.context().extensions();
        // What is neither is told by whoever takes it for a room.
        if extensions.unknown(mls::COMPARTMENT_EXTENSION).is_none() {
            return Ok(None);
        }
        Ok(Some(mls::compartment_of(extensions)?.room))
    }

    /// Joins a compartment of a room in which this device sits, by a Welcome: if it names this device's country and all
    /// that sit there, and the inviter sits in the room and may invite.
    ///
    /// # Errors
    /// As [`Session::join`]; [`SessionError::OtherRoom`] if it is not one of this room's.
    pub fn join_compartment(
        room: &Self,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        Self::enter_compartment(room, None, keys, delivery, now_ms)
    }

    /// The same where this session stands still or has ended: see [`Session::rejoin`].
    ///
    /// # Errors
    /// As [`Session::join_compartment`]; [`SessionError::OldState`].
    pub fn rejoin_compartment(
        &self,
        room: &Self,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        Self::enter_compartment(room, Some(self), keys, delivery, now_ms)
    }

    fn enter_compartment(
        room: &Self,
        earlier: Option<&Self>,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        room.check_active()?;
        let identity = room.identity.clone();
        let staged = Staged::read(keys, delivery)?;
        let compartment = compartment_in(staged.context(), room, delivery.room)?;
        let (roster, inviter) = (staged.roster()?, staged.inviter());
        if let Some(earlier) = earlier {
            if earlier.compartment.as_ref() != Some(&compartment) {
                return Err(SessionError::OtherRoom);
            }
            let epoch = staged.context().epoch().as_u64();
            earlier.check_welcome(epoch, &earlier.charters, (&roster, inviter))?;
        }
        let standing = room.standing().ok_or(SessionError::Ended)?;
        let seats = (&compartment, &roster);
        check_compartment_roster(&compartment, &roster)?;
        let own = identity.accreditation();
        check_compartment_invitation(seats, &standing, inviter, own, now_ms)?;
        let mut state = State::new(delivery.room, Transcript::unanchored_at(delivery.seq), None);
        state.compartment = Some(compartment.encode());
        if let Some(earlier) = earlier {
            earlier.hand_down(&mut state);
        }
        let charters = room.charters.clone();
        let (mut session, by) =
            staged.into_session(identity, keys, (charters, roster), (state, earlier))?;
        session.look_up(room)?;
        session.note_sitting(delivery.seq, None);
        session.state.noted.insert(delivery.seq, Some(by.device));
        let seq = delivery.seq;
        Ok((session, Notice::Joined { seq, by }))
    }

    /// [`Session::resync`] in a compartment.
    ///
    /// # Errors
    /// As there; the room above is looked at first.
    pub fn resync_within(
        &mut self,
        room: &Self,
        reply: &GroupInfoReply,
        now_ms: u64,
    ) -> Result<(Self, CommitBundle), SessionError> {
        self.look_up(room)?;
        let (mut next, bundle) = self.resync(reply, now_ms)?;
        next.look_up(room)?;
        Ok((next, bundle))
    }

    /// That a way back leads into this very compartment, at the side of nobody whose country it does not name.
    pub(super) fn check_way_back(
        &self,
        context: &GroupContext,
        roster: &Roster,
    ) -> Result<(), SessionError> {
        let known = self.compartment.as_ref().ok_or(SessionError::OtherRoom)?;
        if mls::compartment_of(context.extensions())? != *known {
            return Err(SessionError::OtherRoom);
        }
        Ok(check_compartment_roster(known, roster)?)
    }

    /// Whether a compartment was announced at the place that it names.
    fn has_announced(&self, compartment: &Compartment) -> bool {
        let commitment = *compartment.commitment().as_bytes();
        let mut announced = self.board.compartments().iter();
        announced.any(|it| it.commitment == commitment && it.stamp.seq == compartment.announced)
    }

    /// Looks once whether the room was told of this compartment, as soon as this device knows the room so far. An alarm if
    /// it was not: a compartment of which the room does not know.
    pub fn seek_announcement(&mut self, room: &Self) -> Option<Notice> {
        let compartment = self.compartment.as_ref()?;
        let knows = room.is_board_ready() && room.cursor() >= compartment.announced;
        if self.state.was_sought || !knows {
            return None;
        }
        self.state.was_sought = true;
        let is_announced = room.has_announced(compartment);
        let (seq, device) = (self.cursor(), self.device());
        (!is_announced).then(|| Notice::security(seq, device, SecurityEvent::Unannounced))
    }

    /// Those who are out of the room, and this device's place among those who may take their seats: all who sit in the
    /// room, whatever their country.
    pub(super) fn evictions_within(&self) -> Option<(Vec<DeviceId>, usize)> {
        let outside = self.outsiders();
        if outside.is_empty() || !self.stands() {
            return None;
        }
        let turn = self.turn(|_, it| !outside.contains(&it.device()))?;
        Some((outside, turn))
    }
}

fn compartment_in(
    context: &GroupContext,
    room: &Session,
    id: RoomId,
) -> Result<Compartment, SessionError> {
    let compartment = mls::compartment_of(context.extensions())?;
    let is_of_room = (compartment.room, compartment.compartment) == (room.room(), id)
        && room.charter().ciphersuite == u16::from(context.ciphersuite());
    if is_of_room {
        Ok(compartment)
    } else {
        Err(SessionError::OtherRoom)
    }
}
