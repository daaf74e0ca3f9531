//! The hub's end: everybody is told to come back, and what was accepted is stored.

use std::time::Duration;

use entente_protocol::{ErrorCode, HubControl};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::connections::Connected;
use super::{Hub, lock};
use crate::room::RoomHandle;

/// How long rooms may take to finish what they have when the hub stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

impl Hub {
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Tells every connection to go away and come back later.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
        for Connected { outbound, .. } in lock(&self.connections).values() {
            outbound.control(&HubControl::refused(None, None, ErrorCode::GoingAway));
            outbound.close_with(CloseCode::Away);
        }
    }

    /// Waits until the rooms have finished what was accepted, and closes the store.
    pub(crate) async fn drained(&self) {
        let rooms: Vec<RoomHandle> = lock(&self.rooms)
            .drain()
            .map(|(_, handle)| handle)
            .collect();
        let all = async {
            for room in rooms {
                room.stop().await;
            }
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
            tracing::warn!("some rooms did not finish in time");
        }
        self.store.close().await;
    }
}
