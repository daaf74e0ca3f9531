//! What it makes of devices' frames.

use entente_protocol::{
    ClientFrame, DeviceId, ErrorCode, HubFrame, KeyPackageOf, KeyPackagesReply, MessageKind,
};

use super::room::Room;
use super::state::State;

impl State {
    pub(super) fn frame(&mut self, device: DeviceId, frame: ClientFrame) {
        match frame {
            ClientFrame::OpenCompartment(open) => {
                self.refuse(device, open.request, Some(open.room), ErrorCode::NoSeat);
            }
            ClientFrame::PutBlob(put) => {
                self.refuse(device, put.request, Some(put.room), ErrorCode::Unavailable);
            }
            ClientFrame::PublishKeyPackages(publish) => {
                let stock = self.key_packages.entry(device).or_default();
                stock.extend(publish.key_packages.into_iter().map(Vec::from));
                let last = self.last_resorts.entry(device).or_default();
                last.extend(publish.last_resort.map(Vec::from));
                self.done(device, publish.request);
            }
            ClientFrame::TakeKeyPackages(take) => {
                let packages = take.devices.iter().filter_map(|wanted| {
                    let key_package = self.take_key_package(*wanted, take.ciphersuite)?;
                    Some(KeyPackageOf {
                        device: *wanted,
                        key_package: key_package.into(),
                    })
                });
                let reply = KeyPackagesReply {
                    request: take.request,
                    key_packages: packages.collect(),
                };
                self.send(device, &HubFrame::KeyPackages(reply));
            }
            ClientFrame::OpenRoom(open) => {
                self.rooms.insert(open.room, Room::open(device, &open));
                let who = (device, open.number);
                let group_info = open.group_info.into();
                let seq = self.append(open.room, MessageKind::Opening, who, group_info);
                self.keep_state(open.room);
                self.accept(device, open.request, open.room, seq);
            }
            ClientFrame::Commit(bundle) => {
                let (request, room) = (bundle.request, bundle.room);
                if self.offers.contains_key(&device) {
                    self.committed.entry(device).or_default().push(bundle);
                    let seq = self.rooms[&room].log.len() as u64 + 1;
                    return self.accept(device, request, room, seq);
                }
                match self.commit(device, bundle) {
                    Some(seq) => self.accept(device, request, room, seq),
                    None => self.refuse(device, request, Some(room), ErrorCode::StaleEpoch),
                }
            }
            ClientFrame::Propose(propose) => {
                let who = (device, propose.number);
                let message = propose.proposal.into();
                let seq = self.append(propose.room, MessageKind::Proposal, who, message);
                self.accept(device, propose.request, propose.room, seq);
            }
            ClientFrame::Send(send) => {
                let known = self.rooms.get(&send.room).map(|room| &room.last_numbers);
                let last = known.and_then(|numbers| numbers.get(&device)).copied();
                let seq = if last.is_some_and(|last| send.number <= last) {
                    0
                } else {
                    let who = (device, send.number);
                    self.append(
                        send.room,
                        MessageKind::Application,
                        who,
                        send.message.into(),
                    )
                };
                self.accept(device, send.request, send.room, seq);
            }
            ClientFrame::AskToJoin(ask) => self.done(device, ask.request),
            ClientFrame::Hello(_) | ClientFrame::Ephemeral(_) => {}
        }
    }

    fn take_key_package(&mut self, wanted: DeviceId, ciphersuite: u16) -> Option<Vec<u8>> {
        if let Some(substitute) = self.substitutes.get(&wanted) {
            return Some(substitute.clone());
        }
        let stock = self.key_packages.get_mut(&wanted)?;
        let fits = |bytes: &Vec<u8>| bytes[2..4] == ciphersuite.to_be_bytes();
        stock.iter().position(fits).map(|at| stock.remove(at))
    }
}
