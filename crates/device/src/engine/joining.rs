//! Asking to be let into rooms. A device asks again from time to time, over restarts too, until it is let in, its
//! officer gives up, or the hub says that it is of no use; and it shows who asks to be let into its own rooms.

use std::collections::BTreeMap;

use entente_protocol::{ErrorCode, JoinRequest, RoomId, limits};

use super::actor::Actor;
use super::handle::Reply;
use super::slot::Slot;
use super::work::Work;
use super::{EngineError, EngineEvent, records};
use crate::connection::RequestError;
use crate::store::{Store, StoreError};

/// Wait after a refusal that passes, if the hub names none, in milliseconds.
const PATIENCE_MS: u64 = limits::JOIN_REQUEST_INTERVAL_MS;

/// A room that this device wants to be let into.
pub(super) struct Asking {
    /// When the officer asked, Unix milliseconds.
    since_ms: u64,
    /// When the hub is asked next, by the steady clock.
    next_ms: u64,
    is_under_way: bool,
    /// Those who wait for the hub's answer.
    replies: Vec<Reply<()>>,
}

impl Asking {
    fn since(since_ms: u64) -> Self {
        Self {
            since_ms,
            next_ms: 0,
            is_under_way: false,
            replies: Vec::new(),
        }
    }
}

pub(super) type AllAsking = BTreeMap<RoomId, Asking>;

/// What the device was asking for when it stopped.
pub(super) async fn load(store: &dyn Store) -> Result<AllAsking, EngineError> {
    let mut all = AllAsking::new();
    for (key, value) in store.scan(records::ASKED).await? {
        let tampered = || StoreError::Tampered("request to join");
        let room = RoomId::from_slice(&key).ok_or_else(tampered)?;
        let since = <[u8; 8]>::try_from(value.as_slice()).map_err(|_| tampered())?;
        all.insert(room, Asking::since(u64::from_be_bytes(since)));
    }
    Ok(all)
}

impl Actor {
    pub(super) fn ask_to_join(&mut self, room: RoomId, reply: Reply<()>) {
        if self.slots.get(&room).is_some_and(Slot::is_active) {
            let _ = reply.send(Ok(()));
            return;
        }
        let is_new = !self.asking.contains_key(&room);
        if is_new && self.asking.len() >= limits::MAX_ASKED_ROOMS {
            let refused = EngineError::Refused {
                code: ErrorCode::LimitExceeded,
                detail: Some("MAX_ASKED_ROOMS".to_owned()),
            };
            let _ = reply.send(Err(refused));
            return;
        }
        let (now_ms, steady_ms) = (self.around.now_ms(), self.around.steady_ms());
        let asking = self.asking.entry(room).or_insert(Asking::since(now_ms));
        if is_new {
            let since = asking.since_ms.to_be_bytes().to_vec();
            self.unsaved.push((records::asked(room), Some(since)));
        }
        let is_due = asking.is_under_way || steady_ms >= asking.next_ms;
        // Passed on lately; or, without a connection, as soon as there is one.
        if is_due && self.connection.is_some() {
            asking.replies.push(reply);
        } else {
            let _ = reply.send(Ok(()));
        }
        self.ask_again(steady_ms);
    }

    /// Asks no more, and tells those who wait for the hub's answer that there is nothing left to wait for: this device
    /// sits, or its officer gave up.
    pub(super) fn stop_asking(&mut self, room: RoomId) {
        for reply in self.forget_asking(room) {
            let _ = reply.send(Ok(()));
        }
    }

    fn forget_asking(&mut self, room: RoomId) -> Vec<Reply<()>> {
        let Some(asking) = self.asking.remove(&room) else {
            return Vec::new();
        };
        self.unsaved.push((records::asked(room), None));
        asking.replies
    }

    /// Rooms that this device asks to be let into, and since when, Unix milliseconds.
    pub(super) fn asked_rooms(&self) -> Vec<(RoomId, u64)> {
        let all = self.asking.iter();
        all.map(|(room, asking)| (*room, asking.since_ms)).collect()
    }

    /// Asks where it is time to.
    pub(super) fn ask_again(&mut self, steady_ms: u64) {
        let Some(connection) = &self.connection else {
            return;
        };
        let hub_now_ms = self.now_ms();
        for (room, asking) in &mut self.asking {
            if asking.is_under_way || steady_ms < asking.next_ms {
                continue;
            }
            asking.is_under_way = true;
            asking.next_ms = steady_ms.saturating_add(limits::JOIN_REQUEST_REPEAT_MS);
            let join = self.identity.ask_to_join(*room, hub_now_ms);
            let (room, connection) = (*room, connection.clone());
            self.works.push(Box::pin(async move {
                let result = connection.ask_to_join(join).await;
                Work::Asked { room, result }
            }));
        }
    }

    pub(super) fn asked(&mut self, room: RoomId, result: Result<(), RequestError>) {
        let steady_ms = self.around.steady_ms();
        let Some(asking) = self.asking.get_mut(&room) else {
            return;
        };
        asking.is_under_way = false;
        match result {
            Err(RequestError::Refused {
                code:
                    ErrorCode::RateLimited
                    | ErrorCode::Busy
                    | ErrorCode::Unavailable
                    | ErrorCode::LimitExceeded,
                retry_after_ms,
                ..
            }) => {
                asking.next_ms = steady_ms.saturating_add(retry_after_ms.unwrap_or(PATIENCE_MS));
            }
            Err(RequestError::Refused { code, detail, .. }) => {
                let replies = self.forget_asking(room);
                if replies.is_empty() {
                    self.tell(EngineEvent::AskRefused { room, code });
                }
                for reply in replies {
                    let detail = detail.clone();
                    let _ = reply.send(Err(EngineError::Refused { code, detail }));
                }
                return;
            }
            // At the next connection.
            Err(RequestError::Lost | RequestError::TooLarge) => asking.next_ms = 0,
            Ok(()) => {}
        }
        for reply in asking.replies.drain(..) {
            let _ = reply.send(Ok(()));
        }
    }

    pub(super) fn take_join_request(&mut self, join: &JoinRequest) {
        let (room, now_ms) = (join.room, self.now_ms());
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        if let Some(notice) = slot.session.take_join_request(join, now_ms) {
            self.tell(EngineEvent::Room { room, notice });
        }
    }
}
