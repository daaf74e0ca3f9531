//! The task that pushes.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use entente_protocol::{DeviceId, PushEndpoint, RoomId, limits};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::Wake;
use super::sender::{Answer, Sender};
use crate::hub::Hub;
use crate::meters;
use crate::store::StoreError;

/// Pushes under way at once: a push service that hangs does not hold up the others.
const PUSHES_AT_ONCE: usize = 32;

/// Waits before a push is tried again; after the last one it is dropped.
const RETRIES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// Devices whose last push is remembered beyond the interval.
const MAX_REMEMBERED: usize = 20_000;

/// Reads what is to be pushed, and pushes it.
pub(crate) struct Task {
    wakes: mpsc::Receiver<Wake>,
    sender: Sender,
    waiting: VecDeque<(RoomId, DeviceId)>,
    last: HashMap<DeviceId, u64>,
    /// Wanted again too soon: when, and because of which room.
    later: HashMap<DeviceId, (u64, RoomId)>,
}

impl Task {
    pub(super) fn new(wakes: mpsc::Receiver<Wake>, sender: Sender) -> Self {
        Self {
            wakes,
            sender,
            waiting: VecDeque::new(),
            last: HashMap::new(),
            later: HashMap::new(),
        }
    }

    /// Pushes until the hub stops.
    pub(crate) async fn run(self, hub: Arc<Hub>) {
        let Self {
            mut wakes,
            sender,
            mut waiting,
            mut last,
            mut later,
        } = self;
        let mut stopping = hub.stopping();
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < PUSHES_AT_ONCE
                && let Some((room, device)) = waiting.pop_front()
            {
                let now_ms = hub.clock.now_ms();
                if hub.connection(device).is_some() {
                    continue;
                }
                if let Some(due) = too_soon(&last, device, now_ms) {
                    later.insert(device, (due, room));
                    continue;
                }
                remember(&mut last, device, now_ms);
                under_way.push(push(&hub, &sender, room, device));
            }
            let now_ms = hub.clock.now_ms();
            let next = later.values().map(|(due, _)| *due).min();
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => return,
                Some(pushed) = under_way.next() => {
                    if let Some((device, due_ms, room)) = pushed {
                        later.insert(device, (due_ms, room));
                    }
                }
                () = until(next, now_ms), if next.is_some() => {
                    let now_ms = hub.clock.now_ms();
                    later.retain(|device, (due, room)| {
                        let is_due = *due <= now_ms;
                        if is_due {
                            waiting.push_back((*room, *device));
                        }
                        !is_due
                    });
                }
                wake = wakes.recv(), if waiting.is_empty() => {
                    let Some(Wake { room, devices }) = wake else { return };
                    waiting.extend(devices.into_iter().map(|device| (room, device)));
                }
            }
        }
    }
}

async fn until(due_ms: Option<u64>, now_ms: u64) {
    let wait = due_ms.unwrap_or(now_ms).saturating_sub(now_ms);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// When a device may be pushed again, if not now. A clock that was set back starts anew.
fn too_soon(last: &HashMap<DeviceId, u64>, device: DeviceId, now_ms: u64) -> Option<u64> {
    let last = last.get(&device).filter(|last| **last <= now_ms)?;
    let due = last.saturating_add(limits::PUSH_INTERVAL_MS);
    (due > now_ms).then_some(due)
}

fn remember(last: &mut HashMap<DeviceId, u64>, device: DeviceId, now_ms: u64) {
    if last.len() >= MAX_REMEMBERED {
        last.retain(|_, time| now_ms.abs_diff(*time) < limits::PUSH_INTERVAL_MS);
    }
    last.insert(device, now_ms);
}

/// Returns when the device may be pushed again, if another hub has pushed it meanwhile.
async fn push(
    hub: &Hub,
    sender: &Sender,
    room: RoomId,
    device: DeviceId,
) -> Option<(DeviceId, u64, RoomId)> {
    let endpoint = match claim(hub, room, device).await {
        Ok(Claim::Ours(endpoint)) => endpoint,
        Ok(Claim::Later(due_ms)) => return Some((device, due_ms, room)),
        Ok(Claim::Nobody) => return None,
        Err(error) => {
            tracing::error!(%error, "a push subscription can't be read");
            return None;
        }
    };
    let mut answer = sender.send(&endpoint, hub.clock.now_ms()).await;
    for wait in RETRIES {
        if answer != Answer::Failed || hub.connection(device).is_some() {
            break;
        }
        tokio::time::sleep(wait).await;
        answer = sender.send(&endpoint, hub.clock.now_ms()).await;
    }
    meters::pushed(match answer {
        Answer::Taken => "sent",
        Answer::Gone => "gone",
        Answer::Failed => "failed",
    });
    if answer == Answer::Gone
        && let Err(error) = hub.store.push_gone(device, endpoint).await
    {
        tracing::error!(%error, "a push subscription can't be forgotten");
    }
    None
}

/// Whose a push is.
enum Claim {
    Ours(PushEndpoint),
    /// Another hub has pushed the device within the interval, which ends then.
    Later(u64),
    /// The device is not to be pushed for this room.
    Nobody,
}

/// One push a device and interval, whichever hub it is: the database says who.
async fn claim(hub: &Hub, room: RoomId, device: DeviceId) -> Result<Claim, StoreError> {
    let Some(wanted) = hub.store.push_subscription(room, device).await? else {
        return Ok(Claim::Nobody);
    };
    let now_ms = hub.clock.now_ms();
    let due_ms = wanted.pushed_ms.saturating_add(limits::PUSH_INTERVAL_MS);
    // A clock that was set back starts anew.
    if due_ms > now_ms && wanted.pushed_ms <= now_ms {
        return Ok(Claim::Later(due_ms));
    }
    let is_ours = hub
        .store
        .push_claim(device, wanted.pushed_ms, now_ms)
        .await?;
    Ok(if is_ours {
        Claim::Ours(wanted.endpoint)
    } else {
        Claim::Later(now_ms.saturating_add(limits::PUSH_INTERVAL_MS))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_push_an_interval_whatever_the_clock_does() {
        let device = DeviceId::from_bytes([1; 16]);
        let mut last = HashMap::new();
        assert_eq!(too_soon(&last, device, 100_000), None);
        remember(&mut last, device, 100_000);
        assert_eq!(too_soon(&last, device, 100_000), Some(130_000));
        assert_eq!(too_soon(&last, device, 129_999), Some(130_000));
        assert_eq!(too_soon(&last, device, 130_000), None);
        assert_eq!(too_soon(&last, device, 50_000), None, "set back");
        let other = DeviceId::from_bytes([2; 16]);
        assert_eq!(too_soon(&last, other, 100_000), None);
    }

    #[test]
    fn what_is_remembered_is_bounded_by_what_counts() {
        let mut last = HashMap::new();
        let device = |number: usize| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            DeviceId::from_bytes(bytes)
        };
        for number in 0..MAX_REMEMBERED {
            remember(&mut last, device(number), 1_000);
        }
        remember(
            &mut last,
            device(MAX_REMEMBERED),
            1_000 + limits::PUSH_INTERVAL_MS,
        );
        assert_eq!(last.len(), 1);
    }
}
