//! Delivering what a device has missed, a page at a time, until it can be live.

use std::sync::Arc;

use entente_protocol::{DeviceId, ErrorCode, HubControl, HubFrame, RoomId};
use tokio::sync::{mpsc, oneshot};

use super::{Command, Joined};
use crate::connection::{Outbound, Wire};
use crate::hub::Hub;

/// Reads pages from the store and hands them to the connection, waiting where it is slow; then asks
/// the room to go on from there. Nothing is kept in memory but one page.
pub(super) fn spawn(
    hub: Arc<Hub>,
    room: RoomId,
    device: DeviceId,
    (after, head): (u64, u64),
    outbound: Outbound,
    back: mpsc::WeakSender<Command>,
) {
    tokio::spawn(async move {
        let (mut cursor, mut until) = (after, head);
        while !outbound.is_closed() {
            match deliver_page(&hub, room, (cursor, until), &outbound).await {
                Some(last) => cursor = last,
                None => {
                    let unavailable = HubControl::Unfollowed {
                        room,
                        code: ErrorCode::Unavailable,
                    };
                    outbound.control(&unavailable);
                    return;
                }
            }
            if cursor < until {
                continue;
            }
            let Some(commands) = back.upgrade() else {
                return;
            };
            let (joined, answer) = oneshot::channel();
            let join = Command::Join {
                device,
                cursor,
                outbound: outbound.clone(),
                joined,
            };
            if commands.send(join).await.is_err() {
                return;
            }
            match answer.await {
                Ok(Joined::ReadOn(head)) => until = head,
                Ok(Joined::Done) | Err(_) => return,
            }
        }
    });
}

/// Returns the last sequence number that was delivered; none if the store failed, has a gap, or the
/// connection is gone.
async fn deliver_page(
    hub: &Hub,
    room: RoomId,
    (after, until): (u64, u64),
    outbound: &Outbound,
) -> Option<u64> {
    let page = hub
        .store
        .page(room, after, until)
        .await
        .inspect_err(|error| tracing::error!(%error, "history could not be read"))
        .ok()?;
    let mut cursor = after;
    for delivery in page {
        // Pruned under the reader: it must follow again, and will be told that history is gone.
        if delivery.seq != cursor + 1 {
            return None;
        }
        cursor = delivery.seq;
        let frame = Wire::encode(&HubFrame::Delivery(delivery)).ok()?;
        if !outbound.frame_when_free(frame).await {
            return None;
        }
    }
    (cursor > after || after >= until).then_some(cursor)
}
