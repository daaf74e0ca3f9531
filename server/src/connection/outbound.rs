//! The bounded queue towards one connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::extract::ws::{Utf8Bytes, close_code};
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

    /// Bytes of frames in it; control messages are small, and counted by their places alone.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Ping | Self::Control(_) => 0,
            Self::Frame(frame) => frame.len(),
            Self::Frames(frames) => frames.iter().map(Bytes::len).sum(),
        }
    }
}

pub(super) struct Shared {
    /// Places for frames; those of a parcel are given back when it was written.
    places: Semaphore,
    /// Bytes that may still be queued.
    bytes: Semaphore,
    closing: Notify,
    /// What the peer is told at the end.
    close_code: AtomicU16,
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
        bytes: Semaphore::new(limits::OUTBOUND_QUEUE_BYTES as usize),
        closing: Notify::new(),
        close_code: AtomicU16::new(close_code::NORMAL),
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

    /// Whether so many bytes of frames fit without waiting.
    fn fits(&self, bytes: usize) -> bool {
        self.shared.bytes.available_permits() >= bytes
    }

    /// Completes when something could be queued, or never will: a peer that takes no answers is asked for no more.
    pub(super) async fn ready(&self) {
        // Given back at once.
        let _ = self.shared.places.acquire().await;
    }

    /// Queues a binary frame; false if the queue is full or the connection gone.
    pub(crate) fn frame(&self, frame: Bytes) -> bool {
        self.free() > 0 && self.fits(frame.len()) && self.put(Parcel::Frame(frame))
    }

    /// Queues frames that others get too, all or none; false if they don't fit or the connection is
    /// gone.
    pub(crate) fn frames(&self, frames: Arc<[Bytes]>) -> bool {
        let parcel = Parcel::Frames(frames);
        self.free() >= parcel.places() && self.fits(parcel.bytes()) && self.put(parcel)
    }

    /// Queues a binary frame when there is room; false if the connection is gone.
    pub(crate) async fn frame_when_free(&self, frame: Bytes) -> bool {
        let Ok(bytes) = u32::try_from(frame.len()) else {
            return false;
        };
        let Ok(bytes) = self.shared.bytes.acquire_many(bytes).await else {
            return false;
        };
        let Ok(place) = self.shared.places.acquire().await else {
            return false;
        };
        bytes.forget();
        place.forget();
        self.queue.send(Parcel::Frame(frame)).is_ok()
    }

    /// Queues a control message; false if even the reserve is used up.
    pub(crate) fn control(&self, control: &HubControl) -> bool {
        self.put(Parcel::Control(Utf8Bytes::from(control.encode())))
    }

    fn put(&self, parcel: Parcel) -> bool {
        let (Ok(count), Ok(bytes)) = (
            u32::try_from(parcel.places()),
            u32::try_from(parcel.bytes()),
        ) else {
            return false;
        };
        let Ok(bytes) = self.shared.bytes.try_acquire_many(bytes) else {
            return false;
        };
        let Ok(places) = self.shared.places.try_acquire_many(count) else {
            return false;
        };
        bytes.forget();
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

    /// Ends the connection once what is queued was sent, with the code that says why (RFC 6455 §7.4.1).
    pub(crate) fn close_with(&self, code: u16) {
        self.shared.close_code.store(code, Ordering::Relaxed);
        self.close();
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

    /// The frames that took these places and bytes were written.
    pub(super) fn give_back(&self, places: usize, bytes: usize) {
        self.places.add_permits(places);
        self.bytes.add_permits(bytes);
    }

    /// What the peer is told at the end.
    pub(super) fn close_code(&self) -> u16 {
        self.close_code.load(Ordering::Relaxed)
    }

    fn close_queue(&self) {
        self.places.close();
        self.bytes.close();
    }
}

impl Queue {
    /// Takes nothing new from now on; what is queued can still be taken.
    pub(super) fn close(&mut self) {
        self.parcels.close();
        self.shared.close_queue();
    }
}

impl Drop for Queue {
    /// Whoever waits for a place learns that the connection is gone.
    fn drop(&mut self) {
        self.shared.close_queue();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Large frames use up the bytes long before the places; short words still get through, and what was written makes room.
    #[tokio::test]
    async fn bytes_are_bounded_as_places_are() {
        let (outbound, mut queue) = channel();
        let frame = || Bytes::from(vec![0; limits::MAX_FRAME_BYTES]);
        let fit = limits::OUTBOUND_QUEUE_BYTES as usize / limits::MAX_FRAME_BYTES;
        for _ in 0..fit {
            assert!(outbound.frame(frame()));
        }
        assert!(!outbound.frame(Bytes::from_static(b"x")));
        assert!(!outbound.frames(Arc::from(vec![frame()])));
        assert!(outbound.free() > 0, "there are places");
        assert!(outbound.control(&HubControl::Done { request: 1 }));

        let waiting = outbound.clone();
        let waiting = tokio::spawn(async move { waiting.frame_when_free(frame()).await });
        let written = queue.parcels.recv().await.unwrap();
        queue.shared.give_back(written.places(), written.bytes());
        assert!(waiting.await.unwrap());
    }
}
