//! The run itself: time moves from one happening to the next, and after each all is looked at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use entente_protocol::{Fingerprint, HubFrame, RoomId};

use crate::cast::{Cast, HUB};
use crate::chance::Chance;
use crate::checks::{Ledger, Members, Picture, Thieves, Violation, Watch};
use crate::device::{Device, Skew};
use crate::diary::Diary;
use crate::executor::{Executor, ProcessId};
use crate::hub::{Deed, DiskFlaws, Hub, Records, Saying, Write};
use crate::links::Link;
use crate::net::{LinkId, Net};
use crate::prologue::Prologue;
use crate::store::Disk;
use crate::trace::Trace;
use crate::{Bug, Plan};

/// How long it takes until all is as it should be, after the last fault, milliseconds.
const CALM_MS: u64 = 100_000;

/// What is said by itself at the very end has this long to arrive everywhere, milliseconds.
const LAST_WORD_MS: u64 = 20_000;

/// Silence after which the hub takes a connection for dead, milliseconds.
const IDLE_MS: u64 = entente_protocol::limits::IDLE_TIMEOUT_MS;

/// How often the hub looks at its clock, milliseconds.
const HUB_TICK_MS: u64 = 500;

/// Something that happens at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening {
    /// A device's call reaches the hub, or the void.
    Dialled(LinkId),
    /// The oldest message of a connection arrives at the hub.
    ToHub(LinkId),
    /// The oldest message of a connection arrives at the device.
    ToDevice(LinkId),
    /// The hub learns that a device's end is gone.
    DeviceGone(LinkId),
    /// A device learns that the hub's end is gone.
    HubGone(LinkId),
    /// The hub's disk is done with the oldest batch.
    Written(u64),
    /// The hub has waited long enough for more to store with a batch.
    Submit(RoomId),
    /// The hub looks at its clock.
    HubTick,
    /// The room can be opened.
    Open,
    /// A member does something.
    Act,
    /// Something goes wrong.
    Fault,
    /// A device's network is there again.
    Heal(usize),
    /// A device reads as fast as others again.
    Hurry(usize),
    /// A device starts again.
    StartDevice(usize),
    /// The hub starts again.
    StartHub,
    /// Nothing goes wrong from now on.
    Calm,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// Things that happened.
    pub steps: u64,
    /// Messages that were stored.
    pub messages: u64,
    /// Epochs that ended.
    pub epochs: u64,
    /// How many of each kind of thing happened, and of each alarm.
    pub counts: BTreeMap<String, u64>,
    /// Digest of all that was decided, in its order.
    pub digest: [u8; 32],
    /// The first thing that did not hold.
    pub violation: Option<Violation>,
    /// The lines of the trace, if they were kept.
    pub trace: Vec<String>,
}

/// Everything.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) cast: &'static Cast,
    pub(crate) chance: Chance,
    pub(crate) executor: Executor,
    pub(crate) net: Arc<Net>,
    pub(crate) devices: Vec<Device>,
    pub(crate) links: BTreeMap<LinkId, Link>,
    pub(crate) hub: Option<Hub>,
    pub(crate) hub_skew: Skew,
    pub(crate) records: Records,
    /// Batches on their way to the disk, in their order.
    pub(crate) writes: VecDeque<Write>,
    /// Counts the hub's processes: what one has handed to the disk is no business of the next.
    pub(crate) hub_life: u64,
    last_write_ms: u64,
    /// The next batch can't be written.
    pub(crate) is_disk_full: bool,
    pub(crate) is_disk_slow: bool,
    /// The hub crashes as soon as it has handed a batch to the disk.
    pub(crate) crashes_at_write: bool,
    pub(crate) backup: Option<(Records, u64)>,
    /// What the hub had when it was set back, if it was.
    pub(crate) lost_from: Option<u64>,
    happenings: BTreeMap<(u64, u64), Happening>,
    next_happening: u64,
    next_process: ProcessId,
    end_ms: u64,
    latest_end_ms: u64,
    /// When the hub stored something for the last time.
    pub(crate) last_word_ms: u64,
    pub(crate) is_calm: bool,
    pub(crate) room: Arc<Mutex<Option<RoomId>>>,
    /// All who are to sit at first do.
    pub(crate) is_open: Arc<Mutex<bool>>,
    /// Devices whose engines have dropped what somebody waited for.
    pub(crate) unanswered: Arc<Mutex<Vec<usize>>>,
    pub(crate) is_ready: bool,
    pub(crate) acts_left: usize,
    /// How many texts were said.
    pub(crate) texts: u64,
    pub(crate) diary: Diary,
    pub(crate) ledger: Ledger,
    pub(crate) members: Members,
    pub(crate) thieves: Thieves,
    pub(crate) watch: Watch,
    pub(crate) trace: Trace,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) touched: BTreeSet<usize>,
    /// Whom an authority has revoked, whether the hub still knows it or not.
    pub(crate) revoked: BTreeSet<usize>,
    pub(crate) pictures: Arc<Mutex<Vec<(usize, ProcessId, Picture)>>>,
    /// The newest picture of each device.
    pub(crate) latest: BTreeMap<usize, Picture>,
    /// Devices that had seen what the hub lost when it was set back.
    pub(crate) robbed: BTreeSet<usize>,
    /// Devices that have raised an alarm since then.
    pub(crate) alarmed: BTreeSet<usize>,
    /// Devices to which the way back is barred until somebody admits them again.
    pub(crate) barred: BTreeSet<usize>,
    /// Devices that have said that something will not be said.
    pub(crate) gave_up: BTreeSet<usize>,
    /// How often each device has come into the room.
    pub(crate) lives: BTreeMap<usize, u64>,
    pub(crate) revocations: u32,
    steps: u64,
}

/// Runs a plan to its end, or to the first thing that does not hold.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    let mut world = World::new(plan.clone(), Prologue::of(plan.bug));
    world.begin();
    world.go();
    world.outcome()
}

impl World {
    pub(crate) fn new(plan: Plan, prologue: &Prologue) -> Self {
        let mut chance = Chance::new(plan.seed);
        let executor = Executor::new(chance.fork());
        let cast = prologue.cast;
        let identities = cast.identities.iter().take(plan.members).enumerate();
        let devices = identities.map(|(place, identity)| {
            let content = prologue.disks[place].clone();
            let disk = Disk::new(content, chance.fork(), executor.shared.clone());
            Device::new(place, identity.clone(), disk)
        });
        let devices = devices.collect();
        Self {
            cast,
            executor,
            net: Arc::default(),
            devices,
            links: BTreeMap::new(),
            hub: None,
            hub_skew: Skew::default(),
            records: prologue.records.clone(),
            writes: VecDeque::new(),
            hub_life: 0,
            last_write_ms: 0,
            is_disk_full: false,
            is_disk_slow: false,
            crashes_at_write: false,
            backup: None,
            lost_from: None,
            happenings: BTreeMap::new(),
            next_happening: 0,
            next_process: 1,
            end_ms: u64::MAX,
            latest_end_ms: u64::MAX,
            last_word_ms: 0,
            is_calm: false,
            room: Arc::default(),
            is_open: Arc::default(),
            unanswered: Arc::default(),
            is_ready: false,
            acts_left: plan.acts,
            texts: 0,
            diary: Diary::default(),
            ledger: Ledger::new(cast),
            members: Members::default(),
            thieves: Thieves::default(),
            watch: Watch {
                only: plan.only,
                ..Watch::default()
            },
            trace: Trace::new(plan.keeps_trace),
            counts: BTreeMap::new(),
            touched: BTreeSet::new(),
            revoked: BTreeSet::new(),
            pictures: Arc::default(),
            latest: BTreeMap::new(),
            robbed: BTreeSet::new(),
            alarmed: BTreeSet::new(),
            barred: BTreeSet::new(),
            gave_up: BTreeSet::new(),
            lives: BTreeMap::new(),
            revocations: 0,
            steps: 0,
            chance,
            plan,
        }
    }

    fn begin(&mut self) {
        self.start_hub();
        for device in 0..self.devices.len() {
            self.start_device(device);
        }
        self.at(0, Happening::HubTick);
        self.at(1_000, Happening::Open);
    }

    fn go(&mut self) {
        loop {
            while self.watch.found.is_none() && self.step() {}
            self.look_at_all();
            let is_waiting = self.expected().iter().any(|place| {
                let one = self.latest.get(place);
                one.is_some_and(|one| !one.waiting.is_empty())
            });
            if self.watch.found.is_some() || !is_waiting || !self.put_off() {
                break;
            }
        }
        if self.watch.found.is_none() {
            self.check_ending();
        }
    }

    /// Some things change without anything that is seen from outside.
    fn look_at_all(&mut self) {
        self.touched.extend(0..self.devices.len());
        for _ in 0..2 {
            self.observe();
            self.run_tasks();
        }
        self.observe();
    }

    /// Puts the end off, if that has not been done for too long.
    fn put_off(&mut self) -> bool {
        let may_wait = self.end_ms < self.latest_end_ms;
        if may_wait {
            self.end_ms += LAST_WORD_MS;
        }
        may_wait
    }

    /// One thing happens, and all that follows from it before time moves on.
    fn step(&mut self) -> bool {
        self.run_tasks();
        self.observe();
        let timer = self.executor.next_timer();
        let happening = self.happenings.first_key_value().map(|((at, _), _)| *at);
        let next_ms = match (timer, happening) {
            (Some(timer), Some(happening)) => timer.min(happening),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return false,
        };
        if next_ms > self.end_ms {
            // What was said last may still be on its way to somebody.
            return self.last_word_ms + LAST_WORD_MS > self.end_ms && self.put_off();
        }
        self.executor.advance(next_ms);
        self.watch.now_ms = next_ms;
        if happening.is_some_and(|at| at <= next_ms)
            && let Some((_, happening)) = self.happenings.pop_first()
        {
            self.steps += 1;
            self.happen(happening);
            self.carry_out();
        }
        true
    }

    /// Goes on until something is true.
    pub(crate) fn play_until(&mut self, is_true: impl Fn(&Self) -> bool) {
        while !is_true(self) {
            if !self.step() {
                // Nothing is due: time passes all the same.
                let now_ms = self.now_ms();
                self.executor.advance(now_ms + 1);
            }
        }
    }

    /// Runs tasks until nothing is left to do at this time.
    pub(crate) fn run_tasks(&mut self) {
        loop {
            self.executor.run();
            if !self.take_news() {
                return;
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Dialled(link) => self.dialled(link),
            Happening::ToHub(link) => self.arrive_at_hub(link),
            Happening::ToDevice(link) => self.arrive_at_device(link),
            Happening::DeviceGone(link) => {
                let is_cut = self
                    .links
                    .get(&link)
                    .is_some_and(|l| self.devices[l.device].is_cut);
                if let Some(hub) = self.hub.as_mut().filter(|_| !is_cut) {
                    hub.link_gone(link);
                }
            }
            Happening::HubGone(link) => {
                let is_cut = self
                    .links
                    .get(&link)
                    .is_some_and(|l| self.devices[l.device].is_cut);
                if !is_cut {
                    self.net.end(link);
                }
            }
            Happening::Written(life) if life == self.hub_life => self.written(),
            Happening::Written(_) => {}
            Happening::Submit(room) => self.submit(room),
            Happening::HubTick => {
                let now_ms = self.hub_now_ms();
                if let Some(hub) = &mut self.hub {
                    hub.tick(&self.records, now_ms, IDLE_MS);
                }
                self.at(self.now_ms() + HUB_TICK_MS, Happening::HubTick);
            }
            Happening::Open => self.open_room(),
            Happening::Act => self.act(),
            Happening::Fault => self.fault(),
            Happening::Heal(device) => self.heal(device),
            Happening::Hurry(device) => self.devices[device].is_slow = false,
            Happening::StartDevice(device) => self.start_device(device),
            Happening::StartHub => self.start_hub(),
            Happening::Calm => {
                self.calm_down();
                self.end_ms = self.now_ms() + CALM_MS;
                self.latest_end_ms = self.end_ms + CALM_MS;
            }
        }
    }

    /// Carries out what the hub has decided to do.
    pub(crate) fn carry_out(&mut self) {
        let Some(hub) = &mut self.hub else { return };
        for deed in hub.take_deeds() {
            match deed {
                Deed::Send(link, saying) => {
                    let device = self.links.get(&link).map(|link| link.device);
                    let Some(device) = device else { continue };
                    if self.lost_from.is_none() {
                        let to = self.devices[device].identity.device();
                        self.ledger.check_saying(to, &saying, &mut self.watch);
                    }
                    if let Saying::Frame(HubFrame::Welcome(welcome)) = &saying {
                        let seq = welcome.seq;
                        self.note(format_args!("hub invites d{device} by {seq}"));
                    }
                    self.send_down(link, Some(Self::encode(saying)));
                }
                Deed::Close(link) => self.send_down(link, None),
                Deed::Write(write) => self.write(write),
                Deed::SubmitSoon(room) => {
                    let wait_ms = self.chance.between(0, 3);
                    self.at(self.now_ms() + wait_ms, Happening::Submit(room));
                }
                Deed::Refused(device, code) => {
                    let name = self.ledger.name(device);
                    self.note(format_args!("hub refuses {name} {code}"));
                    self.count(&format!("refused {code}"));
                }
            }
        }
        if self.crashes_at_write && !self.writes.is_empty() {
            self.crashes_at_write = false;
            self.crash_hub();
            let wait_ms = self.chance.between(50, 3_000);
            self.in_ms(wait_ms, Happening::StartHub);
        }
    }

    fn submit(&mut self, room: RoomId) {
        if let Some(hub) = &mut self.hub {
            hub.submit(room, &self.records);
        }
    }

    fn write(&mut self, write: Write) {
        let latency_ms = match (self.is_disk_slow, self.chance.one_in(20)) {
            (true, _) => self.chance.between(200, 1_500),
            (false, true) => self.chance.between(20, 200),
            (false, false) => self.chance.between(1, 8),
        };
        self.writes.push_back(write);
        self.last_write_ms = self.last_write_ms.max(self.now_ms() + latency_ms);
        let life = self.hub_life;
        self.at(self.last_write_ms, Happening::Written(life));
    }

    /// The disk is done with the oldest batch.
    fn written(&mut self) {
        let Some(write) = self.writes.pop_front() else {
            return;
        };
        let is_full = core::mem::take(&mut self.is_disk_full);
        let is_written = !is_full && self.put_on_disk(&write);
        let now_ms = self.hub_now_ms();
        if let Some(hub) = &mut self.hub {
            hub.stored((write.room, write.id), is_written, &self.records, now_ms);
        }
    }

    /// Puts a batch onto the disk, and looks at what has come there.
    pub(crate) fn put_on_disk(&mut self, write: &Write) -> bool {
        let flaws = DiskFlaws {
            forgets_closing: self.plan.bug == Some(Bug::ForgottenClosing),
            rots: self.plan.bug == Some(Bug::BitRot),
        };
        let keep = self.plan.keep;
        if !self
            .records
            .store(write.room, write.base, &write.effects, keep, flaws)
        {
            return false;
        }
        self.look_at_disk(&write.effects);
        true
    }

    pub(crate) fn start_hub(&mut self) {
        if self.hub.is_some() {
            return;
        }
        self.hub_life += 1;
        let all = self.cast.countries.iter();
        let authorities: BTreeSet<Fingerprint> =
            all.map(|one| one.authority.fingerprint()).collect();
        let names = vec![HUB.to_owned()];
        self.hub = Some(Hub::start(&self.records, names, authorities, self.plan.bug));
        self.note(format_args!("hub starts"));
    }

    pub(crate) fn start_device(&mut self, place: usize) {
        if self.devices[place].process.is_some() {
            return;
        }
        let process = self.next_process;
        self.next_process += 1;
        let chance = self.chance.fork();
        let (shared, net) = (self.executor.shared.clone(), self.net.clone());
        self.devices[place].start(process, &shared, &net, chance);
        self.note(format_args!("d{place} starts"));
    }

    /// The true time, milliseconds since the run began.
    pub(crate) fn now_ms(&self) -> u64 {
        self.executor.shared.now_ms()
    }

    /// The hub's clock, Unix milliseconds.
    pub(crate) fn hub_now_ms(&self) -> u64 {
        self.hub_skew.read(self.now_ms())
    }

    pub(crate) fn at(&mut self, at_ms: u64, happening: Happening) {
        let order = self.next_happening;
        self.next_happening += 1;
        self.happenings.insert((at_ms, order), happening);
    }

    pub(crate) fn in_ms(&mut self, wait_ms: u64, happening: Happening) {
        self.at(self.now_ms() + wait_ms, happening);
    }

    pub(crate) fn note(&mut self, what: core::fmt::Arguments<'_>) {
        let now_ms = self.now_ms();
        self.trace.line(now_ms, what);
    }

    pub(crate) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    pub(crate) fn room(&self) -> Option<RoomId> {
        *crate::executor::lock(&self.room)
    }

    fn outcome(self) -> Outcome {
        Outcome {
            seed: self.plan.seed,
            steps: self.steps,
            messages: self.ledger.head(),
            epochs: self.ledger.epochs(),
            counts: self.counts,
            digest: self.trace.digest(),
            violation: self.watch.found,
            trace: self.trace.lines(),
        }
    }
}
