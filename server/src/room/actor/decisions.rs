//! What is decided: on request, by the clock, and because of revocations.

use entente_delivery::{Input, Refusal};
use entente_protocol::DeviceId;

use super::Actor;
use crate::connection::Outbound;
use crate::room::pipeline::{Asked, Decided};

impl Actor {
    /// Puts lists that are newer than the room's into its order, before anything is decided.
    pub(super) fn learn_revocations(&mut self) {
        let taken = self.hub.revocations_taken();
        let Some(core) = self.core.as_mut() else {
            return;
        };
        if core::mem::replace(&mut self.revocations_seen, taken) == taken {
            return;
        }
        let now_ms = self.hub.clock.now_ms();
        let known: Vec<_> = core.known_revocations().collect();
        for (authority, number) in known {
            if let Some(list) = self.hub.newer_revocations(authority, number) {
                self.effects.extend(core.revoke(&list, now_ms));
            }
        }
    }

    /// Whether a decision may come too late because of somebody else's: another hub's, or in a compartment one about the
    /// room above. Then it is stored before the next one is made, and nothing is refused by old knowledge.
    pub(super) fn is_careful(&self) -> bool {
        self.hub.store.is_shared() || self.parent.is_some()
    }

    pub(super) async fn time_out(&mut self) {
        let now_ms = self.hub.clock.now_ms();
        let Some(core) = self.core.as_mut() else {
            return;
        };
        let effects = core.handle_timeout(now_ms);
        if effects.is_empty() {
            return;
        }
        self.effects.extend(effects);
        self.flush().await;
    }

    /// Decides. Where other hubs order the room too, nothing is refused before it is known what they
    /// did: the device may know it already.
    pub(super) async fn request(
        &mut self,
        sender: DeviceId,
        request: u32,
        input: Input,
        outbound: Outbound,
    ) {
        let again = self.is_careful().then(|| input.clone());
        let asked = Asked {
            sender,
            request,
            outbound,
        };
        let Err((asked, refusal)) = self.decide(asked, input, again.clone()) else {
            return;
        };
        let Some(input) = again else {
            return self.deny(&asked, refusal);
        };
        self.rest_on_store().await;
        let again = Some(input.clone());
        if let Err((asked, refusal)) = self.decide(asked, input, again) {
            self.deny(&asked, refusal);
        }
    }

    pub(super) fn decide(
        &mut self,
        asked: Asked,
        input: Input,
        again: Option<Input>,
    ) -> Result<(), (Asked, Refusal)> {
        let now_ms = self.hub.clock.now_ms();
        let Some(core) = self.core.as_mut() else {
            return Err((asked, self.absence.into()));
        };
        let effects = match core.handle(asked.sender, input, now_ms) {
            Ok(effects) => effects,
            Err(refusal) => return Err((asked, refusal)),
        };
        let start = self.effects.len();
        self.effects.extend(effects);
        self.decided.push(Decided {
            asked,
            effects: start..self.effects.len(),
            again,
        });
        Ok(())
    }
}
