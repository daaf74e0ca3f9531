//! Asking to be pushed.

use entente_protocol::{HubControl, PushEndpoint};

use super::Session;

impl Session {
    /// What is wrong with an address is said; the address is not repeated.
    pub(super) async fn push_subscribe(&self, request: u32, endpoint: Option<PushEndpoint>) {
        let checked = endpoint
            .as_ref()
            .map_or(Ok(()), |endpoint| self.hub.pusher.check(endpoint));
        if let Err((code, what)) = checked {
            let detail = Some(what.to_owned());
            return self.outbound.refuse(Some(request), None, code, detail);
        }
        let device = self.peer.device();
        match self.hub.store.push_subscribe(device, endpoint).await {
            Ok(()) => {
                self.outbound.control(&HubControl::Done { request });
            }
            Err(error) => self.store_failed(request, &error),
        }
    }
}
