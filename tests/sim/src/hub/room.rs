//! A room's task: decides, hands batches to the disk, publishes what is stored, answers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use entente_delivery::{Effect, Input, Refusal, Room, SeatRecord, StoredMessage};
use entente_protocol::{
    AskToJoin, DeviceId, EphemeralDelivery, ErrorCode, GroupInfoReply, HubControl, HubFrame,
    MessageKind, RoomId, WelcomeDelivery,
};
use entente_trust::Accreditation;

use super::{Deed, Hub, Records, delivery};
use crate::Bug;
use crate::net::LinkId;

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

/// A request that was decided and is not stored yet.
struct Decided {
    sender: DeviceId,
    request: u32,
    link: LinkId,
    effects: core::ops::Range<usize>,
}

/// What was decided together.
struct Batch {
    /// Its number at the disk, unless nothing of it needs to be stored.
    write: Option<u64>,
    effects: Arc<Vec<Effect>>,
    decided: Vec<Decided>,
    head: u64,
    is_stored: bool,
}

/// A device that gets what it has missed, as fast as it reads.
struct Reader {
    device: DeviceId,
    link: LinkId,
    cursor: u64,
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
        task.under_way.push_back(Batch {
            write: Some(write),
            effects,
            decided: Vec::new(),
            head,
            is_stored: false,
        });
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

    fn time_out(&mut self, room: RoomId, now_ms: u64) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some(core) = &mut task.core {
            let effects = core.handle_timeout(now_ms);
            task.effects.extend(effects);
        }
    }

    fn learn_revocations(&mut self, room: RoomId, now_ms: u64) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        let Some(core) = &mut task.core else {
            return;
        };
        let known: Vec<_> = core.known_revocations().collect();
        for (authority, number) in known {
            let newer = self.revocations.list(authority);
            if let Some(list) = newer.filter(|list| list.list.number > number) {
                task.effects.extend(core.revoke(list, now_ms));
            }
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
                self.decide(room, (sender, request, link), input, now_ms);
            }
            Command::Follow {
                device,
                request,
                after,
                link,
            } => {
                self.follow(room, (device, request, link), after, records, now_ms);
            }
            Command::GroupInfo {
                device,
                request,
                link,
            } => match self.core(room) {
                Some(core) if core.seat(device).is_some() && !core.is_revoked(device) => {
                    let reply = GroupInfoReply {
                        request,
                        room,
                        seq: core.head(),
                        group_info: core.group_info().to_vec().into(),
                        ratchet_tree: core.ratchet_tree().to_vec().into(),
                    };
                    self.frame(link, HubFrame::GroupInfo(reply));
                }
                _ => self.refuse(link, request, Some(room), ErrorCode::NoSeat),
            },
            Command::Ask { asker, ask, link } => {
                let admitters = self.core(room).map(|core| core.admitters(&asker, now_ms));
                match admitters {
                    Some(Ok(admitters)) => {
                        let frame = HubFrame::JoinRequest(ask.join);
                        let links = admitters
                            .iter()
                            .filter_map(|d| self.connected.get(d).copied());
                        for to in links.collect::<Vec<_>>() {
                            self.frame(to, frame.clone());
                        }
                        self.control(
                            link,
                            HubControl::Done {
                                request: ask.request,
                            },
                        );
                    }
                    Some(Err(refusal)) => self.refuse(link, ask.request, Some(room), refusal.code),
                    None => self.refuse(link, ask.request, Some(room), ErrorCode::NoSeat),
                }
            }
        }
    }

    fn core(&self, room: RoomId) -> Option<&Room> {
        self.rooms.get(&room)?.core.as_ref()
    }

    fn decide(
        &mut self,
        room: RoomId,
        (sender, request, link): (DeviceId, u32, LinkId),
        input: Input,
        now_ms: u64,
    ) {
        let (bug, again) = (self.bug, input.clone());
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        let Some(core) = &mut task.core else {
            self.refuse(link, request, Some(room), ErrorCode::NoSeat);
            return;
        };
        let decided = core.handle(sender, input, now_ms);
        let decided = in_spite(core, (sender, again), decided, bug, now_ms);
        match decided {
            Ok(effects) => {
                let start = task.effects.len();
                task.effects.extend(effects);
                let effects = start..task.effects.len();
                task.decided.push(Decided {
                    sender,
                    request,
                    link,
                    effects,
                });
            }
            Err(refusal) => self.refuse(link, request, Some(room), refusal.code),
        }
    }

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
            self.refuse(one.link, one.request, Some(room), ErrorCode::Unavailable);
        }
        self.end_all(room, ErrorCode::Unavailable);
        self.load(room, records);
    }

    fn end(&mut self, room: RoomId, device: DeviceId, code: ErrorCode) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some(link) = task.live.remove(&device) {
            self.control(link, HubControl::Unfollowed { room, code });
        }
    }

    fn end_all(&mut self, room: RoomId, code: ErrorCode) {
        let live: Vec<DeviceId> = match self.rooms.get(&room) {
            Some(task) => task.live.keys().copied().collect(),
            None => return,
        };
        for device in live {
            self.end(room, device, code);
        }
    }

    fn publish_effects(&mut self, room: RoomId, effects: &[Effect]) {
        let mut tree: &[u8] = &[];
        for effect in effects {
            match effect {
                Effect::Append(message) => self.publish_message(room, message),
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Unseat { device, .. } => {
                    if !self.has(Bug::RemovedStillServed) {
                        self.end(room, *device, ErrorCode::NoSeat);
                    }
                }
                Effect::Suspend { device } => self.end(room, *device, ErrorCode::Revoked),
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    if let Some(link) = self.connected.get(device).copied() {
                        let welcome = WelcomeDelivery {
                            room,
                            seq: *seq,
                            welcome: welcome.clone().into(),
                            ratchet_tree: tree.to_vec().into(),
                        };
                        self.frame(link, HubFrame::Welcome(welcome));
                    }
                }
                Effect::FanOut {
                    sender,
                    time_ms,
                    message,
                } => {
                    let one = EphemeralDelivery {
                        room,
                        sender: *sender,
                        time_ms: *time_ms,
                        message: message.clone().into(),
                    };
                    self.hand_to_live(room, &HubFrame::Ephemeral(one), Some(*sender));
                }
                Effect::Closed { .. } => self.end_all(room, ErrorCode::RoomClosed),
                Effect::Seat(_)
                | Effect::Duplicate { .. }
                | Effect::Revocations { .. }
                | Effect::Wake { .. } => {}
            }
        }
    }

    fn publish_message(&mut self, room: RoomId, message: &StoredMessage) {
        let forgets = self.has(Bug::ForgottenFollower) && message.seq.is_multiple_of(5);
        if let Some(task) = self.rooms.get_mut(&room).filter(|_| forgets) {
            task.live.pop_last();
        }
        let frame = HubFrame::Delivery(delivery(room, message));
        self.hand_to_live(room, &frame, None);
    }

    fn hand_to_live(&mut self, room: RoomId, frame: &HubFrame, except: Option<DeviceId>) {
        let Some(task) = self.rooms.get(&room) else {
            return;
        };
        let live: Vec<_> = task
            .live
            .iter()
            .map(|(device, link)| (*device, *link))
            .collect();
        for (place, (device, link)) in live.into_iter().enumerate() {
            if except == Some(device) {
                continue;
            }
            if self.free(link) == 0 {
                self.end(room, device, ErrorCode::TooSlow);
                continue;
            }
            let mut frame = frame.clone();
            if let HubFrame::Delivery(delivery) = &mut frame
                && self.has(Bug::TimesDiffer)
            {
                delivery.time_ms += place as u64;
            }
            self.frame(link, frame);
        }
    }

    fn answer(&mut self, room: RoomId, batch: &Batch, records: &Records) {
        for one in &batch.decided {
            for effect in &batch.effects[one.effects.clone()] {
                match effect {
                    Effect::Append(message) => {
                        self.accept(room, one, (message.seq, message.time_ms), false);
                    }
                    Effect::Duplicate { number, seq } => {
                        let rows = records.rooms.get(&room);
                        let place = rows.and_then(|rows| rows.place_of(one.sender, *number));
                        match (place, seq) {
                            (Some(place), _) => self.accept(room, one, place, true),
                            (None, Some(seq)) => self.accept(room, one, (*seq, 0), true),
                            (None, None) => {
                                let since = self.core(room).and_then(|core| core.seat(one.sender));
                                let since = since.map_or(0, |seat| seat.since_seq);
                                let is_whole = rows.is_some_and(|rows| rows.oldest <= since + 1);
                                let code = if is_whole {
                                    ErrorCode::NumberUsed
                                } else {
                                    ErrorCode::HistoryGone
                                };
                                self.refuse(one.link, one.request, Some(room), code);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn accept(&mut self, room: RoomId, one: &Decided, (seq, time_ms): (u64, u64), duplicate: bool) {
        let request = one.request;
        let accepted = HubControl::Accepted {
            request,
            room,
            seq,
            time_ms,
            duplicate,
        };
        self.control(one.link, accepted);
    }

    fn follow(
        &mut self,
        room: RoomId,
        (device, request, link): (DeviceId, u32, LinkId),
        after: u64,
        records: &Records,
        now_ms: u64,
    ) {
        let refusal = match self.core(room) {
            None => Some(ErrorCode::NoSeat),
            Some(core) if core.seat(device).is_none() => Some(ErrorCode::NoSeat),
            Some(core) if core.is_revoked(device) => Some(ErrorCode::Revoked),
            Some(core) if core.is_closed_at(now_ms) => Some(ErrorCode::RoomClosed),
            Some(_) => None,
        };
        let (Some(core), Some(rows), None) = (self.core(room), records.rooms.get(&room), refusal)
        else {
            return self.refuse(
                link,
                request,
                Some(room),
                refusal.unwrap_or(ErrorCode::NoSeat),
            );
        };
        let seat = core.seat(device).copied();
        let since = seat.map_or(0, |seat: SeatRecord| seat.since_seq);
        let floor = if since == 1 { 0 } else { since };
        let cursor = after.max(floor);
        if cursor < core.head() && cursor + 1 < rows.oldest {
            return self.refuse(link, request, Some(room), ErrorCode::HistoryGone);
        }
        let following = HubControl::Following {
            request,
            room,
            head: core.head(),
            epoch: core.epoch(),
            last_number: seat.map_or(0, |seat| seat.last_number),
        };
        self.control(link, following);
        if let Some(task) = self.rooms.get_mut(&room) {
            task.forget(link);
            task.readers.push(Reader {
                device,
                link,
                cursor,
            });
        }
        self.read_on(room, link, records);
    }

    pub(super) fn readers_of(&self, link: LinkId) -> Vec<RoomId> {
        let rooms = self.rooms.iter();
        rooms
            .filter(|(_, task)| task.readers.iter().any(|reader| reader.link == link))
            .map(|(room, _)| *room)
            .collect()
    }

    /// Delivers what a device has missed, as far as there is room; then it is live.
    pub(super) fn read_on(&mut self, room: RoomId, link: LinkId, records: &Records) {
        loop {
            let free = self.free(link);
            let Some(task) = self.rooms.get_mut(&room) else {
                return;
            };
            let Some(place) = task.readers.iter().position(|reader| reader.link == link) else {
                return;
            };
            let (device, cursor) = (task.readers[place].device, task.readers[place].cursor);
            let seat = task.core.as_ref().and_then(|core| core.seat(device));
            let is_revoked = task
                .core
                .as_ref()
                .is_some_and(|core| core.is_revoked(device));
            if seat.is_none() || is_revoked {
                task.readers.remove(place);
                let code = if is_revoked {
                    ErrorCode::Revoked
                } else {
                    ErrorCode::NoSeat
                };
                return self.control(link, HubControl::Unfollowed { room, code });
            }
            if cursor >= task.stored_head {
                let seq = task.stored_head;
                task.readers.remove(place);
                task.live.insert(device, link);
                return self.control(link, HubControl::CaughtUp { room, seq });
            }
            let next = records
                .rooms
                .get(&room)
                .and_then(|rows| rows.log.get(&(cursor + 1)));
            let Some(message) = next.cloned() else {
                task.readers.remove(place);
                let code = ErrorCode::Unavailable;
                return self.control(link, HubControl::Unfollowed { room, code });
            };
            if free == 0 {
                return;
            }
            task.readers[place].cursor += 1;
            self.frame(link, HubFrame::Delivery(delivery(room, &message)));
        }
    }
}

fn first_time(effects: &[Effect]) -> u64 {
    let time = effects.iter().find_map(|effect| match effect {
        Effect::Append(message) => Some(message.time_ms),
        _ => None,
    });
    time.unwrap_or_default()
}

/// What a hub with a bug decides.
fn in_spite(
    core: &mut Room,
    (sender, input): (DeviceId, Input),
    decided: Result<Vec<Effect>, Refusal>,
    bug: Option<Bug>,
    now_ms: u64,
) -> Result<Vec<Effect>, Refusal> {
    let is_stale = |refusal: &Refusal| refusal.code == ErrorCode::StaleEpoch;
    match (bug, decided, input) {
        (Some(Bug::StoredTwice), Ok(mut effects), Input::Send(send))
            if send.number.is_multiple_of(5) =>
        {
            let message = (send.number, send.message.into());
            effects.extend(place(
                core,
                sender,
                MessageKind::Application,
                message,
                now_ms,
            ));
            Ok(effects)
        }
        (Some(Bug::StaleEpochTaken), Err(refusal), Input::Send(send)) if is_stale(&refusal) => {
            let message = (send.number, send.message.into());
            Ok(place(
                core,
                sender,
                MessageKind::Application,
                message,
                now_ms,
            ))
        }
        (Some(Bug::StaleCommitTaken), Err(refusal), Input::Commit(bundle))
            if is_stale(&refusal) =>
        {
            let message = (bundle.number, bundle.commit.into());
            Ok(place(core, sender, MessageKind::Commit, message, now_ms))
        }
        (_, decided, _) => decided,
    }
}

/// Gives a message a place without asking whether it may have one.
fn place(
    core: &mut Room,
    sender: DeviceId,
    kind: MessageKind,
    (number, message): (u64, Vec<u8>),
    now_ms: u64,
) -> Vec<Effect> {
    let mut stored = StoredMessage {
        seq: core.head() + 1,
        kind: MessageKind::Application,
        sender,
        number,
        epoch: core.epoch(),
        time_ms: now_ms,
        message,
    };
    // The real room moves its head for what another hub has stored.
    if !core.learn(&delivery(core.id(), &stored)) {
        return Vec::new();
    }
    if kind == MessageKind::Commit {
        stored.kind = kind;
        stored.epoch -= 1;
    }
    let seat = core.seat(sender).copied();
    let seat = seat.map(Effect::Seat);
    core::iter::once(Effect::Append(stored))
        .chain(seat)
        .collect()
}
