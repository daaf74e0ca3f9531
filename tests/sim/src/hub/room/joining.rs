//! Requests to join: passed on to those who may admit, as far as they are connected.

use entente_protocol::{AskToJoin, ErrorCode, HubControl, HubFrame, RoomId};
use entente_trust::Accreditation;

use crate::hub::Hub;
use crate::net::LinkId;

impl Hub {
    pub(super) fn ask_to_join(
        &mut self,
        room: RoomId,
        (asker, link): (&Accreditation, LinkId),
        ask: AskToJoin,
        now_ms: u64,
    ) {
        let request = ask.request;
        let admitters = self.core(room).map(|core| core.admitters(asker, now_ms));
        match admitters {
            Some(Ok(admitters)) => {
                let frame = HubFrame::JoinRequest(ask.join);
                let links = admitters
                    .iter()
                    .filter_map(|d| self.connected.get(d).copied());
                for to in links.collect::<Vec<_>>() {
                    self.frame(to, frame.clone());
                }
                self.control(link, HubControl::Done { request });
            }
            Some(Err(refusal)) => self.refuse(link, request, Some(room), refusal.code),
            None => self.refuse(link, request, Some(room), ErrorCode::NoSeat),
        }
    }
}
