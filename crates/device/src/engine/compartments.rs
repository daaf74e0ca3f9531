//! Compartments: slots as rooms have them, each of which is looked after together with the room that it lies in.

use entente_protocol::{CommitBundle, Delivery, GroupInfoReply, RoomId, WelcomeDelivery};
use entente_room::{Boards, NewCompartment, Notice, SecurityEvent, Session, SessionError};
use entente_trust::{Country, PolicyRefusal};

use super::actor::Actor;
use super::handle::Reply;
use super::slot::{Flow, Slot};
use super::work::Work;
use super::{EngineError, EngineEvent};
use crate::store::Changes;

/// Deliveries of a compartment that wait for its room; what is beyond that is asked for again.
const MAX_WAITING: usize = 1_024;

/// A compartment of which the room is being told.
pub(super) struct Announcing {
    room: RoomId,
    /// Place of the announcement in the room's outbox.
    item: u64,
    new: NewCompartment,
    reply: Reply<RoomId>,
}

impl Actor {
    /// The room above a compartment, if this is one.
    fn above(&self, room: RoomId) -> Option<RoomId> {
        let session = &self.slots.get(&room)?.session;
        session.compartment().map(|inner| inner.room)
    }

    /// Does something with a compartment's slot and its room's session; none if one of them is not there.
    fn within<T>(
        &mut self,
        (parent, room): (RoomId, RoomId),
        work: impl FnOnce(&mut Slot, &Session) -> T,
    ) -> Option<T> {
        let mut slot = self.slots.remove(&room)?;
        let done = self
            .slots
            .get(&parent)
            .map(|above| work(&mut slot, &above.session));
        self.slots.insert(room, slot);
        done
    }

    /// Has a compartment look at its room; nothing happens to a room.
    pub(super) fn look_up(&mut self, room: RoomId) {
        let Some(parent) = self.above(room) else {
            return;
        };
        let told = self.within((parent, room), |slot, above| {
            let was_over = slot.session.ended().is_some();
            // It lies in that room: it says so itself.
            let _ = slot.session.look_up(above);
            let sought = slot.session.seek_announcement(above);
            let is_over = slot.session.ended().is_some();
            slot.is_dirty |= sought.is_some() || is_over != was_over;
            sought
        });
        if let Some(notice) = told.flatten() {
            self.tell(EngineEvent::Room { room, notice });
        }
    }

    /// Looks for what was brought from compartments into the room without agreement.
    pub(super) fn seek_promotions(&mut self) {
        let now_ms = self.now_ms();
        for room in self.slots.keys().copied().collect::<Vec<_>>() {
            let Some(parent) = self.above(room) else {
                self.seek_unfounded(room, now_ms);
                continue;
            };
            let told = self.within((parent, room), |slot, above| {
                // What is agreed on may be on its way until all is here.
                if slot.live != Flow::Live {
                    return Vec::new();
                }
                let sought = slot.session.seek_promotions(above, now_ms);
                slot.is_dirty |= !sought.is_empty();
                sought
            });
            for notice in told.into_iter().flatten() {
                self.tell(EngineEvent::Room { room, notice });
            }
        }
    }

    pub(super) fn look_up_all(&mut self) {
        for room in self.slots.keys().copied().collect::<Vec<_>>() {
            self.look_up(room);
        }
    }

    /// What is said in a room to come from a compartment, and comes from none that this device knows, if it knows all.
    fn seek_unfounded(&mut self, room: RoomId, now_ms: u64) {
        let inner = self.compartments_of(room);
        let is_live = |room: &RoomId| {
            let slot = self.slots.get(room);
            slot.is_some_and(|slot| slot.live == Flow::Live)
        };
        if inner.is_empty() || !is_live(&room) || !inner.iter().all(is_live) {
            return;
        }
        let found = self.boards(room).map(|it| it.unfounded());
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        let told = slot
            .session
            .seek_unfounded(found.unwrap_or_default(), now_ms);
        slot.is_dirty |= !told.is_empty();
        for notice in told {
            self.tell(EngineEvent::Room { room, notice });
        }
    }

    /// Compartments of a room.
    fn compartments_of(&self, parent: RoomId) -> Vec<RoomId> {
        let rooms = self.slots.keys().copied();
        rooms
            .filter(|room| self.above(*room) == Some(parent))
            .collect()
    }

    pub(super) fn receive_within(
        &mut self,
        parent: RoomId,
        delivery: &Delivery,
    ) -> Result<Vec<Notice>, SessionError> {
        let room = delivery.room;
        // Those before it wait already.
        let waits = self.slots.get(&room).and_then(|slot| slot.wanted_above);
        if let Some(wanted) = waits {
            return Err(SessionError::RoomBehind { wanted });
        }
        let received = self.within((parent, room), |slot, above| {
            slot.session.receive_within(above, delivery)
        });
        received.unwrap_or(Err(SessionError::OtherRoom))
    }

    /// A delivery's author has seen more of the room than this device: it is taken when the room has come so far. If it
    /// does not, the hub is asked for the room anew, and whether there is so much of it.
    pub(super) fn wait_for_room(&mut self, room: RoomId, delivery: &Delivery, wanted: u64) {
        let Some(parent) = self.above(room) else {
            return;
        };
        if let Some(slot) = self.slots.get_mut(&room) {
            if slot.waiting.len() >= MAX_WAITING {
                slot.live = Flow::Off;
                slot.waiting.clear();
            } else {
                slot.waiting.push_back(delivery.clone());
            }
            if slot.wanted_above.replace(wanted).is_some() {
                return;
            }
        }
        if let Some(above) = self.slots.get_mut(&parent)
            && above.live == Flow::Live
        {
            above.live = Flow::Off;
            self.follow(parent);
        }
    }

    /// Something has come in a room: what waited for it in its compartments is taken.
    pub(super) fn take_waiting(&mut self, parent: RoomId) -> Result<(), EngineError> {
        let cursor = match self.slots.get(&parent) {
            Some(slot) if slot.session.compartment().is_none() => slot.session.cursor(),
            _ => return Ok(()),
        };
        for room in self.compartments_of(parent) {
            let Some(slot) = self.slots.get_mut(&room) else {
                continue;
            };
            if slot.wanted_above.is_none_or(|wanted| cursor < wanted) {
                continue;
            }
            slot.wanted_above = None;
            for delivery in core::mem::take(&mut slot.waiting) {
                self.take_delivery(&delivery)?;
            }
            // Those that found no place.
            self.follow(room);
        }
        Ok(())
    }

    /// The hub has no more of a room: whose members have seen more of it were told another story.
    pub(super) fn caught_up_above(&mut self, parent: RoomId) {
        let cursor = self
            .slots
            .get(&parent)
            .map_or(0, |slot| slot.session.cursor());
        for room in self.compartments_of(parent) {
            let wanted = self.slots.get(&room).and_then(|slot| slot.wanted_above);
            if let Some(seq) = wanted.filter(|wanted| *wanted > cursor) {
                self.alarm(room, seq, SecurityEvent::RoomWithheld { seq });
            }
        }
        for welcome in core::mem::take(&mut self.early_welcomes) {
            if let Err(error) = self.take_welcome(&welcome) {
                tracing::warn!(%error, "an invitation was not taken");
            }
        }
    }

    pub(super) fn resync_within(
        &mut self,
        parent: RoomId,
        reply: &GroupInfoReply,
        now_ms: u64,
    ) -> Result<(Session, CommitBundle), SessionError> {
        let room = reply.room;
        let made = self.within((parent, room), |slot, above| {
            slot.session.resync_within(above, reply, now_ms)
        });
        made.unwrap_or(Err(SessionError::OtherRoom))
    }

    /// Into a compartment by a Welcome, as into a room.
    pub(super) fn enter_compartment(
        &mut self,
        parent: RoomId,
        welcome: &WelcomeDelivery,
    ) -> Result<Notice, SessionError> {
        let room = welcome.room;
        let now_ms = self.now_ms();
        let early = SessionError::RoomBehind { wanted: 0 };
        let is_caught_up = |slot: &&Slot| slot.is_active() && slot.live == Flow::Live;
        let Some(above) = self.slots.get(&parent).filter(is_caught_up) else {
            return Err(early);
        };
        let keys = &mut self.keys;
        let joined = match self.slots.get(&room) {
            Some(slot) => slot
                .session
                .rejoin_compartment(&above.session, keys, welcome, now_ms),
            None => Session::join_compartment(&above.session, keys, welcome, now_ms),
        };
        let (mut session, notice) = match joined {
            // The inviter may have come into the room just before.
            Err(SessionError::Policy(PolicyRefusal::NotInRoom)) => return Err(early),
            joined => joined?,
        };
        let mut changes = Changes::new();
        if let Some(slot) = self.slots.get_mut(&room) {
            changes.extend(slot.session.take_changes());
            changes.extend(slot.session.forget_mls());
        }
        changes.extend(session.take_changes());
        self.moved_in(room, session, changes);
        Ok(notice)
    }

    /// Tells the room that there will be one more compartment.
    pub(super) fn announce(
        &mut self,
        room: RoomId,
        countries: Vec<Country>,
        reply: Reply<RoomId>,
    ) -> Result<(), EngineError> {
        let compartment =
            crate::entropy::room_id(self.around.now_ms(), &self.around.random_bytes()?);
        let new = NewCompartment {
            compartment,
            countries,
            salt: self.around.random_bytes()?,
        };
        let now_ms = self.now_ms();
        let Some(slot) = self.slots.get_mut(&room) else {
            let _ = reply.send(Err(EngineError::UnknownRoom));
            return Ok(());
        };
        let event = new.announcement(&slot.session, now_ms);
        match event.and_then(|event| slot.session.enqueue(&event)) {
            Ok(item) => {
                slot.is_dirty = true;
                self.announcing.push(Announcing {
                    room,
                    item,
                    new,
                    reply,
                });
            }
            Err(error) => drop(reply.send(Err(error.into()))),
        }
        Ok(())
    }

    /// Opens those of which the room has been told.
    pub(super) fn open_announced(&mut self) {
        for one in core::mem::take(&mut self.announcing) {
            let Some(slot) = self.slots.get(&one.room) else {
                let _ = one.reply.send(Err(EngineError::UnknownRoom));
                continue;
            };
            if slot.session.ended().is_some() {
                let _ = one.reply.send(Err(SessionError::Ended.into()));
            } else if slot.session.is_waiting(one.item) || self.connection.is_none() {
                self.announcing.push(one);
            } else {
                match slot.session.fate(one.item) {
                    Some((announced, None)) => self.open_compartment(one, announced),
                    Some((_, Some(reason))) => {
                        let _ = one.reply.send(Err(EngineError::Rejected(reason)));
                    }
                    None => drop(one.reply.send(Err(SessionError::Unannounced.into()))),
                }
            }
        }
    }

    fn open_compartment(&mut self, one: Announcing, announced: u64) {
        let now_ms = self.now_ms();
        let (Some(connection), Some(above)) = (self.connection.clone(), self.slots.get(&one.room))
        else {
            let _ = one.reply.send(Err(EngineError::Offline));
            return;
        };
        match Session::create_compartment(&above.session, &one.new, announced, now_ms) {
            Ok((session, request)) => {
                let room = request.room;
                self.slots.insert(room, Slot::new(session));
                self.openings.insert(room, one.reply);
                self.works.push(Box::pin(async move {
                    let result = connection.open_compartment(request).await;
                    Work::Committed {
                        room,
                        number: 1,
                        result,
                    }
                }));
            }
            Err(error) => drop(one.reply.send(Err(error.into()))),
        }
    }

    /// A room and its compartments as one.
    pub(super) fn boards(&self, room: RoomId) -> Option<Boards<'_>> {
        let above = self.slots.get(&room)?;
        let inner = self.compartments_of(room).into_iter();
        let inner = inner.filter_map(|inner| Some(&self.slots.get(&inner)?.session));
        Some(Boards::of(&above.session, inner.collect()))
    }
}
