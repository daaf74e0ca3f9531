//! Welcomes that wait for the device.

use entente_protocol::{HubControl, HubFrame, RoomId};

use super::Session;
use crate::connection::Wire;

impl Session {
    pub(super) async fn welcomes(&self, request: u32) {
        match self.hub.store.welcomes(self.peer.device()).await {
            Ok(welcomes) => {
                for welcome in welcomes {
                    let Ok(frame) = Wire::encode(&HubFrame::Welcome(welcome)) else {
                        continue;
                    };
                    if !self.outbound.frame_when_free(frame).await {
                        return;
                    }
                }
                self.outbound.control(&HubControl::Done { request });
            }
            Err(error) => self.store_failed(request, &error),
        }
    }

    pub(super) async fn welcome_taken(&self, request: u32, room: RoomId) {
        match self.hub.store.welcome_taken(self.peer.device(), room).await {
            Ok(()) => {
                self.outbound.control(&HubControl::Done { request });
            }
            Err(error) => self.store_failed(request, &error),
        }
    }
}
