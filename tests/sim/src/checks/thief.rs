//! Whoever has a removed device, with all that lay on its disk, and everything that the hub stores after.

use std::collections::BTreeMap;

use entente_delivery::StoredMessage;
use entente_protocol::{DeviceId, MessageKind, RoomId};
use entente_room::{Notice, SecurityEvent, Session};

use super::{Invariant, Ledger, Watch};
use crate::hub::delivery;

/// Devices in wrong hands that are looked at in one run.
const MAX_THIEVES: usize = 4;

struct Thief {
    device: DeviceId,
    since: u64,
    session: Session,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Thieves(Vec<Thief>);

impl Thieves {
    /// A device was removed at `seq`, and was taken with its disk just before it could hear of it.
    pub(crate) fn steal(&mut self, session: Session, device: DeviceId, seq: u64, ledger: &Ledger) {
        let is_late = session.cursor() >= seq;
        if self.0.len() >= MAX_THIEVES || session.ended().is_some() || is_late {
            return;
        }
        let since = seq;
        let mut thief = Thief {
            device,
            since,
            session,
        };
        let room = thief.session.room();
        let missed: BTreeMap<_, _> = ledger.log.range(thief.session.cursor() + 1..seq).collect();
        for message in missed.into_values() {
            let _ = thief.session.receive(&delivery(room, message));
        }
        self.0.push(thief);
    }

    /// What the hub has stored is shown to each of them.
    pub(crate) fn show(&mut self, message: &StoredMessage, ledger: &Ledger, watch: &mut Watch) {
        if message.kind != MessageKind::Application {
            return;
        }
        for thief in self.0.iter_mut().filter(|thief| thief.since < message.seq) {
            // Once it sits again, the device may.
            if ledger.may_have(thief.device, message.seq) {
                continue;
            }
            let has_read = thief.reads(message);
            watch.demand(!has_read, Invariant::RemovedCantRead, || {
                let (name, seq) = (ledger.name(thief.device), message.seq);
                format!("{name}, removed at {}, can read {seq}", thief.since)
            });
        }
    }
}

impl Thief {
    fn reads(&mut self, message: &StoredMessage) -> bool {
        let room: RoomId = self.session.room();
        let mut shown = delivery(room, message);
        shown.seq = self.session.cursor() + 1;
        let Ok(notices) = self.session.receive(&shown) else {
            return false;
        };
        !notices.iter().all(is_unread)
    }
}

fn is_unread(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::Security {
            security: SecurityEvent::MessageUnreadable
                | SecurityEvent::CommitWithheld { .. }
                | SecurityEvent::Doubled { .. }
                | SecurityEvent::NotMine { .. },
            ..
        } | Notice::Gap { .. }
    )
}
