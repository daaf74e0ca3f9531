//! The rooms that are loaded: each is one task, started when somebody wants something of it.

use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use entente_protocol::{ErrorCode, RoomId};
use tokio::sync::oneshot;

use super::{Hub, lock};
use crate::meters;
use crate::room::{self, Command, Followed, Nests, RoomHandle};
use crate::store::StoreError;

/// How often rooms are looked for whose time is over and which nobody has touched since.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// Tasks of one room that are asked one after the other, if each ends before it answers.
const MAX_ASKED: u32 = 8;

impl Hub {
    /// Starts the sweep for overdue rooms.
    pub(crate) async fn wake_rooms(self: &Arc<Self>) -> Result<(), StoreError> {
        self.sweep().await?;
        let hub = self.clone();
        tokio::spawn(async move {
            let mut stopping = hub.stopping.subscribe();
            loop {
                tokio::select! {
                    _ = stopping.wait_for(|stop| *stop) => return,
                    () = tokio::time::sleep(SWEEP_INTERVAL) => {}
                }
                if let Err(error) = hub.sweep().await {
                    tracing::warn!(%error, "overdue rooms could not be looked for");
                }
            }
        });
        Ok(())
    }

    async fn sweep(self: &Arc<Self>) -> Result<(), StoreError> {
        for room in self.store.overdue_rooms(self.clock.now_ms()).await? {
            // A loaded room closes itself by its own timer.
            let _ = self.room(room);
        }
        Ok(())
    }

    /// The actor of a room, started if it is not running. Whether there is such a room turns out
    /// when it loads.
    pub(crate) fn room(self: &Arc<Self>, id: RoomId) -> RoomHandle {
        let mut rooms = lock(&self.rooms);
        if let Some(handle) = rooms.get(&id).filter(|handle| !handle.is_closed()) {
            return handle.clone();
        }
        let handle = room::spawn(self.clone(), id, None);
        rooms.insert(id, handle.clone());
        meters::rooms(rooms.len());
        handle
    }

    /// Tells a room's task. It may be ending; then the next one is told. False if none took it.
    pub(crate) async fn tell_room(
        self: &Arc<Self>,
        id: RoomId,
        command: impl Fn() -> Command,
    ) -> bool {
        for _ in 0..MAX_ASKED {
            if self.room(id).send(command()).await {
                return true;
            }
        }
        false
    }

    /// Asks a room's task. It may end before it answers; then the next one is asked.
    ///
    /// # Errors
    /// What the room says, or [`ErrorCode::Unavailable`].
    pub(crate) async fn ask_room<T>(
        self: &Arc<Self>,
        id: RoomId,
        command: impl Fn(oneshot::Sender<Result<T, ErrorCode>>) -> Command,
    ) -> Result<T, ErrorCode> {
        for _ in 0..MAX_ASKED {
            let (reply, answer) = oneshot::channel();
            self.room(id).send(command(reply)).await;
            if let Ok(answer) = answer.await {
                return answer;
            }
        }
        Err(ErrorCode::Unavailable)
    }

    /// Called by an actor that ends.
    pub(crate) fn room_ended(&self, id: RoomId) {
        let mut rooms = lock(&self.rooms);
        if rooms.get(&id).is_some_and(RoomHandle::is_closed) {
            rooms.remove(&id);
        }
        meters::rooms(rooms.len());
    }

    /// Drops what is in memory of a room; whoever asks for it next has it loaded again.
    pub(crate) async fn unload(&self, id: RoomId) {
        let handle = lock(&self.rooms).remove(&id);
        if let Some(handle) = handle {
            handle.stop().await;
        }
    }

    pub(crate) fn nests(&self) -> MutexGuard<'_, Nests> {
        lock(&self.nests)
    }

    /// Rooms that somebody follows here, and how far they are here.
    pub(crate) fn followed_rooms(&self) -> Vec<(RoomId, Followed)> {
        lock(&self.rooms)
            .iter()
            .filter_map(|(id, room)| Some((*id, room.followed()?)))
            .collect()
    }
}
