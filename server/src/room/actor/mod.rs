//! The task of one room: what it knows, and in which order it looks at what comes.

mod answers;
mod batches;
mod decisions;
mod ending;
mod following;
mod publication;
mod questions;

use std::sync::Arc;
use std::time::Duration;

use entente_delivery::{Effect, Room};
use entente_protocol::{ErrorCode, RoomId, limits};
use tokio::sync::{mpsc, oneshot};

use super::followers::Followers;
use super::joining::Askers;
use super::pipeline::{Decided, Pipeline};
use super::{Command, Pulse};
use crate::bus::{self, Listener};
use crate::hub::Hub;

/// Longest sleep before the clock is looked at again: it may have been set.
const MAX_SLEEP_MS: u64 = 30_000;

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
    news: Option<Listener>,
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
    // Before it is loaded: what comes after is heard, or read.
    let news = hub.bus.listen_to_room(id).await;
    let above = core.as_ref().and_then(Room::above);
    let mut actor = Actor {
        hub,
        id,
        stored_head: core.as_ref().map_or(0, Room::head),
        parent: above.map(|(parent, _)| parent),
        core,
        absence: ErrorCode::NoSeat,
        askers: Askers::default(),
        followers: Followers::new(id),
        news,
        pulse,
        back,
        decided: Vec::new(),
        effects: Vec::new(),
        pipeline: Pipeline::default(),
        next_base: 0,
        revocations_seen: 0,
    };
    actor.begin().await;
    let stopped = actor.serve(&mut queue).await;
    actor.end(queue, stopped).await;
}

impl Actor {
    async fn begin(&mut self) {
        match self.parent {
            _ if self.core.is_none() => self.load().await,
            // What has changed above since it was opened.
            Some(parent) => {
                self.hub.enter_nest(parent, self.id);
                self.catch_up().await;
            }
            None => {}
        }
    }

    /// Goes on until the room is no more, nobody can ask for anything, or it is stopped; returns who waits for that.
    async fn serve(&mut self, queue: &mut mpsc::Receiver<Command>) -> Option<oneshot::Sender<()>> {
        let mut commands = Vec::with_capacity(limits::MAX_BATCH_MESSAGES);
        let mut stopped = None;
        while self.core.is_some() && stopped.is_none() {
            self.show_pulse();
            let mut heard = None;
            let mut stored = None;
            let has_room = self.pipeline.has_room();
            let patience = self.until_timeout();
            // In this order: the end of the time box comes before whatever waits.
            tokio::select! {
                biased;
                () = tokio::time::sleep(patience) => {}
                done = self.pipeline.next() => stored = Some(done),
                word = bus::hear(&mut self.news) => heard = Some(word),
                count = queue.recv_many(&mut commands, limits::MAX_BATCH_MESSAGES), if has_room => {
                    if count == 0 {
                        break;
                    }
                }
            }
            if let Some((batch, written)) = stored {
                self.stored(batch, written).await;
            }
            if let Some(word) = heard {
                self.hear(word).await;
            }
            self.time_out().await;
            self.learn_revocations();
            self.learn_turn().await;
            for command in commands.drain(..) {
                match command {
                    Command::Stop { done } => stopped = Some(done),
                    command => self.take(command).await,
                }
            }
            self.submit().await;
            self.followers.hand_over();
        }
        stopped
    }

    /// For the hub's look at the database: where the room is here, and whether anybody follows.
    fn show_pulse(&self) {
        let above = self.core.as_ref().and_then(Room::above);
        let turn = above.map_or(0, |(_, turn)| turn);
        self.pulse
            .set(self.stored_head, turn, !self.followers.is_empty());
    }

    fn until_timeout(&self) -> Duration {
        let due = self.core.as_ref().and_then(Room::poll_timeout);
        let wait = due.map_or(MAX_SLEEP_MS, |due| {
            due.saturating_sub(self.hub.clock.now_ms())
        });
        Duration::from_millis(wait.min(MAX_SLEEP_MS))
    }

    /// Before what is judged by what is stored, here or by other hubs.
    async fn rest_on_store(&mut self) {
        self.flush().await;
        self.refresh().await;
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
                self.rest_on_store().await;
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
                let _ = reply.send(self.group_info(device, request).await);
            }
            Command::Ask {
                asker,
                ask,
                outbound,
            } => {
                self.rest_on_store().await;
                self.ask_to_join(&asker, ask, &outbound);
            }
            Command::CheckSeat { device, reply } => {
                let _ = reply.send(self.check_seat(device).await);
            }
            Command::CheckCoordinator { device, reply } => {
                let _ = reply.send(self.check_coordinator(device).await);
            }
            Command::Look => {
                self.flush().await;
                self.catch_up().await;
            }
            // They were learned before this command was looked at.
            Command::Revocations | Command::Stop { .. } => {}
        }
    }
}
