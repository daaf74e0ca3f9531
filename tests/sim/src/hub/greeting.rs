//! Challenge and hello, checked as the real hub checks them.

use std::sync::Arc;

use entente_protocol::{
    Challenge, ErrorCode, Hello, HubControl, HubFrame, PROTOCOL_VERSION, hello_bytes,
};
use entente_trust::Accreditation;
use tls_codec::VLBytes;

use super::{Hub, Link, Records};
use crate::net::LinkId;

impl Hub {
    /// A device has dialled.
    pub(crate) fn dialled(&mut self, link: LinkId, nonce: [u8; 32], now_ms: u64) {
        let peer = None;
        let heard_ms = now_ms;
        self.links.insert(
            link,
            Link {
                nonce,
                peer,
                heard_ms,
            },
        );
        let version = PROTOCOL_VERSION;
        self.frame(link, HubFrame::Challenge(Challenge { version, nonce }));
    }

    pub(super) fn greet(&mut self, link: LinkId, hello: &Hello, records: &Records, now_ms: u64) {
        let peer = match self.check(link, hello, now_ms) {
            Ok(peer) => peer,
            Err(code) => {
                self.control(link, HubControl::refused(None, None, code));
                return self.close(link);
            }
        };
        let device = peer.device();
        if let Some(known) = self.links.get_mut(&link) {
            known.peer = Some(Arc::new(peer));
        }
        let packages = records.key_packages.get(&device).into_iter().flatten();
        let key_packages = packages.filter(|package| !package.last_resort).count();
        let rooms = records.rooms.values();
        let welcomes = rooms
            .filter(|room| room.welcomes.contains_key(&device))
            .count();
        let ready = HubControl::Ready {
            device,
            time_ms: now_ms,
            key_packages: u32::try_from(key_packages).unwrap(),
            welcomes: u32::try_from(welcomes).unwrap(),
        };
        self.control(link, ready);
        if let Some(before) = self.connected.insert(device, link) {
            let superseded = HubControl::refused(None, None, ErrorCode::Superseded);
            self.control(before, superseded);
            self.close(before);
            self.connected.insert(device, link);
        }
    }

    fn check(&self, link: LinkId, hello: &Hello, now_ms: u64) -> Result<Accreditation, ErrorCode> {
        let nonce = self.links.get(&link).map(|link| link.nonce);
        if hello.version != PROTOCOL_VERSION {
            return Err(ErrorCode::UnsupportedVersion);
        }
        if nonce != Some(hello.nonce) {
            return Err(ErrorCode::ReplayedHello);
        }
        let mut names = self.names.iter();
        if !names.any(|name| name.as_bytes() == hello.hub_name.as_slice()) {
            return Err(ErrorCode::WrongHub);
        }
        let chain: Vec<&[u8]> = hello.chain.iter().map(VLBytes::as_slice).collect();
        let peer = Accreditation::from_chain(&chain).map_err(|_| ErrorCode::BadCertificate)?;
        if !self.authorities.contains(&peer.root()) {
            return Err(ErrorCode::UnknownAuthority);
        }
        peer.check_time(now_ms)
            .map_err(|_| ErrorCode::CertificateExpired)?;
        peer.verify(&hello_bytes(hello), hello.signature.as_slice())
            .map_err(|_| ErrorCode::BadSignature)?;
        if self.revocations.revokes(&peer) {
            return Err(ErrorCode::Revoked);
        }
        Ok(peer)
    }
}
