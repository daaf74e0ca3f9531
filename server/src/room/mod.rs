//! A loaded room: one task owns its state, takes what waits, stores it in one go, and only then
//! lets anybody see it.

mod actor;
mod followers;
mod history;
mod joining;
mod nests;
mod others;
mod pipeline;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use entente_delivery::{Input, Room};
use entente_protocol::{AskToJoin, DeviceId, ErrorCode, HubFrame, RoomId, limits};
use entente_trust::Accreditation;
use tokio::sync::{mpsc, oneshot};

use crate::connection::Outbound;
use crate::hub::Hub;

pub(crate) use nests::{Nests, NoAbove, above};

/// What a room's task is asked for.
pub(crate) enum Command {
    /// A request of the protocol; the answer goes to `outbound`.
    Request {
        sender: DeviceId,
        request: u32,
        input: Input,
        outbound: Outbound,
    },
    /// Deliver from `after` on.
    Follow {
        device: DeviceId,
        request: u32,
        after: u64,
        outbound: Outbound,
    },
    /// A reader of history has delivered up to `cursor`.
    Join {
        device: DeviceId,
        cursor: u64,
        outbound: Outbound,
        joined: oneshot::Sender<Joined>,
    },
    /// Deliver no more to this connection.
    Unfollow { outbound: Outbound },
    /// GroupInfo and tree, to resync or to learn how the room ended.
    GroupInfo {
        device: DeviceId,
        request: u32,
        reply: oneshot::Sender<Result<HubFrame, ErrorCode>>,
    },
    /// Show those who may admit that a device asks to join.
    Ask {
        asker: Arc<Accreditation>,
        ask: AskToJoin,
        outbound: Outbound,
    },
    /// May this device ask for something beside the room's messages?
    CheckSeat {
        device: DeviceId,
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
    /// May this device see what the hub has noted of the room?
    CheckCoordinator {
        device: DeviceId,
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
    /// There may be something new in the store.
    Look,
    /// Revocation lists have come.
    Revocations,
    /// Finish what waits and end.
    Stop { done: oneshot::Sender<()> },
}

/// How a reader of history goes on.
pub(crate) enum Joined {
    /// Not at all: the rest is live, or the device was told why not.
    Done,
    /// There is more to read, up to this sequence number.
    ReadOn(u64),
}

/// Reaches a room's task.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    commands: mpsc::Sender<Command>,
    pulse: Arc<Pulse>,
}

/// How far a room is here, for whoever compares it with the store.
#[derive(Default)]
pub(crate) struct Pulse {
    head: AtomicU64,
    turn_above: AtomicU64,
    has_followers: AtomicBool,
}

/// A room that somebody follows here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Followed {
    /// How far it is here.
    pub(crate) head: u64,
    /// Of a compartment: by which turn of the room above it is judged here.
    pub(crate) turn_above: u64,
}

impl Pulse {
    fn set(&self, head: u64, turn_above: u64, has_followers: bool) {
        self.head.store(head, Ordering::Relaxed);
        self.turn_above.store(turn_above, Ordering::Relaxed);
        self.has_followers.store(has_followers, Ordering::Relaxed);
    }
}

/// Starts a room's task; without a `core` it loads itself from the store.
pub(crate) fn spawn(hub: Arc<Hub>, id: RoomId, core: Option<Room>) -> RoomHandle {
    let (commands, queue) = mpsc::channel(limits::ROOM_QUEUE_REQUESTS);
    let back = commands.downgrade();
    let pulse = Arc::new(Pulse::default());
    let shared = (hub, pulse.clone());
    tokio::spawn(actor::run(shared, id, core, queue, back));
    RoomHandle { commands, pulse }
}

impl RoomHandle {
    pub(crate) fn is_closed(&self) -> bool {
        self.commands.is_closed()
    }

    /// Where the room is here, if anybody follows it here.
    pub(crate) fn followed(&self) -> Option<Followed> {
        let is_followed = self.pulse.has_followers.load(Ordering::Relaxed);
        is_followed.then(|| Followed {
            head: self.pulse.head.load(Ordering::Relaxed),
            turn_above: self.pulse.turn_above.load(Ordering::Relaxed),
        })
    }

    /// Hands a command over without waiting; false if the queue is full.
    pub(crate) fn try_send(&self, command: Command) -> bool {
        self.commands.try_send(command).is_ok()
    }

    pub(crate) async fn send(&self, command: Command) -> bool {
        self.commands.send(command).await.is_ok()
    }

    pub(crate) async fn stop(&self) {
        let (done, finished) = oneshot::channel();
        if self.send(Command::Stop { done }).await {
            let _ = finished.await;
        }
    }
}
