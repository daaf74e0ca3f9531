//! Members that carry things to systems outside: what they say of it, and whether the charter consents.

use entente_protocol::DeviceId;
use entente_trust::{Charter, Consents};

use super::Session;
use crate::{Author, Bridge, Notice, SecurityEvent};

/// Whether a charter consents to a sort of system; to one that this version does not know it can't.
fn consents(charter: &Charter, to: &str) -> bool {
    to == Bridge::TAK && charter.terms.consents().includes(Consents::TAK)
}

impl Session {
    pub(super) fn take_bridge(
        &mut self,
        bridge: &Bridge,
        author: &Author,
        seq: u64,
    ) -> Vec<Notice> {
        let mut notices = vec![Notice::Bridge {
            seq,
            author: author.clone(),
            bridge: bridge.clone(),
        }];
        if !bridge.on {
            self.state.bridges.remove(&author.device);
            return notices;
        }
        self.state.bridges.insert(author.device, bridge.to.clone());
        if !consents(self.charter(), &bridge.to) {
            notices.push(unconsented(author.device, &bridge.to, seq));
        }
        notices
    }

    /// Alarms of a charter that comes into force: those who carry things on without the consent that they had.
    pub(super) fn bridges_cut_by(&self, next: &Charter, seq: u64) -> Vec<Notice> {
        let bridges = self.state.bridges.iter();
        let cut = bridges.filter(|(device, to)| {
            self.roster.seat(**device).is_some()
                && consents(self.charter(), to)
                && !consents(next, to)
        });
        cut.map(|(device, to)| unconsented(*device, to, seq))
            .collect()
    }
}

fn unconsented(device: DeviceId, to: &str, seq: u64) -> Notice {
    Notice::Security {
        seq,
        device,
        security: SecurityEvent::Unconsented { to: to.to_owned() },
    }
}
