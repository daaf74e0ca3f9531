//! A room that other hubs order too: following what they did.

use entente_delivery::{LoadError, Room};
use entente_protocol::{Delivery, DeviceId, ErrorCode, HubFrame, MessageKind, RoomId};

use super::actor::Actor;
use super::nests::{self, NoAbove};
use crate::bus::{News, Word};
use crate::connection::Wire;
use crate::store::StoreError;

/// No message is beyond this one.
const NO_END: u64 = i64::MAX as u64;

/// Why a room can't be followed.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("its log has a gap")]
    Gap,
}

impl From<NoAbove> for Lost {
    fn from(error: NoAbove) -> Self {
        match error {
            NoAbove::Store(error) => Self::Store(error),
            NoAbove::Load(error) => Self::Load(error),
        }
    }
}

impl Actor {
    /// What another hub said. Nothing is pending here.
    pub(super) async fn hear(&mut self, word: Word) {
        match word {
            // Who is followed by nobody here catches up when somebody asks.
            _ if self.followers.is_empty() => {}
            Word::News(news) => self.take_news(news).await,
            Word::Look => self.catch_up().await,
            // A hub where nobody follows may not know yet that the sender was removed.
            Word::Ephemeral(sender, frame) if self.sits(sender) => {
                self.followers
                    .fan_out(&Wire::binary(frame.as_slice()), Some(sender));
            }
            _ => {}
        }
    }

    fn sits(&self, device: DeviceId) -> bool {
        let core = self.core.as_ref();
        core.is_some_and(|core| core.bars(device).is_none())
    }

    async fn take_news(&mut self, news: News) {
        if news.base > self.stored_head {
            return self.catch_up().await;
        }
        for frame in news.frames {
            let Ok(HubFrame::Delivery(delivery)) = HubFrame::decode(frame.as_slice()) else {
                return self.catch_up().await;
            };
            // Heard twice, or read before it was heard.
            if delivery.seq <= self.stored_head {
                continue;
            }
            if !self.learn(&delivery, Wire::binary(frame.as_slice())) {
                return self.catch_up().await;
            }
        }
    }

    fn learn(&mut self, delivery: &Delivery, frame: Wire) -> bool {
        let is_learned = self.core.as_mut().is_some_and(|core| core.learn(delivery));
        if is_learned {
            self.stored_head = delivery.seq;
            self.followers.publish(delivery.seq, frame);
        }
        if delivery.kind == MessageKind::Revocation {
            self.end_suspended();
        }
        is_learned
    }

    /// Delivers nothing more to those who were revoked, or are out of the room above.
    fn end_suspended(&mut self) {
        let barred = self.barred_code();
        if let Some(core) = &self.core {
            self.followers
                .end_those(barred, |device| core.suspends(device).is_some());
        }
    }

    /// What those are told.
    fn barred_code(&self) -> ErrorCode {
        match self.parent {
            Some(_) => ErrorCode::NoSeat,
            None => ErrorCode::Revoked,
        }
    }

    /// Before anything is decided in a compartment: what the room above is by now, as far as it was heard.
    pub(super) async fn learn_turn(&mut self) {
        let above = self.core.as_ref().and_then(Room::above);
        let Some((parent, turn)) = above else { return };
        if self.hub.turn_of(parent) > turn
            && let Err(error) = self.look_above(parent).await
        {
            self.lose(&error);
        }
    }

    async fn look_above(&mut self, parent: RoomId) -> Result<(), Lost> {
        let above = nests::above(&self.hub.store, parent).await?;
        let above = above.ok_or(Lost::Load(LoadError::Above))?;
        if let Some(core) = &mut self.core {
            core.look_up(&above);
        }
        self.end_suspended();
        Ok(())
    }

    /// Before an answer that must not be older than what other hubs have answered.
    pub(super) async fn refresh(&mut self) {
        if self.hub.store.is_shared() {
            self.catch_up().await;
        }
    }

    /// Another hub was faster: back to what is stored, then on to where it is.
    pub(super) async fn fall_back(&mut self) {
        let before = self.stored_head;
        let is_undone = self.core.as_mut().is_some_and(Room::undo);
        match self.read_on(is_undone).await {
            // Not the head then: the room was closed.
            Ok(true) if self.stored_head == before => self.follow_up().await,
            Ok(true) => {}
            Ok(false) => self.follow_up().await,
            Err(error) => self.lose(&error.into()),
        }
    }

    /// Reads what is new and hands it on. Nothing is pending here.
    pub(super) async fn catch_up(&mut self) {
        let Some(core) = &self.core else { return };
        if core.is_marked_closed() {
            return;
        }
        let heads = match self.hub.store.heads(&[self.id]).await {
            Ok(heads) => heads,
            Err(error) => return self.lose(&error.into()),
        };
        let above = core.above();
        if let (Some((parent, turn)), Some(head)) = (above, heads.first())
            && head.turn_above.is_some_and(|there| there > turn)
            && let Err(error) = self.look_above(parent).await
        {
            return self.lose(&error);
        }
        match heads.first() {
            Some(head) if !head.closed && head.head == self.stored_head => {}
            Some(head) if !head.closed => match self.read_on(true).await {
                Ok(true) => {}
                Ok(false) => self.follow_up().await,
                Err(error) => self.lose(&error.into()),
            },
            _ => self.follow_up().await,
        }
    }

    /// False if something is there that takes loading the room again.
    async fn read_on(&mut self, is_possible: bool) -> Result<bool, StoreError> {
        if !is_possible {
            return Ok(false);
        }
        loop {
            let page = self
                .hub
                .store
                .page(self.id, self.stored_head, NO_END)
                .await?;
            if page.is_empty() {
                return Ok(true);
            }
            for delivery in page {
                let frame = encode(&delivery)?;
                if !self.learn(&delivery, frame) {
                    return Ok(false);
                }
            }
        }
    }

    /// Loads the room again, and hands on what it went through meanwhile.
    async fn follow_up(&mut self) {
        if let Err(error) = self.load_again().await {
            self.lose(&error);
        }
    }

    /// Loads the room from the store unless it is loaded already.
    pub(super) async fn load(&mut self) {
        self.core = None;
        self.followers.forget_tail();
        self.follow_up().await;
    }

    async fn load_again(&mut self) -> Result<(), Lost> {
        let Some(stored) = self.hub.store.room(self.id).await? else {
            self.vanish();
            return Ok(());
        };
        let (head, is_closed) = (stored.record.head, stored.record.closed);
        let core = match stored.record.parent {
            None => Room::load(stored.record)?,
            Some(parent) => {
                // First: what changes above from now on is heard of.
                self.parent = Some(parent);
                self.hub.enter_nest(parent, self.id);
                match nests::above(&self.hub.store, parent).await? {
                    Some(above) => Room::load_within(stored.record, &above)?,
                    None => {
                        self.vanish();
                        return Ok(());
                    }
                }
            }
        };
        let barred = self.barred_code();
        self.followers
            .end_those(barred, |device| core.suspends(device).is_some());
        if self.followers.is_empty() {
            self.followers.forget_tail();
        } else {
            self.hand_on(head).await?;
        }
        self.followers
            .end_those(ErrorCode::NoSeat, |device| core.seat(device).is_none());
        if is_closed {
            self.followers.end_all(ErrorCode::RoomClosed);
        }
        self.stored_head = head;
        self.core = Some(core);
        // Lists that are not in this state of the room are looked for again.
        self.revocations_seen = 0;
        Ok(())
    }

    /// There is no such room, or none any more.
    fn vanish(&mut self) {
        self.core = None;
        self.absence = ErrorCode::NoSeat;
        self.followers.end_all(ErrorCode::NoSeat);
    }

    /// Delivers up to `head`, and to those who were removed up to their removal.
    async fn hand_on(&mut self, head: u64) -> Result<(), Lost> {
        let unseated = self.hub.store.unseated(self.id, self.stored_head).await?;
        let mut cursor = self.stored_head;
        while cursor < head {
            let page = self.hub.store.page(self.id, cursor, head).await?;
            if page.is_empty() {
                return Err(Lost::Gap);
            }
            for delivery in page {
                if delivery.seq != cursor + 1 {
                    return Err(Lost::Gap);
                }
                cursor = delivery.seq;
                self.followers.publish(cursor, encode(&delivery)?);
                for (_, device) in unseated.iter().filter(|(seq, _)| *seq == cursor) {
                    self.followers.end(*device, ErrorCode::NoSeat);
                }
            }
        }
        Ok(())
    }

    /// The room can't be known for now: whoever wants something of it comes back.
    fn lose(&mut self, error: &Lost) {
        tracing::error!(room = %self.id, %error, "a room can't be read");
        self.core = None;
        self.absence = ErrorCode::Unavailable;
        self.followers.end_all(ErrorCode::Unavailable);
    }
}

fn encode(delivery: &Delivery) -> Result<Wire, StoreError> {
    Wire::encode(&HubFrame::Delivery(delivery.clone())).map_err(|_| StoreError::Damaged("message"))
}
