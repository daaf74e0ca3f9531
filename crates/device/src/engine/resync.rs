//! Commits at the hub, and coming back by external commit.

use entente_protocol::{Delivery, ErrorCode, GroupInfoReply, KeyPackageOf, MessageKind, RoomId};
use entente_room::{Session, SessionError};

use super::actor::Actor;
use super::commit_job::{Active, Wish};
use super::slot::{Flow, Slot};
use super::work::{self, Work};
use super::{EngineError, EngineEvent, records};
use crate::connection::{Accepted, Connection, RequestError};
use crate::store::{Scope, under};

impl Actor {
    /// Starts the next commit of a room, if none is under way.
    pub(super) fn pump_commits(
        &mut self,
        room: RoomId,
        connection: &Connection,
    ) -> Result<(), EngineError> {
        let (now_ms, steady_ms) = (self.now_ms(), self.around.steady_ms());
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        if slot.is_fetching || !slot.may_send(steady_ms) {
            return Ok(());
        }
        if let Some(active) = &slot.active {
            if active.again_at_ms.is_some_and(|at_ms| at_ms <= steady_ms) {
                self.retry_unknown_commit(room);
            }
            return Ok(());
        }
        let Some(job) = slot.jobs.pop_front() else {
            return Ok(());
        };
        if let (Wish::Admit(devices), None) = (&job.wish, &job.key_packages) {
            let suite = slot.session.charter().ciphersuite;
            let fetch = work::key_packages(connection, room, suite, devices.clone());
            slot.is_fetching = true;
            slot.jobs.push_front(job);
            self.works.push(Box::pin(fetch));
            return Ok(());
        }
        let built = match job.wish_now(&slot.session, now_ms) {
            Ok(Some(wish)) => slot.session.commit(wish, now_ms).map_err(EngineError::from),
            Ok(None) => return Ok(()),
            Err(error) => Err(error),
        };
        slot.is_dirty = true;
        match built {
            Ok(bundle) => {
                let epoch = slot.session.epoch().unwrap_or_default();
                let send = work::commit(connection, bundle.clone());
                slot.active = Some(Active {
                    job,
                    bundle,
                    epoch,
                    again_at_ms: None,
                });
                self.works.push(Box::pin(send));
            }
            // A commit of an earlier life waits for its fate; it is settled when all is caught up.
            Err(EngineError::Session(SessionError::CommitPending)) => {
                slot.session.drop_commit();
                slot.jobs.push_front(job);
            }
            Err(error) => {
                let alarm = match &error {
                    EngineError::Session(error) => error.alarm(),
                    _ => None,
                };
                let seq = slot.session.cursor();
                job.answer(Err(error));
                if let Some(security) = alarm {
                    self.alarm(room, seq, security);
                }
            }
        }
        Ok(())
    }

    pub(super) fn got_key_packages(
        &mut self,
        room: RoomId,
        result: Result<Vec<KeyPackageOf>, RequestError>,
    ) -> Result<(), EngineError> {
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        slot.is_fetching = false;
        match result {
            Ok(packages) => {
                if let Some(job) = slot.jobs.front_mut() {
                    let packages = packages.into_iter();
                    job.key_packages = Some(
                        packages
                            .map(|one| (one.device, one.key_package.into()))
                            .collect(),
                    );
                }
            }
            // The connection is gone: asked again on the next one.
            Err(RequestError::Lost) => {}
            Err(error) => {
                if let Some(job) = slot.jobs.pop_front() {
                    job.answer(Err(error.into()));
                }
            }
        }
        Ok(())
    }

    pub(super) fn committed(
        &mut self,
        room: RoomId,
        number: u64,
        result: Result<Accepted, RequestError>,
    ) -> Result<(), EngineError> {
        let Some(result) = self.opened(room, result) else {
            return Ok(());
        };
        let steady_ms = self.around.steady_ms();
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        // Accepted: it takes effect when it comes back in its place. Lost: its fate shows when all
        // is caught up on the next connection.
        let Err(RequestError::Refused {
            code,
            detail,
            retry_after_ms,
        }) = result
        else {
            return Ok(());
        };
        let Some(mut active) = slot.active.take_if(|active| active.bundle.number == number) else {
            return Ok(());
        };
        slot.is_dirty = true;
        if matches!(
            code,
            ErrorCode::RateLimited | ErrorCode::Busy | ErrorCode::Unavailable
        ) {
            // It may be stored all the same: the same commit is sent again, and the hub knows it by its number.
            let until_ms = steady_ms.saturating_add(retry_after_ms.unwrap_or(500));
            slot.paused_until_ms = slot.paused_until_ms.max(until_ms);
            active.again_at_ms = Some(until_ms);
            slot.active = Some(active);
            return Ok(());
        }
        if slot.session.pending_commit() == Some(number) {
            slot.session.drop_commit();
        }
        match code {
            ErrorCode::StaleEpoch | ErrorCode::NumberUsed | ErrorCode::HistoryGone => {
                slot.stale_epoch = Some(active.epoch);
                if code != ErrorCode::StaleEpoch {
                    slot.stale_epoch = None;
                }
                slot.jobs.push_front(active.job);
            }
            code => active
                .job
                .answer(Err(EngineError::Refused { code, detail })),
        }
        Ok(())
    }

    /// One's own commit came back in its place: it has taken effect.
    pub(super) fn own_commit_is_back(&mut self, delivery: &Delivery) {
        if delivery.kind != MessageKind::Commit || delivery.sender != self.identity.device() {
            return;
        }
        let Some(slot) = self.slots.get_mut(&delivery.room) else {
            return;
        };
        let mine = |active: &mut Active| active.bundle.number == delivery.number;
        if let Some(active) = slot.active.take_if(mine) {
            active.job.answer(Ok(delivery.seq));
        }
    }

    /// All is caught up after a connection was lost. A commit that was on its way is among what
    /// came, or another won its epoch, or it never arrived and is sent again.
    pub(super) fn retry_unknown_commit(&mut self, room: RoomId) {
        let Some(connection) = self.connection.clone() else {
            return;
        };
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        let Some(mut active) = slot.active.take() else {
            if slot.session.pending_commit().is_some() {
                slot.session.drop_commit();
                slot.is_dirty = true;
            }
            return;
        };
        if slot.session.pending_commit() == Some(active.bundle.number) {
            self.works
                .push(Box::pin(work::commit(&connection, active.bundle.clone())));
            active.again_at_ms = None;
            slot.active = Some(active);
        } else {
            slot.jobs.push_front(active.job);
        }
    }

    pub(super) fn start_resync(&mut self, room: RoomId) {
        let Some(connection) = self.connection.clone() else {
            return;
        };
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        if slot.is_resyncing() || slot.session.ended().is_some() {
            return;
        }
        self.tries += 1;
        let attempt = self.tries;
        slot.resyncing = Some(attempt);
        self.works.push(Box::pin(async move {
            Work::GroupInfo {
                room,
                attempt,
                result: connection.group_info(room).await,
            }
        }));
    }

    pub(super) fn got_group_info(
        &mut self,
        (room, attempt): (RoomId, u64),
        result: Result<GroupInfoReply, RequestError>,
    ) -> Result<(), EngineError> {
        let now_ms = self.now_ms();
        let steady_ms = self.around.steady_ms();
        let connection = self.connection.clone();
        let slot = self.slots.get_mut(&room);
        let Some(slot) = slot.filter(|slot| slot.resyncing == Some(attempt)) else {
            return Ok(());
        };
        let (reply, connection) = match (result, connection) {
            (Ok(reply), Some(connection)) => (reply, connection),
            (
                Err(RequestError::Refused {
                    code,
                    retry_after_ms,
                    ..
                }),
                _,
            ) => {
                slot.resyncing = None;
                if slot.turned_away(code, retry_after_ms, steady_ms) {
                    self.tell(EngineEvent::HubRefused { room, code });
                }
                return Ok(());
            }
            _ => {
                slot.resyncing = None;
                return Ok(());
            }
        };
        let parent = slot.session.compartment().map(|inner| inner.room);
        let made = match parent {
            None => slot.session.resync(&reply, now_ms),
            Some(parent) => self.resync_within(parent, &reply, now_ms),
        };
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        match made {
            Ok((next, bundle)) => {
                // The number is stored before the commit leaves.
                slot.is_dirty = true;
                self.works.push(Box::pin(async move {
                    let result = connection.commit(bundle).await;
                    Work::Resynced {
                        room,
                        attempt,
                        next: Box::new(next),
                        result,
                    }
                }));
            }
            // There is no way back into a room that is over.
            Err(SessionError::Ended) => {
                slot.resyncing = None;
                self.got_last_state((room, ErrorCode::RoomClosed), Ok(reply));
            }
            Err(error) => {
                slot.resyncing = None;
                slot.live = Flow::Refused(ErrorCode::PolicyRefused);
                self.join_refused(room, reply.seq, &error);
            }
        }
        Ok(())
    }

    pub(super) fn resynced(
        &mut self,
        (room, attempt): (RoomId, u64),
        mut next: Session,
        result: Result<Accepted, RequestError>,
    ) -> Result<(), EngineError> {
        let steady_ms = self.around.steady_ms();
        let slot = self.slots.get_mut(&room);
        let Some(slot) = slot.filter(|slot| slot.resyncing == Some(attempt)) else {
            return Ok(());
        };
        slot.resyncing = None;
        match result {
            Ok(accepted) => {
                let gap = next.resynced(accepted.seq, &mut slot.session);
                next.ask_for_snapshot()?;
                let mut changes = slot.session.forget_mls();
                changes.extend(next.take_changes());
                self.unsaved
                    .extend(under(&records::room_prefix(room), changes));
                self.perished.insert(Scope::room(room));
                let old = core::mem::replace(slot, Slot::new(next));
                slot.jobs = old.jobs;
                slot.jobs.extend(old.active.map(|active| active.job));
                slot.said = old.said;
                slot.watchers = old.watchers;
                self.tell(EngineEvent::Room { room, notice: gap });
                self.follow(room);
            }
            // Another commit came between: the state to come back to is a newer one.
            Err(RequestError::Refused {
                code: ErrorCode::StaleEpoch,
                ..
            }) => {
                self.start_resync(room);
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
            Err(_) => {}
        }
        Ok(())
    }

    /// The hub says that a room is closed which by this device's charter goes on: it was off when
    /// its coordinators moved the end.
    pub(super) fn ask_how_it_ended(&mut self, room: RoomId, code: ErrorCode) {
        let Some(connection) = self.connection.clone() else {
            return;
        };
        self.works.push(Box::pin(async move {
            Work::LastState {
                room,
                code,
                result: connection.group_info(room).await,
            }
        }));
    }

    pub(super) fn got_last_state(
        &mut self,
        (room, code): (RoomId, ErrorCode),
        result: Result<GroupInfoReply, RequestError>,
    ) {
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        match result {
            Ok(reply) => match slot.session.learn_end(&reply) {
                Ok(()) => slot.is_dirty = true,
                Err(error) => self.join_refused(room, reply.seq, &error),
            },
            Err(RequestError::Lost) => return,
            Err(_) => {}
        }
        self.close_overdue();
        if let Some(slot) = self.slots.get_mut(&room) {
            slot.live = Flow::Refused(code);
            if slot.session.ended().is_none() {
                self.tell(EngineEvent::HubRefused { room, code });
            }
        }
    }
}
