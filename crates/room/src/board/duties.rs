//! What is due on a board: receipts, escalations, alarms. Any member can see it; who says it is decided
//! by the session.

use entente_protocol::DeviceId;

use super::Board;
use crate::limits::MAX_RECEIPT_HITS;
use crate::{CustodyAlarm, Delivered, Escalation, Event};

impl Board {
    /// The receipt that a device owes for hits and an abort of others; none if it owes none.
    #[must_use]
    pub fn receipt_due(&self, device: DeviceId) -> Option<Event> {
        let hits: Vec<_> = self
            .hits
            .iter()
            .filter(|(_, hit)| hit.raised.author != device && hit.is_open())
            .filter(|(_, hit)| !hit.delivered.contains_key(&device))
            .map(|(id, _)| *id)
            .take(MAX_RECEIPT_HITS)
            .collect();
        let abort = self.abort_to_confirm(device);
        let is_due = abort.is_some() || !hits.is_empty();
        is_due.then_some(Event::Delivered(Delivered { hits, abort }))
    }

    /// Deadlines that have passed at `now_ms` without anybody having said so, each since when.
    #[must_use]
    pub fn overdue(&self, now_ms: u64) -> Vec<(u64, Event)> {
        let rules = &self.playbook.hits;
        let hits = self.hits.iter().filter_map(|(id, hit)| {
            let (stage, level) = hit.escalation_due(rules, now_ms)?;
            let (_, since_ms) = hit.deadline(rules)?;
            let hit = *id;
            let escalation = Escalation { hit, stage, level };
            Some((since_ms, Event::Escalate(escalation)))
        });
        let every_ms = self.check_in_ms();
        let alarms = self.custody.iter().filter_map(|(target, custody)| {
            let every_ms = every_ms?;
            let due_ms = custody.report_due_ms(every_ms)?;
            let target = *target;
            custody
                .is_alarm_due(every_ms, now_ms)
                .then_some((due_ms, Event::CustodyAlarm(CustodyAlarm { target })))
        });
        hits.chain(alarms).collect()
    }
}
