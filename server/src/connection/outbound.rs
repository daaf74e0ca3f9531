//! The bounded queue towards one connection.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entente_protocol::{ErrorCode, HubControl, RoomId, limits};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::wire::Wire;
use crate::meters;

/// Places in the queue that only short control messages may take, so that a receiver that is too
/// slow can still be told so.
const RESERVED_FOR_CONTROL: usize = 64;

const MAX_FRAMES: usize = limits::OUTBOUND_QUEUE_FRAMES + RESERVED_FOR_CONTROL;

/// What waits, and what is being written: both take places and bytes.
#[derive(Default)]
struct Waiting {
    wires: Vec<Wire>,
    frames: usize,
    bytes: usize,
    is_closing: bool,
}

impl Waiting {
    /// Places for frames.
    fn free(&self) -> usize {
        limits::OUTBOUND_QUEUE_FRAMES.saturating_sub(self.frames)
    }

    /// Whether these fit.
    fn fits(&self, frames: usize, bytes: usize) -> bool {
        frames <= self.free() && self.bytes + bytes <= limits::OUTBOUND_QUEUE_BYTES
    }
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// Something waits, or this is the end.
    something: Notify,
    /// Something was written, or this is the end.
    space: Notify,
    /// What the peer is told at the end.
    close_code: AtomicU16,
}

/// Hands frames to a connection; cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbound {
    shared: Arc<Shared>,
}

/// The other end, for the connection's writer.
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

pub(crate) fn channel() -> (Outbound, Queue) {
    let shared = Arc::new(Shared {
        waiting: Mutex::default(),
        something: Notify::new(),
        space: Notify::new(),
        close_code: AtomicU16::new(CloseCode::Normal.into()),
    });
    let queue = Queue {
        shared: shared.clone(),
    };
    (Outbound { shared }, queue)
}

impl Outbound {
    /// A room is not delivered any more. If even this has no room the connection is closed, and the device comes back.
    pub(crate) fn unfollow(&self, room: RoomId, code: ErrorCode) {
        if !self.control(&HubControl::Unfollowed { room, code }) {
            self.close();
        }
    }

    /// Frames that fit without waiting.
    pub(crate) fn free(&self) -> usize {
        self.shared.waiting().free()
    }

    /// Completes when something could be queued, or never will: a peer that takes no answers is asked for no more.
    pub(super) async fn ready(&self) {
        self.shared
            .when(|waiting| waiting.is_closing || waiting.frames < MAX_FRAMES)
            .await;
    }

    /// Queues frames, all or none; false if they don't fit or the connection is gone.
    pub(crate) fn frame(&self, wire: Wire) -> bool {
        self.shared.put(|waiting| {
            let fits = waiting.fits(wire.frames(), wire.len());
            if fits {
                waiting.push(wire);
            }
            fits
        })
    }

    /// As [`Self::frame`], of several.
    pub(crate) fn frames(&self, wires: &[Wire]) -> bool {
        let frames = wires.iter().map(Wire::frames).sum();
        let bytes = wires.iter().map(Wire::len).sum();
        self.shared.put(|waiting| {
            let fits = waiting.fits(frames, bytes);
            if fits {
                wires.iter().cloned().for_each(|wire| waiting.push(wire));
            }
            fits
        })
    }

    /// Queues a frame when there is room; false if the connection is gone.
    pub(crate) async fn frame_when_free(&self, wire: Wire) -> bool {
        let (frames, bytes) = (wire.frames(), wire.len());
        loop {
            self.shared
                .when(|waiting| waiting.is_closing || waiting.fits(frames, bytes))
                .await;
            if self.frame(wire.clone()) {
                return true;
            }
            if self.is_closed() {
                return false;
            }
        }
    }

    /// Queues a control message; false if even the reserve is used up. Short as they are, only their places count.
    pub(crate) fn control(&self, control: &HubControl) -> bool {
        self.short(Wire::control(control))
    }

    /// Answers a ping.
    pub(super) fn pong(&self, said: &[u8]) {
        // Who does not take its pongs has no need of this one.
        self.short(Wire::pong(said));
    }

    fn short(&self, wire: Wire) -> bool {
        self.shared.put(|waiting| {
            let fits = waiting.frames < MAX_FRAMES;
            if fits {
                waiting.push(wire);
            }
            fits
        })
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

    /// Ends the connection once what is queued was sent, with the code that says why (RFC 6455 §7.4.1). The first code
    /// that is given counts.
    pub(crate) fn close_with(&self, code: CloseCode) {
        self.shared.end(Some(code));
    }

    /// Ends the connection once what is queued was sent.
    pub(crate) fn close(&self) {
        self.shared.end(None);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shared.waiting().is_closing
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl Waiting {
    fn push(&mut self, wire: Wire) {
        self.frames += wire.frames();
        self.bytes += wire.len();
        self.wires.push(wire);
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Consistent after every statement: a panic elsewhere does not spoil it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something in by `put`, which says whether it fitted, and wakes the writer if it may sleep.
    fn put(&self, put: impl FnOnce(&mut Waiting) -> bool) -> bool {
        let mut waiting = self.waiting();
        let was_empty = waiting.wires.is_empty();
        let is_put = !waiting.is_closing && put(&mut waiting);
        let is_first = was_empty && is_put;
        drop(waiting);
        if is_first {
            self.something.notify_one();
        }
        is_put
    }

    /// Waits until this is so.
    async fn when(&self, is_so: impl Fn(&Waiting) -> bool) {
        if is_so(&self.waiting()) {
            return;
        }
        let mut written = std::pin::pin!(self.space.notified());
        loop {
            // Before the look: what is written after it is noticed.
            written.as_mut().enable();
            if is_so(&self.waiting()) {
                return;
            }
            written.as_mut().await;
            written.set(self.space.notified());
        }
    }

    fn end(&self, code: Option<CloseCode>) {
        let mut waiting = self.waiting();
        if let Some(code) = code
            && !waiting.is_closing
        {
            self.close_code.store(code.into(), Ordering::Relaxed);
        }
        waiting.is_closing = true;
        drop(waiting);
        self.something.notify_one();
        self.space.notify_waiters();
    }
}

impl Queue {
    /// All that waits, once something does; empty if that is the end.
    pub(crate) async fn next(&self) -> Vec<Wire> {
        loop {
            {
                let mut waiting = self.shared.waiting();
                // A new vector each time: an idle connection keeps no room for what it once had.
                let wires = std::mem::take(&mut waiting.wires);
                if !wires.is_empty() || waiting.is_closing {
                    return wires;
                }
            }
            self.shared.something.notified().await;
        }
    }

    /// These were written.
    pub(super) fn give_back(&self, wires: &[Wire]) {
        let mut waiting = self.shared.waiting();
        for wire in wires {
            waiting.frames -= wire.frames();
            waiting.bytes -= wire.len();
        }
        drop(waiting);
        self.shared.space.notify_waiters();
    }

    /// What the peer is told at the end.
    pub(super) fn close_code(&self) -> CloseCode {
        self.shared.close_code.load(Ordering::Relaxed).into()
    }
}

impl Drop for Queue {
    /// Nothing is written any more: whoever waits for a place learns that the connection is gone.
    fn drop(&mut self) {
        self.shared.end(None);
        self.shared.waiting().wires = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn largest() -> Wire {
        Wire::binary(&vec![0; limits::MAX_FRAME_BYTES])
    }

    /// Large frames use up the bytes long before the places; short words still get through, and what was written makes room.
    #[tokio::test]
    async fn bytes_are_bounded_as_places_are() {
        let (outbound, queue) = channel();
        let fit = limits::OUTBOUND_QUEUE_BYTES / largest().len();
        for _ in 0..fit {
            assert!(outbound.frame(largest()));
        }
        assert!(!outbound.frame(largest()));
        assert!(!outbound.frames(&[largest()]));
        assert!(outbound.free() > 0, "there are places");
        assert!(outbound.control(&HubControl::Done { request: 1 }));

        let waiting = outbound.clone();
        let waiting = tokio::spawn(async move { waiting.frame_when_free(largest()).await });
        let wires = queue.next().await;
        assert_eq!(wires.len(), fit + 1);
        assert!(!outbound.frame(largest()), "what is being written counts");
        queue.give_back(&wires);
        assert!(waiting.await.unwrap());
    }

    /// Places too; the reserve is for control messages, and it ends as well.
    #[tokio::test]
    async fn places_are_bounded_and_some_are_kept_for_control() {
        let (outbound, queue) = channel();
        let one = Wire::binary(b"x");
        let all = vec![one.clone(); limits::OUTBOUND_QUEUE_FRAMES];
        assert!(!outbound.frames(&[all.clone(), vec![one.clone()]].concat()));
        assert_eq!(outbound.free(), limits::OUTBOUND_QUEUE_FRAMES);
        assert!(outbound.frame(Wire::join(&all)));
        assert!(!outbound.frame(one));
        let done = HubControl::Done { request: 1 };
        for _ in 0..RESERVED_FOR_CONTROL {
            assert!(outbound.control(&done));
        }
        assert!(!outbound.control(&done));
        let ready = outbound.clone();
        let ready = tokio::spawn(async move { ready.ready().await });
        queue.give_back(&queue.next().await);
        ready.await.unwrap();
        assert!(outbound.control(&done));
    }

    /// What was queued before the end is still taken, nothing after it, and who waits is told.
    #[tokio::test]
    async fn the_end_comes_behind_what_waits() {
        let (outbound, queue) = channel();
        for _ in 0..limits::OUTBOUND_QUEUE_FRAMES {
            assert!(outbound.frame(Wire::binary(b"x")));
        }
        let waiting = outbound.clone();
        let waiting =
            tokio::spawn(async move { waiting.frame_when_free(Wire::binary(b"y")).await });
        tokio::task::yield_now().await;
        outbound.close_with(CloseCode::Policy);
        outbound.close_with(CloseCode::Normal);
        assert!(!outbound.control(&HubControl::Done { request: 1 }));
        assert!(!waiting.await.unwrap());
        assert_eq!(queue.next().await.len(), limits::OUTBOUND_QUEUE_FRAMES);
        assert!(queue.next().await.is_empty());
        assert_eq!(queue.close_code(), CloseCode::Policy);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_writer_that_is_gone() {
        let (outbound, queue) = channel();
        while outbound.frame(Wire::binary(b"x")) {}
        let waiting = outbound.clone();
        let waiting =
            tokio::spawn(async move { waiting.frame_when_free(Wire::binary(b"y")).await });
        tokio::task::yield_now().await;
        drop(queue);
        assert!(!waiting.await.unwrap());
        assert!(outbound.is_closed());
    }
}
