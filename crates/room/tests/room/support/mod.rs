//! A hub and its members in one process: the real state machines, without a network.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use ed25519_dalek::SigningKey;
use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{Delivery, DeviceId, Fingerprint, GroupInfoReply, RoomId, WelcomeDelivery};
use entente_room::{
    CharterText, CommitWish, Event, Identity, KeyStore, NewRoom, Notice, Rejected, Session,
};
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{
    Accreditation, Authority, Charter, CharterAuthority, DeviceSigner, Role, Terms,
};

/// Today: openmls checks the lifetime of key packages against the machine's clock.
#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::disallowed_methods)]
pub static NOW: LazyLock<u64> = LazyLock::new(|| {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    u64::try_from(since.as_millis()).unwrap()
});
#[cfg(target_arch = "wasm32")]
pub static NOW: LazyLock<u64> = LazyLock::new(|| js_sys::Date::now() as u64);
const DAY: u64 = 24 * 3_600_000;

#[cfg(not(target_arch = "wasm32"))]
#[path = "../../../../../tests/src/rogue.rs"]
pub mod rogue;

pub mod inner;

/// The time of the world.
pub fn now_ms() -> u64 {
    *NOW
}

/// A country's authority with its key.
pub struct Country {
    pub key: SigningKey,
    pub authority: Authority,
}

impl Country {
    pub fn new(code: &str, seed: u8, now: u64) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let request = RootRequest {
            country: code.parse().unwrap(),
            name: format!("Bureau {code}"),
            not_before_ms: now - DAY,
            not_after_ms: now + 365 * DAY,
        };
        let der = new_root(&key, &request, [seed; 16]).unwrap();
        Self {
            key,
            authority: Authority::from_der(&der).unwrap(),
        }
    }

    pub fn device(&self, callsign: &str, role: Role, seed: u8, now: u64) -> Arc<Identity> {
        let signer = DeviceSigner::from_seed(&[seed; 32]);
        let request = AccreditationRequest {
            device_key: signer.public_key(),
            officer: format!("{}-{seed:03}", self.authority.country()),
            callsign: callsign.to_owned(),
            role,
            not_before_ms: now - DAY,
            not_after_ms: now + 30 * DAY,
        };
        let leaf = accredit(&self.key, &self.authority, &request, [seed; 16]).unwrap();
        let chain = [leaf, self.authority.der().to_vec()];
        let accreditation = Accreditation::from_chain(&chain).unwrap();
        Arc::new(Identity::new(signer, accreditation).unwrap())
    }
}

/// Why the board refused things, as a member heard it.
pub fn rejections(notices: &[Notice]) -> Vec<Rejected> {
    let reasons = notices.iter().filter_map(|notice| match notice {
        Notice::Rejected { reason, .. } => Some(*reason),
        _ => None,
    });
    reasons.collect()
}

pub struct Member {
    pub identity: Arc<Identity>,
    pub keys: KeyStore,
    pub session: Option<Session>,
    pub records: BTreeMap<Vec<u8>, Vec<u8>>,
    pub notices: Vec<Notice>,
}

impl Member {
    pub fn new(identity: Arc<Identity>) -> Self {
        Self {
            identity,
            keys: KeyStore::default(),
            session: None,
            records: BTreeMap::new(),
            notices: Vec::new(),
        }
    }

    pub fn session(&mut self) -> &mut Session {
        self.session.as_mut().unwrap()
    }

    /// As a process that ends and starts again.
    pub fn restart(&mut self) {
        self.persist();
        let records = self.records.clone();
        self.session = Some(Session::load(self.identity.clone(), records).unwrap());
    }

    pub fn persist(&mut self) {
        for (key, value) in self.session.as_mut().unwrap().take_changes() {
            match value {
                Some(value) => self.records.insert(key, value),
                None => self.records.remove(&key),
            };
        }
    }
}

pub struct World {
    pub now: u64,
    pub hub: Room,
    pub log: Vec<StoredMessage>,
    pub welcomes: Vec<(DeviceId, WelcomeDelivery)>,
    pub members: Vec<Member>,
    pub room: RoomId,
    pub suite: u16,
    /// Roots that every member trusts: all countries of the charter.
    pub trusted: BTreeSet<Fingerprint>,
}

impl World {
    /// A room of three countries, opened by the first identity.
    pub fn open(suite: u16, countries: &[&Country], founder: Arc<Identity>, now: u64) -> Self {
        Self::open_with(suite, countries, founder, now, |_| ())
    }

    /// The same, with a charter that the test has changed.
    pub fn open_with(
        suite: u16,
        countries: &[&Country],
        founder: Arc<Identity>,
        now: u64,
        change: impl FnOnce(&mut Charter),
    ) -> Self {
        Self::open_for(suite, countries, founder, now, String::new(), change)
    }

    /// The same, with a playbook as JSON.
    pub fn open_for(
        suite: u16,
        countries: &[&Country],
        founder: Arc<Identity>,
        now: u64,
        playbook: String,
        change: impl FnOnce(&mut Charter),
    ) -> Self {
        let room = RoomId::from_bytes([7; 16]);
        let text = CharterText {
            salt: [9; 32],
            title: "Operation Saffron".into(),
            playbook,
            exercise: false,
        };
        let mut charter = Charter {
            terms: Terms::default(),
            room,
            ciphersuite: suite,
            amendment: 0,
            previous: Fingerprint::from_bytes([0; 32]),
            opens_at_ms: now,
            closes_at_ms: now + 4 * 3_600_000,
            latest_close_ms: now + 12 * 3_600_000,
            authorities: countries
                .iter()
                .map(|country| CharterAuthority {
                    root: country.authority.fingerprint(),
                    country: country.authority.country(),
                    highest_role: Role::Coordinator,
                })
                .collect(),
            coordinators: vec![founder.device()],
            quorum: 1,
            text_digest: text.digest(),
        };
        change(&mut charter);
        let (session, request) =
            Session::create(founder.clone(), NewRoom { charter, text }, now).unwrap();
        let (hub, effects) = Room::open(founder.accreditation(), request, now).unwrap();
        let mut member = Member::new(founder);
        member.session = Some(session);
        let mut world = Self {
            now,
            hub,
            log: Vec::new(),
            welcomes: Vec::new(),
            members: vec![member],
            room,
            suite,
            trusted: countries
                .iter()
                .map(|country| country.authority.fingerprint())
                .collect(),
        };
        world.carry_out(effects);
        world.settle();
        world
    }

    pub fn add_member(&mut self, identity: Arc<Identity>) -> usize {
        self.members.push(Member::new(identity));
        self.members.len() - 1
    }

    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut tree = Vec::new();
        for effect in effects {
            match effect {
                Effect::Append(message) => self.log.push(message),
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => self.welcomes.push((
                    device,
                    WelcomeDelivery {
                        room: self.room,
                        seq,
                        welcome: welcome.into(),
                        ratchet_tree: tree.clone().into(),
                    },
                )),
                _ => {}
            }
        }
    }

    pub fn give(&mut self, sender: DeviceId, input: Input) -> Result<(), Refusal> {
        let effects = self.hub.handle(sender, input, self.now)?;
        self.carry_out(effects);
        Ok(())
    }

    pub fn delivery(&self, index: usize) -> Delivery {
        let message = &self.log[index];
        Delivery {
            room: self.room,
            seq: message.seq,
            kind: message.kind,
            sender: message.sender,
            number: message.number,
            epoch: message.epoch,
            time_ms: message.time_ms,
            message: message.message.clone().into(),
        }
    }

    /// Welcomes are taken, deliveries applied, outboxes emptied, until nothing moves.
    pub fn settle(&mut self) {
        loop {
            let before = self.log.len();
            self.take_welcomes();
            for member in 0..self.members.len() {
                self.catch_up(member);
                self.flush(member);
            }
            let all_there = self.members.iter().all(|member| {
                member.session.as_ref().is_none_or(|session| {
                    session.ended().is_some()
                        || session.halted_at().is_some()
                        || session.cursor() == self.hub.head()
                })
            });
            if before == self.log.len() && all_there {
                return;
            }
        }
    }

    pub fn take_welcomes(&mut self) {
        for (device, welcome) in std::mem::take(&mut self.welcomes) {
            let Some(member) = self
                .members
                .iter_mut()
                .find(|member| member.identity.device() == device)
            else {
                continue;
            };
            let (keys, trusted) = (&mut member.keys, &self.trusted);
            let entered = match member.session.as_ref() {
                Some(before) => {
                    let entered = before.rejoin(keys, &welcome, trusted, self.now);
                    for (key, _) in before.forget_mls() {
                        member.records.remove(&key);
                    }
                    entered
                }
                None => {
                    let identity = member.identity.clone();
                    Session::join(identity, keys, &welcome, trusted, self.now)
                }
            };
            let (session, notice) = entered.unwrap();
            member.session = Some(session);
            member.notices.push(notice);
        }
    }

    pub fn catch_up(&mut self, member: usize) {
        let start = self.members[member].session.as_ref();
        let start = start.map_or(0, |session| session.cursor() as usize);
        for index in start..self.log.len() {
            let delivery = self.delivery(index);
            let Some(session) = self.members[member].session.as_mut() else {
                return;
            };
            if session.ended().is_some() || session.halted_at().is_some() {
                return;
            }
            let notices = session.receive(&delivery).unwrap();
            self.members[member].notices.extend(notices);
        }
    }

    pub fn flush(&mut self, member: usize) {
        let device = self.members[member].identity.device();
        let Some(session) = self.members[member].session.as_mut() else {
            return;
        };
        if session.ended().is_some() || session.halted_at().is_some() {
            return;
        }
        for send in session.outgoing(100, self.now).unwrap() {
            let number = send.number;
            if let Err(refusal) = self.give(device, Input::Send(send)) {
                self.members[member].session().refused(number, refusal.code);
            }
        }
    }

    pub fn admit(&mut self, by: usize, who: &[usize]) -> Result<(), Refusal> {
        let mut wanted = Vec::new();
        for index in who {
            let (suite, now) = (self.suite, self.now);
            let member = &mut self.members[*index];
            let identity = member.identity.clone();
            let made = member
                .keys
                .generate(&identity, suite, 1, false, now)
                .unwrap();
            wanted.push((identity.device(), made.once[0].clone()));
        }
        self.commit(by, CommitWish::Admit(wanted))
    }

    pub fn commit(&mut self, by: usize, wish: CommitWish) -> Result<(), Refusal> {
        let now = self.now;
        let device = self.members[by].identity.device();
        let bundle = self.members[by].session().commit(wish, now).unwrap();
        self.give(device, Input::Commit(bundle))
    }

    pub fn say(&mut self, by: usize, event: Event) {
        self.members[by].session().enqueue(&event).unwrap();
    }

    pub fn group_info(&self) -> GroupInfoReply {
        GroupInfoReply {
            request: 0,
            room: self.room,
            seq: self.hub.head(),
            group_info: self.hub.group_info().to_vec().into(),
            ratchet_tree: self.hub.ratchet_tree().to_vec().into(),
        }
    }
}
