//! The bounded queue towards one connection.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use entente_protocol::{ErrorCode, HubControl, RoomId, limits};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::meters;

/// Places in the queue that only short control messages may take, so that a receiver that is too
/// slow can still be told so.
const RESERVED_FOR_CONTROL: usize = 64;

/// What a connection is handed.
pub(super) enum Parcel {
    Control(Utf8Bytes),
    Frame(Bytes),
    /// Frames that all followers of a room get, shared among them.
    Frames(Arc<[Bytes]>),
    /// The writer's own.
    Ping,
}

impl Parcel {
    /// Places that it takes in the queue.
    pub(super) fn places(&self) -> usize {
        match self {
            Self::Ping => 0,
            Self::Control(_) | Self::Frame(_) => 1,
            Self::Frames(frames) => frames.len(),
        }
    }
}

pub(super) struct Shared {
    /// Places for frames; those of a parcel are given back when it was written.
    places: Semaphore,
    closing: Notify,
}

/// Hands frames to a connection; cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbound {
    shared: Arc<Shared>,
    queue: mpsc::UnboundedSender<Parcel>,
}

/// The other end, for the connection's writer.
pub(super) struct Queue {
    pub(super) shared: Arc<Shared>,
    pub(super) parcels: mpsc::UnboundedReceiver<Parcel>,
}

pub(super) fn channel() -> (Outbound, Queue) {
    // Bounded by the places: who has none can't send.
    let (queue, parcels) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        places: Semaphore::new(limits::OUTBOUND_QUEUE_FRAMES + RESERVED_FOR_CONTROL),
        closing: Notify::new(),
    });
    (
        Outbound {
            shared: shared.clone(),
            queue,
        },
        Queue { shared, parcels },
    )
}

impl Outbound {
    /// Frames that fit without waiting.
    pub(crate) fn free(&self) -> usize {
        let places = self.shared.places.available_permits();
        places.saturating_sub(RESERVED_FOR_CONTROL)
    }

    /// Queues a binary frame; false if the queue is full or the connection gone.
    pub(crate) fn frame(&self, frame: Bytes) -> bool {
        self.free() > 0 && self.put(Parcel::Frame(frame))
    }

    /// Queues frames that others get too, all or none; false if they don't fit or the connection is
    /// gone.
    pub(crate) fn frames(&self, frames: Arc<[Bytes]>) -> bool {
        self.free() >= frames.len() && self.put(Parcel::Frames(frames))
    }

    /// Queues a binary frame when there is room; false if the connection is gone.
    pub(crate) async fn frame_when_free(&self, frame: Bytes) -> bool {
        let Ok(place) = self.shared.places.acquire().await else {
            return false;
        };
        place.forget();
        self.queue.send(Parcel::Frame(frame)).is_ok()
    }

    /// Queues a control message; false if even the reserve is used up.
    pub(crate) fn control(&self, control: &HubControl) -> bool {
        self.put(Parcel::Control(Utf8Bytes::from(control.encode())))
    }

    fn put(&self, parcel: Parcel) -> bool {
        let Ok(count) = u32::try_from(parcel.places()) else {
            return false;
        };
        let Ok(places) = self.shared.places.try_acquire_many(count) else {
            return false;
        };
        places.forget();
        self.queue.send(parcel).is_ok()
    }

    /// Queues a refusal and counts it.
    pub(crate) fn refuse(
        &self,
        request: Option<u32>,
        room: Option<RoomId>,
        code: ErrorCode,
        detail: Option<String>,
    ) {
        self.refused(request, room, code, detail, None);
    }

    /// Queues a refusal by the named limit, with the time after which it lets more through, and counts it.
    pub(crate) fn rate_limited(
        &self,
        request: Option<u32>,
        room: Option<RoomId>,
        limit: &str,
        wait_ms: u64,
    ) {
        let limit = Some(limit.to_owned());
        self.refused(request, room, ErrorCode::RateLimited, limit, Some(wait_ms));
    }

    fn refused(
        &self,
        request: Option<u32>,
        room: Option<RoomId>,
        code: ErrorCode,
        detail: Option<String>,
        retry_after_ms: Option<u64>,
    ) {
        meters::refused(code);
        self.control(&HubControl::Refused {
            request,
            room,
            code,
            detail,
            retry_after_ms,
        });
    }

    /// Ends the connection once what is queued was sent.
    pub(crate) fn close(&self) {
        self.shared.closing.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl Shared {
    /// Completes when the connection is to end.
    pub(super) async fn closing(&self) {
        self.closing.notified().await;
    }

    /// The frames that took these places were written.
    pub(super) fn give_back(&self, places: usize) {
        self.places.add_permits(places);
    }
}

impl Queue {
    /// Takes nothing new from now on; what is queued can still be taken.
    pub(super) fn close(&mut self) {
        self.parcels.close();
        self.shared.places.close();
    }
}

impl Drop for Queue {
    /// Whoever waits for a place learns that the connection is gone.
    fn drop(&mut self) {
        self.shared.places.close();
    }
}
