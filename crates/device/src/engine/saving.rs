//! Storing what has changed, while whoever only looks is not kept waiting: an alarm is on the screen before the disk has
//! it. Nothing is sent, and nobody is told that something is done, before it is stored.

use super::EngineError;
use super::actor::Actor;
use super::handle::{COMMAND_QUEUE, Command};
use super::records;
use crate::store::{Scope, under};

impl Actor {
    /// Stores everything that has changed, in one transaction. Requests in `works` are not on their
    /// way before that: they are polled when a step is over and saved.
    pub(super) async fn save(&mut self) -> Result<(), EngineError> {
        for (room, slot) in &mut self.slots {
            if core::mem::take(&mut slot.is_dirty) {
                let changes = slot.session.take_changes();
                self.unsaved
                    .extend(under(&records::room_prefix(*room), changes));
                let has_ended = slot.session.ended().is_some();
                if has_ended && !core::mem::replace(&mut slot.is_destroyed, true) {
                    self.perished.insert(Scope::room(*room));
                }
            }
        }
        if !self.unsaved.is_empty() {
            let store = self.store.clone();
            let mut storing = store.apply(core::mem::take(&mut self.unsaved));
            loop {
                tokio::select! {
                    biased;
                    stored = &mut storing => break stored?,
                    Some(command) = self.queue.recv(), if self.deferred.len() < COMMAND_QUEUE => {
                        self.look_or_defer(command);
                    }
                }
            }
        }
        for scope in core::mem::take(&mut self.perished) {
            self.store.renew(scope).await?;
        }
        Ok(())
    }

    fn look_or_defer(&mut self, command: Command) {
        match command {
            Command::View { .. } | Command::Rooms { .. } | Command::Boards { .. } => {
                self.look(command);
            }
            command => self.deferred.push_back(command),
        }
    }

    /// Carries out a command that only looks.
    pub(super) fn look(&self, command: Command) {
        match command {
            Command::View { room, look } => {
                look(self.slots.get(&room).map(|slot| &slot.session));
            }
            Command::Rooms { look } => {
                look(&mut self.slots.values().map(|slot| &slot.session));
            }
            Command::Boards { room, look } => look(self.boards(room)),
            _ => {}
        }
    }
}
