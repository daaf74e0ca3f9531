//! What the hub says, at the moment at which it leaves.

use entente_protocol::{Delivery, DeviceId, HubControl, HubFrame};

use super::{Invariant, Ledger, Watch};
use crate::hub::{Saying, delivery};

impl Ledger {
    /// Holds what the hub says to a device against the disk.
    pub(crate) fn check_saying(&self, to: DeviceId, saying: &Saying, watch: &mut Watch) {
        match saying {
            Saying::Frame(HubFrame::Delivery(said)) => self.check_delivery(to, said, watch),
            Saying::Control(HubControl::Accepted { seq, .. }) => {
                let stored = self.log.get(seq);
                let is_stored = stored.is_some_and(|message| message.sender == to);
                watch.demand(is_stored, Invariant::AcknowledgedIsStored, || {
                    format!("{} is told that {seq} is stored", self.name(to))
                });
            }
            _ => {}
        }
    }

    fn check_delivery(&self, to: DeviceId, said: &Delivery, watch: &mut Watch) {
        let seq = said.seq;
        let stored = self.log.get(&seq);
        let is_stored = stored.is_some_and(|message| delivery(said.room, message) == *said);
        watch.demand(is_stored, Invariant::OneOrder, || {
            format!(
                "{} is given at {seq} what is not stored there",
                self.name(to)
            )
        });
        watch.demand(self.may_have(to, seq), Invariant::RemovedCantRead, || {
            format!("{} is given {seq}, which is not for it", self.name(to))
        });
    }
}
