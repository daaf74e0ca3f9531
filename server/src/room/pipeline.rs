//! Batches of one room on their way to the disk: the next is decided while the disk works.

use std::sync::Arc;

use entente_delivery::{Effect, Input};
use entente_protocol::{DeviceId, RoomId, limits};
use futures_util::FutureExt as _;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use crate::connection::Outbound;
use crate::store::{Basis, Store, StoreError};

/// Batches under way. Each rests on the one before: if one is not stored, neither are those after it.
const MAX_BATCHES: usize = 16;

/// Who asked, and by which request.
pub(super) struct Asked {
    pub(super) sender: DeviceId,
    pub(super) request: u32,
    pub(super) outbound: Outbound,
}

/// A request that was decided and is not stored yet.
pub(super) struct Decided {
    pub(super) asked: Asked,
    /// Where its effects lie among those of the batch.
    pub(super) effects: std::ops::Range<usize>,
    /// What was asked for, if another hub may be faster and it must be decided anew.
    pub(super) again: Option<Input>,
}

/// What was decided together.
pub(super) struct Batch {
    pub(super) effects: Arc<Vec<Effect>>,
    pub(super) decided: Vec<Decided>,
    /// The room's head with it.
    pub(super) head: u64,
}

/// Whether something of it must be on the disk before anybody hears of it.
pub(super) fn is_stored(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| !matches!(effect, Effect::Duplicate { .. } | Effect::FanOut { .. }))
}

#[derive(Default)]
pub(super) struct Pipeline {
    under_way: FuturesOrdered<BoxFuture<'static, (Batch, Result<(), StoreError>)>>,
    messages: usize,
}

impl Pipeline {
    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether more may be decided.
    pub(super) fn has_room(&self) -> bool {
        self.under_way.len() < MAX_BATCHES && self.messages < limits::ROOM_QUEUE_REQUESTS
    }

    /// Sends a batch to the store, to be written after those before it.
    pub(super) fn push(
        &mut self,
        store: Store,
        room: RoomId,
        basis: Basis,
        batch: Batch,
        now_ms: u64,
    ) {
        self.messages += batch.decided.len();
        let mut writing = async move {
            let written = if is_stored(&batch.effects) {
                let effects = batch.effects.clone();
                store.store_effects(room, basis, effects, now_ms).await
            } else {
                Ok(())
            };
            (batch, written)
        }
        .boxed();
        // Polled once, now: it is in the store's queue before the next one is.
        match (&mut writing).now_or_never() {
            Some(done) => self.under_way.push_back(core::future::ready(done).boxed()),
            None => self.under_way.push_back(writing),
        }
    }

    /// Waits for the oldest batch; never if there is none.
    pub(super) async fn next(&mut self) -> (Batch, Result<(), StoreError>) {
        match self.under_way.next().await {
            Some(done) => {
                self.messages -= done.0.decided.len();
                done
            }
            None => core::future::pending().await,
        }
    }

    /// The oldest batch, if it is done.
    pub(super) fn ready(&mut self) -> Option<(Batch, Result<(), StoreError>)> {
        if self.is_empty() {
            return None;
        }
        self.next().now_or_never()
    }
}
