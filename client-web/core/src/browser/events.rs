//! What the engine tells, on its way to the page.

use std::collections::BTreeMap;
use std::rc::Rc;

use entente_device::engine::{Engine, EngineEvent};
use entente_device::platform;
use entente_device::store::Store as _;
use entente_protocol::RoomId;
use entente_room::{HitId, Notice, Session};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use wasm_bindgen_futures::spawn_local;

use super::state::{Inner, Link};
use super::vault::SealedVault;
use crate::failure::Failure;
use crate::notice::NoticeView;
use crate::view::{self, SecurityLine};

/// Changes that come within this time are told together, milliseconds.
const COALESCE_MS: u64 = 20;

/// How often the page is told what changes by time alone, milliseconds.
const REFRESH_MS: u64 = 5_000;

/// Security lines that are kept of a room, the newest.
const SECURITY_LINES: usize = 200;

const SECURITY: &[u8] = b"web/security/";
const SEEN: &[u8] = b"web/seen/";

type Notes = (BTreeMap<RoomId, Vec<SecurityLine>>, BTreeMap<RoomId, u64>);

impl Inner {
    /// What was kept of each room beside its session.
    pub(super) async fn load_notes(
        &self,
        vault: &SealedVault,
        engine: &Engine,
    ) -> Result<Notes, Failure> {
        let mut notes = Notes::default();
        for room in engine.rooms(|session| session.room()).await? {
            let key = [SECURITY, room.as_bytes()].concat();
            if let Some(bytes) = vault.get(&key).await? {
                notes
                    .0
                    .insert(room, serde_json::from_slice(&bytes).unwrap_or_default());
            }
            let key = [SEEN, room.as_bytes()].concat();
            if let Some(bytes) = vault.get(&key).await? {
                notes
                    .1
                    .insert(room, serde_json::from_slice(&bytes).unwrap_or_default());
            }
        }
        Ok(notes)
    }

    /// The reader looks at a room, or no longer: what was there is read.
    pub(super) async fn mark_seen(&self, room: RoomId) -> Result<(), Failure> {
        let (engine, vault) = self.with_open(|open| (open.engine.clone(), open.vault.clone()))?;
        let Ok(cursor) = engine.view(room, |session| session.cursor()).await else {
            return Ok(());
        };
        let before = self.with_open(|open| open.seen.insert(room, cursor))?;
        if before != Some(cursor) {
            let key = [SEEN, room.as_bytes()].concat();
            let value = serde_json::to_vec(&cursor).unwrap_or_default();
            vault.apply(vec![(key, Some(value))]).await?;
        }
        Ok(())
    }

    /// Listens until the engine stops.
    pub(super) fn listen(self: Rc<Self>, engine: &Engine) {
        let generation = self.generation.get();
        let mut events = engine.events();
        let inner = self.clone();
        spawn_local(async move {
            loop {
                match events.recv().await {
                    Ok(event) if inner.generation.get() == generation => inner.on_event(event),
                    Err(RecvError::Lagged(_)) => inner.changed.notify_one(),
                    Ok(_) | Err(RecvError::Closed) => break,
                }
            }
        });
        spawn_local(async move {
            while self.generation.get() == generation {
                self.changed.notify_one();
                platform::sleep(REFRESH_MS).await;
                self.measure_clock().await;
            }
        });
    }

    async fn measure_clock(&self) {
        let Ok(engine) = self.engine() else { return };
        if let Ok(clock) = engine.clock().await {
            // Locked meanwhile: nobody asks.
            let _ = self.with_open(|open| open.clock = Some(clock));
        }
    }

    /// Tells the page what has changed, whenever something has.
    pub(super) fn tell_changes(self: Rc<Self>) {
        spawn_local(async move {
            loop {
                self.changed.notified().await;
                platform::sleep(COALESCE_MS).await;
                self.tell_room().await;
                let device = self.device_view().await;
                self.tell_view("device", &device);
            }
        });
    }

    fn on_event(self: &Rc<Self>, event: EngineEvent) {
        let Ok(me) = self.with_open(|open| open.accreditation.device()) else {
            return;
        };
        let _ = self.with_open(|open| match &event {
            EngineEvent::Connected { .. } => {
                open.link = Link::Connected;
                open.refused = None;
            }
            EngineEvent::Disconnected { code } => {
                open.link = Link::Offline;
                open.refused = code.map(|code| code.as_str().to_owned());
                open.live.clear();
            }
            EngineEvent::CaughtUp { room, .. } => {
                open.live.insert(*room);
            }
            _ => {}
        });
        if let EngineEvent::Room { room, notice } = &event {
            match notice {
                Notice::Hit {
                    hit,
                    folded_into,
                    author,
                    ..
                } if author.device != me => {
                    self.ring(*room, folded_into.unwrap_or(hit.hit), folded_into.is_some());
                }
                Notice::Security { .. } => self.keep_security(*room, notice.clone()),
                Notice::Revoked { seats, .. } => {
                    let devices: Vec<_> = seats.iter().map(|seat| seat.device).collect();
                    let _ = self.with_open(|open| {
                        open.revoked.entry(*room).or_default().extend(devices);
                    });
                }
                _ => {}
            }
        }
        if let EngineEvent::Joined { took_ms, .. } = &event {
            self.tell(&json!({ "push": "measured", "what": "join", "took_ms": took_ms }));
        }
        if matches!(&event, EngineEvent::Connected { .. }) {
            let inner = self.clone();
            spawn_local(async move {
                inner.measure_clock().await;
                inner.changed.notify_one();
            });
        }
        let room = match &event {
            EngineEvent::Room { room, .. } => Some(*room),
            _ => None,
        };
        if let Some(notice) = NoticeView::of(&event, me) {
            // What was missed while away is not rung one by one.
            let is_live = room.is_none_or(|room| {
                self.with_open(|open| open.live.contains(&room))
                    .unwrap_or(false)
            });
            if is_live || notice.is_security() {
                self.tell_notice(notice, room);
            }
        }
        self.changed.notify_one();
    }

    /// Tells a word where an officer looks for it: of a compartment, in its room.
    pub(super) fn tell_notice(self: &Rc<Self>, notice: NoticeView, room: Option<RoomId>) {
        let inner = self.clone();
        spawn_local(async move {
            let found = match (inner.engine(), room) {
                (Ok(engine), Some(room)) => engine.view(room, place_of).await.ok(),
                _ => None,
            };
            let (room, notice) = match found {
                Some((shown_in, Some(countries))) => (Some(shown_in), notice.within(countries)),
                _ => (room, Some(notice)),
            };
            if let Some(notice) = notice {
                inner.tell(&notice.push(room));
            }
        });
    }

    /// A hit has come: the page rings before anything else is made anew. One that has been answered
    /// since, or that is old news after a long absence, is on the list and rings no more.
    fn ring(self: &Rc<Self>, room: RoomId, hit: HitId, again: bool) {
        let received_ms = time_origin_ms() + platform::last_received_ms();
        let inner = self.clone();
        spawn_local(async move {
            let Ok(engine) = inner.engine() else { return };
            let found = engine
                .view(room, move |session| {
                    let found = session.board().hits().find(|(id, _)| *id == hit);
                    let (shown_in, countries) = place_of(session);
                    found.map(|(id, found)| (shown_in, countries, view::hit(session, id, found)))
                })
                .await;
            if let Ok(Some((room, countries, view))) = found
                && view.open
                && view.needs_me
            {
                let beside = json!({
                    "push": "alarm",
                    "room": room,
                    "countries": countries.unwrap_or_default(),
                    "again": again,
                    "received_ms": received_ms,
                });
                if let Ok(hit) = serde_json::to_string(&view) {
                    inner.tell_large(("hit", &hit), &beside);
                }
            }
        });
    }

    fn keep_security(self: &Rc<Self>, room: RoomId, notice: Notice) {
        let inner = self.clone();
        spawn_local(async move {
            let Ok(engine) = inner.engine() else { return };
            let Notice::Security { device, .. } = &notice else {
                return;
            };
            let device = *device;
            let who = engine
                .view(room, move |session| session.author(device))
                .await;
            let who = who.ok().flatten();
            let Some(line) = SecurityLine::of(&notice, who.as_ref(), entente_device::now_ms())
            else {
                return;
            };
            let kept = inner.with_open(|open| {
                let lines = open.security.entry(room).or_default();
                lines.push(line);
                let surplus = lines.len().saturating_sub(SECURITY_LINES);
                lines.drain(..surplus);
                (open.vault.clone(), lines.clone())
            });
            if let Ok((vault, lines)) = kept {
                let key = [SECURITY, room.as_bytes()].concat();
                let value = serde_json::to_vec(&lines).unwrap_or_default();
                // It is on the screen; the disk was asked.
                let _ = vault.apply(vec![(key, Some(value))]).await;
            }
            inner.changed.notify_one();
        });
    }
}

/// The room in which a session is looked at, and the countries that see it if it is a compartment.
fn place_of(session: &Session) -> (RoomId, Option<Vec<String>>) {
    let (shown_in, within) = view::lies_in(session);
    (shown_in, within.map(|_| view::countries(session)))
}

/// When the worker began, Unix milliseconds: what its own clock counts from.
fn time_origin_ms() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    let origin = performance.and_then(|it| js_sys::Reflect::get(&it, &"timeOrigin".into()));
    origin.ok().and_then(|it| it.as_f64()).unwrap_or_default()
}
