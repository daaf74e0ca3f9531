//! How what was decided is stored, and only then seen.

use std::sync::Arc;

use entente_delivery::{Effect, Room};
use entente_protocol::ErrorCode;

use super::Actor;
use crate::meters;
use crate::room::pipeline::{Batch, is_stored};
use crate::store::{Basis, StoreError};

/// How often one batch is decided anew because another hub was faster.
const MAX_DECISIONS: u32 = 32;

impl Actor {
    /// Has what was decided stored, and goes on; where other hubs order the room too, waits for it,
    /// for what comes next may rest on theirs.
    pub(super) async fn submit(&mut self) {
        if self.is_careful() {
            return self.flush_shared().await;
        }
        if self.effects.is_empty() {
            return;
        }
        let base = if self.pipeline.is_empty() {
            self.stored_head
        } else {
            self.next_base
        };
        let batch = Batch {
            effects: Arc::new(std::mem::take(&mut self.effects)),
            decided: std::mem::take(&mut self.decided),
            head: self.core.as_ref().map_or(base, Room::head),
        };
        self.next_base = batch.head;
        let now_ms = self.hub.clock.now_ms();
        self.pipeline.push(
            self.hub.store.clone(),
            self.id,
            Basis::Head(base),
            batch,
            now_ms,
        );
    }

    /// The oldest batch was stored, or not. With it all that is done by now, so that what was stored
    /// together goes out together.
    pub(super) async fn stored(&mut self, batch: Batch, written: Result<(), StoreError>) {
        let mut done = Vec::new();
        let mut next = Some((batch, written));
        while let Some((batch, written)) = next {
            if let Err(error) = written {
                self.acknowledge(done).await;
                return self.fail(batch, &error).await;
            }
            self.stored_head = batch.head;
            self.publish(&batch.effects);
            done.push(batch);
            next = self.pipeline.ready();
        }
        self.acknowledge(done).await;
    }

    async fn acknowledge(&mut self, done: Vec<Batch>) {
        if let Some(core) = self.core.as_mut().filter(|_| self.pipeline.is_empty()) {
            core.settle();
        }
        self.followers.hand_over();
        for batch in done {
            for one in &batch.decided {
                self.answer(one, &batch.effects).await;
            }
        }
    }

    /// A batch was not stored, so nothing that was decided after it is either. Nobody sees any of it,
    /// and the room's state is what the store says.
    async fn fail(&mut self, batch: Batch, error: &StoreError) {
        tracing::error!(room = %self.id, %error, "a batch was not stored");
        let mut lost = batch.decided;
        while !self.pipeline.is_empty() {
            lost.extend(self.pipeline.next().await.0.decided);
        }
        self.effects.clear();
        lost.append(&mut self.decided);
        self.deny_all(&lost, ErrorCode::Unavailable);
        self.followers.end_all(ErrorCode::Unavailable);
        self.load().await;
    }

    /// Waits until all that was decided is stored and published.
    pub(super) async fn flush(&mut self) {
        self.submit().await;
        while !self.pipeline.is_empty() {
            let (batch, written) = self.pipeline.next().await;
            self.stored(batch, written).await;
        }
    }

    /// Stores what was decided, then publishes it. If another hub was faster, it is decided anew on
    /// top of what that one did; if it can't be stored nobody sees it, and the room's state is what
    /// the store says.
    async fn flush_shared(&mut self) {
        for _ in 0..MAX_DECISIONS {
            if self.effects.is_empty() {
                return;
            }
            let effects = Arc::new(std::mem::take(&mut self.effects));
            let decided = std::mem::take(&mut self.decided);
            match self.store(&effects).await {
                Ok(()) => {
                    self.publish(&effects);
                    self.followers.hand_over();
                    for one in decided {
                        self.answer(&one, &effects).await;
                    }
                    return;
                }
                Err(StoreError::Behind) => {
                    meters::decided_anew();
                    self.fall_back().await;
                    for one in decided {
                        let asked = one.asked;
                        let Some(input) = one.again else {
                            self.deny(&asked, self.absence.into());
                            continue;
                        };
                        let again = Some(input.clone());
                        if let Err((asked, refusal)) = self.decide(asked, input, again) {
                            self.deny(&asked, refusal);
                        }
                    }
                    self.learn_revocations();
                }
                Err(error) => {
                    tracing::error!(room = %self.id, %error, "a batch was not stored");
                    self.deny_all(&decided, ErrorCode::Unavailable);
                    self.followers.end_all(ErrorCode::Unavailable);
                    self.load().await;
                    return;
                }
            }
        }
        // The other hubs were faster each time. Nothing is lost: the devices try again.
        let decided = std::mem::take(&mut self.decided);
        self.effects.clear();
        self.deny_all(&decided, ErrorCode::Busy);
        self.fall_back().await;
    }

    async fn store(&mut self, effects: &Arc<Vec<Effect>>) -> Result<(), StoreError> {
        if is_stored(effects) {
            let now_ms = self.hub.clock.now_ms();
            let above = self.core.as_ref().and_then(Room::above);
            let basis = Basis::of(self.stored_head, above);
            self.hub
                .store
                .store_effects(self.id, basis, effects.clone(), now_ms)
                .await?;
        }
        if let Some(core) = self.core.as_mut() {
            core.settle();
            self.stored_head = core.head();
        }
        Ok(())
    }
}
