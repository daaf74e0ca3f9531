//! The task of one room.

use std::sync::Arc;
use std::time::Duration;

use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{
    Delivery, DeviceId, EphemeralDelivery, ErrorCode, HubControl, HubFrame, RoomId,
    WelcomeDelivery, limits,
};
use tokio::sync::mpsc;

use super::followers::Followers;
use super::joining::Askers;
use super::pipeline::{Asked, Batch, Decided, Pipeline, is_stored};
use super::words::ForOthers;
use super::{Command, Joined, Pulse, group_info_frame, history};
use crate::bus::{self, Listener, Word};
use crate::connection::{Outbound, Wire};
use crate::hub::Hub;
use crate::meters;
use crate::store::{Basis, Kept, StoreError, last_turn};

/// Longest sleep before the clock is looked at again: it may have been set.
const MAX_SLEEP_MS: u64 = 30_000;

/// How often one batch is decided anew because another hub was faster.
const MAX_DECISIONS: u32 = 32;

pub(super) struct Actor {
    pub(super) hub: Arc<Hub>,
    pub(super) id: RoomId,
    /// None if there is no such room, or it must be loaded (again).
    pub(super) core: Option<Room>,
    /// What those are told who ask for a room that is not loaded.
    pub(super) absence: ErrorCode,
    /// The highest sequence number that is stored: what is decided next rests on it.
    pub(super) stored_head: u64,
    /// The room above, if it is a compartment.
    pub(super) parent: Option<RoomId>,
    pub(super) askers: Askers,
    pub(super) followers: Followers,
    /// What other hubs say of this room.
    pub(super) news: Option<Listener>,
    pulse: Arc<Pulse>,
    back: mpsc::WeakSender<Command>,
    decided: Vec<Decided>,
    effects: Vec<Effect>,
    pipeline: Pipeline,
    /// The head of the last batch under way.
    next_base: u64,
    /// The hub's count of revocation lists when they were last looked at.
    pub(super) revocations_seen: u64,
}

pub(super) async fn run(
    (hub, pulse): (Arc<Hub>, Arc<Pulse>),
    id: RoomId,
    core: Option<Room>,
    mut queue: mpsc::Receiver<Command>,
    back: mpsc::WeakSender<Command>,
) {
    let followers = Followers::new(id);
    // Before it is loaded: what comes after is heard, or read.
    let news = hub.bus.listen_to_room(id).await;
    let mut actor = Actor {
        hub,
        id,
        stored_head: core.as_ref().map_or(0, Room::head),
        parent: core
            .as_ref()
            .and_then(Room::above)
            .map(|(parent, _)| parent),
        core,
        absence: ErrorCode::NoSeat,
        askers: Askers::default(),
        followers,
        news,
        pulse,
        back,
        decided: Vec::new(),
        effects: Vec::new(),
        pipeline: Pipeline::default(),
        next_base: 0,
        revocations_seen: 0,
    };
    match actor.parent {
        _ if actor.core.is_none() => actor.load().await,
        // What has changed above since it was opened.
        Some(parent) => {
            actor.hub.enter_nest(parent, id);
            actor.catch_up().await;
        }
        None => {}
    }
    let mut commands = Vec::with_capacity(limits::MAX_BATCH_MESSAGES);
    let mut stopped = None;
    while actor.core.is_some() && stopped.is_none() {
        actor.show_pulse();
        let mut heard = None;
        let mut stored = None;
        let has_room = actor.pipeline.has_room();
        let patience = actor.until_timeout();
        // In this order: the end of the time box comes before whatever waits.
        tokio::select! {
            biased;
            () = tokio::time::sleep(patience) => {}
            done = actor.pipeline.next() => stored = Some(done),
            word = bus::hear(&mut actor.news) => heard = Some(word),
            count = queue.recv_many(&mut commands, limits::MAX_BATCH_MESSAGES), if has_room => {
                if count == 0 {
                    break;
                }
            }
        }
        if let Some((batch, written)) = stored {
            actor.stored(batch, written).await;
        }
        if let Some(word) = heard {
            actor.hear(word).await;
        }
        actor.time_out().await;
        actor.learn_revocations();
        actor.learn_turn().await;
        for command in commands.drain(..) {
            match command {
                Command::Stop { done } => stopped = Some(done),
                command => actor.take(command).await,
            }
        }
        actor.submit().await;
        actor.followers.hand_over();
    }
    actor.flush().await;
    actor.followers.hand_over();
    // Before another task can take the room up and enter.
    if let Some(parent) = actor.parent {
        actor.hub.leave_nest(parent, id);
    }
    if actor.core.is_some() {
        // The room is there, its task is not any more.
        actor.absence = ErrorCode::Unavailable;
    }
    queue.close();
    while let Some(command) = queue.recv().await {
        actor.turn_away(command);
    }
    actor.hub.room_ended(id);
    if let Some(done) = stopped {
        let _ = done.send(());
    }
}

impl Actor {
    /// For the hub's look at the database: where the room is here, and whether anybody follows.
    fn show_pulse(&self) {
        let above = self.core.as_ref().and_then(Room::above);
        let turn = above.map_or(0, |(_, turn)| turn);
        self.pulse
            .set(self.stored_head, turn, !self.followers.is_empty());
    }

    /// Puts lists that are newer than the room's into its order, before anything is decided.
    pub(super) fn learn_revocations(&mut self) {
        let taken = self.hub.revocations_taken();
        let Some(core) = self.core.as_mut() else {
            return;
        };
        if core::mem::replace(&mut self.revocations_seen, taken) == taken {
            return;
        }
        let now_ms = self.hub.clock.now_ms();
        let known: Vec<_> = core.known_revocations().collect();
        for (authority, number) in known {
            if let Some(list) = self.hub.newer_revocations(authority, number) {
                self.effects.extend(core.revoke(&list, now_ms));
            }
        }
    }

    /// Whether a decision may come too late because of somebody else's: another hub's, or in a compartment one about the
    /// room above. Then it is stored before the next one is made, and nothing is refused by old knowledge.
    fn is_careful(&self) -> bool {
        self.hub.store.is_shared() || self.parent.is_some()
    }

    fn until_timeout(&self) -> Duration {
        let due = self.core.as_ref().and_then(Room::poll_timeout);
        let wait = due.map_or(MAX_SLEEP_MS, |due| {
            due.saturating_sub(self.hub.clock.now_ms())
        });
        Duration::from_millis(wait.min(MAX_SLEEP_MS))
    }

    async fn time_out(&mut self) {
        let now_ms = self.hub.clock.now_ms();
        let Some(core) = self.core.as_mut() else {
            return;
        };
        let effects = core.handle_timeout(now_ms);
        if effects.is_empty() {
            return;
        }
        self.effects.extend(effects);
        self.flush().await;
    }

    async fn take(&mut self, command: Command) {
        match command {
            Command::Request {
                sender,
                request,
                input,
                outbound,
            } => self.request(sender, request, input, outbound).await,
            Command::Follow {
                device,
                request,
                after,
                outbound,
            } => {
                self.flush().await;
                self.refresh().await;
                self.follow(device, request, after, outbound).await;
            }
            Command::Join {
                device,
                cursor,
                outbound,
                joined,
            } => {
                self.flush().await;
                let _ = joined.send(self.join(device, cursor, outbound));
            }
            Command::Unfollow { outbound } => self.followers.forget(&outbound),
            Command::GroupInfo {
                device,
                request,
                reply,
            } => {
                self.flush().await;
                self.refresh().await;
                let end = self.end_code().await;
                let is_known = matches!(
                    end,
                    None | Some(ErrorCode::RoomClosed | ErrorCode::RoomShredded)
                );
                let _ = reply.send(match self.core.as_ref() {
                    Some(core) if core.bars(device).is_some() => Err(ErrorCode::NoSeat),
                    // Of a closed room too: a device that was off learns from it that it is over.
                    Some(core) if is_known => Ok(group_info_frame(core, request)),
                    Some(_) => Err(end.unwrap_or(ErrorCode::NoSeat)),
                    None => Err(self.absence),
                });
            }
            Command::Ask {
                asker,
                ask,
                outbound,
            } => {
                // It is judged by what is stored.
                self.flush().await;
                self.refresh().await;
                self.ask_to_join(&asker, ask, &outbound);
            }
            Command::CheckSeat { device, reply } => {
                self.flush().await;
                self.refresh().await;
                let end = self.end_code().await;
                let _ = reply.send(match self.core.as_ref() {
                    Some(core) => core.bars(device).or(end).map_or(Ok(()), Err),
                    None => Err(self.absence),
                });
            }
            Command::CheckCoordinator { device, reply } => {
                self.flush().await;
                self.refresh().await;
                let _ = reply.send(match self.core.as_ref() {
                    Some(core) => match core.bars(device) {
                        Some(code) => Err(code),
                        None if !core.coordinates(device) => Err(ErrorCode::PolicyRefused),
                        None => Ok(()),
                    },
                    None => Err(self.absence),
                });
            }
            Command::Look => {
                self.flush().await;
                self.catch_up().await;
            }
            // They were learned before this command was looked at.
            Command::Revocations | Command::Stop { .. } => {}
        }
    }

    /// Decides. Where other hubs order the room too, nothing is refused before it is known what they
    /// did: the device may know it already.
    async fn request(&mut self, sender: DeviceId, request: u32, input: Input, outbound: Outbound) {
        let again = self.is_careful().then(|| input.clone());
        let asked = Asked {
            sender,
            request,
            outbound,
        };
        let Err((asked, refusal)) = self.decide(asked, input, again.clone()) else {
            return;
        };
        let Some(input) = again else {
            return self.refuse(&asked.outbound, asked.request, refusal);
        };
        self.flush().await;
        self.refresh().await;
        let again = Some(input.clone());
        if let Err((asked, refusal)) = self.decide(asked, input, again) {
            self.refuse(&asked.outbound, asked.request, refusal);
        }
    }

    fn decide(
        &mut self,
        asked: Asked,
        input: Input,
        again: Option<Input>,
    ) -> Result<(), (Asked, Refusal)> {
        let now_ms = self.hub.clock.now_ms();
        let Some(core) = self.core.as_mut() else {
            return Err((asked, self.absence.into()));
        };
        let effects = match core.handle(asked.sender, input, now_ms) {
            Ok(effects) => effects,
            Err(refusal) => return Err((asked, refusal)),
        };
        let start = self.effects.len();
        self.effects.extend(effects);
        self.decided.push(Decided {
            asked,
            effects: start..self.effects.len(),
            again,
        });
        Ok(())
    }

    pub(super) fn refuse(&self, outbound: &Outbound, request: u32, refusal: Refusal) {
        outbound.refuse(Some(request), Some(self.id), refusal.code, refusal.detail);
    }

    /// Has what was decided stored, and goes on; where other hubs order the room too, waits for it,
    /// for what comes next may rest on theirs.
    async fn submit(&mut self) {
        if self.is_careful() {
            return self.flush_shared().await;
        }
        if self.effects.is_empty() {
            return;
        }
        let base = if self.pipeline.is_empty() {
            self.stored_head
        } else {
            self.next_base
        };
        let batch = Batch {
            effects: Arc::new(std::mem::take(&mut self.effects)),
            decided: std::mem::take(&mut self.decided),
            head: self.core.as_ref().map_or(base, Room::head),
        };
        self.next_base = batch.head;
        let now_ms = self.hub.clock.now_ms();
        self.pipeline.push(
            self.hub.store.clone(),
            self.id,
            Basis::Head(base),
            batch,
            now_ms,
        );
    }

    /// The oldest batch was stored, or not. With it all that is done by now, so that what was stored
    /// together goes out together.
    async fn stored(&mut self, batch: Batch, written: Result<(), StoreError>) {
        let mut done = Vec::new();
        let mut next = Some((batch, written));
        while let Some((batch, written)) = next {
            if let Err(error) = written {
                self.acknowledge(done).await;
                return self.fail(batch, &error).await;
            }
            self.stored_head = batch.head;
            self.publish(&batch.effects);
            done.push(batch);
            next = self.pipeline.ready();
        }
        self.acknowledge(done).await;
    }

    async fn acknowledge(&mut self, done: Vec<Batch>) {
        if let Some(core) = self.core.as_mut().filter(|_| self.pipeline.is_empty()) {
            core.settle();
        }
        self.followers.hand_over();
        for batch in done {
            for one in &batch.decided {
                self.answer(one, &batch.effects).await;
            }
        }
    }

    /// A batch was not stored, so nothing that was decided after it is either. Nobody sees any of it,
    /// and the room's state is what the store says.
    async fn fail(&mut self, batch: Batch, error: &StoreError) {
        tracing::error!(room = %self.id, %error, "a batch was not stored");
        let mut lost = batch.decided;
        while !self.pipeline.is_empty() {
            lost.extend(self.pipeline.next().await.0.decided);
        }
        self.effects.clear();
        lost.append(&mut self.decided);
        for one in &lost {
            let asked = &one.asked;
            self.refuse(
                &asked.outbound,
                asked.request,
                ErrorCode::Unavailable.into(),
            );
        }
        self.followers.end_all(ErrorCode::Unavailable);
        self.load().await;
    }

    /// Waits until all that was decided is stored and published.
    pub(super) async fn flush(&mut self) {
        self.submit().await;
        while !self.pipeline.is_empty() {
            let (batch, written) = self.pipeline.next().await;
            self.stored(batch, written).await;
        }
    }

    /// Stores what was decided, then publishes it. If another hub was faster, it is decided anew on
    /// top of what that one did; if it can't be stored nobody sees it, and the room's state is what
    /// the store says.
    async fn flush_shared(&mut self) {
        for _ in 0..MAX_DECISIONS {
            if self.effects.is_empty() {
                return;
            }
            let effects = Arc::new(std::mem::take(&mut self.effects));
            let decided = std::mem::take(&mut self.decided);
            match self.store(&effects).await {
                Ok(()) => {
                    self.publish(&effects);
                    self.followers.hand_over();
                    for one in decided {
                        self.answer(&one, &effects).await;
                    }
                    return;
                }
                Err(StoreError::Behind) => {
                    meters::decided_anew();
                    self.fall_back().await;
                    for one in decided {
                        let asked = one.asked;
                        let Some(input) = one.again else {
                            self.refuse(&asked.outbound, asked.request, self.absence.into());
                            continue;
                        };
                        let again = Some(input.clone());
                        if let Err((asked, refusal)) = self.decide(asked, input, again) {
                            self.refuse(&asked.outbound, asked.request, refusal);
                        }
                    }
                    self.learn_revocations();
                }
                Err(error) => {
                    tracing::error!(room = %self.id, %error, "a batch was not stored");
                    for one in &decided {
                        self.refuse(
                            &one.asked.outbound,
                            one.asked.request,
                            ErrorCode::Unavailable.into(),
                        );
                    }
                    self.followers.end_all(ErrorCode::Unavailable);
                    self.load().await;
                    return;
                }
            }
        }
        // The other hubs were faster each time. Nothing is lost: the devices try again.
        let decided = std::mem::take(&mut self.decided);
        self.effects.clear();
        for one in &decided {
            self.refuse(
                &one.asked.outbound,
                one.asked.request,
                ErrorCode::Busy.into(),
            );
        }
        self.fall_back().await;
    }

    async fn store(&mut self, effects: &Arc<Vec<Effect>>) -> Result<(), StoreError> {
        if is_stored(effects) {
            let now_ms = self.hub.clock.now_ms();
            let above = self.core.as_ref().and_then(Room::above);
            let basis = Basis::of(self.stored_head, above);
            self.hub
                .store
                .store_effects(self.id, basis, effects.clone(), now_ms)
                .await?;
        }
        if let Some(core) = self.core.as_mut() {
            core.settle();
            self.stored_head = core.head();
        }
        Ok(())
    }

    fn publish(&mut self, effects: &[Effect]) {
        let mut tree: &[u8] = &[];
        let mut word = ForOthers::default();
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    let frame = self.publish_message(message);
                    word.message(message, frame);
                }
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Unseat { device, .. } => self.followers.end(*device, ErrorCode::NoSeat),
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    if !self.push_welcome(*device, *seq, welcome, tree) {
                        word.welcome(*device);
                    }
                }
                Effect::FanOut {
                    sender,
                    time_ms,
                    message,
                } => {
                    let frame = HubFrame::Ephemeral(EphemeralDelivery {
                        room: self.id,
                        sender: *sender,
                        time_ms: *time_ms,
                        message: message.clone().into(),
                    });
                    if let Ok(frame) = frame.encode() {
                        word.ephemeral(&self.hub.bus, self.id, *sender, &frame);
                        self.followers.fan_out(&Wire::binary(&frame), Some(*sender));
                    }
                }
                Effect::Closed { .. } => {
                    self.followers.end_all(ErrorCode::RoomClosed);
                    self.hub.room_closed.notify_one();
                    word.look();
                }
                Effect::Wake { devices } => self.hub.wake(self.id, devices),
                Effect::Suspend { device } => self.followers.end(*device, ErrorCode::Revoked),
                Effect::Seat(_) | Effect::Duplicate { .. } | Effect::Revocations { .. } => {}
            }
        }
        word.tell(&self.hub.bus, self.id);
        if let Some(turn) = last_turn(effects).filter(|_| self.parent.is_none()) {
            self.hub.room_moved(self.id, turn);
            self.hub.bus.tell_hubs(&Word::Moved(self.id, turn));
        }
    }

    /// Returns its frame.
    fn publish_message(&mut self, message: &StoredMessage) -> Option<Vec<u8>> {
        let frame = HubFrame::Delivery(Delivery {
            room: self.id,
            seq: message.seq,
            kind: message.kind,
            sender: message.sender,
            number: message.number,
            epoch: message.epoch,
            time_ms: message.time_ms,
            message: message.message.clone().into(),
        });
        // It came in a frame of the same limit, and the header is smaller than what came with it.
        meters::accepted(1);
        match frame.encode() {
            Ok(frame) => {
                self.followers.publish(message.seq, Wire::binary(&frame));
                Some(frame)
            }
            Err(error) => {
                tracing::error!(room = %self.id, %error, "a delivery can't be encoded");
                None
            }
        }
    }

    /// Whether the device is connected here.
    fn push_welcome(&self, device: DeviceId, seq: u64, welcome: &[u8], tree: &[u8]) -> bool {
        let Some(outbound) = self.hub.connection(device) else {
            return false;
        };
        let frame = HubFrame::Welcome(WelcomeDelivery {
            room: self.id,
            seq,
            welcome: welcome.to_vec().into(),
            ratchet_tree: tree.to_vec().into(),
        });
        if let Ok(frame) = Wire::encode(&frame) {
            // If it does not fit, the device finds it when it asks for its welcomes.
            outbound.frame(frame);
        }
        true
    }

    async fn answer(&mut self, one: &Decided, effects: &[Effect]) {
        for effect in effects.get(one.effects.clone()).unwrap_or_default() {
            match effect {
                Effect::Append(message) => {
                    self.accept(one, message.seq, message.time_ms, false);
                }
                Effect::Duplicate { number, seq } => {
                    self.answer_duplicate(one, *number, *seq).await;
                }
                _ => {}
            }
        }
    }

    async fn answer_duplicate(&mut self, one: &Decided, number: u64, seq: Option<u64>) {
        match self
            .hub
            .store
            .place_of(self.id, one.asked.sender, number)
            .await
        {
            Ok(Some((seq, time_ms))) => self.accept(one, seq, time_ms, true),
            // Pruned, but the seat remembers its last message.
            Ok(None) => match seq {
                Some(seq) => self.accept(one, seq, self.hub.clock.now_ms(), true),
                None => {
                    let code = self.number_used(one.asked.sender).await;
                    self.refuse(&one.asked.outbound, one.asked.request, code.into());
                }
            },
            Err(error) => {
                tracing::error!(room = %self.id, %error, "a duplicate can't be looked up");
                self.refuse(
                    &one.asked.outbound,
                    one.asked.request,
                    ErrorCode::Unavailable.into(),
                );
            }
        }
    }

    /// Of a number that is used and not in the log: whether it was a message's can only be told if the log goes back to
    /// where its sender came in.
    async fn number_used(&mut self, sender: DeviceId) -> ErrorCode {
        let seat = self.core.as_ref().and_then(|core| core.seat(sender));
        let since = seat.map_or(0, |seat| seat.since_seq);
        match self.hub.store.oldest(self.id).await {
            Ok(oldest) if oldest <= since.saturating_add(1) => ErrorCode::NumberUsed,
            Ok(_) => ErrorCode::HistoryGone,
            Err(error) => {
                tracing::error!(%error, "a room's log can't be read");
                ErrorCode::Unavailable
            }
        }
    }

    fn accept(&self, one: &Decided, seq: u64, time_ms: u64, duplicate: bool) {
        one.asked.outbound.control(&HubControl::Accepted {
            request: one.asked.request,
            room: self.id,
            seq,
            time_ms,
            duplicate,
        });
    }

    async fn follow(&mut self, device: DeviceId, request: u32, after: u64, outbound: Outbound) {
        let end = self.end_code().await;
        let Some(core) = self.core.as_ref() else {
            return self.absent(&outbound, request);
        };
        if let Some(code) = core.bars(device) {
            return self.refuse(&outbound, request, code.into());
        }
        let Some(seat) = core.seat(device) else {
            return self.refuse(&outbound, request, ErrorCode::NoSeat.into());
        };
        if let Some(code) = end {
            return self.refuse(&outbound, request, code.into());
        }
        // A device may have seen more than this: then the hub was put back from an old copy, and the device sees it by
        // the head and says so.
        let head = core.head();
        // What came before its seat is not for the device; the founder's seat began with the room.
        let floor = if seat.since_seq == 1 {
            0
        } else {
            seat.since_seq
        };
        let start = after.max(floor);
        let following = HubControl::Following {
            request,
            room: self.id,
            head,
            epoch: core.epoch(),
            last_number: seat.last_number,
        };
        if let Err(code) = self.prepare_history(start, head).await {
            return self.refuse(&outbound, request, code.into());
        }
        outbound.control(&following);
        self.followers.forget(&outbound);
        if !self.followers.join(device, start, head, outbound.clone()) {
            let (store, back) = (self.hub.store.clone(), self.back.clone());
            history::spawn(store, self.id, device, (start, head), outbound, back);
        }
    }

    /// What a seated device is told of a room that is over; none if it is not. Any hub may have forgotten it.
    async fn end_code(&mut self) -> Option<ErrorCode> {
        let now_ms = self.hub.clock.now_ms();
        let core = self.core.as_ref();
        if !core.is_some_and(|core| core.is_closed_at(now_ms)) {
            return None;
        }
        Some(match self.hub.store.kept(self.id).await {
            Ok(Some(Kept::All)) => ErrorCode::RoomClosed,
            Ok(Some(Kept::Going | Kept::End)) => ErrorCode::RoomShredded,
            Ok(Some(Kept::Nothing) | None) => ErrorCode::NoSeat,
            Err(error) => {
                tracing::error!(room = %self.id, %error, "it can't be known what is kept of a room");
                ErrorCode::Unavailable
            }
        })
    }

    /// Looks whether the log reaches back to `start`. If few messages are missing, all who resume get
    /// them from the tail: the store is asked once and not by each.
    async fn prepare_history(&mut self, start: u64, head: u64) -> Result<(), ErrorCode> {
        let failed = |error: StoreError| {
            tracing::error!(%error, "a room's log can't be read");
            ErrorCode::Unavailable
        };
        let store = self.hub.store.clone();
        if head.saturating_sub(start) > store.keeps()
            && start + 1 < store.oldest(self.id).await.map_err(failed)?
        {
            return Err(ErrorCode::HistoryGone);
        }
        let newest = head.saturating_sub(limits::HISTORY_PAGE_MESSAGES as u64);
        if start < newest || self.followers.reaches(start, head) {
            return Ok(());
        }
        let page = store.page(self.id, newest, head).await.map_err(failed)?;
        // A page of large messages ends before the head; then each reads its own.
        if page.last().is_some_and(|last| last.seq == head) {
            let frames = page.into_iter().filter_map(|delivery| {
                let seq = delivery.seq;
                let frame = Wire::encode(&HubFrame::Delivery(delivery)).ok()?;
                Some((seq, frame))
            });
            self.followers.refill(frames.collect());
        }
        Ok(())
    }

    fn join(&mut self, device: DeviceId, cursor: u64, outbound: Outbound) -> Joined {
        let Some(core) = self.core.as_ref() else {
            outbound.unfollow(self.id, self.absence);
            return Joined::Done;
        };
        if let Some(code) = core.bars(device) {
            outbound.unfollow(self.id, code);
            return Joined::Done;
        }
        let head = core.head();
        if self.followers.join(device, cursor, head, outbound) {
            Joined::Done
        } else {
            Joined::ReadOn(head)
        }
    }

    /// For what still waits when the room ends or was never there.
    fn turn_away(&self, command: Command) {
        match command {
            Command::Request {
                request, outbound, ..
            } => self.refuse(&outbound, request, self.absence.into()),
            Command::Follow {
                request, outbound, ..
            } => self.absent(&outbound, request),
            Command::Ask { ask, outbound, .. } => self.absent(&outbound, ask.request),
            Command::Join {
                outbound, joined, ..
            } => {
                outbound.unfollow(self.id, self.absence);
                let _ = joined.send(Joined::Done);
            }
            Command::GroupInfo { reply, .. } => drop(reply.send(Err(self.absence))),
            Command::CheckSeat { reply, .. } | Command::CheckCoordinator { reply, .. } => {
                let _ = reply.send(Err(self.absence));
            }
            Command::Stop { done } => drop(done.send(())),
            Command::Unfollow { .. } | Command::Revocations | Command::Look => {}
        }
    }

    /// A room that can't be read for now: the device comes back with its connection, and asks again.
    fn absent(&self, outbound: &Outbound, request: u32) {
        self.refuse(outbound, request, self.absence.into());
        if self.absence == ErrorCode::Unavailable {
            outbound.close();
        }
    }
}
