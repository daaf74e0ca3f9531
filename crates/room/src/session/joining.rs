//! Requests to join: made by a device without a seat, judged by those who may admit it. The hub only carries them, and
//! can neither make one nor keep one for later.

use entente_protocol::{DeviceId, JoinRequest, RoomId, join_request_bytes, limits};
use entente_trust::{Accreditation, Role, check_invitation};

use super::Session;
use crate::{Author, Identity, Notice, SecurityEvent};

/// A device that asks to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Who it is, as its authority says.
    pub accreditation: Accreditation,
    /// When it was last heard, by this device's clock, Unix milliseconds.
    pub heard_at_ms: u64,
    /// Whether somebody on this device has waved it aside.
    pub is_dismissed: bool,
}

impl Asker {
    /// As it would sit in the room.
    #[must_use]
    pub fn author(&self, session: &Session) -> Author {
        Author::of(&self.accreditation, session.charter())
    }
}

impl Identity {
    /// A request to join a room. It counts for [`limits::CLOCK_TOLERANCE_MS`].
    #[must_use]
    pub fn ask_to_join(&self, room: RoomId, now_ms: u64) -> JoinRequest {
        let chain = self.accreditation().chain();
        let mut join = JoinRequest {
            room,
            time_ms: now_ms,
            chain: chain.iter().map(|der| der.clone().into()).collect(),
            signature: Vec::new().into(),
        };
        let signature = self.signer().sign_bytes(&join_request_bytes(&join));
        join.signature = signature.to_vec().into();
        join
    }
}

impl Session {
    /// Takes a request to join. A notice comes out of the first one of a device that this one may
    /// admit, and of one that the device never made; all others are nothing to speak of.
    pub fn take_join_request(&mut self, join: &JoinRequest, now_ms: u64) -> Option<Notice> {
        if self.check_active().is_err() || join.room != self.room() {
            return None;
        }
        let chain: Vec<&[u8]> = join
            .chain
            .iter()
            .map(tls_codec::VLBytes::as_slice)
            .collect();
        let accreditation = Accreditation::from_chain(&chain).ok()?;
        let device = accreditation.device();
        let signed = join_request_bytes(join);
        if accreditation
            .verify(&signed, join.signature.as_slice())
            .is_err()
        {
            let security = SecurityEvent::FalseJoinRequest { asker: device };
            return Some(Notice::security(self.cursor(), device, security));
        }
        // An old one that comes again says nothing of what the officer wants now.
        let is_fresh = join.time_ms.abs_diff(now_ms) <= limits::CLOCK_TOLERANCE_MS;
        if !is_fresh || !self.may_admit(&accreditation, now_ms) {
            return None;
        }
        self.askers.retain(|_, asker| is_waiting(asker, now_ms));
        if let Some(known) = self.askers.get_mut(&device) {
            known.heard_at_ms = now_ms;
            return None;
        }
        if self.askers.len() >= limits::MAX_JOIN_REQUESTS {
            return None;
        }
        let asker = Author::of(&accreditation, self.charter());
        self.askers.insert(
            device,
            Asker {
                accreditation,
                heard_at_ms: now_ms,
                is_dismissed: false,
            },
        );
        Some(Notice::AskedToJoin { asker })
    }

    /// Who waits to be let in by this device, in order of device id.
    pub fn askers(&self, now_ms: u64) -> impl Iterator<Item = &Asker> {
        self.askers.values().filter(move |asker| {
            !asker.is_dismissed
                && is_waiting(asker, now_ms)
                && self.may_admit(&asker.accreditation, now_ms)
        })
    }

    /// Waves somebody who asks aside: not shown again, unless it has stopped asking and begins anew.
    pub fn dismiss(&mut self, device: DeviceId) {
        if let Some(asker) = self.askers.get_mut(&device) {
            asker.is_dismissed = true;
        }
    }

    /// Whether requests to join are shown to this device.
    #[must_use]
    pub fn may_admit_anybody(&self) -> bool {
        matches!(self.role(), Some(Role::Coordinator | Role::Liaison))
    }

    fn may_admit(&self, asker: &Accreditation, now_ms: u64) -> bool {
        let Some(own) = self.roster().seat(self.device()) else {
            return false;
        };
        self.roster().seat(asker.device()).is_none()
            && !self.revocations.revokes(asker)
            && check_invitation(self.roster(), self.charter(), own.leaf, asker, now_ms).is_ok()
    }
}

/// Whoever still wants in asks again.
fn is_waiting(asker: &Asker, now_ms: u64) -> bool {
    now_ms.saturating_sub(asker.heard_at_ms) < limits::JOIN_REQUEST_KEPT_MS
}
