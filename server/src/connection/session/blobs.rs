//! Requests about photos and documents.

use entente_protocol::{BlobChunk, BlobId, ErrorCode, HubControl, HubFrame, PutBlob, RoomId};

use super::Session;
use crate::blobs::{Refused, Stored};
use crate::connection::Wire;
use crate::room::Command;

impl Session {
    pub(super) async fn put_blob(&self, put: &PutBlob) {
        if self.sits(put.request, put.room).await {
            let device = self.peer.device();
            let result = self.hub.blobs.put(&self.hub.store, device, put).await;
            self.answer_stored(put.request, put.room, result);
        }
    }

    pub(super) async fn blob_state(&self, request: u32, room: RoomId, blob: BlobId) {
        if self.sits(request, room).await {
            let result = self.hub.blobs.state(&self.hub.store, room, blob).await;
            self.answer_stored(request, room, result);
        }
    }

    pub(super) async fn get_blob(&self, request: u32, room: RoomId, (blob, chunk): (BlobId, u32)) {
        if !self.sits(request, room).await {
            return;
        }
        match self.hub.blobs.get(&self.hub.store, room, blob, chunk).await {
            Ok((chunks, bytes)) => {
                let frame = HubFrame::BlobChunk(BlobChunk {
                    request,
                    chunks,
                    chunk,
                    bytes: bytes.to_vec().into(),
                });
                match Wire::encode(&frame) {
                    // A receiver that reads slowly gets its chunks slowly.
                    Ok(frame) => {
                        self.outbound.frame_when_free(frame).await;
                    }
                    Err(_) => self.refuse(request, Some(room), ErrorCode::FrameTooLarge),
                }
            }
            Err(refused) => self.refuse_blob(request, room, &refused),
        }
    }

    /// Whether the device has a seat in the open room; it was told if not.
    async fn sits(&self, request: u32, room: RoomId) -> bool {
        let device = self.peer.device();
        let ask = |reply| Command::CheckSeat { device, reply };
        match self.hub.ask_room(room, ask).await {
            Ok(()) => true,
            Err(code) => {
                self.refuse(request, Some(room), code);
                false
            }
        }
    }

    fn answer_stored(&self, request: u32, room: RoomId, result: Result<Stored, Refused>) {
        match result {
            Ok(Stored { stored, chunks }) => {
                self.outbound.control(&HubControl::BlobStored {
                    request,
                    stored,
                    chunks,
                });
            }
            Err(refused) => self.refuse_blob(request, room, &refused),
        }
    }

    fn refuse_blob(&self, request: u32, room: RoomId, refused: &Refused) {
        let detail = refused.detail.map(str::to_owned);
        self.outbound
            .refuse(Some(request), Some(room), refused.code, detail);
    }
}
