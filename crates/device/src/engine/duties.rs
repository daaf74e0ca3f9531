//! What a coordinator's or liaison's device does by itself, so that it happens within seconds and
//! without anybody pressing a button. The devices that may do it take turns by their place in the
//! room, so that one does it and the others step in if it does not.

use entente_protocol::{DeviceId, Fingerprint, RoomId};

use super::actor::Actor;
use super::commit_job::{Job, Wish};
use super::slot::Flow;
use super::work::Work;

/// How long the first in line waits, in milliseconds: who has just acted may be quicker.
const FIRST_TURN_MS: u64 = 300;

/// How long each further one waits for the one before, in milliseconds.
const TURN_MS: u64 = 1_500;

/// How long after a try that changed nothing the next one follows, in milliseconds.
const RETRY_MS: u64 = 5_000;

/// Something that is due in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Duty {
    /// The keys with which this device came in are to be given up.
    Renew,
    /// An amendment has its quorum.
    Enact(Fingerprint),
    /// Revoked devices still have seats.
    Evict(Vec<DeviceId>),
    /// Members have asked to leave.
    LetGo,
    /// This device's officer wants to leave.
    Leave,
}

/// A duty that was seen, and when this device's turn comes.
#[derive(Debug, Clone)]
pub(super) struct Due {
    duty: Duty,
    at_ms: u64,
}

impl Actor {
    pub(super) fn look_after(&mut self, room: RoomId, steady_ms: u64) {
        let Some(slot) = self.slots.get_mut(&room) else {
            return;
        };
        let is_busy = slot.active.is_some() || !slot.jobs.is_empty() || slot.is_resyncing();
        if slot.live != Flow::Live || !slot.is_active() || is_busy {
            return;
        }
        let evict = slot.session.evictions();
        let evict = evict.map(|(devices, turn)| (Duty::Evict(devices), turn));
        let renew = slot.session.wants_new_keys().then_some((Duty::Renew, 0));
        let enact = || {
            let signed = slot.session.complete_amendment()?;
            let turn = slot.session.coordinators_turn()?;
            Some((Duty::Enact(signed.charter.fingerprint()), turn))
        };
        // Any commit lets them go too.
        let let_go = || {
            let turn = slot.session.turn_to_let_go()?;
            slot.session.others_leave().then_some((Duty::LetGo, turn))
        };
        let leave = || slot.session.owes_farewell().then_some((Duty::Leave, 0));
        let due = renew.or(evict).or_else(enact).or_else(let_go);
        let due = due.or_else(leave);
        let Some((duty, turn)) = due else {
            slot.due = None;
            return;
        };
        let turn = u64::try_from(turn).unwrap_or(u64::MAX);
        match &mut slot.due {
            Some(due) if due.duty == duty => {
                if steady_ms < due.at_ms {
                    return;
                }
                due.at_ms = steady_ms.saturating_add(RETRY_MS);
                let wish = match duty {
                    Duty::Renew => Wish::Update,
                    Duty::Enact(digest) => Wish::Enact(digest),
                    Duty::Evict(devices) => Wish::Remove(devices),
                    Duty::LetGo => Wish::LetGo,
                    Duty::Leave => return self.say_farewell(room),
                };
                slot.jobs.push_back(Job {
                    wish,
                    key_packages: None,
                    reply: None,
                });
            }
            _ => {
                let wait_ms = FIRST_TURN_MS.saturating_add(turn.saturating_mul(TURN_MS));
                slot.due = Some(Due {
                    duty,
                    at_ms: steady_ms.saturating_add(wait_ms),
                });
            }
        }
    }

    /// Proposes to leave. If that gets lost, or its epoch ends without it, it is due again.
    fn say_farewell(&mut self, room: RoomId) {
        let now_ms = self.now_ms();
        let (Some(connection), Some(slot)) = (self.connection.clone(), self.slots.get_mut(&room))
        else {
            return;
        };
        slot.is_dirty = true;
        // A commit of its own is on its way: when that has been decided.
        let Ok(propose) = slot.session.leave(now_ms) else {
            return;
        };
        self.works.push(Box::pin(async move {
            let _ = connection.propose(propose).await;
            Work::Done
        }));
    }
}
