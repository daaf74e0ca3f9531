//! Every frame and control message of a device, and who answers it.

use bytes::Bytes;
use entente_delivery::Input;
use entente_protocol::{
    ClientControl, ClientFrame, Directory, ErrorCode, HubControl, HubFrame, RoomId,
};

use super::Session;
use crate::connection::device_limits::Rate;

impl Session {
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

    pub(super) async fn binary(&mut self, bytes: &Bytes) {
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

    pub(super) async fn text(&mut self, text: &str) {
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
                self.group_info(request, room).await;
            }
            ClientControl::Rooms { request } => self.rooms(request).await,
            ClientControl::Welcomes { request } => self.welcomes(request).await,
            ClientControl::WelcomeTaken { request, room } => {
                self.welcome_taken(request, room).await;
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
