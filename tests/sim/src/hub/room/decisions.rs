//! What is decided: on request, by the clock, and because of revocations.

use entente_delivery::Input;
use entente_protocol::{ErrorCode, RoomId};

use super::batches::{Asked, Decided};
use super::bugs;
use crate::hub::Hub;

impl Hub {
    pub(super) fn time_out(&mut self, room: RoomId, now_ms: u64) {
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some(core) = &mut task.core {
            let effects = core.handle_timeout(now_ms);
            task.effects.extend(effects);
        }
    }

    pub(super) fn learn_revocations(&mut self, room: RoomId, now_ms: u64) {
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

    pub(super) fn decide(&mut self, room: RoomId, asked: Asked, input: Input, now_ms: u64) {
        let (bug, again) = (self.bug, input.clone());
        let Some(task) = self.rooms.get_mut(&room) else {
            return;
        };
        let Some(core) = &mut task.core else {
            self.deny(room, asked, ErrorCode::NoSeat);
            return;
        };
        let decided = core.handle(asked.sender, input, now_ms);
        let decided = bugs::in_spite(core, (asked.sender, again), decided, bug, now_ms);
        match decided {
            Ok(effects) => {
                let start = task.effects.len();
                task.effects.extend(effects);
                let effects = start..task.effects.len();
                task.decided.push(Decided { asked, effects });
            }
            Err(refusal) => self.deny(room, asked, refusal.code),
        }
    }
}
