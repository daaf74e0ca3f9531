//! What lies before each run and is the same for all: devices have come to the hub for the first time and
//! published key packages.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use entente_device::enrol::EnrolledDevice;

use crate::cast::{Cast, HUB, PARTS};
use crate::executor::lock;
use crate::hub::Records;
use crate::store::Content;
use crate::world::World;
use crate::{Bug, Plan};

/// The disks at the beginning of a run.
pub(crate) struct Prologue {
    pub(crate) cast: &'static Cast,
    pub(crate) disks: Vec<Content>,
    pub(crate) records: Records,
}

impl Prologue {
    /// For a run with this bug, or with none.
    pub(crate) fn of(bug: Option<Bug>) -> &'static Self {
        static HONEST: LazyLock<Prologue> = LazyLock::new(|| Prologue::play(Cast::honest()));
        static INFLATED: LazyLock<Prologue> = LazyLock::new(|| Prologue::play(Cast::inflated()));
        match bug {
            Some(Bug::InflatedRole) => &INFLATED,
            _ => &HONEST,
        }
    }

    fn play(cast: &'static Cast) -> Self {
        let before = Self {
            cast,
            disks: vec![Content::new(); PARTS.len()],
            records: Records::default(),
        };
        let mut plan = Plan::of(1);
        plan.members = PARTS.len();
        let mut world = World::new(plan, &before);
        let trusting = Arc::new(Mutex::new(0));
        for device in &world.devices {
            let enrolled = EnrolledDevice {
                store: Arc::new(device.disk.clone()),
                identity: device.identity.clone(),
                hub: format!("https://{HUB}").parse().unwrap(),
            };
            let trusting = trusting.clone();
            let task = async move {
                for country in &cast.countries {
                    enrolled.trust(&country.authority).await.unwrap();
                }
                *lock(&trusting) += 1;
            };
            world.executor.shared.spawn(0, Box::pin(task));
        }
        world.play_until(|_| *lock(&trusting) == PARTS.len());
        world.start_hub();
        for device in 0..PARTS.len() {
            world.start_device(device);
        }
        let caught_up: Arc<Mutex<BTreeMap<usize, bool>>> = Arc::default();
        world.play_until(|world| {
            for device in &world.devices {
                let (place, caught_up) = (device.place, caught_up.clone());
                let is_asked = lock(&caught_up).contains_key(&place);
                if let (Some(engine), false) = (device.engine(), is_asked) {
                    lock(&caught_up).insert(place, false);
                    let task = async move {
                        engine.caught_up().await.unwrap();
                        lock(&caught_up).insert(place, true);
                    };
                    world.executor.shared.spawn(0, Box::pin(task));
                }
            }
            let done = lock(&caught_up);
            done.len() == PARTS.len() && done.values().all(|is_done| *is_done)
        });
        // What was published is noted on the disks as well.
        let until_ms = world.now_ms() + 3_000;
        world.play_until(|world| world.now_ms() >= until_ms);
        Self {
            cast,
            disks: world
                .devices
                .iter()
                .map(|device| device.disk.content())
                .collect(),
            records: world.records,
        }
    }
}
