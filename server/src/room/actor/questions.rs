//! Questions about the room beside its order, judged by what is stored.

use entente_delivery::Room;
use entente_protocol::{DeviceId, ErrorCode, GroupInfoReply, HubFrame};

use super::Actor;

impl Actor {
    /// GroupInfo and tree for whoever sits here.
    pub(super) async fn group_info(
        &mut self,
        device: DeviceId,
        request: u32,
    ) -> Result<HubFrame, ErrorCode> {
        self.rest_on_store().await;
        let end = self.end_code().await;
        let is_known = matches!(
            end,
            None | Some(ErrorCode::RoomClosed | ErrorCode::RoomShredded)
        );
        match self.core.as_ref() {
            Some(core) if core.bars(device).is_some() => Err(ErrorCode::NoSeat),
            // Of a closed room too: a device that was off learns from it that it is over.
            Some(core) if is_known => Ok(group_info_frame(core, request)),
            Some(_) => Err(end.unwrap_or(ErrorCode::NoSeat)),
            None => Err(self.absence),
        }
    }

    pub(super) async fn check_seat(&mut self, device: DeviceId) -> Result<(), ErrorCode> {
        self.rest_on_store().await;
        let end = self.end_code().await;
        match self.core.as_ref() {
            Some(core) => core.bars(device).or(end).map_or(Ok(()), Err),
            None => Err(self.absence),
        }
    }

    pub(super) async fn check_coordinator(&mut self, device: DeviceId) -> Result<(), ErrorCode> {
        self.rest_on_store().await;
        match self.core.as_ref() {
            Some(core) => match core.bars(device) {
                Some(code) => Err(code),
                None if !core.coordinates(device) => Err(ErrorCode::PolicyRefused),
                None => Ok(()),
            },
            None => Err(self.absence),
        }
    }
}

fn group_info_frame(core: &Room, request: u32) -> HubFrame {
    HubFrame::GroupInfo(GroupInfoReply {
        request,
        room: core.id(),
        seq: core.head(),
        group_info: core.group_info().to_vec().into(),
        ratchet_tree: core.ratchet_tree().to_vec().into(),
    })
}
