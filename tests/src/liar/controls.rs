//! What it answers to devices' control messages.

use entente_protocol::{
    ClientControl, DeviceId, Directory, ErrorCode, HubControl, HubFrame, RoomId,
};
use tokio_tungstenite::tungstenite::Message;

use super::state::State;

impl State {
    pub(super) fn control(&mut self, device: DeviceId, control: ClientControl) {
        match control {
            ClientControl::Follow {
                request,
                room,
                after,
            } => self.follow(device, request, room, after),
            ClientControl::GroupInfo { request, room } => {
                let offered = self.offers.get(&device).cloned();
                let truth = self.rooms.get(&room).map(|it| it.group_info_reply(request));
                if let Some(mut reply) = offered.or(truth) {
                    reply.request = request;
                    self.send(device, &HubFrame::GroupInfo(reply));
                }
            }
            ClientControl::Welcomes { request } => {
                for welcome in self.welcomes.get(&device).cloned().unwrap_or_default() {
                    self.send(device, &HubFrame::Welcome(welcome));
                }
                self.done(device, request);
            }
            ClientControl::Directory { request, .. } => {
                let chains = self.chains.values().cloned().collect();
                self.send(device, &HubFrame::Directory(Directory { request, chains }));
            }
            ClientControl::WelcomeTaken { request, room } => {
                if let Some(waiting) = self.welcomes.get_mut(&device) {
                    waiting.retain(|welcome| welcome.room != room);
                }
                self.done(device, request);
            }
            ClientControl::Blob { request, .. } | ClientControl::GetBlob { request, .. } => {
                self.refuse(device, request, None, ErrorCode::NoBlob);
            }
            ClientControl::Audit { request, room, .. } => {
                self.refuse(device, request, Some(room), ErrorCode::NoSeat);
            }
            ClientControl::PushSubscribe { request, .. } => {
                self.done(device, request);
            }
            ClientControl::Time { request } => {
                let time_ms = self.now_ms();
                let answer = HubControl::Time { request, time_ms };
                let Some(connection) = self.connections.get(&device).cloned() else {
                    return;
                };
                let delay = self.time_delay;
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    let _ = connection.send(Message::Text(answer.encode().into()));
                });
            }
            ClientControl::Unfollow { request, .. } | ClientControl::Rooms { request } => {
                self.done(device, request);
            }
        }
    }

    fn follow(&mut self, device: DeviceId, request: u32, id: RoomId, after: u64) {
        let Some(room) = self.rooms.get_mut(&id) else {
            return self.refuse(device, request, Some(id), ErrorCode::NoSeat);
        };
        room.following.insert(device);
        let (before, shown) = room.shown.entry(device).or_default().clone();
        let head = room.head.take().unwrap_or(before + shown.len() as u64);
        let following = HubControl::Following {
            request,
            room: id,
            head,
            epoch: room.epoch(),
            last_number: room.last_numbers.get(&device).copied().unwrap_or(0),
        };
        self.say(device, &following);
        for delivery in shown.into_iter().filter(|delivery| delivery.seq > after) {
            self.send(device, &HubFrame::Delivery(delivery));
        }
        self.say(
            device,
            &HubControl::CaughtUp {
                room: id,
                seq: head,
            },
        );
    }
}
