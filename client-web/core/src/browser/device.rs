//! The device itself: enrolling, unlocking, locking, wiping, and its settings.

use std::rc::Rc;
use std::sync::Arc;

use entente_device::engine::Engine;
use entente_device::enrol::{self, EnrolError, EnrolledDevice};
use entente_device::store::Store as _;
use entente_device::{HubUrl, Passphrase};
use entente_protocol::{PushEndpoint, RoomId};
use entente_trust::{Accreditation, Authority, Ticket};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::state::{AUTOLOCK_MIN, Inner, Link, Open, State};
use super::vault::SealedVault;
use crate::failure::Failure;
use crate::notice::NoticeView;
use crate::view::{ClockView, PartyOption, RoomSummary};

/// What is kept beside the engine's records.
const TICKET: &[u8] = b"web/ticket";
const ENROL_HUB: &[u8] = b"web/enrol-hub";
const AUTOLOCK: &[u8] = b"web/autolock";
const DURESS: &[u8] = b"web/duress";
const PUSH: &[u8] = b"web/push";

/// How long one wait for the authority's desk is; then it is begun again.
const DESK_PATIENCE_MS: u64 = 60_000;

/// Pause after the hub could not be reached, milliseconds.
const DESK_PAUSE_MS: u64 = 2_000;

/// The device as the page shows it.
#[derive(Serialize)]
pub(super) struct DeviceView {
    state: &'static str,
    hub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    accreditation: Option<AccreditationView>,
    connection: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    clock: ClockView,
    rooms: Vec<RoomSummary>,
    asked: Vec<AskedView>,
    autolock_min: u32,
    duress_set: bool,
    push: &'static str,
}

/// A browser's push subscription. Its keys are of no use: a push has no content.
#[derive(serde::Deserialize)]
pub(super) struct Subscription {
    endpoint: PushEndpoint,
}

/// A room that the device asks to be let into.
#[derive(Serialize)]
struct AskedView {
    room: RoomId,
    since_ms: u64,
}

#[derive(Serialize)]
struct AccreditationView {
    device: String,
    callsign: String,
    officer: String,
    country: String,
    role: &'static str,
    authority: String,
    authority_fingerprint: String,
    valid_from_ms: u64,
    valid_to_ms: u64,
}

impl From<&Accreditation> for AccreditationView {
    fn from(it: &Accreditation) -> Self {
        Self {
            device: it.device().to_string(),
            callsign: it.callsign().to_owned(),
            officer: it.officer().to_owned(),
            country: it.country().to_string(),
            role: it.role().as_str(),
            authority: it.authority().name().to_owned(),
            authority_fingerprint: it.root().to_string(),
            valid_from_ms: it.not_before_ms(),
            valid_to_ms: it.not_after_ms(),
        }
    }
}

impl Inner {
    pub(super) async fn device_view(&self) -> DeviceView {
        let rooms = self.summaries().await;
        let asked = self.asked().await;
        let mut view = DeviceView {
            state: "new",
            hub: self.origin.clone(),
            accreditation: None,
            connection: Link::Offline,
            refused: None,
            clock: ClockView {
                offset_ms: 0,
                uncertainty_ms: None,
                certain: false,
            },
            rooms,
            asked,
            autolock_min: AUTOLOCK_MIN,
            duress_set: false,
            push: "off",
        };
        match &*self.state.borrow() {
            State::New => {}
            State::Enrolling => view.state = "enrolling",
            State::Locked => view.state = "locked",
            State::Open(open) => {
                view.state = "open";
                view.hub = open.hub.to_string();
                view.accreditation = Some((&open.accreditation).into());
                view.connection = open.link;
                view.refused.clone_from(&open.refused);
                if let Some(clock) = open.clock {
                    view.clock = clock.into();
                }
                view.autolock_min = open.autolock_min;
                view.duress_set = open.duress_set;
                view.push = if open.push_on { "on" } else { "off" };
            }
        }
        view
    }

    async fn asked(&self) -> Vec<AskedView> {
        let Ok(engine) = self.engine() else {
            return Vec::new();
        };
        let asked = engine.asked().await.unwrap_or_default();
        let asked = asked.into_iter();
        asked
            .map(|(room, since_ms)| AskedView { room, since_ms })
            .collect()
    }

    pub(super) async fn enrol(
        self: &Rc<Self>,
        ticket: &str,
        hub: &str,
        passphrase: &Passphrase,
    ) -> Result<(), Failure> {
        if matches!(&*self.state.borrow(), State::Open(_)) {
            return Err(Failure::new("enrolled"));
        }
        let parsed: Ticket = ticket.trim().parse().map_err(|_| Failure::new("ticket"))?;
        let hub: HubUrl = hub.parse().map_err(|_| Failure::new("hub-address"))?;
        let is_locked = matches!(&*self.state.borrow(), State::Locked);
        let vault = if is_locked {
            self.vault.unlock(passphrase).await?
        } else {
            self.vault.create(passphrase).await?
        };
        let ticket = ticket.trim().as_bytes().to_vec();
        vault
            .apply(vec![
                (TICKET.to_vec(), Some(ticket)),
                (ENROL_HUB.to_vec(), Some(hub.to_string().into_bytes())),
            ])
            .await?;
        self.wait_for_desk(vault, hub, parsed);
        Ok(())
    }

    /// Asks until the desk has answered, over lost connections too.
    fn wait_for_desk(self: &Rc<Self>, vault: SealedVault, hub: HubUrl, ticket: Ticket) {
        self.set_state(State::Enrolling);
        let (inner, generation) = (self.clone(), self.generation.get());
        spawn_local(async move {
            while inner.generation.get() == generation {
                let store = Arc::new(vault.clone());
                match enrol::enrol(store, &hub, &ticket, DESK_PATIENCE_MS).await {
                    Ok(device) if inner.generation.get() == generation => {
                        let done = vec![(TICKET.to_vec(), None), (ENROL_HUB.to_vec(), None)];
                        // A ticket that stays is used up, and of no harm.
                        let _ = vault.apply(done).await;
                        if let Err(failure) = inner.open(vault, device).await {
                            inner.failed(&failure);
                        }
                        return;
                    }
                    Ok(_) => return,
                    Err(EnrolError::NoAnswer) => {}
                    Err(EnrolError::Http(error))
                        if !matches!(error, entente_device::HttpError::Refused(_)) =>
                    {
                        entente_device::platform::sleep(DESK_PAUSE_MS).await;
                    }
                    Err(error) => {
                        // It never becomes good: back to the beginning.
                        let _ = inner.vault.wipe().await;
                        inner.set_state(State::New);
                        inner.failed(&error.into());
                        return;
                    }
                }
            }
        });
    }

    fn failed(&self, failure: &Failure) {
        self.tell(&NoticeView::failure(failure).push(None));
    }

    pub(super) async fn unlock(self: &Rc<Self>, passphrase: &Passphrase) -> Result<(), Failure> {
        if matches!(&*self.state.borrow(), State::Open(_)) {
            return Ok(());
        }
        let vault = self.vault.unlock(passphrase).await?;
        match enrol::open_device(Arc::new(vault.clone())).await {
            Ok(device) => self.open(vault, device).await,
            Err(EnrolError::NotEnrolled) => {
                let text = |bytes: Option<Vec<u8>>| bytes.and_then(|it| String::from_utf8(it).ok());
                let ticket = text(vault.get(TICKET).await?).and_then(|it| it.parse().ok());
                let hub = text(vault.get(ENROL_HUB).await?).and_then(|it| it.parse().ok());
                match (ticket, hub) {
                    (Some(ticket), Some(hub)) => self.wait_for_desk(vault, hub, ticket),
                    // Nothing on it: a new device, or one that was opened under duress.
                    _ => self.set_state(State::New),
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn open(
        self: &Rc<Self>,
        vault: SealedVault,
        device: EnrolledDevice,
    ) -> Result<(), Failure> {
        let number = |bytes: Option<Vec<u8>>| {
            bytes
                .and_then(|it| String::from_utf8(it).ok())
                .and_then(|it| it.parse().ok())
        };
        let autolock_min = number(vault.get(AUTOLOCK).await?).unwrap_or(AUTOLOCK_MIN);
        let duress_set = vault.get(DURESS).await?.is_some();
        let push_on = vault.get(PUSH).await?.is_some();
        let accreditation = device.identity.accreditation().clone();
        let hub = device.hub.clone();
        let engine = Engine::start(device, None).await?;
        let (security, seen) = self.load_notes(&vault, &engine).await?;
        self.set_state(State::Open(Box::new(Open {
            engine: engine.clone(),
            vault,
            accreditation,
            hub,
            link: Link::Connecting,
            refused: None,
            clock: None,
            live: Default::default(),
            talks: Default::default(),
            security,
            revoked: Default::default(),
            seen,
            looked_at: None,
            autolock_min,
            duress_set,
            push_on,
        })));
        self.clone().listen(&engine);
        Ok(())
    }

    /// Drops the keys. What was written stays, sealed.
    pub(super) async fn lock(&self) -> Result<(), Failure> {
        let engine = match &*self.state.borrow() {
            State::Open(open) => Some(open.engine.clone()),
            _ => None,
        };
        if let Some(engine) = engine {
            engine.stop().await;
            self.set_state(State::Locked);
        }
        Ok(())
    }

    pub(super) async fn set_duress(&self, duress: &Passphrase) -> Result<(), Failure> {
        let vault = self.with_open(|open| open.vault.clone())?;
        self.vault.set_duress(duress).await?;
        vault.apply(vec![(DURESS.to_vec(), Some(vec![1]))]).await?;
        self.with_open(|open| open.duress_set = true)
    }

    pub(super) async fn set_autolock(&self, minutes: u32) -> Result<(), Failure> {
        let vault = self.with_open(|open| open.vault.clone())?;
        let value = minutes.to_string().into_bytes();
        vault.apply(vec![(AUTOLOCK.to_vec(), Some(value))]).await?;
        self.with_open(|open| open.autolock_min = minutes)
    }

    /// Lets the hub knock at a push endpoint of the browser's, or no longer.
    pub(super) async fn push_subscribe(
        &self,
        subscription: Option<Subscription>,
    ) -> Result<(), Failure> {
        let connection = self.engine()?.connection().await?;
        let connection = connection.ok_or_else(|| Failure::new("offline"))?;
        let endpoint = subscription.map(|it| it.endpoint);
        let on = endpoint.is_some();
        let sent = connection.push_subscribe(endpoint).await;
        sent.map_err(entente_device::engine::EngineError::from)?;
        let vault = self.with_open(|open| open.vault.clone())?;
        vault
            .apply(vec![(PUSH.to_vec(), on.then(|| vec![1]))])
            .await?;
        self.with_open(|open| open.push_on = on)
    }

    pub(super) async fn wipe(&self) -> Result<(), Failure> {
        self.lock().await?;
        self.vault.wipe().await?;
        self.set_state(State::New);
        Ok(())
    }

    /// Its own authority and the partners' that it trusts.
    pub(super) async fn trusted(&self) -> Result<Vec<Authority>, Failure> {
        let (vault, own) =
            self.with_open(|open| (open.vault.clone(), open.accreditation.authority().clone()))?;
        let mut all = vec![own];
        all.extend(enrol::trusted(&vault).await?);
        Ok(all)
    }

    pub(super) async fn parties(&self) -> Result<Vec<PartyOption>, Failure> {
        Ok(self
            .trusted()
            .await?
            .iter()
            .map(PartyOption::from)
            .collect())
    }

    pub(super) async fn trust(&self, certificate: &str) -> Result<(), Failure> {
        let authority =
            Authority::from_pem(certificate).map_err(|_| Failure::new("bad-certificate"))?;
        Ok(self.engine()?.trust(authority).await?)
    }

    pub(super) async fn directory(&self) -> Result<Value, Failure> {
        let trusted: Vec<_> = self
            .trusted()
            .await?
            .iter()
            .map(Authority::fingerprint)
            .collect();
        let found = self.engine()?.directory(None).await?;
        // Whose authority nobody here knows is no choice.
        let entries = found
            .iter()
            .filter(|it| trusted.contains(&it.root()))
            .map(|it| {
                serde_json::json!({
                    "device": it.device(),
                    "callsign": it.callsign(),
                    "officer": it.officer(),
                    "country": it.country(),
                    "role": it.role(),
                    "authority_fingerprint": it.root(),
                })
            });
        Ok(Value::Array(entries.collect()))
    }
}
