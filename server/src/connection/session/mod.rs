//! A device that has said hello: read at the pace that it is allowed, frame by frame.

mod audit;
mod blobs;
mod joining;
mod key_packages;
mod pushes;
mod requests;
mod rooms;
mod welcomes;

use std::sync::Arc;
use std::time::Duration;

use entente_protocol::{ErrorCode, FrameError, HubFrame, RoomId};
use entente_trust::Accreditation;
use tokio::io::AsyncRead;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::device_limits::{DeviceLimits, Rate};
use super::outbound::Outbound;
use super::reader::{Received, Stream};
use super::wire::Wire;
use crate::hub::Hub;
use crate::store::StoreError;

/// Frames that can't be read before the connection is ended.
const MAX_BAD_FRAMES: u32 = 32;

/// How long nothing more is read of a device after a frame that can't be read, in milliseconds.
const BAD_FRAME_PAUSE_MS: u64 = 250;

/// The longest that nothing is read of a device which sends too much, in milliseconds: then it is looked at again.
const MAX_PAUSE_MS: u64 = 1_000;

/// An authenticated connection.
pub(super) struct Session {
    hub: Arc<Hub>,
    peer: Arc<Accreditation>,
    outbound: Outbound,
    limits: Arc<DeviceLimits>,
    followed: Vec<RoomId>,
    bad_frames: u32,
    /// How long nothing is read before the next frame: who sends more than it may fills its own network's buffers, and takes neither the
    /// hub's time nor that of others.
    pause_ms: u64,
}

impl Session {
    pub(super) fn new(hub: Arc<Hub>, peer: Arc<Accreditation>, outbound: Outbound) -> Self {
        let limits = hub.device_limits(peer.device());
        Self {
            hub,
            peer,
            outbound,
            limits,
            followed: Vec::new(),
            bad_frames: 0,
            pause_ms: 0,
        }
    }

    /// Serves until the peer is gone or has misbehaved.
    pub(super) async fn run<R: AsyncRead + Unpin>(mut self, stream: &mut Stream<R>) {
        while !self.outbound.is_closed() {
            if self.bad_frames > MAX_BAD_FRAMES {
                self.outbound.close_with(CloseCode::Policy);
                break;
            }
            pause(std::mem::take(&mut self.pause_ms)).await;
            self.outbound.ready().await;
            let limiter = &self.limits.all;
            match stream.next(|| limiter.check().is_ok()).await {
                Received::Binary(bytes) => {
                    self.make_room_for(bytes.len()).await;
                    self.binary(&bytes).await;
                }
                Received::Text(text) => {
                    self.make_room_for(text.len()).await;
                    Box::pin(self.text(&text)).await;
                }
                Received::TooLarge => {
                    self.outbound
                        .refuse(None, None, ErrorCode::FrameTooLarge, None);
                    self.outbound.close_with(CloseCode::Size);
                    break;
                }
                Received::Flood => {
                    self.is_within_rate(Rate::All, None, None);
                    self.outbound.close_with(CloseCode::Policy);
                    break;
                }
                Received::Broken(code) => {
                    self.outbound.close_with(code);
                    break;
                }
                Received::Gone => break,
            }
        }
        for room in std::mem::take(&mut self.followed) {
            Box::pin(self.unfollow(room)).await;
        }
    }

    /// Waits until the device may have sent so many bytes.
    async fn make_room_for(&self, bytes: usize) {
        while let Err(wait_ms) = self.limits.take_bytes(bytes) {
            pause(wait_ms).await;
        }
    }

    fn bad_frame(&mut self, error: FrameError, other_kind: bool) {
        self.bad_frames += 1;
        self.pause_ms = BAD_FRAME_PAUSE_MS;
        let code = match error {
            FrameError::TooLarge => ErrorCode::FrameTooLarge,
            FrameError::Malformed if other_kind => ErrorCode::WrongFrameKind,
            FrameError::Malformed => ErrorCode::MalformedFrame,
        };
        self.outbound.refuse(None, None, code, None);
    }

    /// Whether the device may go on now; if not, it was told when, and is not read from until then.
    fn is_within_rate(&mut self, rate: Rate, request: Option<u32>, room: Option<RoomId>) -> bool {
        let Err((limit, wait_ms)) = self.limits.check(rate) else {
            return true;
        };
        self.outbound.rate_limited(request, room, limit, wait_ms);
        self.pause_ms = wait_ms;
        false
    }

    fn refuse(&self, request: u32, room: Option<RoomId>, code: ErrorCode) {
        self.outbound.refuse(Some(request), room, code, None);
    }

    fn store_failed(&self, request: u32, error: &StoreError) {
        tracing::error!(%error, "a request failed");
        self.refuse(request, None, ErrorCode::Unavailable);
    }

    fn send(&self, request: u32, frame: &HubFrame) {
        match Wire::encode(frame) {
            Ok(frame) => {
                if !self.outbound.frame(frame) {
                    // It does not take what it has asked for before.
                    self.refuse(request, None, ErrorCode::Busy);
                }
            }
            Err(_) => self.refuse(request, None, ErrorCode::FrameTooLarge),
        }
    }
}

/// Nothing is read for so long, and not longer than [`MAX_PAUSE_MS`].
async fn pause(pause_ms: u64) {
    if pause_ms > 0 {
        let pause = Duration::from_millis(pause_ms.min(MAX_PAUSE_MS));
        Box::pin(tokio::time::sleep(pause)).await;
    }
}
