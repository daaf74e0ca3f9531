//! What the worker knows, and telling the page.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use entente_device::HubUrl;
use entente_device::engine::{Clock, Engine};
use entente_protocol::{DeviceId, RoomId};
use entente_trust::Accreditation;
use js_sys::Function;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::vault::{SealedVault, Vault};
use super::{Answered, post};
use crate::failure::Failure;
use crate::view::{SecurityLine, Talk};

/// Minutes without a touch until the screen locks, unless somebody chose otherwise.
pub(super) const AUTOLOCK_MIN: u32 = 5;

/// Where the device stands.
pub(super) enum State {
    /// Nothing on it.
    New,
    /// Waits for the authority's desk.
    Enrolling,
    /// Needs its passphrase.
    Locked,
    /// In use.
    Open(Box<Open>),
}

/// How the hub is reached.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Link {
    Connected,
    Connecting,
    Offline,
}

/// An open device.
pub(super) struct Open {
    pub(super) engine: Engine,
    pub(super) vault: SealedVault,
    pub(super) accreditation: Accreditation,
    pub(super) hub: HubUrl,
    pub(super) link: Link,
    /// Why the hub refuses this device.
    pub(super) refused: Option<String>,
    pub(super) clock: Option<Clock>,
    pub(super) live: BTreeSet<RoomId>,
    pub(super) talks: BTreeMap<RoomId, Talk>,
    pub(super) security: BTreeMap<RoomId, Vec<SecurityLine>>,
    pub(super) revoked: BTreeMap<RoomId, Vec<DeviceId>>,
    /// Up to where the reader has looked.
    pub(super) seen: BTreeMap<RoomId, u64>,
    pub(super) looked_at: Option<RoomId>,
    pub(super) autolock_min: u32,
    pub(super) duress_set: bool,
    pub(super) push_on: bool,
}

pub(super) struct Inner {
    post: Function,
    pub(super) origin: String,
    pub(super) vault: Vault,
    pub(super) state: RefCell<State>,
    /// Counts openings: what was begun for an earlier one is not told to a later one.
    pub(super) generation: Cell<u64>,
    pub(super) changed: Notify,
    /// What was told last, so that nothing is told twice.
    last_device: RefCell<String>,
    last_room: RefCell<String>,
}

impl Inner {
    pub(super) async fn start(origin: String, post: Function) -> Result<Rc<Self>, Failure> {
        let vault = Vault::open().await?;
        let state = if vault.exists().await? {
            State::Locked
        } else {
            State::New
        };
        let inner = Rc::new(Self {
            post,
            origin,
            vault,
            state: RefCell::new(state),
            generation: Cell::new(0),
            changed: Notify::new(),
            last_device: RefCell::default(),
            last_room: RefCell::default(),
        });
        inner.clone().tell_changes();
        inner.changed.notify_one();
        Ok(inner)
    }

    pub(super) fn answer(&self, id: u32, answer: Result<Answered, Failure>) {
        match answer {
            Ok(Answered::Json(text)) => {
                post(
                    &self.post,
                    format!(r#"{{"id":{id},"answer":{text}}}"#),
                    None,
                );
            }
            Ok(Answered::Bytes(bytes)) => {
                post(&self.post, json!({ "id": id }).to_string(), Some(&bytes));
            }
            Err(failure) => {
                let text = json!({ "id": id, "error": failure }).to_string();
                post(&self.post, text, None);
            }
        }
    }

    pub(super) fn tell(&self, push: &Value) {
        post(&self.post, push.to_string(), None);
    }

    /// Tells something large under its name, with some words beside it.
    pub(super) fn tell_large(&self, (name, view): (&str, &str), beside: &Value) {
        let beside = beside.to_string();
        let beside = beside.strip_suffix('}').unwrap_or(&beside);
        post(&self.post, format!(r#"{beside},"{name}":{view}}}"#), None);
    }

    /// Tells a view unless it is what was told last.
    pub(super) fn tell_view(&self, name: &str, view: &impl Serialize) {
        let Ok(text) = serde_json::to_string(view) else {
            return;
        };
        let last = if name == "device" {
            &self.last_device
        } else {
            &self.last_room
        };
        if *last.borrow() == text {
            return;
        }
        self.tell_large((name, &text), &json!({ "push": name }));
        *last.borrow_mut() = text;
    }

    pub(super) fn forget_told_room(&self) {
        self.last_room.borrow_mut().clear();
    }

    /// Does something with the open device.
    pub(super) fn with_open<T>(&self, work: impl FnOnce(&mut Open) -> T) -> Result<T, Failure> {
        match &mut *self.state.borrow_mut() {
            State::Open(open) => Ok(work(open)),
            _ => Err(Failure::new("locked")),
        }
    }

    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        self.with_open(|open| open.engine.clone())
    }

    pub(super) fn set_state(&self, state: State) {
        // What was there is dropped outside of the borrow.
        let before = self.state.replace(state);
        drop(before);
        self.generation.set(self.generation.get() + 1);
        self.last_room.borrow_mut().clear();
        self.changed.notify_one();
    }
}
