//! The hub's process as it is modelled: connections, requests and rooms around the real decisions of
//! `entente-delivery`. It goes as the real one does: a request is decided at once, what was decided is
//! stored in batches, each resting on the one before, and nobody hears of what is not stored.

mod greeting;
mod records;
mod requests;
mod room;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use entente_delivery::Effect;
use entente_protocol::{
    ClientControl, ClientFrame, DeviceId, ErrorCode, Fingerprint, HubControl, HubFrame, RoomId,
};
use entente_trust::{Accreditation, Revocations, SignedRevocationList};
use openmls_rust_crypto::RustCrypto;

use crate::Bug;
use crate::net::LinkId;

pub(crate) use records::{DiskFlaws, Records, delivery};
use room::RoomTask;

/// Frames under way to one connection before it is cut loose.
const OUTBOUND_FRAMES: usize = 48;

/// What the hub says.
#[derive(Debug, Clone)]
pub(crate) enum Saying {
    Frame(HubFrame),
    Control(HubControl),
}

/// What the hub does.
pub(crate) enum Deed {
    /// Sends to a connection.
    Send(LinkId, Saying),
    /// Ends a connection once what was sent is through.
    Close(LinkId),
    /// Hands a batch to the disk, to be written after those before.
    Write(Write),
    /// Wants to be asked soon whether a batch is full.
    SubmitSoon(RoomId),
    /// Decided something, for the trace.
    Refused(DeviceId, ErrorCode),
}

/// A batch on its way to the disk.
#[derive(Clone)]
pub(crate) struct Write {
    pub(crate) id: u64,
    pub(crate) room: RoomId,
    /// The head that it rests on; none for a new room.
    pub(crate) base: Option<u64>,
    pub(crate) effects: Arc<Vec<Effect>>,
}

/// One connection.
struct Link {
    nonce: [u8; 32],
    peer: Option<Arc<Accreditation>>,
    heard_ms: u64,
}

/// The hub's memory: gone with its process.
pub(crate) struct Hub {
    pub(crate) bug: Option<Bug>,
    names: Vec<String>,
    authorities: BTreeSet<Fingerprint>,
    crypto: RustCrypto,
    links: BTreeMap<LinkId, Link>,
    connected: BTreeMap<DeviceId, LinkId>,
    rooms: BTreeMap<RoomId, RoomTask>,
    revocations: Revocations,
    /// Frames under way to each connection, as the network counts them.
    under_way: BTreeMap<LinkId, usize>,
    deeds: Vec<Deed>,
    next_write: u64,
    /// Whose next wish to follow a room gets lost in this process, and how.
    pub(crate) losses: BTreeMap<DeviceId, Loss>,
}

/// How a hub loses somebody without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The request is never answered.
    Request,
    /// It is answered, and nothing comes.
    Reader,
}

impl Hub {
    /// A process that starts on what the disk has.
    pub(crate) fn start(
        records: &Records,
        names: Vec<String>,
        authorities: BTreeSet<Fingerprint>,
        bug: Option<Bug>,
    ) -> Self {
        let mut revocations = Revocations::default();
        for list in records.lists.values() {
            let _ = revocations.insert(list.clone());
        }
        Self {
            bug,
            names,
            authorities,
            crypto: RustCrypto::default(),
            links: BTreeMap::new(),
            connected: BTreeMap::new(),
            rooms: BTreeMap::new(),
            revocations,
            under_way: BTreeMap::new(),
            deeds: Vec::new(),
            next_write: 0,
            losses: BTreeMap::new(),
        }
    }

    pub(crate) fn take_deeds(&mut self) -> Vec<Deed> {
        core::mem::take(&mut self.deeds)
    }

    /// Hands a batch to the disk; returns its number.
    fn write(&mut self, room: RoomId, base: Option<u64>, effects: Arc<Vec<Effect>>) -> u64 {
        let id = self.next_write;
        self.next_write += 1;
        self.deeds.push(Deed::Write(Write {
            id,
            room,
            base,
            effects,
        }));
        id
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn frame(&mut self, link: LinkId, frame: HubFrame) {
        *self.under_way.entry(link).or_default() += 1;
        self.deeds.push(Deed::Send(link, Saying::Frame(frame)));
    }

    fn control(&mut self, link: LinkId, control: HubControl) {
        *self.under_way.entry(link).or_default() += 1;
        self.deeds.push(Deed::Send(link, Saying::Control(control)));
    }

    fn refuse(&mut self, link: LinkId, request: u32, room: Option<RoomId>, code: ErrorCode) {
        if let Some(peer) = self.peer(link) {
            self.deeds.push(Deed::Refused(peer.device(), code));
        }
        self.control(link, HubControl::refused(Some(request), room, code));
    }

    fn close(&mut self, link: LinkId) {
        self.deeds.push(Deed::Close(link));
        self.link_gone(link);
    }

    fn free(&self, link: LinkId) -> usize {
        OUTBOUND_FRAMES.saturating_sub(self.under_way.get(&link).copied().unwrap_or_default())
    }

    fn peer(&self, link: LinkId) -> Option<Arc<Accreditation>> {
        self.links.get(&link)?.peer.clone()
    }

    /// The connection has ended.
    pub(crate) fn link_gone(&mut self, link: LinkId) {
        self.links.remove(&link);
        self.under_way.remove(&link);
        self.connected.retain(|_, live| *live != link);
        for room in self.rooms.values_mut() {
            room.forget(link);
        }
    }

    /// A message went through to a device: there is a place for the next one.
    pub(crate) fn written(&mut self, link: LinkId, records: &Records) {
        if let Some(count) = self.under_way.get_mut(&link) {
            *count = count.saturating_sub(1);
        }
        for room in self.readers_of(link) {
            self.read_on(room, link, records);
        }
    }

    /// A binary frame of a device.
    pub(crate) fn binary(
        &mut self,
        link: LinkId,
        bytes: &[u8],
        records: &mut Records,
        now_ms: u64,
    ) {
        self.heard(link, now_ms);
        let Ok(frame) = ClientFrame::decode(bytes) else {
            let code = ErrorCode::MalformedFrame;
            return self.control(link, HubControl::refused(None, None, code));
        };
        match (frame, self.peer(link)) {
            (ClientFrame::Hello(hello), None) => self.greet(link, &hello, records, now_ms),
            (_, None) => self.close(link),
            (frame, Some(peer)) => self.request(link, &peer, frame, records, now_ms),
        }
    }

    /// A control message of a device.
    pub(crate) fn text(&mut self, link: LinkId, text: &str, records: &mut Records, now_ms: u64) {
        self.heard(link, now_ms);
        let Ok(control) = ClientControl::decode(text) else {
            let code = ErrorCode::MalformedFrame;
            return self.control(link, HubControl::refused(None, None, code));
        };
        match self.peer(link) {
            None => self.close(link),
            Some(peer) => self.asked(link, &peer, control, records, now_ms),
        }
    }

    fn heard(&mut self, link: LinkId, now_ms: u64) {
        if let Some(link) = self.links.get_mut(&link) {
            link.heard_ms = now_ms;
        }
    }

    /// From time to time: silent connections, rooms whose time is over, revocation lists.
    pub(crate) fn tick(&mut self, records: &Records, now_ms: u64, idle_ms: u64) {
        let silent = |link: &Link| now_ms.abs_diff(link.heard_ms) > idle_ms;
        let gone: Vec<LinkId> = self
            .links
            .iter()
            .filter(|(_, l)| silent(l))
            .map(|(id, _)| *id)
            .collect();
        for link in gone {
            self.close(link);
        }
        for room in records.rooms.keys().copied().collect::<Vec<_>>() {
            self.load(room, records);
            self.go_on(room, records, now_ms);
        }
    }

    /// An authority's list has come.
    pub(crate) fn revoke(
        &mut self,
        list: SignedRevocationList,
        records: &mut Records,
        now_ms: u64,
    ) {
        let Ok(devices) = self.revocations.insert(list.clone()) else {
            return;
        };
        records.lists.insert(list.list.authority, list);
        for device in devices {
            if let Some(link) = self.connected.get(&device).copied() {
                self.control(link, HubControl::refused(None, None, ErrorCode::Revoked));
                self.close(link);
            }
        }
        for room in records.rooms.keys().copied().collect::<Vec<_>>() {
            self.load(room, records);
            self.go_on(room, records, now_ms);
        }
    }
}
