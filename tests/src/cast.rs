//! Demo authorities and enrolled devices.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use entente_client::authority::{AuthorityDesk, InviteRequest};
use entente_client::engine::{Engine, RoomSpec, Wish};
use entente_client::enrol::{enrol, open_device};
use entente_client::store::KdfCost;
use entente_client::{HubUrl, Passphrase, now_ms};
use entente_protocol::RoomId;
use entente_room::Identity;
use entente_trust::{Authority, CharterAuthority, Role, Terms};

use super::within;

const HOUR_MS: u64 = 3_600_000;

/// Authorities of several countries and the folder in which everything lies.
pub struct Cast {
    folder: PathBuf,
    url: HubUrl,
    passphrase: Passphrase,
    desks: BTreeMap<String, AuthorityDesk>,
}

/// An enrolled device.
pub struct Member {
    /// Its engine.
    pub engine: Engine,
    /// Its key and accreditation.
    pub identity: Arc<Identity>,
    /// Its directory.
    pub dir: PathBuf,
}

impl Cast {
    /// Makes authorities and has them known to the hub.
    pub async fn new(folder: &Path, url: &HubUrl, countries: &[&str]) -> Self {
        let passphrase = Passphrase::new("only for tests".to_owned());
        let mut desks = BTreeMap::new();
        for country in countries {
            let dir = folder.join(format!("authority-{country}"));
            let identity = (country.parse().unwrap(), "Bureau");
            let desk =
                AuthorityDesk::init(&dir, &passphrase, KdfCost::Exercise, identity, now_ms())
                    .unwrap();
            desk.answer_once(url, now_ms()).await.unwrap();
            desks.insert((*country).to_owned(), desk);
        }
        Self {
            folder: folder.to_owned(),
            url: url.clone(),
            passphrase,
            desks,
        }
    }

    /// Enrols a device without starting its engine.
    pub async fn enrol(
        &self,
        country: &str,
        callsign: &str,
        role: Role,
    ) -> (PathBuf, Arc<Identity>) {
        let desk = &self.desks[country];
        let request = InviteRequest {
            officer: format!("{country}-{callsign}"),
            callsign: callsign.to_owned(),
            role,
            valid_ms: 24 * HOUR_MS,
            ticket_valid_ms: HOUR_MS,
        };
        let ticket = desk.invite(request, now_ms()).unwrap();
        let dir = self.folder.join(format!("device-{callsign}"));
        let lock = (&self.passphrase, KdfCost::Exercise);
        let asking = enrol(&dir, lock, &self.url, &ticket, Duration::from_secs(240));
        let answering = async {
            while desk
                .answer_once(&self.url, now_ms())
                .await
                .unwrap()
                .is_empty()
            {
                tokio::task::yield_now().await;
            }
            core::future::pending::<()>().await;
        };
        let device = tokio::select! {
            device = asking => device.unwrap(),
            () = answering => unreachable!("the desk goes on for ever"),
        };
        // Partners have exchanged their certificates.
        for desk in self.desks.values() {
            device.trust(desk.root()).await.unwrap();
        }
        (dir, device.identity.clone())
    }

    /// Enrols a device and starts its engine.
    pub async fn member(&self, country: &str, callsign: &str, role: Role) -> Member {
        let (dir, identity) = self.enrol(country, callsign, role).await;
        let engine = self.wake(&dir).await;
        engine.caught_up().await.unwrap();
        Member {
            engine,
            identity,
            dir,
        }
    }

    /// Starts the engine of a device that was stopped.
    pub async fn wake(&self, dir: &Path) -> Engine {
        let device = open_device(dir, &self.passphrase).await.unwrap();
        Engine::start(device, Some(self.url.clone())).await.unwrap()
    }

    /// The same, with another hub than the one it was enrolled at.
    pub async fn wake_at(&self, dir: &Path, url: &HubUrl) -> Engine {
        let device = open_device(dir, &self.passphrase).await.unwrap();
        Engine::start(device, Some(url.clone())).await.unwrap()
    }

    /// The authorities as a charter names them.
    #[must_use]
    pub fn authorities(&self) -> Vec<CharterAuthority> {
        self.desks
            .values()
            .map(|desk| charter_authority(desk.root()))
            .collect()
    }

    /// An authority's desk.
    #[must_use]
    pub fn desk(&self, country: &str) -> &AuthorityDesk {
        &self.desks[country]
    }

    /// Opens a room and admits the others in one commit; returns when all have the board.
    pub async fn open_room(&self, founder: &Member, others: &[&Member], suite: u16) -> RoomId {
        let room = founder
            .engine
            .open_room(room_spec(self.authorities(), suite))
            .await
            .unwrap();
        let devices = others
            .iter()
            .map(|member| member.identity.device())
            .collect();
        founder
            .engine
            .commit(room, Wish::Admit(devices))
            .await
            .unwrap();
        for member in others {
            let ready = member
                .engine
                .until(room, |session| session.is_board_ready());
            within(ready).await.unwrap();
        }
        room
    }
}

/// A room that has been open for an hour, and is for four more.
#[must_use]
pub fn room_spec(authorities: Vec<CharterAuthority>, suite: u16) -> RoomSpec {
    let now = now_ms();
    RoomSpec {
        title: "Operation under test".to_owned(),
        playbook: String::new(),
        exercise: false,
        ciphersuite: suite,
        opens_at_ms: now - HOUR_MS,
        closes_at_ms: now + 4 * HOUR_MS,
        latest_close_ms: now + 12 * HOUR_MS,
        authorities,
        coordinators: Vec::new(),
        quorum: 1,
        terms: Terms::default(),
    }
}

fn charter_authority(root: &Authority) -> CharterAuthority {
    CharterAuthority {
        root: root.fingerprint(),
        country: root.country(),
        highest_role: Role::Coordinator,
    }
}
