//! Requests of a device that has said hello.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use entente_delivery::{Input, Refusal};
use entente_protocol::{
    AskToJoin, ClientControl, ClientFrame, Directory, ErrorCode, FrameError, HubControl, HubFrame,
    OpenCompartment, OpenRoom, RoomId, join_request_bytes, limits,
};
use entente_trust::Accreditation;
use tls_codec::VLBytes;
use tokio::io::AsyncRead;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::device_limits::{DeviceLimits, Rate};
use super::outbound::Outbound;
use super::reader::{Received, Stream};
use super::wire::Wire;
use crate::hub::Hub;
use crate::room::Command;
use crate::store::StoreError;

/// Frames that can't be read before the connection is ended.
const MAX_BAD_FRAMES: u32 = 32;

/// How long nothing more is read of a device after a frame that can't be read, in milliseconds.
const BAD_FRAME_PAUSE_MS: u64 = 250;

/// The longest that nothing is read of a device which sends too much, in milliseconds: then it is looked at again.
const MAX_PAUSE_MS: u64 = 1_000;

/// An authenticated connection.
pub(super) struct Session {
    pub(super) hub: Arc<Hub>,
    pub(super) peer: Arc<Accreditation>,
    pub(super) outbound: Outbound,
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

    /// Whether a frame that costs more than others may come now.
    fn is_within_own_rate(
        &mut self,
        frame: &ClientFrame,
        request: Option<u32>,
        room: Option<RoomId>,
    ) -> bool {
        let rate = match frame {
            ClientFrame::Commit(_) | ClientFrame::OpenRoom(_) | ClientFrame::OpenCompartment(_) => {
                Rate::Commits
            }
            ClientFrame::PutBlob(_) => Rate::BlobChunks,
            ClientFrame::TakeKeyPackages(_) => Rate::LargeAnswers,
            _ => return true,
        };
        self.is_within_rate(rate, request, room)
    }

    async fn binary(&mut self, bytes: &Bytes) {
        let frame = match ClientFrame::decode(bytes) {
            Ok(frame) => frame,
            // JSON in a binary frame: the right words in the wrong envelope.
            Err(error) => return self.bad_frame(error, bytes.first() == Some(&b'{')),
        };
        let (request, room) = address(&frame);
        if !self.is_within_rate(Rate::All, request, room)
            || !self.is_within_own_rate(&frame, request, room)
        {
            return;
        }
        // Boxed where there is something to wait for: what lies in its own future a connection keeps while it says
        // nothing.
        match frame {
            ClientFrame::Hello(_) => {
                self.outbound
                    .refuse(None, None, ErrorCode::AlreadyAuthenticated, None);
            }
            ClientFrame::PublishKeyPackages(publish) => Box::pin(self.publish(publish)).await,
            ClientFrame::TakeKeyPackages(take) => Box::pin(self.take(take)).await,
            ClientFrame::OpenRoom(open) => Box::pin(self.open(open)).await,
            ClientFrame::OpenCompartment(open) => Box::pin(self.open_compartment(open)).await,
            ClientFrame::Commit(bundle) => {
                self.forward(bundle.room, bundle.request, Input::Commit(bundle));
            }
            ClientFrame::Propose(propose) => {
                self.forward(propose.room, propose.request, Input::Propose(propose));
            }
            ClientFrame::Send(send) => self.forward(send.room, send.request, Input::Send(send)),
            // There is no answer to these unless they are refused, and then reference 0.
            ClientFrame::Ephemeral(send) => self.forward(send.room, 0, Input::Ephemeral(send)),
            ClientFrame::PutBlob(put) => Box::pin(self.put_blob(&put)).await,
            ClientFrame::AskToJoin(ask) => self.ask_to_join(ask),
        }
    }

    async fn text(&mut self, text: &str) {
        let control = match ClientControl::decode(text) {
            Ok(control) => control,
            Err(error) => return self.bad_frame(error, !text.trim_start().starts_with('{')),
        };
        let request = control.request();
        let rate = match control {
            ClientControl::Directory { .. }
            | ClientControl::GroupInfo { .. }
            | ClientControl::Welcomes { .. } => Rate::LargeAnswers,
            _ => Rate::All,
        };
        if !self.is_within_rate(Rate::All, Some(request), None)
            || (rate != Rate::All && !self.is_within_rate(rate, Some(request), None))
        {
            return;
        }
        match control {
            ClientControl::Follow {
                request,
                room,
                after,
            } => {
                self.follow(request, room, after).await;
            }
            ClientControl::Unfollow { request, room } => {
                self.unfollow(room).await;
                self.outbound.control(&HubControl::Done { request });
            }
            ClientControl::GroupInfo { request, room } => {
                let device = self.peer.device();
                let ask = |reply| Command::GroupInfo {
                    device,
                    request,
                    reply,
                };
                match self.hub.ask_room(room, ask).await {
                    Ok(frame) => self.send(request, &frame),
                    Err(code) => self.refuse(request, Some(room), code),
                }
            }
            ClientControl::Rooms { request } => {
                match self.hub.store.rooms_of(self.peer.device()).await {
                    Ok(rooms) => {
                        self.outbound.control(&HubControl::Rooms { request, rooms });
                    }
                    Err(error) => self.store_failed(request, &error),
                }
            }
            ClientControl::Welcomes { request } => self.welcomes(request).await,
            ClientControl::WelcomeTaken { request, room } => {
                match self.hub.store.welcome_taken(self.peer.device(), room).await {
                    Ok(()) => {
                        self.outbound.control(&HubControl::Done { request });
                    }
                    Err(error) => self.store_failed(request, &error),
                }
            }
            ClientControl::Blob {
                request,
                room,
                blob,
            } => self.blob_state(request, room, blob).await,
            ClientControl::GetBlob {
                request,
                room,
                blob,
                chunk,
            } => self.get_blob(request, room, (blob, chunk)).await,
            ClientControl::Audit {
                request,
                room,
                after,
            } => self.audit(request, room, after).await,
            ClientControl::Time { request } => {
                let time_ms = self.hub.clock.now_ms();
                self.outbound
                    .control(&HubControl::Time { request, time_ms });
            }
            ClientControl::PushSubscribe { request, endpoint } => {
                self.push_subscribe(request, endpoint).await;
            }
            ClientControl::Directory { request, country } => {
                match self.hub.store.directory(country.as_deref()).await {
                    Ok(chains) => {
                        self.send(request, &HubFrame::Directory(Directory { request, chains }));
                    }
                    Err(error) => self.store_failed(request, &error),
                }
            }
        }
    }

    pub(super) fn refuse(&self, request: u32, room: Option<RoomId>, code: ErrorCode) {
        self.outbound.refuse(Some(request), room, code, None);
    }

    pub(super) fn store_failed(&self, request: u32, error: &StoreError) {
        tracing::error!(%error, "a request failed");
        self.refuse(request, None, ErrorCode::Unavailable);
    }

    pub(super) fn send(&self, request: u32, frame: &HubFrame) {
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

    fn forward(&self, room: RoomId, request: u32, input: Input) {
        let command = Command::Request {
            sender: self.peer.device(),
            request,
            input,
            outbound: self.outbound.clone(),
        };
        if !self.hub.room(room).try_send(command) {
            self.refuse(request, Some(room), ErrorCode::Busy);
        }
    }

    fn ask_to_join(&self, ask: AskToJoin) {
        let (request, room) = (ask.request, ask.join.room);
        let is_own = ask
            .join
            .chain
            .iter()
            .map(VLBytes::as_slice)
            .eq(self.peer.chain());
        if !is_own {
            return self.refuse(request, Some(room), ErrorCode::BadCertificate);
        }
        let signed = join_request_bytes(&ask.join);
        let signature = ask.join.signature.as_slice();
        if self.peer.verify(&signed, signature).is_err() {
            return self.refuse(request, Some(room), ErrorCode::BadSignature);
        }
        let age_ms = self.hub.clock.now_ms().abs_diff(ask.join.time_ms);
        if age_ms > limits::CLOCK_TOLERANCE_MS {
            let (code, rule) = (ErrorCode::PolicyRefused, "CLOCK_TOLERANCE_MS".to_owned());
            return self
                .outbound
                .refuse(Some(request), Some(room), code, Some(rule));
        }
        let command = Command::Ask {
            asker: self.peer.clone(),
            ask,
            outbound: self.outbound.clone(),
        };
        if !self.hub.room(room).try_send(command) {
            self.refuse(request, Some(room), ErrorCode::Busy);
        }
    }

    async fn follow(&mut self, request: u32, room: RoomId, after: u64) {
        if !self.followed.contains(&room) {
            if self.followed.len() >= limits::MAX_FOLLOWED_ROOMS {
                let detail = Some("MAX_FOLLOWED_ROOMS".to_owned());
                let code = ErrorCode::LimitExceeded;
                return self
                    .outbound
                    .refuse(Some(request), Some(room), code, detail);
            }
            self.followed.push(room);
        }
        let follow = || Command::Follow {
            device: self.peer.device(),
            request,
            after,
            outbound: self.outbound.clone(),
        };
        if !self.hub.tell_room(room, follow).await {
            self.refuse(request, Some(room), ErrorCode::Unavailable);
        }
    }

    async fn unfollow(&mut self, room: RoomId) {
        self.followed.retain(|followed| *followed != room);
        let outbound = self.outbound.clone();
        self.hub
            .room(room)
            .send(Command::Unfollow { outbound })
            .await;
    }

    async fn open(&self, open: OpenRoom) {
        let (request, room) = (open.request, open.room);
        let opened = self.hub.open_room(&self.peer, open).await;
        self.opened(request, room, opened);
    }

    async fn open_compartment(&self, open: OpenCompartment) {
        let (request, room) = (open.request, open.room);
        let opened = self.hub.open_compartment(&self.peer, open).await;
        self.opened(request, room, opened);
    }

    fn opened(&self, request: u32, room: RoomId, opened: Result<u64, Refusal>) {
        match opened {
            Ok(time_ms) => {
                self.outbound.control(&HubControl::Accepted {
                    request,
                    room,
                    seq: 1,
                    time_ms,
                    duplicate: false,
                });
            }
            Err(refusal) => {
                self.outbound
                    .refuse(Some(request), Some(room), refusal.code, refusal.detail);
            }
        }
    }

    async fn welcomes(&self, request: u32) {
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
}

/// Nothing is read for so long, and not longer than [`MAX_PAUSE_MS`].
async fn pause(pause_ms: u64) {
    if pause_ms > 0 {
        let pause = Duration::from_millis(pause_ms.min(MAX_PAUSE_MS));
        Box::pin(tokio::time::sleep(pause)).await;
    }
}

fn address(frame: &ClientFrame) -> (Option<u32>, Option<RoomId>) {
    match frame {
        ClientFrame::Hello(_) => (None, None),
        ClientFrame::PublishKeyPackages(publish) => (Some(publish.request), None),
        ClientFrame::TakeKeyPackages(take) => (Some(take.request), None),
        ClientFrame::OpenRoom(open) => (Some(open.request), Some(open.room)),
        ClientFrame::OpenCompartment(open) => (Some(open.request), Some(open.room)),
        ClientFrame::Commit(bundle) => (Some(bundle.request), Some(bundle.room)),
        ClientFrame::Propose(propose) => (Some(propose.request), Some(propose.room)),
        ClientFrame::Send(send) => (Some(send.request), Some(send.room)),
        ClientFrame::Ephemeral(send) => (None, Some(send.room)),
        ClientFrame::PutBlob(put) => (Some(put.request), Some(put.room)),
        ClientFrame::AskToJoin(ask) => (Some(ask.request), Some(ask.join.room)),
    }
}
