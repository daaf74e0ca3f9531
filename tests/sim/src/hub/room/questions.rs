//! Questions about the room beside its order.

use entente_protocol::{ErrorCode, GroupInfoReply, HubFrame, RoomId};

use super::batches::Asked;
use crate::hub::Hub;

impl Hub {
    /// GroupInfo and tree for whoever sits here.
    pub(super) fn group_info(&mut self, room: RoomId, asked: Asked) {
        let device = asked.sender;
        match self.core(room) {
            Some(core) if core.seat(device).is_some() && !core.is_revoked(device) => {
                let reply = GroupInfoReply {
                    request: asked.request,
                    room,
                    seq: core.head(),
                    group_info: core.group_info().to_vec().into(),
                    ratchet_tree: core.ratchet_tree().to_vec().into(),
                };
                self.frame(asked.link, HubFrame::GroupInfo(reply));
            }
            _ => self.deny(room, asked, ErrorCode::NoSeat),
        }
    }
}
