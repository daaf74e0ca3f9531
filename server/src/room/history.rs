//! Delivering what a device has missed, a page at a time, until it can be live.

use entente_protocol::{DeviceId, ErrorCode, HubFrame, RoomId};
use tokio::sync::{mpsc, oneshot};

use super::{Command, Joined};
use crate::connection::{Outbound, Wire};
use crate::store::Store;

/// Reads pages from the store and hands them to the connection, waiting where it is slow; then asks
/// the room to go on from there. Nothing is kept in memory but one page.
pub(super) fn spawn(
    store: Store,
    room: RoomId,
    device: DeviceId,
    (after, head): (u64, u64),
    outbound: Outbound,
    back: mpsc::WeakSender<Command>,
) {
    tokio::spawn(async move {
        let reading = (room, device, (after, head));
        if read(&store, reading, &outbound, &back).await.is_none() {
            // Silence would be taken for a room in which nothing is said.
            outbound.unfollow(room, ErrorCode::Unavailable);
        }
    });
}

/// None if the device is neither live nor was told why not.
async fn read(
    store: &Store,
    (room, device, (after, head)): (RoomId, DeviceId, (u64, u64)),
    outbound: &Outbound,
    back: &mpsc::WeakSender<Command>,
) -> Option<()> {
    let (mut cursor, mut until) = (after, head);
    while !outbound.is_closed() {
        cursor = deliver_page(store, room, (cursor, until), outbound).await?;
        if cursor < until {
            continue;
        }
        let (joined, answer) = oneshot::channel();
        let join = Command::Join {
            device,
            cursor,
            outbound: outbound.clone(),
            joined,
        };
        // The room's task may have ended meanwhile.
        back.upgrade()?.send(join).await.ok()?;
        match answer.await.ok()? {
            Joined::ReadOn(head) => until = head,
            Joined::Done => break,
        }
    }
    Some(())
}

/// Returns the last sequence number that was delivered; none if the store failed, has a gap, or the
/// connection is gone.
async fn deliver_page(
    store: &Store,
    room: RoomId,
    (after, until): (u64, u64),
    outbound: &Outbound,
) -> Option<u64> {
    let page = store
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use entente_protocol::HubControl;

    use super::*;
    use crate::connection::channel;

    const ROOM: RoomId = RoomId::from_bytes([1; 16]);
    const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
    /// Long after this nothing will be said any more.
    const PATIENCE: core::time::Duration = core::time::Duration::from_secs(20);

    /// The room's task can be gone, can end before it looks at the request, or while it has it: in each case the device is
    /// told, and asks again.
    #[tokio::test]
    async fn who_reads_when_the_room_goes_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/hub.db", folder.path().display());
        let store = Store::open(&url, 100).await.unwrap();
        let expected = HubControl::Unfollowed {
            room: ROOM,
            code: ErrorCode::Unavailable,
        };
        for ends in ["before", "with what waits", "at work"] {
            let (outbound, queue) = channel();
            let (commands, mut room) = mpsc::channel(1);
            let back = commands.downgrade();
            let task = match ends {
                "before" => {
                    drop(commands);
                    None
                }
                "with what waits" => {
                    room.close();
                    Some(tokio::spawn(async move { drop(commands) }))
                }
                _ => Some(tokio::spawn(async move {
                    let command: Option<Command> = room.recv().await;
                    assert!(matches!(command, Some(Command::Join { .. })));
                    drop(commands);
                })),
            };
            spawn(store.clone(), ROOM, DEVICE, (0, 0), outbound, back);
            let told = tokio::time::timeout(PATIENCE, queue.next()).await.unwrap();
            let text = std::str::from_utf8(&told[0].bytes()[2..]).unwrap();
            assert_eq!(HubControl::decode(text).unwrap(), expected, "{ends}");
            if let Some(task) = task {
                task.await.unwrap();
            }
        }
    }
}
