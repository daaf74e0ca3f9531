//! A device: its disk, its clock, and the real engine in a process that can be killed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use entente_device::engine::{Engine, EngineEvent};
use entente_device::enrol::EnrolledDevice;
use entente_device::platform::{Later, Socket, Surroundings};
use entente_device::{HubUrl, NoEntropy};
use entente_room::Identity;

use crate::cast::{EPOCH_MS, HUB};
use crate::chance::Chance;
use crate::executor::{ProcessId, Shared, lock};
use crate::net::Net;
use crate::store::Disk;

/// How far a clock is off the true time, milliseconds.
#[derive(Clone, Default)]
pub(crate) struct Skew(Arc<AtomicI64>);

impl Skew {
    pub(crate) fn set(&self, skew_ms: i64) {
        self.0.store(skew_ms, Ordering::Relaxed);
    }

    /// What the clock shows at a true time, Unix milliseconds.
    pub(crate) fn read(&self, true_ms: u64) -> u64 {
        (*EPOCH_MS + true_ms).saturating_add_signed(self.0.load(Ordering::Relaxed))
    }
}

/// What the engine lives in.
struct Place {
    device: usize,
    process: ProcessId,
    shared: Arc<Shared>,
    net: Arc<Net>,
    skew: Skew,
    chance: Mutex<Chance>,
}

impl Surroundings for Place {
    fn now_ms(&self) -> u64 {
        self.skew.read(self.shared.now_ms())
    }

    fn steady_ms(&self) -> u64 {
        self.shared.now_ms()
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        lock(&self.chance).fill(bytes);
        Ok(())
    }

    fn sleep(&self, wait_ms: u64) -> Later<'static, ()> {
        Box::pin(self.shared.sleep(wait_ms))
    }

    fn spawn(&self, task: Later<'static, ()>) {
        self.shared.spawn(self.process, task);
    }

    fn dial(&self, _: HubUrl) -> Later<'static, Result<Socket, String>> {
        Box::pin(self.net.clone().dial(self.device))
    }
}

/// One device of the cast.
pub(crate) struct Device {
    pub(crate) place: usize,
    pub(crate) identity: Arc<Identity>,
    pub(crate) disk: Disk,
    pub(crate) skew: Skew,
    /// The process that runs, if one does.
    pub(crate) process: Option<ProcessId>,
    engine: Arc<Mutex<Option<Engine>>>,
    events: Arc<Mutex<Vec<EngineEvent>>>,
    /// Its network is cut.
    pub(crate) is_cut: bool,
    /// It reads slowly.
    pub(crate) is_slow: bool,
}

impl Device {
    pub(crate) fn new(place: usize, identity: Arc<Identity>, disk: Disk) -> Self {
        Self {
            place,
            identity,
            disk,
            skew: Skew::default(),
            process: None,
            engine: Arc::default(),
            events: Arc::default(),
            is_cut: false,
            is_slow: false,
        }
    }

    /// Starts a process on what the disk has.
    pub(crate) fn start(
        &mut self,
        process: ProcessId,
        shared: &Arc<Shared>,
        net: &Arc<Net>,
        chance: Chance,
    ) {
        self.process = Some(process);
        self.engine = Arc::default();
        let place = Place {
            device: self.place,
            process,
            shared: shared.clone(),
            net: net.clone(),
            skew: self.skew.clone(),
            chance: Mutex::new(chance),
        };
        let enrolled = EnrolledDevice {
            store: Arc::new(self.disk.clone()),
            identity: self.identity.clone(),
            hub: format!("https://{HUB}").parse().unwrap(),
        };
        let (slot, events) = (self.engine.clone(), self.events.clone());
        let task = async move {
            let engine = Engine::start_in(Arc::new(place), enrolled, None)
                .await
                .unwrap();
            let mut heard = engine.events();
            *lock(&slot) = Some(engine);
            while let Ok(event) = heard.recv().await {
                lock(&events).push(event);
            }
        };
        shared.spawn(process, Box::pin(task));
    }

    /// The process is gone.
    pub(crate) fn stopped(&mut self) {
        self.process = None;
        let engine = lock(&self.engine).take();
        drop(engine);
        self.engine = Arc::default();
    }

    /// The running engine, once it has loaded.
    pub(crate) fn engine(&self) -> Option<Engine> {
        lock(&self.engine).clone()
    }

    /// What the engine has told since it was last asked.
    pub(crate) fn take_events(&self) -> Vec<EngineEvent> {
        core::mem::take(&mut lock(&self.events))
    }
}
