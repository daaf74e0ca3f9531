//! The engine's task.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use entente_protocol::{Fingerprint, RoomId, WelcomeDelivery, limits};
use entente_room::{Event, Identity, KeyStore, Session, SessionError};
use entente_trust::Authority;
use futures_util::StreamExt as _;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::commit_job::{Job, Wish};
use super::compartments::Announcing;
use super::handle::{Command, Reply};
use super::joining::{self, AllAsking};
use super::slot::{Flow, Predicate, Slot};
use super::time::HubClock;
use super::work::{self, Work, Works};
use super::{EngineError, EngineEvent, records};
use crate::HubUrl;
use crate::connection::{Connection, Greeting, Incoming, RequestError, backoff_ms, connect_in};
use crate::enrol::{EnrolledDevice, trusted_record};
use crate::platform::Surroundings;
use crate::store::{Changes, Scope, Store};

/// How often clocks, retries and missing boards are looked at.
const TICK_MS: u64 = 250;

/// Deliveries that are applied before they are stored together.
const RECEIVE_BATCH: usize = 128;

/// Messages of one room that are on their way to the hub at once.
const SEND_WINDOW: usize = 32;

pub(super) struct Actor {
    pub(super) around: Arc<dyn Surroundings>,
    pub(super) queue: mpsc::Receiver<Command>,
    /// Came while something was being stored, and wait for their turn.
    pub(super) deferred: VecDeque<Command>,
    pub(super) store: Arc<dyn Store>,
    /// What must be stored before anything else is sent.
    pub(super) unsaved: Changes,
    /// What was given up, and must be gone for good once that is stored.
    pub(super) perished: BTreeSet<Scope>,
    pub(super) identity: Arc<Identity>,
    /// Roots of the partners' authorities that this device trusts.
    pub(super) trusted: BTreeSet<Fingerprint>,
    hub: HubUrl,
    pub(super) keys: KeyStore,
    pub(super) slots: BTreeMap<RoomId, Slot>,
    pub(super) connection: Option<Connection>,
    incoming: Option<mpsc::Receiver<Incoming>>,
    is_connecting: bool,
    attempt: u32,
    /// By the steady clock, as all waits are.
    retry_at_ms: u64,
    pub(super) clock_offset_ms: i64,
    pub(super) hub_clock: HubClock,
    /// Welcomes were asked for on this connection and have come.
    pub(super) are_welcomes_in: bool,
    /// Batches of key packages on their way on this connection.
    pub(super) publishing: usize,
    pub(super) works: Works,
    /// How often this device has begun to come back by external commit.
    pub(super) tries: u64,
    events: broadcast::Sender<EngineEvent>,
    /// Waiting for rooms that this device does not know yet.
    watchers: Vec<(RoomId, Predicate, oneshot::Sender<()>)>,
    /// Rooms that this device wants to be let into.
    pub(super) asking: AllAsking,
    caught_up: Vec<oneshot::Sender<()>>,
    pub(super) openings: BTreeMap<RoomId, Reply<RoomId>>,
    /// Compartments of which the room is being told.
    pub(super) announcing: Vec<Announcing>,
    /// Invitations into compartments of rooms that this device does not know so far.
    pub(super) early_welcomes: Vec<WelcomeDelivery>,
}

/// Loads a device's state and starts its task.
pub(super) async fn spawn(
    around: Arc<dyn Surroundings>,
    device: EnrolledDevice,
    hub: Option<HubUrl>,
    queue: mpsc::Receiver<Command>,
    events: broadcast::Sender<EngineEvent>,
) -> Result<(), EngineError> {
    let trusted = device.trusted().await?;
    let EnrolledDevice {
        store,
        identity,
        hub: enrolled_at,
    } = device;
    let (sessions, keys) = records::load(&*store, &identity).await?;
    let asking = joining::load(&*store).await?;
    let slots = sessions
        .into_iter()
        .map(|(room, session)| (room, Slot::new(session)))
        .collect();
    let mut actor = Actor {
        around: around.clone(),
        queue,
        deferred: VecDeque::new(),
        store,
        unsaved: Changes::new(),
        perished: BTreeSet::new(),
        identity,
        trusted: trusted.iter().map(Authority::fingerprint).collect(),
        hub: hub.unwrap_or(enrolled_at),
        keys,
        slots,
        connection: None,
        incoming: None,
        is_connecting: false,
        attempt: 0,
        retry_at_ms: 0,
        clock_offset_ms: 0,
        hub_clock: HubClock::default(),
        are_welcomes_in: false,
        publishing: 0,
        works: Works::new(),
        tries: 0,
        events,
        watchers: Vec::new(),
        asking,
        caught_up: Vec::new(),
        openings: BTreeMap::new(),
        announcing: Vec::new(),
        early_welcomes: Vec::new(),
    };
    // Before anything is shown: what was over while the device was off is over now.
    actor.close_overdue();
    actor.save().await?;
    around.spawn(Box::pin(actor.run()));
    Ok(())
}

async fn next_command(
    deferred: &mut VecDeque<Command>,
    queue: &mut mpsc::Receiver<Command>,
) -> Option<Command> {
    match deferred.pop_front() {
        Some(command) => Some(command),
        None => queue.recv().await,
    }
}

async fn next_incoming(incoming: &mut Option<mpsc::Receiver<Incoming>>) -> Option<Incoming> {
    match incoming {
        Some(receiver) => receiver.recv().await,
        None => core::future::pending().await,
    }
}

impl Actor {
    async fn run(mut self) {
        // The first at once: it connects.
        let mut tick = self.around.sleep(0);
        let stopped = loop {
            let step = tokio::select! {
                biased;
                command = next_command(&mut self.deferred, &mut self.queue) => match command {
                    None => break None,
                    Some(Command::Stop { reply }) => break Some(reply),
                    Some(command) => self.command(command).await,
                },
                incoming = next_incoming(&mut self.incoming) => self.take_batch(incoming).await,
                Some(work) = self.works.next(), if !self.works.is_empty() => {
                    self.work_done(work).await
                }
                () = &mut tick => {
                    tick = self.around.sleep(TICK_MS);
                    self.tick()
                }
            };
            let step = match step {
                Ok(()) => self.settle().await,
                Err(error) => Err(error),
            };
            if let Err(error) = step {
                // State that can't be stored must not be acted on: stop before anything is sent.
                tracing::error!(%error, "the engine stops");
                self.tell(EngineEvent::Stopped {
                    reason: error.to_string(),
                });
                break None;
            }
        };
        drop(self);
        if let Some(reply) = stopped {
            let _ = reply.send(());
        }
    }

    pub(super) fn tell(&self, event: EngineEvent) {
        // Without listeners there is nobody to miss it.
        let _ = self.events.send(event);
    }

    /// This device's clock, put right by the hub's if they differ by what clocks may differ.
    pub(super) fn now_ms(&self) -> u64 {
        let own = self.around.now_ms();
        if self.clock_offset_ms.unsigned_abs() > limits::CLOCK_TOLERANCE_MS {
            return own;
        }
        own.saturating_add_signed(self.clock_offset_ms)
    }

    /// After each step: store what changed, then send, then tell who waits.
    async fn settle(&mut self) -> Result<(), EngineError> {
        self.open_announced();
        self.save().await?;
        for room in self.slots.keys().copied().collect::<Vec<_>>() {
            self.pump(room).await?;
        }
        self.save().await?;
        for slot in self.slots.values_mut() {
            slot.notify();
        }
        if self.is_caught_up() {
            for reply in self.caught_up.drain(..) {
                let _ = reply.send(());
            }
        }
        Ok(())
    }

    fn is_caught_up(&self) -> bool {
        self.connection.is_some()
            && self.are_welcomes_in
            && self.publishing == 0
            && self
                .slots
                .values()
                .all(|slot| !slot.is_active() || matches!(slot.live, Flow::Live | Flow::Refused(_)))
    }

    pub(super) fn close_overdue(&mut self) {
        if self.is_clock_doubted() {
            return;
        }
        let now_ms = self.now_ms();
        let mut closed = Vec::new();
        for (room, slot) in &mut self.slots {
            if let Some(notice) = slot.session.close_if_over(now_ms) {
                slot.is_dirty = true;
                closed.push((*room, notice));
            }
        }
        for (room, notice) in closed {
            self.tell(EngineEvent::Room { room, notice });
        }
    }

    fn tick(&mut self) -> Result<(), EngineError> {
        self.look_for_jump();
        self.look_up_all();
        self.seek_promotions();
        self.close_overdue();
        let steady_ms = self.around.steady_ms();
        if self.connection.is_none() && !self.is_connecting && steady_ms >= self.retry_at_ms {
            self.is_connecting = true;
            let (hub, identity) = (self.hub.clone(), self.identity.clone());
            let around = self.around.clone();
            self.works.push(Box::pin(async move {
                Work::Connected(connect_in(&around, &hub, &identity).await)
            }));
        }
        for room in self.slots.keys().copied().collect::<Vec<_>>() {
            self.look_after(room, steady_ms);
        }
        self.follow_again(steady_ms);
        self.ask_again(steady_ms);
        self.look_at_clock(steady_ms);
        let hub_now_ms = self.now_ms();
        for slot in self.slots.values_mut() {
            if slot.live == Flow::Live && slot.is_active() && !slot.is_resyncing() {
                slot.is_dirty |= slot.session.say_what_is_due(hub_now_ms)?;
            }
            if slot.is_snapshot_due(steady_ms) {
                // An outbox that is full is emptied first.
                match slot.session.ask_for_snapshot() {
                    Ok(()) | Err(SessionError::OutboxFull) => slot.is_dirty = true,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    async fn command(&mut self, command: Command) -> Result<(), EngineError> {
        match command {
            Command::Open { spec, reply } => self.open(*spec, reply),
            Command::OpenCompartment {
                room,
                countries,
                reply,
            } => self.announce(room, countries, reply),
            Command::Commit { room, wish, reply } => {
                match self.slots.get_mut(&room) {
                    Some(slot) if slot.is_active() => slot.jobs.push_back(Job {
                        wish,
                        key_packages: None,
                        reply: Some(reply),
                    }),
                    Some(_) => drop(reply.send(Err(SessionError::Ended.into()))),
                    None => drop(reply.send(Err(EngineError::UnknownRoom))),
                }
                Ok(())
            }
            Command::Say {
                room,
                event,
                accepted,
                reply,
            } => self.say(room, &event, accepted, reply).await,
            Command::Change { room, change } => {
                let now_ms = self.now_ms();
                let slot = self.slots.get_mut(&room);
                change(slot.map(|slot| {
                    slot.is_dirty = true;
                    (&mut slot.session, now_ms)
                }));
                Ok(())
            }
            Command::View { .. } | Command::Rooms { .. } | Command::Boards { .. } => {
                self.look(command);
                Ok(())
            }
            Command::Until {
                room,
                predicate,
                reply,
            } => {
                match self.slots.get_mut(&room) {
                    Some(slot) => slot.watchers.push((predicate, reply)),
                    None => self.watchers.push((room, predicate, reply)),
                }
                Ok(())
            }
            Command::CaughtUp { reply } => {
                self.caught_up.push(reply);
                Ok(())
            }
            Command::Directory { country, reply } => {
                self.directory(country, reply);
                Ok(())
            }
            Command::Ephemeral { room, event, reply } => {
                let sent = self.send_ephemeral(room, &event).await;
                let _ = reply.send(sent);
                Ok(())
            }
            Command::Connection { reply } => {
                let _ = reply.send(self.connection.clone());
                Ok(())
            }
            Command::Remember { key, value, reply } => {
                let key = records::note(&key);
                let kept = self.store.apply(vec![(key, value)]).await;
                let _ = reply.send(kept.map_err(Into::into));
                Ok(())
            }
            Command::Recall { key, reply } => {
                let found = self.store.get(&records::note(&key)).await;
                let _ = reply.send(found.map_err(Into::into));
                Ok(())
            }
            Command::Trust { authority, reply } => {
                let _ = reply.send(self.trust(&authority).await);
                Ok(())
            }
            Command::Measure { reply } => {
                self.measure(1, Some(reply));
                Ok(())
            }
            Command::AskToJoin { room, reply } => {
                self.ask_to_join(room, reply);
                Ok(())
            }
            Command::StopAsking { room, reply } => {
                self.stop_asking(room);
                let _ = reply.send(());
                Ok(())
            }
            Command::Asked { reply } => {
                let _ = reply.send(self.asked_rooms());
                Ok(())
            }
            Command::Resync { room } => {
                self.start_resync(room);
                Ok(())
            }
            Command::Disconnect => {
                self.connection_lost(None);
                Ok(())
            }
            Command::Stop { .. } => Ok(()),
        }
    }

    async fn send_ephemeral(&mut self, room: RoomId, event: &Event) -> Result<(), EngineError> {
        let now_ms = self.now_ms();
        self.look_up(room);
        let slot = self.slots.get_mut(&room).ok_or(EngineError::UnknownRoom)?;
        let connection = self.connection.clone().ok_or(EngineError::Offline)?;
        if slot.live != Flow::Live {
            return Err(EngineError::Offline);
        }
        let send = slot.session.ephemeral(event, now_ms)?;
        slot.is_dirty = true;
        // A key that was used must never be used again: stored first.
        self.save().await?;
        connection.ephemeral(send).await;
        Ok(())
    }

    async fn say(
        &mut self,
        room: RoomId,
        event: &Event,
        accepted: oneshot::Sender<()>,
        reply: Reply<u64>,
    ) -> Result<(), EngineError> {
        // The room would refuse it, and its record would have it all the same.
        let inner = self.boards(room).and_then(|it| it.belongs_to(event));
        if let Some(inner) = inner {
            let _ = reply.send(Err(SessionError::InCompartment(inner).into()));
            return Ok(());
        }
        let Some(slot) = self.slots.get_mut(&room) else {
            let _ = reply.send(Err(EngineError::UnknownRoom));
            return Ok(());
        };
        match slot.session.enqueue(event) {
            Ok(id) => {
                slot.is_dirty = true;
                slot.said.push((id, reply));
                self.save().await?;
                let _ = accepted.send(());
            }
            Err(error) => drop(reply.send(Err(error.into()))),
        }
        Ok(())
    }

    async fn work_done(&mut self, work: Work) -> Result<(), EngineError> {
        match work {
            Work::Connected(Ok((connection, incoming, greeting))) => {
                self.connected(connection, incoming, greeting).await
            }
            Work::Connected(Err(error)) => {
                self.is_connecting = false;
                let code = match error {
                    crate::connection::ConnectError::Refused(code) => Some(code),
                    _ => None,
                };
                self.schedule_retry()?;
                self.tell(EngineEvent::Disconnected { code });
                Ok(())
            }
            Work::Following(asked, result) => self.following(asked, result),
            Work::Sent {
                room,
                number,
                epoch,
                result,
            } => self.sent(room, (number, epoch), result),
            Work::KeyPackages { room, result } => self.got_key_packages(room, result),
            Work::Committed {
                room,
                number,
                result,
            } => self.committed(room, number, result),
            Work::GroupInfo {
                room,
                attempt,
                result,
            } => self.got_group_info((room, attempt), result),
            Work::LastState { room, code, result } => {
                self.got_last_state((room, code), result);
                Ok(())
            }
            Work::Resynced {
                room,
                attempt,
                next,
                result,
            } => self.resynced((room, attempt), *next, result),
            Work::WelcomesIn => {
                // They lie in the queue before the word that these were all.
                while let Some(next) = self
                    .incoming
                    .as_mut()
                    .and_then(|incoming| incoming.try_recv().ok())
                {
                    self.take_incoming(next)?;
                }
                self.are_welcomes_in = self.connection.is_some();
                self.renew_last_resorts()
            }
            Work::Published {
                ciphersuite,
                is_there,
            } => self.published(ciphersuite, is_there),
            Work::Asked { room, result } => {
                self.asked(room, result);
                Ok(())
            }
            Work::Clock { samples, reply } => {
                self.measured(samples, reply);
                Ok(())
            }
            Work::Done => Ok(()),
        }
    }

    fn schedule_retry(&mut self) -> Result<(), EngineError> {
        let random = u64::from_be_bytes(self.around.random_bytes::<8>()?);
        self.retry_at_ms = self
            .around
            .steady_ms()
            .saturating_add(backoff_ms(self.attempt, random));
        self.attempt = self.attempt.saturating_add(1);
        Ok(())
    }

    async fn connected(
        &mut self,
        connection: Connection,
        incoming: mpsc::Receiver<Incoming>,
        greeting: Greeting,
    ) -> Result<(), EngineError> {
        self.is_connecting = false;
        self.attempt = 0;
        self.clock_offset_ms = greeting.clock_offset_ms;
        self.hub_clock.restart();
        self.incoming = Some(incoming);
        self.connection = Some(connection.clone());
        self.are_welcomes_in = greeting.welcomes == 0;
        self.tell(EngineEvent::Connected {
            clock_offset_ms: greeting.clock_offset_ms,
        });
        if greeting.clock_offset_ms.unsigned_abs() > limits::CLOCK_TOLERANCE_MS {
            self.tell(EngineEvent::HubClock {
                difference_ms: greeting.clock_offset_ms,
            });
        }
        self.stock_key_packages(greeting.key_packages)?;
        if greeting.welcomes > 0 {
            self.ask_for_welcomes(&connection);
        }
        for room in self.slots.keys().copied().collect::<Vec<_>>() {
            self.follow(room);
        }
        Ok(())
    }

    pub(super) fn ask_for_welcomes(&mut self, connection: &Connection) {
        let asking = connection.clone();
        self.works.push(Box::pin(async move {
            // Lost with the connection; the next one asks again.
            let _ = asking.welcomes().await;
            Work::WelcomesIn
        }));
    }

    async fn trust(&mut self, authority: &Authority) -> Result<(), EngineError> {
        self.store.apply(vec![trusted_record(authority)]).await?;
        self.trusted.insert(authority.fingerprint());
        if let Some(connection) = self.connection.clone() {
            self.ask_for_welcomes(&connection);
        }
        Ok(())
    }

    pub(super) fn follow(&mut self, room: RoomId) {
        let (Some(connection), Some(slot)) = (&self.connection, self.slots.get_mut(&room)) else {
            return;
        };
        let is_opening = self.openings.contains_key(&room);
        if slot.is_active() && !is_opening && slot.live == Flow::Off {
            slot.live = Flow::Asked;
            let asked = slot.ask(room);
            self.works.push(Box::pin(work::follow(connection, asked)));
        }
    }

    /// Rooms that the hub could not deliver when it was last asked, or does not, without a word.
    fn follow_again(&mut self, steady_ms: u64) {
        let mut due = Vec::new();
        for (room, slot) in &mut self.slots {
            if slot.is_kept_waiting(steady_ms) {
                slot.live = Flow::Off;
                due.push(*room);
            } else if slot
                .follow_at_ms
                .take_if(|at_ms| *at_ms <= steady_ms)
                .is_some()
            {
                due.push(*room);
            }
        }
        for room in due {
            self.follow(room);
        }
    }

    pub(super) fn connection_lost(&mut self, code: Option<entente_protocol::ErrorCode>) {
        if self.connection.take().is_none() {
            return;
        }
        self.incoming = None;
        self.are_welcomes_in = false;
        self.early_welcomes.clear();
        self.publishing = 0;
        for slot in self.slots.values_mut() {
            slot.disconnect();
        }
        self.retry_at_ms = 0;
        self.tell(EngineEvent::Disconnected { code });
    }

    async fn take_batch(&mut self, first: Option<Incoming>) -> Result<(), EngineError> {
        let Some(first) = first else {
            self.connection_lost(None);
            return self.schedule_retry();
        };
        self.look_for_jump();
        self.take_incoming(first)?;
        for _ in 1..RECEIVE_BATCH {
            let next = self
                .incoming
                .as_mut()
                .and_then(|incoming| incoming.try_recv().ok());
            let Some(next) = next else { break };
            self.take_incoming(next)?;
        }
        Ok(())
    }

    /// A new session; whoever waited for its room is told from now on.
    pub(super) fn insert(&mut self, room: RoomId, session: Session) {
        self.stop_asking(room);
        let mut slot = Slot::new(session);
        for (wanted, predicate, reply) in core::mem::take(&mut self.watchers) {
            if wanted == room {
                slot.watchers.push((predicate, reply));
            } else {
                self.watchers.push((wanted, predicate, reply));
            }
        }
        if let Some(old) = self.slots.remove(&room) {
            slot.watchers.extend(old.watchers);
            // What waited there is not said, nor done, in a seat that is new.
            for (_, reply) in old.said {
                let _ = reply.send(Err(SessionError::Ended.into()));
            }
            for job in old
                .jobs
                .into_iter()
                .chain(old.active.map(|active| active.job))
            {
                job.answer(Err(SessionError::Ended.into()));
            }
        }
        self.slots.insert(room, slot);
    }

    /// Sends what a room has to send, if it may.
    async fn pump(&mut self, room: RoomId) -> Result<(), EngineError> {
        let (now_ms, steady_ms) = (self.now_ms(), self.around.steady_ms());
        let Some(connection) = self.connection.clone() else {
            return Ok(());
        };
        self.look_up(room);
        self.pump_commits(room, &connection)?;
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        if !slot.may_send(steady_ms) || slot.session.waiting() == 0 {
            return Ok(());
        }
        if slot.session.has_pending_proposals() {
            let is_under_way =
                slot.active.is_some() || slot.jobs.iter().any(|job| job.wish == Wish::LetGo);
            // What this device has to say need not wait for the one whose duty it is.
            if !is_under_way && slot.session.turn_to_let_go().is_some() {
                slot.jobs.push_back(Job {
                    wish: Wish::LetGo,
                    key_packages: None,
                    reply: None,
                });
                self.pump_commits(room, &connection)?;
            }
            return Ok(());
        }
        let sends = match slot.session.outgoing(SEND_WINDOW, now_ms) {
            // It is said when that one's seat is taken.
            Err(SessionError::Outsider(_) | SessionError::NotLookedUp) => return Ok(()),
            sends => sends?,
        };
        if sends.is_empty() {
            return Ok(());
        }
        slot.is_dirty = true;
        let epoch = slot.session.epoch().unwrap_or_default();
        // The spent message keys are stored before a ciphertext leaves.
        self.save().await?;
        for send in sends {
            let number = send.number;
            let answer = connection.send(send).await;
            self.works.push(Box::pin(async move {
                Work::Sent {
                    room,
                    number,
                    epoch,
                    result: answer.await,
                }
            }));
        }
        Ok(())
    }

    fn sent(
        &mut self,
        room: RoomId,
        (number, epoch): (u64, u64),
        result: Result<crate::connection::Accepted, RequestError>,
    ) -> Result<(), EngineError> {
        // Lost: it is sent again, with the same number, on the next connection.
        let (code, retry_after_ms) = match result {
            // It leaves the outbox when it comes back in its place, if this device is still to come there.
            Ok(accepted) => {
                if let Some(slot) = self.slots.get_mut(&room) {
                    slot.is_dirty |= slot.session.accepted(number, accepted.seq);
                }
                return Ok(());
            }
            Err(RequestError::Refused {
                code,
                retry_after_ms,
                ..
            }) => (code, retry_after_ms),
            Err(_) => return Ok(()),
        };
        let steady_ms = self.around.steady_ms();
        let Some(slot) = self.slots.get_mut(&room) else {
            return Ok(());
        };
        if code == entente_protocol::ErrorCode::StaleEpoch {
            // The commit was faster than this answer: what was sealed for the epoch before is sealed anew already.
            if slot.session.epoch() != Some(epoch) {
                return Ok(());
            }
            slot.stale_epoch = Some(epoch);
        }
        slot.is_dirty = true;
        if let Some(wait_ms) = retry_after_ms {
            slot.paused_until_ms = steady_ms.saturating_add(wait_ms);
        } else if matches!(
            code,
            entente_protocol::ErrorCode::Busy
                | entente_protocol::ErrorCode::Unavailable
                | entente_protocol::ErrorCode::RoomNotOpen
        ) {
            slot.paused_until_ms = steady_ms.saturating_add(500);
        }
        if let Some(given_up) = slot.session.refused(number, code) {
            let waiting = slot.said.iter().position(|(id, _)| *id == given_up);
            if let Some(index) = waiting {
                let (_, reply) = slot.said.swap_remove(index);
                let _ = reply.send(Err(EngineError::Refused { code, detail: None }));
            }
            self.tell(EngineEvent::GivenUp { room, code });
        }
        Ok(())
    }

    pub(super) fn opened(
        &mut self,
        room: RoomId,
        result: Result<crate::connection::Accepted, RequestError>,
    ) -> Option<Result<crate::connection::Accepted, RequestError>> {
        let Some(reply) = self.openings.remove(&room) else {
            return Some(result);
        };
        match result {
            Ok(_) => {
                self.follow(room);
                let _ = reply.send(Ok(room));
            }
            Err(error) => {
                self.slots.remove(&room);
                let _ = reply.send(Err(error.into()));
            }
        }
        None
    }
}
