//! One of several hubs: hearing what the others say, and looking at the database in case it was
//! not said.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entente_protocol::{DeviceId, HubFrame, RoomId};

use crate::bus::{self, Word};
use crate::connection::Wire;
use crate::entropy::random_bytes;
use crate::hub::Hub;
use crate::room::{Command, Followed};
use crate::store::StoreError;

/// How often the database is looked at while words come through, and while none do.
const CALM_INTERVAL: Duration = Duration::from_millis(800);
const ALONE_INTERVAL: Duration = Duration::from_millis(200);

/// One look in so many asks for welcomes that nobody spoke of.
const LOOKS_A_WELCOME: u32 = 4;

/// How long the other hubs may take to say who is connected to them.
const ANSWER_TIME: Duration = Duration::from_millis(250);

/// Questions that wait for answers at once; beyond that devices are pushed without asking.
const MAX_QUESTIONS: usize = 1_024;

/// Who is connected elsewhere: questions that wait for answers.
#[derive(Default)]
pub(crate) struct Questions {
    open: Mutex<HashMap<u64, HashSet<DeviceId>>>,
    last: AtomicU64,
}

impl Questions {
    /// Has those pushed who are not connected to any hub.
    pub(crate) fn wake_absent(hub: &Arc<Hub>, room: RoomId, absent: Vec<DeviceId>) {
        let question = hub.questions.ask();
        let (Some(question), true, false) = (question, hub.bus.is_connected(), absent.is_empty())
        else {
            return hub.pusher.wake(room, absent);
        };
        hub.bus.tell_hubs(&Word::Who(question, absent.clone()));
        let hub = hub.clone();
        tokio::spawn(async move {
            tokio::time::sleep(ANSWER_TIME).await;
            let elsewhere = hub.questions.close(question);
            let absent = absent.into_iter().filter(|d| !elsewhere.contains(d));
            hub.pusher.wake(room, absent.collect());
        });
    }

    fn ask(&self) -> Option<u64> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_QUESTIONS {
            return None;
        }
        // Other hubs ask too: a number that starts anywhere is nobody else's.
        let start = || random_bytes().map(u64::from_be_bytes).ok();
        if self.last.load(Ordering::Relaxed) == 0 {
            self.last.store(start()?, Ordering::Relaxed);
        }
        let question = self.last.fetch_add(1, Ordering::Relaxed);
        open.insert(question, HashSet::new());
        Some(question)
    }

    fn close(&self, question: u64) -> HashSet<DeviceId> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&question).unwrap_or_default()
    }

    fn answered(&self, question: u64, devices: Vec<DeviceId>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get_mut(&question) {
            known.extend(devices);
        }
    }
}

/// Runs until the hub stops; only where the database is shared.
pub(crate) async fn run(hub: Arc<Hub>) {
    let mut words = hub.bus.listen_to_hubs().await;
    let mut stopping = hub.stopping();
    let mut told = HashSet::new();
    let mut looks: u32 = 0;
    loop {
        let is_calm = hub.bus.is_connected();
        let interval = if is_calm {
            CALM_INTERVAL
        } else {
            ALONE_INTERVAL
        };
        let next_look = tokio::time::sleep(interval);
        tokio::pin!(next_look);
        loop {
            let word = tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => return,
                () = &mut next_look => break,
                word = bus::hear(&mut words) => word,
            };
            hear(&hub, word).await;
        }
        looks = looks.wrapping_add(1);
        let with_welcomes = !is_calm || looks.is_multiple_of(LOOKS_A_WELCOME);
        if let Err(error) = look(&hub, with_welcomes.then_some(&mut told)).await {
            tracing::warn!(%error, "the database could not be looked at");
        }
    }
}

async fn hear(hub: &Arc<Hub>, word: Word) {
    let heard = match word {
        Word::Revocations => hub.adopt_revocations().await,
        Word::Connected(device, order) => {
            hub.supersede(device, order);
            Ok(())
        }
        Word::Welcomes(room, devices) => {
            let mut handed = Ok(());
            for device in hub.connected_of(&devices) {
                handed = handed.and(hand_welcome(hub, device, room).await);
            }
            handed
        }
        Word::Who(question, devices) => {
            let here = hub.connected_of(&devices);
            if !here.is_empty() {
                hub.bus.tell_hubs(&Word::Here(question, here));
            }
            Ok(())
        }
        Word::Here(question, devices) => {
            hub.questions.answered(question, devices);
            Ok(())
        }
        Word::Show(devices, frame) => {
            hub.show(&devices, frame.as_slice());
            Ok(())
        }
        Word::Moved(room, turn) => {
            hub.room_moved(room, turn);
            Ok(())
        }
        Word::News(_) | Word::Look | Word::Ephemeral(..) => Ok(()),
    };
    if let Err(error) = heard {
        tracing::warn!(%error, "what another hub said could not be looked up");
    }
}

/// What words may have failed to say.
async fn look(
    hub: &Arc<Hub>,
    told: Option<&mut HashSet<(DeviceId, RoomId, u64)>>,
) -> Result<(), StoreError> {
    hub.adopt_revocations().await?;
    let here: HashMap<RoomId, Followed> = hub.followed_rooms().into_iter().collect();
    let rooms: Vec<RoomId> = here.keys().copied().collect();
    if !rooms.is_empty() {
        for there in hub.store.heads(&rooms).await? {
            let is_behind = here.get(&there.room).is_some_and(|here| {
                here.head < there.head || here.turn_above < there.turn_above.unwrap_or_default()
            });
            if is_behind || there.closed {
                // A room that has too much to do to look is not idle, and looks by itself.
                let _ = hub.room(there.room).try_send(Command::Look);
            }
        }
    }
    if let Some(told) = told {
        let waiting = hub.store.waiting_welcomes(&hub.connected()).await?;
        let waiting: HashSet<_> = waiting.into_iter().collect();
        for (device, room, _) in waiting.difference(told) {
            hand_welcome(hub, *device, *room).await?;
        }
        *told = waiting;
    }
    Ok(())
}

/// Hands a connected device the welcome that waits for it.
async fn hand_welcome(hub: &Hub, device: DeviceId, room: RoomId) -> Result<(), StoreError> {
    let Some(outbound) = hub.connection(device) else {
        return Ok(());
    };
    for welcome in hub.store.welcomes(device).await? {
        if welcome.room == room
            && let Ok(frame) = Wire::encode(&HubFrame::Welcome(welcome))
        {
            // If it does not fit, the device finds it when it asks for its welcomes.
            outbound.frame(frame);
        }
    }
    Ok(())
}
