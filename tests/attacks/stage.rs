//! Honest devices of two countries, a third country that is corrupt, and a hub that lies.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use entente_client::engine::{Engine, EngineEvent, Wish as EngineWish};
use entente_client::now_ms;
use entente_protocol::{DeviceId, RoomId};
use entente_room::{Event, Identity, Notice, Say, SecurityEvent};
use entente_tests::{Cast, HubProcess, Liar, Member, Rogue, Wish, accredited, room_spec};
use entente_trust::issue::{RootRequest, new_root};
use entente_trust::{Authority, CharterAuthority, Role};
use tokio::sync::broadcast::Receiver;

pub use entente_tests::within;

pub const CLASSIC: u16 = 0x0001;

pub struct Stage {
    /// A coordinator of JO, a liaison of AE, a field officer of JO.
    pub anvil: Member,
    pub bellows: Member,
    pub chisel: Member,
    pub liar: Liar,
    pub room: RoomId,
    /// The corrupt country's authority.
    pub key: SigningKey,
    pub root: Authority,
    pub cast: Cast,
    _hub: HubProcess,
    _folder: tempfile::TempDir,
}

/// What an honest device holds to be true of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    seats: Vec<DeviceId>,
    epoch: Option<u64>,
    authenticator: Option<Vec<u8>>,
    closes_at_ms: u64,
    board: [u8; 32],
    gone: bool,
}

impl Stage {
    pub async fn set() -> Self {
        Self::set_with(1).await
    }

    /// Devices are enrolled at an honest hub; then they only ever see the one that lies. A corrupt
    /// coordinator may be one of the room's, so that the quorum counts.
    pub async fn set_with(quorum: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &[]);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
        let liar = Liar::start().await;
        let mut members = Vec::new();
        for (country, callsign, role) in [
            ("JO", "Anvil", Role::Coordinator),
            ("AE", "Bellows", Role::Liaison),
            ("JO", "Chisel", Role::Field),
        ] {
            let (dir, identity) = cast.enrol(country, callsign, role).await;
            let engine = cast.wake_at(&dir, &liar.url()).await;
            engine.caught_up().await.unwrap();
            members.push(Member {
                engine,
                identity,
                dir,
            });
        }
        let [anvil, bellows, chisel]: [Member; 3] = members.try_into().ok().unwrap();
        let key = SigningKey::from_bytes(&[77; 32]);
        let request = RootRequest {
            country: "CI".parse().unwrap(),
            name: "Corrupt bureau".to_owned(),
            not_before_ms: now_ms() - 40 * 24 * 3_600_000,
            not_after_ms: now_ms() + 90 * 24 * 3_600_000,
        };
        let root = Authority::from_der(&new_root(&key, &request, [7; 16]).unwrap()).unwrap();
        let mut stage = Self {
            anvil,
            bellows,
            chisel,
            liar,
            room: RoomId::from_bytes([0; 16]),
            key,
            root,
            cast,
            _hub: hub,
            _folder: folder,
        };
        let corrupt_coordinator = stage.corrupt(Role::Coordinator).device();
        stage.room = stage.open(quorum, vec![corrupt_coordinator]).await;
        stage
    }

    async fn open(&self, quorum: u8, coordinators: Vec<DeviceId>) -> RoomId {
        let mut authorities = self.cast.authorities();
        authorities.push(CharterAuthority {
            root: self.root.fingerprint(),
            country: self.root.country(),
            highest_role: Role::Coordinator,
        });
        let mut spec = room_spec(authorities, CLASSIC);
        spec.coordinators = coordinators;
        spec.quorum = quorum;
        let room = self.anvil.engine.open_room(spec).await.unwrap();
        let others = vec![
            self.bellows.identity.device(),
            self.chisel.identity.device(),
        ];
        let admit = EngineWish::Admit(others);
        self.anvil.engine.commit(room, admit).await.unwrap();
        for member in self.honest() {
            let ready = member.engine.until(room, |s| s.is_board_ready());
            within(ready).await.unwrap();
        }
        room
    }

    /// A room of the same people.
    pub async fn another_room(&self) -> RoomId {
        self.open(1, Vec::new()).await
    }

    pub fn honest(&self) -> [&Member; 3] {
        [&self.anvil, &self.bellows, &self.chisel]
    }

    /// A device that the corrupt country has accredited in due form.
    pub fn corrupt(&self, role: Role) -> Rogue {
        let seed = [100 + role as u8; 32];
        let identity = accredited(&self.key, &self.root, role, seed, (-1, 30));
        Rogue::new(Arc::new(identity))
    }

    /// Admits a rogue, as nobody knows yet what it is.
    pub async fn admit(&self, rogue: &mut Rogue) {
        self.liar.substitute(rogue.device(), rogue.key_package());
        let admit = EngineWish::Admit(vec![rogue.device()]);
        self.anvil.engine.commit(self.room, admit).await.unwrap();
        rogue.join(&self.liar.welcomes(rogue.device())[0]);
        let device = rogue.device();
        for member in self.honest() {
            let seated = member
                .engine
                .until(self.room, move |s| s.roster().seat(device).is_some());
            within(seated).await.unwrap();
        }
        // The snapshot for the newcomer is out too, so that nothing else is under way.
        let quiet = self.anvil.engine.until(self.room, |s| s.waiting() == 0);
        within(quiet).await.unwrap();
    }

    pub async fn pictures(&self) -> Vec<Picture> {
        let mut pictures = Vec::new();
        for member in self.honest() {
            pictures.push(picture(&member.engine, self.room).await);
        }
        pictures
    }

    pub fn listen(&self) -> Vec<Receiver<EngineEvent>> {
        self.honest().map(|member| member.engine.events()).into()
    }

    /// The hub orders a rogue's commit; every honest device must refuse it by this rule, say so, and
    /// hold to be true what it held before.
    pub async fn refused(&self, rogue: &mut Rogue, wish: &Wish, rule: &str) {
        let before = self.pictures().await;
        let events = self.listen();
        let bundle = rogue.commit(self.room, wish);
        self.liar.commit(rogue.device(), bundle);
        for events in events {
            let alarm = security(events, |event| {
                matches!(event, SecurityEvent::CommitRefused { .. })
            });
            let SecurityEvent::CommitRefused { rule: found, .. } = alarm.await else {
                unreachable!();
            };
            assert!(found.contains(rule), "{found:?} is not {rule:?}");
        }
        assert_eq!(self.pictures().await, before);
    }

    pub async fn say(&self, member: &Member, text: &str) -> u64 {
        let event = Event::Say(Say {
            text: text.to_owned(),
            urgent: false,
            reply_to: None,
        });
        let delivered = member.engine.queue(self.room, event).await.unwrap();
        within(delivered).await.unwrap().unwrap()
    }
}

pub async fn picture(engine: &Engine, room: RoomId) -> Picture {
    engine
        .view(room, |session| Picture {
            seats: session.roster().seats().map(|(device, _)| device).collect(),
            epoch: session.epoch(),
            authenticator: session.epoch_authenticator(),
            closes_at_ms: session.charter().closes_at_ms,
            board: session.board().digest(),
            gone: session.ended().is_some(),
        })
        .await
        .unwrap()
}

/// The first event that fits.
pub async fn event(
    mut events: Receiver<EngineEvent>,
    fits: impl Fn(&EngineEvent) -> bool,
) -> EngineEvent {
    within(async move {
        loop {
            let event = events.recv().await.unwrap();
            if fits(&event) {
                return event;
            }
        }
    })
    .await
}

/// The first alarm that fits.
pub async fn security(
    events: Receiver<EngineEvent>,
    fits: impl Fn(&SecurityEvent) -> bool,
) -> SecurityEvent {
    let found = event(events, |event| {
        matches!(
            event,
            EngineEvent::Room {
                notice: Notice::Security { security, .. },
                ..
            } if fits(security)
        )
    });
    match found.await {
        EngineEvent::Room {
            notice: Notice::Security { security, .. },
            ..
        } => security,
        _ => unreachable!(),
    }
}

/// Whose certificate a test needs once.
pub fn newcomer(stage: &Stage, role: Role, valid_days: (i64, i64)) -> Identity {
    accredited(&stage.key, &stage.root, role, [200; 32], valid_days)
}
