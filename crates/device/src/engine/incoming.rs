//! What the hub sends by itself.

use entente_protocol::{Delivery, ErrorCode, RoomId, WelcomeDelivery};
use entente_room::{Event, Notice, SecurityEvent, Session, SessionError};
use entente_trust::CharterError;

use super::actor::Actor;
use super::slot::{Flow, Slot};
use super::work::{Asked, Work};
use super::{EngineError, EngineEvent, records};
use crate::connection::{Following, Incoming, RequestError};
use crate::store::{Changes, Scope, under};

impl Actor {
    pub(super) fn take_incoming(&mut self, incoming: Incoming) -> Result<(), EngineError> {
        match incoming {
            Incoming::Delivery(delivery) => {
                let room = delivery.room;
                self.take_delivery(&delivery)?;
                self.take_waiting(room)
            }
            Incoming::Ephemeral(delivery) => {
                self.look_up(delivery.room);
                if let Some(slot) = self.slots.get_mut(&delivery.room) {
                    // One that can't be read is no loss.
                    let said = slot.session.receive_ephemeral(&delivery);
                    slot.is_dirty = true;
                    if let Ok((author, Event::Position(position))) = said {
                        let room = delivery.room;
                        let notice = Notice::Position { author, position };
                        self.tell(EngineEvent::Room { room, notice });
                    }
                }
                Ok(())
            }
            Incoming::Welcome(welcome) => self.take_welcome(&welcome),
            Incoming::JoinRequest(join) => {
                self.take_join_request(&join);
                Ok(())
            }
            Incoming::CaughtUp(room, seq) => {
                self.caught_up_with(room, seq);
                Ok(())
            }
            Incoming::Unfollowed(room, code) => {
                self.unfollowed(room, code);
                Ok(())
            }
            Incoming::Refused(code) => {
                self.connection_lost(Some(code));
                Ok(())
            }
        }
    }

    pub(super) fn take_delivery(&mut self, delivery: &Delivery) -> Result<(), EngineError> {
        let room = delivery.room;
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        if slot.is_resyncing() {
            return Ok(());
        }
        slot.is_dirty = true;
        let parent = slot.session.compartment().map(|inner| inner.room);
        let received = match parent {
            None => slot.session.receive(delivery),
            Some(parent) => self.receive_within(parent, delivery),
        };
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        let notices = match received {
            Ok(notices) => notices,
            Err(SessionError::RoomBehind { wanted }) => {
                self.wait_for_room(room, delivery, wanted);
                return Ok(());
            }
            Err(SessionError::RoomGap { .. }) => {
                self.start_resync(room);
                return Ok(());
            }
            Err(SessionError::OutOfOrder { .. }) => {
                // The hub skipped something: ask again from where this device stands.
                slot.live = Flow::Off;
                self.follow(room);
                return Ok(());
            }
            Err(SessionError::Ended | SessionError::Halted { .. }) => return Ok(()),
            Err(SessionError::OldState { .. }) => {
                self.start_resync(room);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.own_commit_is_back(delivery);
        let has_lost_the_way = notices.iter().any(|notice| {
            matches!(
                notice,
                Notice::Security {
                    security: SecurityEvent::CommitUnreadable
                        | SecurityEvent::CommitWithheld { .. },
                    ..
                }
            )
        });
        for notice in notices {
            self.tell(EngineEvent::Room { room, notice });
        }
        if has_lost_the_way {
            self.start_resync(room);
        }
        Ok(())
    }

    pub(super) fn take_welcome(&mut self, welcome: &WelcomeDelivery) -> Result<(), EngineError> {
        let room = welcome.room;
        let began_ms = self.now_ms();
        match self.enter(welcome) {
            Ok(notice) => {
                let took_ms = self.now_ms().saturating_sub(began_ms);
                self.tell(EngineEvent::Joined { room, took_ms });
                self.tell(EngineEvent::Room { room, notice });
                self.follow(room);
                self.renew_last_resorts()?;
            }
            // A Welcome that comes again to one who sits is nothing to speak of.
            Err(SessionError::OldState { .. } | SessionError::UnknownKeyPackage)
                if self.slots.get(&room).is_some_and(Slot::is_active) => {}
            // It stays at the hub until this device knows the room so far.
            Err(SessionError::RoomBehind { .. }) => {
                self.early_welcomes.push(welcome.clone());
                return Ok(());
            }
            // It stays at the hub: the officer may come to trust the authority.
            Err(SessionError::UnknownInviter { inviter, authority }) => {
                let inviter = *inviter;
                self.tell(EngineEvent::UnknownInviter {
                    room,
                    inviter,
                    authority,
                });
                return Ok(());
            }
            // By a clock that is doubted: it stays at the hub until that has been set right.
            Err(SessionError::Ended) if self.is_clock_doubted() => return Ok(()),
            Err(error) => self.join_refused(room, welcome.seq, &error),
        }
        // Joined, or never to be used: either way the hub may forget it.
        if let Some(connection) = self.connection.clone() {
            self.works.push(Box::pin(async move {
                let _ = connection.welcome_taken(room).await;
                Work::Done
            }));
        }
        Ok(())
    }

    /// Into a room by a Welcome: for the first time, or again, in place of a session that has ended,
    /// stands still, or has missed that its seat was taken.
    fn enter(&mut self, welcome: &WelcomeDelivery) -> Result<Notice, SessionError> {
        let room = welcome.room;
        let now_ms = self.now_ms();
        let mut changes = Changes::new();
        let known = self.slots.get(&room).map(|slot| &slot.session);
        if let Some(parent) = known.and_then(Session::compartment).map(|it| it.room) {
            return self.enter_compartment(parent, welcome);
        }
        let (keys, trusted) = (&mut self.keys, &self.trusted);
        let (mut session, notice) = match self.slots.get_mut(&room) {
            Some(slot) => {
                let entered = slot.session.rejoin(keys, welcome, trusted, now_ms)?;
                changes.extend(slot.session.take_changes());
                changes.extend(slot.session.forget_mls());
                entered
            }
            None => {
                let identity = self.identity.clone();
                match Session::join(identity, keys, welcome, trusted, now_ms) {
                    // There is no charter in a compartment.
                    Err(SessionError::Charter(CharterError::Malformed)) => {
                        let parent = Session::parent_of(&self.keys, welcome)?;
                        let parent = parent.ok_or(CharterError::Malformed)?;
                        return self.enter_compartment(parent, welcome);
                    }
                    joined => joined?,
                }
            }
        };
        changes.extend(session.take_changes());
        self.moved_in(room, session, changes);
        Ok(notice)
    }

    /// In one transaction: a key package is spent when the room is there.
    pub(super) fn moved_in(&mut self, room: RoomId, session: Session, changes: Changes) {
        self.unsaved
            .extend(under(&records::room_prefix(room), changes));
        self.unsaved
            .extend(under(records::KEYS, self.keys.take_changes()));
        self.perished
            .extend([Scope::room(room), Scope::key_packages()]);
        self.insert(room, session);
    }

    /// Says why a way into a room was not taken, aloud if somebody must be lying.
    pub(super) fn join_refused(&self, room: RoomId, seq: u64, error: &SessionError) {
        if let Some(security) = error.alarm() {
            self.alarm(room, seq, security);
        }
        let reason = error.to_string();
        self.tell(EngineEvent::JoinRefused { room, reason });
    }

    pub(super) fn alarm(&self, room: RoomId, seq: u64, security: SecurityEvent) {
        let notice = Notice::Security {
            seq,
            device: self.identity.device(),
            security,
        };
        self.tell(EngineEvent::Room { room, notice });
    }

    fn caught_up_with(&mut self, room: RoomId, seq: u64) {
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        // What was delivered meanwhile was passed over: it has not come.
        if slot.is_resyncing() {
            return;
        }
        if slot.live == Flow::CatchingUp || slot.live == Flow::Asked {
            slot.live = Flow::Live;
        }
        self.hold_to_its_word(room);
        self.retry_unknown_commit(room);
        self.caught_up_above(room);
        self.tell(EngineEvent::CaughtUp { room, seq });
    }

    /// All that the hub has was delivered: then this device must be in the epoch that the hub said.
    fn hold_to_its_word(&mut self, room: RoomId) {
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        if slot.live != Flow::Live || slot.is_resyncing() || !slot.is_active() {
            return;
        }
        let Some(promised) = slot.promised.take() else {
            return;
        };
        if let Some(notice) = slot.session.check_epoch(promised.head, promised.epoch) {
            slot.is_dirty = true;
            self.tell(EngineEvent::Room { room, notice });
            self.start_resync(room);
        }
    }

    fn unfollowed(&mut self, room: RoomId, code: ErrorCode) {
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        let may_ask_again = matches!(code, ErrorCode::TooSlow | ErrorCode::Unavailable);
        slot.promised = None;
        slot.live = if may_ask_again {
            Flow::Off
        } else {
            Flow::Refused(code)
        };
        if may_ask_again {
            self.follow(room);
        } else if is_over(code) && slot.session.ended().is_none() {
            self.ask_how_it_ended(room, code);
        } else if slot.session.ended().is_none() {
            self.tell(EngineEvent::HubRefused { room, code });
        }
    }

    pub(super) fn following(
        &mut self,
        asked: Asked,
        result: Result<Following, RequestError>,
    ) -> Result<(), EngineError> {
        let (steady_ms, room) = (self.around.steady_ms(), asked.room);
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        match result {
            Ok(following) => {
                let gap = slot.session.numbers_used(following.last_number);
                let rollback = slot.session.check_head(following.head, asked.cursor);
                slot.is_dirty = true;
                // The mark that all is there may have come already.
                if slot.live == Flow::Asked {
                    slot.live = Flow::CatchingUp;
                }
                slot.promised = Some(following);
                for notice in rollback.into_iter().chain(gap) {
                    self.tell(EngineEvent::Room { room, notice });
                }
                self.hold_to_its_word(room);
            }
            Err(RequestError::Refused {
                code: ErrorCode::HistoryGone,
                ..
            }) => {
                slot.live = Flow::Off;
                if asked.after < asked.cursor {
                    slot.is_last_gone = true;
                    self.follow(room);
                } else {
                    self.start_resync(room);
                }
            }
            Err(RequestError::Refused { code, .. })
                if is_over(code) && slot.session.ended().is_none() =>
            {
                self.ask_how_it_ended(room, code);
            }
            Err(RequestError::Refused {
                code,
                retry_after_ms,
                ..
            }) => {
                if slot.turned_away(code, retry_after_ms, steady_ms) {
                    self.tell(EngineEvent::HubRefused { room, code });
                }
            }
            Err(_) => slot.live = Flow::Off,
        }
        Ok(())
    }
}

/// Whether the hub says that the room's time is over.
fn is_over(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::RoomClosed | ErrorCode::RoomShredded)
}
