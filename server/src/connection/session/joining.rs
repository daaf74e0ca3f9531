//! Requests to join: they are of this device, and fresh.

use entente_protocol::{AskToJoin, ErrorCode, join_request_bytes, limits};
use tls_codec::VLBytes;

use super::Session;
use crate::room::Command;

impl Session {
    pub(super) fn ask_to_join(&self, ask: AskToJoin) {
        let (request, room) = (ask.request, ask.join.room);
        let is_own = ask
            .join
            .chain
            .iter()
            .map(VLBytes::as_slice)
            .eq(self.peer.chain());
        if !is_own {
            return self.refuse(request, Some(room), ErrorCode::BadCertificate);
        }
        let signed = join_request_bytes(&ask.join);
        let signature = ask.join.signature.as_slice();
        if self.peer.verify(&signed, signature).is_err() {
            return self.refuse(request, Some(room), ErrorCode::BadSignature);
        }
        let age_ms = self.hub.clock.now_ms().abs_diff(ask.join.time_ms);
        if age_ms > limits::CLOCK_TOLERANCE_MS {
            let (code, rule) = (ErrorCode::PolicyRefused, "CLOCK_TOLERANCE_MS".to_owned());
            return self
                .outbound
                .refuse(Some(request), Some(room), code, Some(rule));
        }
        let command = Command::Ask {
            asker: self.peer.clone(),
            ask,
            outbound: self.outbound.clone(),
        };
        self.hand(request, room, command);
    }
}
