//! The bounded queue towards one connection.

use std::sync::Arc;

use axum::extract::ws::{Message, Utf8Bytes};
use bytes::Bytes;
use entente_protocol::{ErrorCode, HubControl, RoomId, limits};
use tokio::sync::{Notify, mpsc};

use crate::meters;

/// Places in the queue that only short control messages may take, so that a receiver that is too
/// slow can still be told so.
const RESERVED_FOR_CONTROL: usize = 64;

/// Hands frames to a connection; cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbound {
    queue: mpsc::Sender<Message>,
    closing: Arc<Notify>,
}

/// The other end, for the connection's writer.
pub(super) struct Queue {
    pub(super) frames: mpsc::Receiver<Message>,
    pub(super) closing: Arc<Notify>,
}

pub(super) fn channel() -> (Outbound, Queue) {
    let (queue, frames) = mpsc::channel(limits::OUTBOUND_QUEUE_FRAMES + RESERVED_FOR_CONTROL);
    let closing = Arc::new(Notify::new());
    (
        Outbound {
            queue,
            closing: closing.clone(),
        },
        Queue { frames, closing },
    )
}

impl Outbound {
    /// Frames that fit without waiting.
    pub(crate) fn free(&self) -> usize {
        self.queue.capacity().saturating_sub(RESERVED_FOR_CONTROL)
    }

    /// Queues a binary frame; false if the queue is full or the connection gone.
    pub(crate) fn frame(&self, frame: Bytes) -> bool {
        self.free() > 0 && self.queue.try_send(Message::Binary(frame)).is_ok()
    }

    /// Queues a binary frame when there is room; false if the connection is gone.
    pub(crate) async fn frame_when_free(&self, frame: Bytes) -> bool {
        self.queue.send(Message::Binary(frame)).await.is_ok()
    }

    /// Queues a control message; false if even the reserve is used up.
    pub(crate) fn control(&self, control: &HubControl) -> bool {
        self.queue
            .try_send(Message::Text(Utf8Bytes::from(control.encode())))
            .is_ok()
    }

    /// Queues a refusal and counts it.
    pub(crate) fn refuse(
        &self,
        request: Option<u32>,
        room: Option<RoomId>,
        code: ErrorCode,
        detail: Option<String>,
    ) {
        meters::refused(code);
        self.control(&HubControl::Refused {
            request,
            room,
            code,
            detail,
            retry_after_ms: None,
        });
    }

    /// Ends the connection once what is queued was sent.
    pub(crate) fn close(&self) {
        self.closing.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.queue.same_channel(&other.queue)
    }
}
