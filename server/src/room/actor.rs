//! The task of one room.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{
    Delivery, DeviceId, EphemeralDelivery, ErrorCode, HubControl, HubFrame, RoomId,
    WelcomeDelivery, limits,
};
use tokio::sync::mpsc;

use super::followers::Followers;
use super::joining::Askers;
use super::{Command, Joined, group_info_frame, history};
use crate::connection::Outbound;
use crate::hub::Hub;
use crate::meters;

/// Longest sleep before the clock is looked at again: it may have been set.
const MAX_SLEEP_MS: u64 = 30_000;

/// A request that was decided and is not stored yet.
struct Decided {
    sender: DeviceId,
    request: u32,
    outbound: Outbound,
    /// Where its effects lie among those of the batch.
    effects: std::ops::Range<usize>,
}

pub(super) struct Actor {
    pub(super) hub: Arc<Hub>,
    pub(super) id: RoomId,
    /// None if there is no such room, or it must be loaded (again).
    pub(super) core: Option<Room>,
    pub(super) askers: Askers,
    followers: Followers,
    back: mpsc::WeakSender<Command>,
    decided: Vec<Decided>,
    effects: Vec<Effect>,
    /// The hub's count of revocation lists when they were last looked at.
    revocations_seen: u64,
}

pub(super) async fn run(
    hub: Arc<Hub>,
    id: RoomId,
    core: Option<Room>,
    mut queue: mpsc::Receiver<Command>,
    back: mpsc::WeakSender<Command>,
) {
    let followers = Followers::new(id);
    let mut actor = Actor {
        hub,
        id,
        core,
        askers: Askers::default(),
        followers,
        back,
        decided: Vec::new(),
        effects: Vec::new(),
        revocations_seen: 0,
    };
    actor.load().await;
    let mut commands = Vec::with_capacity(limits::MAX_BATCH_MESSAGES);
    let mut stopped = None;
    while actor.core.is_some() && stopped.is_none() {
        // In this order: the end of the time box comes before whatever waits.
        tokio::select! {
            biased;
            () = tokio::time::sleep(actor.until_timeout()) => {}
            count = queue.recv_many(&mut commands, limits::MAX_BATCH_MESSAGES) => {
                if count == 0 {
                    break;
                }
            }
        }
        actor.time_out().await;
        actor.learn_revocations();
        for command in commands.drain(..) {
            match command {
                Command::Stop { done } => stopped = Some(done),
                command => actor.take(command).await,
            }
        }
        actor.flush().await;
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
    async fn load(&mut self) {
        if self.core.is_some() {
            return;
        }
        match self.hub.store.room(self.id).await {
            Ok(None) => {}
            Ok(Some(stored)) => match Room::load(stored.record) {
                Ok(core) => self.core = Some(core),
                Err(error) => tracing::error!(room = %self.id, %error, "a room can't be loaded"),
            },
            Err(error) => tracing::error!(room = %self.id, %error, "a room can't be read"),
        }
    }

    /// Puts lists that are newer than the room's into its order, before anything is decided.
    fn learn_revocations(&mut self) {
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
            } => {
                self.decide(sender, request, input, outbound);
            }
            Command::Follow {
                device,
                request,
                after,
                outbound,
            } => {
                self.flush().await;
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
                let frame = self
                    .core
                    .as_ref()
                    // Of a closed room too: a device that was off learns from it that it is over.
                    .filter(|core| core.seat(device).is_some() && !core.is_revoked(device))
                    .map(|core| group_info_frame(core, request));
                let _ = reply.send(frame);
            }
            Command::Ask {
                asker,
                ask,
                outbound,
            } => {
                // It is judged by what is stored.
                self.flush().await;
                self.ask_to_join(&asker, ask, &outbound);
            }
            Command::CheckSeat { device, reply } => {
                self.flush().await;
                let now_ms = self.hub.clock.now_ms();
                let _ = reply.send(match self.core.as_ref() {
                    Some(core) if core.seat(device).is_none() => Err(ErrorCode::NoSeat),
                    Some(core) if core.is_revoked(device) => Err(ErrorCode::Revoked),
                    Some(core) if core.is_closed_at(now_ms) => Err(ErrorCode::RoomClosed),
                    Some(_) => Ok(()),
                    None => Err(ErrorCode::NoSeat),
                });
            }
            // They were learned before this command was looked at.
            Command::Revocations | Command::Stop { .. } => {}
        }
    }

    fn decide(&mut self, sender: DeviceId, request: u32, input: Input, outbound: Outbound) {
        let now_ms = self.hub.clock.now_ms();
        let Some(core) = self.core.as_mut() else {
            return self.refuse(&outbound, request, ErrorCode::Unavailable.into());
        };
        match core.handle(sender, input, now_ms) {
            Ok(effects) => {
                let start = self.effects.len();
                self.effects.extend(effects);
                let effects = start..self.effects.len();
                self.decided.push(Decided {
                    sender,
                    request,
                    outbound,
                    effects,
                });
            }
            Err(refusal) => self.refuse(&outbound, request, refusal),
        }
    }

    pub(super) fn refuse(&self, outbound: &Outbound, request: u32, refusal: Refusal) {
        outbound.refuse(Some(request), Some(self.id), refusal.code, refusal.detail);
    }

    /// Stores what was decided, then publishes it. If it can't be stored nobody sees it, and the
    /// room's state is what the store says.
    async fn flush(&mut self) {
        if self.effects.is_empty() {
            return;
        }
        let effects = Arc::new(std::mem::take(&mut self.effects));
        let decided = std::mem::take(&mut self.decided);
        let is_stored = effects
            .iter()
            .any(|effect| !matches!(effect, Effect::Duplicate { .. } | Effect::FanOut { .. }));
        if is_stored {
            let now_ms = self.hub.clock.now_ms();
            let stored = self
                .hub
                .store
                .store_effects(self.id, false, effects.clone(), now_ms)
                .await;
            if let Err(error) = stored {
                tracing::error!(room = %self.id, %error, "a batch was not stored");
                for one in &decided {
                    self.refuse(&one.outbound, one.request, ErrorCode::Unavailable.into());
                }
                self.core = None;
                self.revocations_seen = 0;
                self.followers.end_all(ErrorCode::Unavailable);
                self.load().await;
                return;
            }
        }
        self.publish(&effects);
        for one in decided {
            self.answer(&one, &effects).await;
        }
    }

    fn publish(&mut self, effects: &[Effect]) {
        let mut tree: &[u8] = &[];
        for effect in effects {
            match effect {
                Effect::Append(message) => self.publish_message(message),
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Unseat { device, .. } => self.followers.end(*device, ErrorCode::NoSeat),
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    self.push_welcome(*device, *seq, welcome, tree);
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
                        self.followers.fan_out(&Bytes::from(frame), Some(*sender));
                    }
                }
                Effect::Closed { .. } => self.followers.end_all(ErrorCode::RoomClosed),
                Effect::Wake { devices } => self.hub.wake(self.id, devices),
                Effect::Suspend { device } => self.followers.end(*device, ErrorCode::Revoked),
                Effect::Seat(_) | Effect::Duplicate { .. } | Effect::Revocations { .. } => {}
            }
        }
    }

    fn publish_message(&mut self, message: &StoredMessage) {
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
        match frame.encode() {
            Ok(frame) => self.followers.publish(message.seq, Bytes::from(frame)),
            Err(error) => tracing::error!(room = %self.id, %error, "a delivery can't be encoded"),
        }
        meters::accepted(1);
    }

    fn push_welcome(&self, device: DeviceId, seq: u64, welcome: &[u8], tree: &[u8]) {
        let Some(outbound) = self.hub.connection(device) else {
            return;
        };
        let frame = HubFrame::Welcome(WelcomeDelivery {
            room: self.id,
            seq,
            welcome: welcome.to_vec().into(),
            ratchet_tree: tree.to_vec().into(),
        });
        if let Ok(frame) = frame.encode() {
            // If it does not fit, the device finds it when it asks for its welcomes.
            outbound.frame(Bytes::from(frame));
        }
    }

    async fn answer(&self, one: &Decided, effects: &[Effect]) {
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

    async fn answer_duplicate(&self, one: &Decided, number: u64, seq: Option<u64>) {
        match self.hub.store.place_of(self.id, one.sender, number).await {
            Ok(Some((seq, time_ms))) => self.accept(one, seq, time_ms, true),
            // Pruned, but the seat remembers its last message.
            Ok(None) => match seq {
                Some(seq) => self.accept(one, seq, self.hub.clock.now_ms(), true),
                None => self.refuse(&one.outbound, one.request, ErrorCode::NumberUsed.into()),
            },
            Err(error) => {
                tracing::error!(room = %self.id, %error, "a duplicate can't be looked up");
                self.refuse(&one.outbound, one.request, ErrorCode::Unavailable.into());
            }
        }
    }

    fn accept(&self, one: &Decided, seq: u64, time_ms: u64, duplicate: bool) {
        one.outbound.control(&HubControl::Accepted {
            request: one.request,
            room: self.id,
            seq,
            time_ms,
            duplicate,
        });
    }

    async fn follow(&mut self, device: DeviceId, request: u32, after: u64, outbound: Outbound) {
        let Some(core) = self.core.as_ref() else {
            return self.refuse(&outbound, request, ErrorCode::Unavailable.into());
        };
        let Some(seat) = core.seat(device) else {
            return self.refuse(&outbound, request, ErrorCode::NoSeat.into());
        };
        if core.is_revoked(device) {
            return self.refuse(&outbound, request, ErrorCode::Revoked.into());
        }
        if core.is_closed_at(self.hub.clock.now_ms()) {
            return self.refuse(&outbound, request, ErrorCode::RoomClosed.into());
        }
        let head = core.head();
        if after > head {
            let refusal = Refusal::because(ErrorCode::MalformedFrame, "after");
            return self.refuse(&outbound, request, refusal);
        }
        // What came before its seat is not for the device; the founder's seat began with the room.
        let floor = if seat.since_seq == 1 {
            0
        } else {
            seat.since_seq
        };
        let start = after.max(floor);
        match self.hub.store.oldest(self.id).await {
            Ok(oldest) if start + 1 < oldest => {
                return self.refuse(&outbound, request, ErrorCode::HistoryGone.into());
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(room = %self.id, %error, "the log's start can't be read");
                return self.refuse(&outbound, request, ErrorCode::Unavailable.into());
            }
        }
        let following = HubControl::Following {
            request,
            room: self.id,
            head,
            epoch: core.epoch(),
            last_number: seat.last_number,
        };
        outbound.control(&following);
        self.followers.forget(&outbound);
        if !self.followers.join(device, start, head, outbound.clone()) {
            let (hub, back) = (self.hub.clone(), self.back.clone());
            history::spawn(hub, self.id, device, (start, head), outbound, back);
        }
    }

    fn join(&mut self, device: DeviceId, cursor: u64, outbound: Outbound) -> Joined {
        let Some(core) = self.core.as_ref() else {
            return Joined::Done;
        };
        let code = match core.seat(device) {
            None => Some(ErrorCode::NoSeat),
            Some(_) if core.is_revoked(device) => Some(ErrorCode::Revoked),
            Some(_) => None,
        };
        if let Some(code) = code {
            outbound.control(&HubControl::Unfollowed {
                room: self.id,
                code,
            });
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
            }
            | Command::Follow {
                request, outbound, ..
            } => {
                self.refuse(&outbound, request, ErrorCode::NoSeat.into());
            }
            Command::Ask { ask, outbound, .. } => {
                self.refuse(&outbound, ask.request, ErrorCode::NoSeat.into());
            }
            Command::Join { joined, .. } => drop(joined.send(Joined::Done)),
            Command::GroupInfo { reply, .. } => drop(reply.send(None)),
            Command::CheckSeat { reply, .. } => drop(reply.send(Err(ErrorCode::NoSeat))),
            Command::Stop { done } => drop(done.send(())),
            Command::Unfollow { .. } | Command::Revocations => {}
        }
    }
}
