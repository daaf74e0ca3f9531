//! Requests to join: passed on to those who may admit, as far as they are connected, and forgotten. Whoever waits asks
//! again from time to time, so that nothing of it needs to be kept.

use std::collections::HashMap;

use entente_delivery::Refusal;
use entente_protocol::{AskToJoin, DeviceId, ErrorCode, HubControl, HubFrame, limits};
use entente_trust::Accreditation;

use super::actor::Actor;
use crate::bus::Word;
use crate::connection::Outbound;

/// Who asked lately, and when, Unix milliseconds.
#[derive(Default)]
pub(super) struct Askers(HashMap<DeviceId, u64>);

/// Why a request is not passed on now.
#[derive(Debug, PartialEq, Eq)]
enum NotNow {
    /// The last one is too fresh: wait for so many milliseconds.
    Wait(u64),
    /// Too many others ask.
    Full,
}

impl Askers {
    fn take(&mut self, device: DeviceId, now_ms: u64) -> Result<(), NotNow> {
        self.0
            .retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < limits::JOIN_REQUEST_KEPT_MS);
        let age_ms = self
            .0
            .get(&device)
            .map(|at_ms| now_ms.saturating_sub(*at_ms));
        match age_ms {
            Some(age_ms) if age_ms < limits::JOIN_REQUEST_INTERVAL_MS => {
                Err(NotNow::Wait(limits::JOIN_REQUEST_INTERVAL_MS - age_ms))
            }
            None if self.0.len() >= limits::MAX_JOIN_REQUESTS => Err(NotNow::Full),
            _ => {
                self.0.insert(device, now_ms);
                Ok(())
            }
        }
    }
}

impl Actor {
    /// Passes a request on. Its chain is that of the asker's connection.
    pub(super) fn ask_to_join(
        &mut self,
        asker: &Accreditation,
        ask: AskToJoin,
        outbound: &Outbound,
    ) {
        let now_ms = self.hub.clock.now_ms();
        let request = ask.request;
        let Some(core) = self.core.as_ref() else {
            return self.refuse(outbound, request, self.absence.into());
        };
        let admitters = match core.admitters(asker, now_ms) {
            Ok(admitters) => admitters,
            Err(refusal) => return self.refuse(outbound, request, refusal),
        };
        match self.askers.take(asker.device(), now_ms) {
            Ok(()) => {}
            Err(NotNow::Full) => {
                let refusal = Refusal::because(ErrorCode::LimitExceeded, "MAX_JOIN_REQUESTS");
                return self.refuse(outbound, request, refusal);
            }
            Err(NotNow::Wait(wait_ms)) => {
                let limit = "JOIN_REQUEST_INTERVAL_MS";
                return outbound.rate_limited(Some(request), Some(self.id), limit, wait_ms);
            }
        }
        match HubFrame::JoinRequest(ask.join).encode() {
            Ok(frame) => {
                self.hub.show(&admitters, &frame);
                let elsewhere = Word::Show(admitters, frame.into());
                self.hub.bus.tell_hubs(&elsewhere);
            }
            Err(_) => return self.refuse(outbound, request, ErrorCode::FrameTooLarge.into()),
        }
        // The same whether anybody saw it or not: who is there is no business of a stranger.
        outbound.control(&HubControl::Done { request });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: usize) -> DeviceId {
        DeviceId::from_bytes((number as u128).to_be_bytes())
    }

    #[test]
    fn one_device_is_heard_again_after_the_interval() {
        let mut askers = Askers::default();
        assert_eq!(askers.take(device(1), 1_000), Ok(()));
        let wait = limits::JOIN_REQUEST_INTERVAL_MS - 1;
        assert_eq!(askers.take(device(1), 1_001), Err(NotNow::Wait(wait)));
        // Another is not held up by it.
        assert_eq!(askers.take(device(2), 1_001), Ok(()));
        let later = 1_000 + limits::JOIN_REQUEST_INTERVAL_MS;
        assert_eq!(askers.take(device(1), later), Ok(()));
    }

    #[test]
    fn there_are_never_more_than_the_limit_and_they_are_forgotten() {
        let mut askers = Askers::default();
        for number in 0..limits::MAX_JOIN_REQUESTS {
            assert_eq!(askers.take(device(number), 0), Ok(()));
        }
        let one_more = device(limits::MAX_JOIN_REQUESTS);
        assert_eq!(askers.take(one_more, 1), Err(NotNow::Full));
        // Whoever is among them is heard all the same.
        assert_eq!(
            askers.take(device(0), limits::JOIN_REQUEST_INTERVAL_MS),
            Ok(())
        );
        assert_eq!(askers.take(one_more, limits::JOIN_REQUEST_KEPT_MS), Ok(()));
        assert_eq!(askers.0.len(), 2);
    }
}
