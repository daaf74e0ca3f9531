//! How what was decided is stored, and only then seen.

use std::sync::Arc;

use entente_delivery::{Effect, Room};
use entente_protocol::{DeviceId, ErrorCode, HubControl, RoomId};

use crate::Bug;
use crate::hub::{Hub, Records};
use crate::net::LinkId;

/// Who asked, and by which request.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) sender: DeviceId,
    pub(super) request: u32,
    pub(super) link: LinkId,
}

/// A request that was decided and is not stored yet.
pub(super) struct Decided {
    pub(super) asked: Asked,
    /// Where its effects lie among those of the batch.
    pub(super) effects: core::ops::Range<usize>,
}

/// What was decided together.
pub(super) struct Batch {
    /// Its number at the disk, unless nothing of it needs to be stored.
    write: Option<u64>,
    pub(super) effects: Arc<Vec<Effect>>,
    pub(super) decided: Vec<Decided>,
    head: u64,
    is_stored: bool,
}

impl Batch {
    /// That which opens a room with its head.
    pub(super) fn opening(write: u64, effects: Arc<Vec<Effect>>, head: u64) -> Self {
        Self {
            write: Some(write),
            effects,
            decided: Vec::new(),
            head,
            is_stored: false,
        }
    }
}

impl Hub {
    /// Hands what was decided to the disk.
    pub(crate) fn submit(&mut self, room: RoomId, records: &Records) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        if task.effects.is_empty() || task.is_opening.is_some() {
            return;
        }
        let base = if task.under_way.is_empty() {
            task.stored_head
        } else {
            task.next_base
        };
        let mut batch = Batch {
            write: None,
            effects: Arc::new(core::mem::take(&mut task.effects)),
            decided: core::mem::take(&mut task.decided),
            head: task.core.as_ref().map_or(base, Room::head),
            is_stored: false,
        };
        task.next_base = batch.head;
        let effects = batch.effects.clone();
        let is_written = Self::is_stored(&effects);
        if self.has(Bug::PublishBeforeSync) {
            self.publish_effects(room, &effects);
        }
        if self.has(Bug::AckBeforeSync) {
            self.answer(room, &batch, &Records::default());
        }
        if is_written {
            batch.write = Some(self.write(room, Some(base), effects));
        } else {
            batch.is_stored = true;
        }
        if let Some(task) = self.rooms.get_mut(&room) {
            task.under_way.push_back(batch);
        }
        if !is_written {
            self.hand_on(room, records);
        }
    }

    /// A batch is stored, or not.
    pub(crate) fn stored(
        &mut self,
        (room, write): (RoomId, u64),
        is_written: bool,
        records: &Records,
        now_ms: u64,
    ) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        let mut under_way = task.under_way.iter_mut();
        // One that rested on a batch which was not stored was given up with it.
        let Some(batch) = under_way.find(|batch| batch.write == Some(write)) else {
            return;
        };
        if !is_written {
            return self.fail(room, records);
        }
        batch.is_stored = true;
        self.hand_on(room, records);
        self.go_on(room, records, now_ms);
    }

    /// Publishes and answers what is stored, from the oldest on.
    fn hand_on(&mut self, room: RoomId, records: &Records) {
        let mut done = Vec::new();
        while let Some(task) = self.rooms.get_mut(&room) {
            if task.under_way.front().is_none_or(|batch| !batch.is_stored) {
                break;
            }
            let Some(batch) = task.under_way.pop_front() else {
                break;
            };
            task.stored_head = batch.head;
            let effects = batch.effects.clone();
            if let Some((link, request)) = task.is_opening.take() {
                let time_ms = first_time(&effects);
                let duplicate = false;
                self.control(
                    link,
                    HubControl::Accepted {
                        request,
                        room,
                        seq: 1,
                        time_ms,
                        duplicate,
                    },
                );
            }
            if !self.has(Bug::PublishBeforeSync) {
                self.publish_effects(room, &effects);
            }
            done.push(batch);
        }
        if let Some(task) = self
            .rooms
            .get_mut(&room)
            .filter(|task| task.under_way.is_empty())
            && let Some(core) = &mut task.core
        {
            core.settle();
        }
        for batch in done {
            if !self.has(Bug::AckBeforeSync) {
                self.answer(room, &batch, records);
            }
        }
    }

    /// A batch was not stored: nothing that rests on it is either, and the room is what the disk says.
    fn fail(&mut self, room: RoomId, records: &Records) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        let mut lost: Vec<Decided> = task
            .under_way
            .drain(..)
            .flat_map(|batch| batch.decided)
            .collect();
        lost.append(&mut task.decided);
        task.effects.clear();
        task.core = None;
        if let Some((link, request)) = task.is_opening.take() {
            self.refuse(link, request, Some(room), ErrorCode::Unavailable);
        }
        for one in lost {
            self.deny(room, one.asked, ErrorCode::Unavailable);
        }
        self.end_all(room, ErrorCode::Unavailable);
        self.load(room, records);
    }
}

fn first_time(effects: &[Effect]) -> u64 {
    let time = effects.iter().find_map(|effect| match effect {
        Effect::Append(message) => Some(message.time_ms),
        _ => None,
    });
    time.unwrap_or_default()
}
