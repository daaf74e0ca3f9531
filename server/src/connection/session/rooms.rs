//! What is asked of a room, and rooms that are opened.

use entente_delivery::{Input, Refusal};
use entente_protocol::{ErrorCode, HubControl, OpenCompartment, OpenRoom, RoomId, limits};

use super::Session;
use crate::room::Command;

impl Session {
    pub(super) fn forward(&self, room: RoomId, request: u32, input: Input) {
        let command = Command::Request {
            sender: self.peer.device(),
            request,
            input,
            outbound: self.outbound.clone(),
        };
        self.hand(request, room, command);
    }

    pub(super) fn hand(&self, request: u32, room: RoomId, command: Command) {
        if !self.hub.room(room).try_send(command) {
            self.refuse(request, Some(room), ErrorCode::Busy);
        }
    }

    pub(super) async fn group_info(&self, request: u32, room: RoomId) {
        let device = self.peer.device();
        let ask = |reply| Command::GroupInfo {
            device,
            request,
            reply,
        };
        match self.hub.ask_room(room, ask).await {
            Ok(frame) => self.send(request, &frame),
            Err(code) => self.refuse(request, Some(room), code),
        }
    }

    /// Those in which the device sits.
    pub(super) async fn rooms(&self, request: u32) {
        match self.hub.store.rooms_of(self.peer.device()).await {
            Ok(rooms) => {
                self.outbound.control(&HubControl::Rooms { request, rooms });
            }
            Err(error) => self.store_failed(request, &error),
        }
    }

    pub(super) async fn follow(&mut self, request: u32, room: RoomId, after: u64) {
        if !self.followed.contains(&room) {
            if self.followed.len() >= limits::MAX_FOLLOWED_ROOMS {
                let detail = Some("MAX_FOLLOWED_ROOMS".to_owned());
                let code = ErrorCode::LimitExceeded;
                return self
                    .outbound
                    .refuse(Some(request), Some(room), code, detail);
            }
            self.followed.push(room);
        }
        let follow = || Command::Follow {
            device: self.peer.device(),
            request,
            after,
            outbound: self.outbound.clone(),
        };
        if !self.hub.tell_room(room, follow).await {
            self.refuse(request, Some(room), ErrorCode::Unavailable);
        }
    }

    pub(super) async fn unfollow(&mut self, room: RoomId) {
        self.followed.retain(|followed| *followed != room);
        let outbound = self.outbound.clone();
        self.hub
            .room(room)
            .send(Command::Unfollow { outbound })
            .await;
    }

    pub(super) async fn open(&self, open: OpenRoom) {
        let (request, room) = (open.request, open.room);
        let opened = self.hub.open_room(&self.peer, open).await;
        self.opened(request, room, opened);
    }

    pub(super) async fn open_compartment(&self, open: OpenCompartment) {
        let (request, room) = (open.request, open.room);
        let opened = self.hub.open_compartment(&self.peer, open).await;
        self.opened(request, room, opened);
    }

    fn opened(&self, request: u32, room: RoomId, opened: Result<u64, Refusal>) {
        match opened {
            Ok(time_ms) => {
                self.outbound.control(&HubControl::Accepted {
                    request,
                    room,
                    seq: 1,
                    time_ms,
                    duplicate: false,
                });
            }
            Err(refusal) => {
                self.outbound
                    .refuse(Some(request), Some(room), refusal.code, refusal.detail);
            }
        }
    }
}
