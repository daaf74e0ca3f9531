//! What devices ask for, and how it is answered if it is not a room's business.

use std::sync::Arc;

use entente_delivery::{Effect, Input, Room, check_key_package};
use entente_protocol::{
    AskToJoin, ClientControl, ClientFrame, DeviceId, Directory, ErrorCode, HubControl, HubFrame,
    KeyPackageOf, KeyPackagesReply, OpenRoom, PublishKeyPackages, RoomId, TakeKeyPackages,
};
use entente_trust::Accreditation;

use super::records::KeyPackageRow;
use super::room::{Command, RoomTask};
use super::{Hub, Records};
use crate::net::LinkId;

impl Hub {
    pub(super) fn request(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        frame: ClientFrame,
        records: &mut Records,
        now_ms: u64,
    ) {
        match frame {
            ClientFrame::Hello(_) => {
                let code = ErrorCode::AlreadyAuthenticated;
                self.control(link, HubControl::refused(None, None, code));
            }
            ClientFrame::PublishKeyPackages(publish) => self.publish(link, peer, publish, records),
            ClientFrame::TakeKeyPackages(take) => self.take(link, &take, records),
            ClientFrame::OpenRoom(open) => self.open(link, peer, open, records, now_ms),
            // Nobody opens any in the simulation.
            ClientFrame::OpenCompartment(open) => {
                self.refuse(link, open.request, Some(open.room), ErrorCode::NoSeat);
            }
            ClientFrame::Commit(bundle) => {
                let (room, request) = (bundle.room, bundle.request);
                self.forward(
                    link,
                    peer,
                    room,
                    request,
                    Input::Commit(bundle),
                    records,
                    now_ms,
                );
            }
            ClientFrame::Propose(propose) => {
                let (room, request) = (propose.room, propose.request);
                self.forward(
                    link,
                    peer,
                    room,
                    request,
                    Input::Propose(propose),
                    records,
                    now_ms,
                );
            }
            ClientFrame::Send(send) => {
                let (room, request) = (send.room, send.request);
                self.forward(
                    link,
                    peer,
                    room,
                    request,
                    Input::Send(send),
                    records,
                    now_ms,
                );
            }
            ClientFrame::Ephemeral(send) => {
                let room = send.room;
                self.forward(link, peer, room, 0, Input::Ephemeral(send), records, now_ms);
            }
            ClientFrame::PutBlob(put) => {
                self.refuse(link, put.request, Some(put.room), ErrorCode::NoBlob);
            }
            ClientFrame::AskToJoin(ask) => self.ask(link, peer, ask, records, now_ms),
        }
    }

    pub(super) fn asked(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        control: ClientControl,
        records: &mut Records,
        now_ms: u64,
    ) {
        let device = peer.device();
        match control {
            ClientControl::Follow {
                request,
                room,
                after,
            } => {
                let follow = Command::Follow {
                    device,
                    request,
                    after,
                    link,
                };
                self.command(room, follow, records, now_ms);
            }
            ClientControl::Unfollow { request, room } => {
                if let Some(task) = self.rooms.get_mut(&room) {
                    task.forget(link);
                }
                self.control(link, HubControl::Done { request });
            }
            ClientControl::GroupInfo { request, room } => {
                let ask = Command::GroupInfo {
                    device,
                    request,
                    link,
                };
                self.command(room, ask, records, now_ms);
            }
            ClientControl::Welcomes { request } => {
                let rooms = records.rooms.values();
                let waiting: Vec<_> = rooms
                    .filter_map(|room| room.welcomes.get(&device).cloned())
                    .collect();
                for welcome in waiting {
                    self.frame(link, HubFrame::Welcome(welcome));
                }
                self.control(link, HubControl::Done { request });
            }
            ClientControl::WelcomeTaken { request, room } => {
                if let Some(rows) = records.rooms.get_mut(&room) {
                    rows.welcomes.remove(&device);
                }
                self.control(link, HubControl::Done { request });
            }
            ClientControl::Time { request } => {
                let time_ms = now_ms;
                self.control(link, HubControl::Time { request, time_ms });
            }
            ClientControl::Rooms { request } => {
                let rooms = Vec::new();
                self.control(link, HubControl::Rooms { request, rooms });
            }
            ClientControl::Directory { request, .. } => {
                let chains = Vec::new();
                self.frame(link, HubFrame::Directory(Directory { request, chains }));
            }
            ClientControl::Audit { request, room, .. } => {
                self.refuse(link, request, Some(room), ErrorCode::NoSeat);
            }
            ClientControl::PushSubscribe { request, .. } => {
                self.control(link, HubControl::Done { request });
            }
            ClientControl::Blob { request, room, .. }
            | ClientControl::GetBlob { request, room, .. } => {
                self.refuse(link, request, Some(room), ErrorCode::NoBlob);
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // the parts of one request
    fn forward(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        room: RoomId,
        request: u32,
        input: Input,
        records: &Records,
        now_ms: u64,
    ) {
        let sender = peer.device();
        let command = Command::Request {
            sender,
            request,
            input,
            link,
        };
        self.command(room, command, records, now_ms);
    }

    fn open(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        open: OpenRoom,
        records: &Records,
        now_ms: u64,
    ) {
        let (request, room) = (open.request, open.room);
        if records.rooms.contains_key(&room) {
            return self.refuse(link, request, Some(room), ErrorCode::RoomExists);
        }
        match Room::open(peer, open, now_ms) {
            Ok((core, effects)) => {
                let effects = Arc::new(effects);
                let write = self.write(room, None, effects.clone());
                let task = RoomTask::opening(core, (write, effects), (link, request));
                self.rooms.insert(room, task);
            }
            Err(refusal) => self.refuse(link, request, Some(room), refusal.code),
        }
    }

    fn publish(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        publish: PublishKeyPackages,
        records: &mut Records,
    ) {
        let request = publish.request;
        let all = publish.key_packages.into_iter().map(|bytes| (bytes, false));
        let last = publish.last_resort.into_iter().map(|bytes| (bytes, true));
        let mut rows = Vec::new();
        for (bytes, last_resort) in all.chain(last) {
            let bytes = Vec::from(bytes);
            match check_key_package(&bytes, peer, &self.crypto) {
                Ok(info) if info.last_resort == last_resort => rows.push(KeyPackageRow {
                    ciphersuite: info.ciphersuite,
                    last_resort,
                    bytes,
                }),
                _ => return self.refuse(link, request, None, ErrorCode::BadKeyPackage),
            }
        }
        let stock = records.key_packages.entry(peer.device()).or_default();
        for row in rows {
            if row.last_resort {
                stock.retain(|old| !old.last_resort || old.ciphersuite != row.ciphersuite);
            }
            stock.push(row);
        }
        self.control(link, HubControl::Done { request });
    }

    fn take(&mut self, link: LinkId, take: &TakeKeyPackages, records: &mut Records) {
        let places: Option<Vec<(DeviceId, usize)>> = take
            .devices
            .iter()
            .map(|device| {
                let stock = records.key_packages.get(device)?;
                let of = |last_resort: bool| {
                    stock.iter().position(|row| {
                        row.ciphersuite == take.ciphersuite && row.last_resort == last_resort
                    })
                };
                Some((*device, of(false).or_else(|| of(true))?))
            })
            .collect();
        let Some(places) = places else {
            return self.refuse(link, take.request, None, ErrorCode::NoKeyPackage);
        };
        let mut key_packages = Vec::new();
        for (device, place) in places {
            let Some(stock) = records.key_packages.get_mut(&device) else {
                continue;
            };
            let row = stock[place].clone();
            if !row.last_resort {
                stock.remove(place);
            }
            let key_package = row.bytes.into();
            key_packages.push(KeyPackageOf {
                device,
                key_package,
            });
        }
        let request = take.request;
        let reply = KeyPackagesReply {
            request,
            key_packages,
        };
        self.frame(link, HubFrame::KeyPackages(reply));
    }

    fn ask(
        &mut self,
        link: LinkId,
        peer: &Arc<Accreditation>,
        ask: AskToJoin,
        records: &Records,
        now_ms: u64,
    ) {
        let room = ask.join.room;
        let asker = peer.clone();
        self.command(room, Command::Ask { asker, ask, link }, records, now_ms);
    }

    /// Effects that only speak to those who are there.
    pub(super) fn is_stored(effects: &[Effect]) -> bool {
        effects
            .iter()
            .any(|effect| !matches!(effect, Effect::Duplicate { .. } | Effect::FanOut { .. }))
    }
}
