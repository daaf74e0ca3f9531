//! A room's task: decides, hands batches to the disk, publishes what is stored, answers. Divided as the real one is.

mod answers;
mod batches;
mod bugs;
mod decisions;
mod followers;
mod following;
mod joining;
mod publication;
mod questions;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use entente_delivery::{Effect, Input, Room};
use entente_protocol::{AskToJoin, DeviceId, RoomId};
use entente_trust::Accreditation;

use super::{Deed, Hub, Records};
use crate::net::LinkId;
use batches::{Asked, Batch, Decided};
use following::Reader;

/// Batches under way to the disk.
const MAX_BATCHES: usize = 16;

/// What a room is asked for.
pub(super) enum Command {
    Request {
        sender: DeviceId,
        request: u32,
        input: Input,
        link: LinkId,
    },
    Follow {
        device: DeviceId,
        request: u32,
        after: u64,
        link: LinkId,
    },
    GroupInfo {
        device: DeviceId,
        request: u32,
        link: LinkId,
    },
    Ask {
        asker: Arc<Accreditation>,
        ask: AskToJoin,
        link: LinkId,
    },
}

pub(super) struct RoomTask {
    core: Option<Room>,
    stored_head: u64,
    next_base: u64,
    live: BTreeMap<DeviceId, LinkId>,
    readers: Vec<Reader>,
    waiting: VecDeque<Command>,
    decided: Vec<Decided>,
    effects: Vec<Effect>,
    under_way: VecDeque<Batch>,
    is_opening: Option<(LinkId, u32)>,
}

impl RoomTask {
    fn of(core: Option<Room>) -> Self {
        Self {
            stored_head: core.as_ref().map_or(0, Room::head),
            next_base: 0,
            core,
            live: BTreeMap::new(),
            readers: Vec::new(),
            waiting: VecDeque::new(),
            decided: Vec::new(),
            effects: Vec::new(),
            under_way: VecDeque::new(),
            is_opening: None,
        }
    }

    pub(super) fn opening(
        core: Room,
        (write, effects): (u64, Arc<Vec<Effect>>),
        asked: (LinkId, u32),
    ) -> Self {
        let head = core.head();
        let mut task = Self::of(Some(core));
        task.is_opening = Some(asked);
        task.under_way
            .push_back(Batch::opening(write, effects, head));
        task
    }

    pub(super) fn forget(&mut self, link: LinkId) {
        self.live.retain(|_, live| *live != link);
        self.readers.retain(|reader| reader.link != link);
    }

    fn is_idle(&self) -> bool {
        self.effects.is_empty() && self.under_way.is_empty()
    }
}

impl Hub {
    /// Loads a room unless it is loaded.
    pub(super) fn load(&mut self, room: RoomId, records: &Records) {
        if self
            .rooms
            .get(&room)
            .is_some_and(|task| task.core.is_some())
        {
            return;
        }
        let record = records.rooms.get(&room).map(|rows| rows.record(room));
        let core = record.and_then(|record| Room::load(record).ok());
        let task = self.rooms.entry(room).or_insert_with(|| RoomTask::of(None));
        task.stored_head = core.as_ref().map_or(0, Room::head);
        task.core = core;
    }

    pub(super) fn command(
        &mut self,
        room: RoomId,
        command: Command,
        records: &Records,
        now_ms: u64,
    ) {
        self.load(room, records);
        if let Some(task) = self.rooms.get_mut(&room) {
            task.waiting.push_back(command);
        }
        self.go_on(room, records, now_ms);
    }

    /// Takes what waits, as far as it need not wait for the disk.
    pub(super) fn go_on(&mut self, room: RoomId, records: &Records, now_ms: u64) {
        self.time_out(room, now_ms);
        self.learn_revocations(room, now_ms);
        while let Some(task) = self.rooms.get_mut(&room) {
            if task.is_opening.is_some() || task.under_way.len() >= MAX_BATCHES {
                break;
            }
            let is_idle = task.is_idle();
            let rests_on_disk =
                |command: &Command| !matches!(command, Command::Request { .. }) && !is_idle;
            match task.waiting.front() {
                None => break,
                // It is judged by what is stored.
                Some(command) if rests_on_disk(command) => {
                    self.submit(room, records);
                    if self.rooms.get(&room).is_some_and(RoomTask::is_idle) {
                        continue;
                    }
                    break;
                }
                Some(_) => {}
            }
            if let Some(command) = task.waiting.pop_front() {
                self.take_command(room, command, records, now_ms);
            }
        }
        let decided = |task: &RoomTask| !task.effects.is_empty();
        if self.rooms.get(&room).is_some_and(decided) {
            self.deeds.push(Deed::SubmitSoon(room));
        }
    }

    fn take_command(&mut self, room: RoomId, command: Command, records: &Records, now_ms: u64) {
        match command {
            Command::Request {
                sender,
                request,
                input,
                link,
            } => {
                let asked = Asked {
                    sender,
                    request,
                    link,
                };
                self.decide(room, asked, input, now_ms);
            }
            Command::Follow {
                device,
                request,
                after,
                link,
            } => {
                let asked = Asked {
                    sender: device,
                    request,
                    link,
                };
                self.follow(room, asked, after, records, now_ms);
            }
            Command::GroupInfo {
                device,
                request,
                link,
            } => {
                let asked = Asked {
                    sender: device,
                    request,
                    link,
                };
                self.group_info(room, asked);
            }
            Command::Ask { asker, ask, link } => {
                self.ask_to_join(room, (&asker, link), ask, now_ms);
            }
        }
    }

    fn core(&self, room: RoomId) -> Option<&Room> {
        self.rooms.get(&room)?.core.as_ref()
    }
}
