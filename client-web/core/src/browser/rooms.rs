//! Rooms: looking, opening, admitting, saying.

use std::collections::BTreeMap;
use std::rc::Rc;

use entente_device::documents::{self, Share};
use entente_device::engine::{RoomSpec, Wish};
use entente_device::{now_ms, random_bytes};
use entente_protocol::limits::MAX_COMPARTMENTS;
use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_room::{Boards, CharterChange, DocumentId, Event, LivePosition, TargetId};
use entente_trust::{CharterAuthority, Country, Role, Terms, mls};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::state::{Inner, Open};
use crate::action::{self, Action, Spot};
use crate::check::{self, CheckResult};
use crate::failure::Failure;
use crate::notice::NoticeView;
use crate::order::highest_first;
use crate::place::Places;
use crate::view::{self, AnalysisView, Context, Count, Learned, RoomSummary, Shown};

/// A room to be opened.
#[derive(Deserialize)]
pub(super) struct OpenSpec {
    title: String,
    #[serde(default)]
    exercise: bool,
    #[serde(default)]
    playbook: String,
    opens_at_ms: u64,
    closes_at_ms: u64,
    latest_close_ms: u64,
    authorities: Vec<Party>,
    #[serde(default)]
    coordinators: Vec<DeviceId>,
    quorum: u8,
    #[serde(default)]
    classic: bool,
}

#[derive(Deserialize)]
struct Party {
    fingerprint: Fingerprint,
    country: Country,
    role: Role,
}

impl Open {
    /// The hub's time as far as it is known.
    fn now_ms(&self) -> u64 {
        let offset_ms = self.clock.map_or(0, |clock| clock.offset_ms);
        now_ms().saturating_add_signed(offset_ms)
    }
}

impl Inner {
    pub(super) async fn summaries(&self) -> Vec<RoomSummary> {
        let known = self.with_open(|open| {
            let engine = open.engine.clone();
            (engine, open.now_ms(), open.live.clone(), open.seen.clone())
        });
        let Ok((engine, now_ms, live, seen)) = known else {
            return Vec::new();
        };
        let rooms = engine
            .rooms(move |session| {
                let room = session.room();
                let after = seen.get(&room).copied().unwrap_or_default();
                let mut lines = session.record_after(after);
                let me = session.device();
                let unread = lines
                    .by_ref()
                    .filter(|(_, _, author, event)| {
                        author.device != me && matches!(event, Event::Say(_))
                    })
                    .count();
                let live = live.contains(&room);
                view::summary(
                    session,
                    Shown {
                        now_ms,
                        live,
                        unread,
                    },
                )
            })
            .await;
        let mut rooms = view::list(rooms.unwrap_or_default());
        highest_first(&mut rooms, |room| room.opens_at_ms);
        rooms
    }

    /// Tells the page the room that it looks at, its compartments with it.
    pub(super) async fn tell_room(&self) {
        let known = self.with_open(|open| {
            let room = open.looked_at?;
            let talks = core::mem::take(&mut open.talks);
            let lies = open.security.clone();
            let context = Context {
                now_ms: open.now_ms(),
                live: open.live.contains(&room),
                revoked: open.revoked.get(&room).cloned().unwrap_or_default(),
                ..Context::default()
            };
            Some((open.engine.clone(), room, talks, lies, context))
        });
        let Ok(Some((engine, room, mut talks, lies, mut context))) = known else {
            return;
        };
        let generation = self.generation.get();
        context.count = engine
            .boards(room, |boards| Count::of(&boards))
            .await
            .unwrap_or_default();
        let made = engine
            .rooms(move |session| {
                let (shown_in, _) = view::lies_in(session);
                let place = session.room();
                let mut talk = talks.remove(&place).unwrap_or_default();
                let context = Context {
                    security: lies.get(&place).cloned().unwrap_or_default(),
                    ..context.clone()
                };
                let view = (shown_in == room).then(|| view::room(session, &mut talk, context));
                (place, talk, view)
            })
            .await;
        let Ok(made) = made else { return };
        if self.generation.get() != generation {
            return;
        }
        let (mut views, mut kept) = (Vec::new(), BTreeMap::new());
        for (place, talk, view) in made {
            kept.insert(place, talk);
            views.extend(view);
        }
        let is_looked_at = self.with_open(|open| {
            open.talks = kept;
            open.looked_at == Some(room)
        });
        let Some(at) = views.iter().position(|view| view.room == room) else {
            return;
        };
        if is_looked_at == Ok(true) {
            let whole = views.remove(at);
            let places: Vec<RoomId> = views.iter().map(|view| view.room).collect();
            self.tell_view("room", &view::union(whole, views));
            for place in core::iter::once(room).chain(places) {
                // Locked meanwhile: nobody asks.
                let _ = self.mark_seen(place).await;
            }
        }
    }

    pub(super) async fn look_at(&self, room: Option<RoomId>) -> Result<(), Failure> {
        self.with_open(|open| open.looked_at = room)?;
        self.forget_told_room();
        self.changed.notify_one();
        Ok(())
    }

    pub(super) async fn open_room(&self, spec: OpenSpec) -> Result<RoomId, Failure> {
        let suite = mls::CIPHERSUITES[usize::from(spec.classic)];
        let spec = RoomSpec {
            title: spec.title,
            playbook: spec.playbook,
            exercise: spec.exercise,
            ciphersuite: u16::from(suite),
            // A device's clock may be a little before the hub's: open means now.
            opens_at_ms: spec.opens_at_ms,
            closes_at_ms: spec.closes_at_ms,
            latest_close_ms: spec.latest_close_ms,
            authorities: spec
                .authorities
                .into_iter()
                .map(|party| CharterAuthority {
                    root: party.fingerprint,
                    country: party.country,
                    highest_role: party.role,
                })
                .collect(),
            coordinators: spec.coordinators,
            quorum: spec.quorum,
            terms: Terms::default(),
        };
        Ok(self.engine()?.open_room(spec).await?)
    }

    /// Looks where in a room something goes.
    async fn place(
        &self,
        room: RoomId,
        look: impl FnOnce(&Places<'_>) -> Result<RoomId, Failure> + Send + 'static,
    ) -> Result<RoomId, Failure> {
        let look = move |boards: Boards<'_>| look(&Places::of(room, &boards));
        self.engine()?.boards(room, look).await?
    }

    /// Opens a compartment of a room for some of its countries; it is open at the hub when this returns.
    pub(super) async fn open_compartment(
        &self,
        room: RoomId,
        mut countries: Vec<Country>,
    ) -> Result<RoomId, Failure> {
        let (engine, own) =
            self.with_open(|open| (open.engine.clone(), open.accreditation.country()))?;
        // Whoever opens it sits there.
        countries.push(own);
        countries.sort_unstable();
        countries.dedup();
        // Without a hub it would wait, and somebody would press twice.
        let connection = engine.connection().await?;
        connection.ok_or_else(|| Failure::new("offline"))?;
        let count = engine.boards(room, |boards| Count::of(&boards)).await?;
        if count.announced >= MAX_COMPARTMENTS as usize {
            return Err(Failure::new("too-many-compartments"));
        }
        Ok(engine.open_compartment(room, countries).await?)
    }

    /// Queues what is said, and answers when it is stored; what becomes of it is told later. `chosen` is the place that was
    /// chosen on the screen: the room, or a compartment.
    pub(super) async fn act(
        self: &Rc<Self>,
        room: RoomId,
        action: Action,
        chosen: Option<RoomId>,
    ) -> Result<(), Failure> {
        let engine = self.engine()?;
        let random = random_bytes()?;
        let (made_at, place, action) = engine
            .boards(room, move |boards| {
                let places = Places::of(room, &boards);
                let place = places.of_action(&action, chosen)?;
                Ok::<_, Failure>((places.made_at(&action, place), place, action))
            })
            .await??;
        let event = engine
            .view(made_at, move |session| {
                action::event(session, action, random)
            })
            .await??;
        event.check().map_err(|_| Failure::new("too-large"))?;
        let fate = engine.queue(place, event).await?;
        self.changed.notify_one();
        let inner = self.clone();
        spawn_local(async move {
            if let Ok(Err(error)) = fate.await {
                let failure = Failure::from(error);
                // Locked, or closed: said elsewhere.
                if !matches!(failure.code.as_str(), "locked" | "room-ended") {
                    inner.tell_notice(NoticeView::failure(&failure), Some(place));
                }
            }
            inner.changed.notify_one();
        });
        Ok(())
    }

    pub(super) async fn check(
        &self,
        room: Option<RoomId>,
        kind: &str,
        text: &str,
    ) -> Result<CheckResult, Failure> {
        let (mut result, reading) = check::reading(kind, text);
        let Some(reading) = reading else {
            return Ok(result);
        };
        let found = self
            .engine()?
            .rooms(move |session| {
                let (shown_in, _) = view::lies_in(session);
                let is_wanted = room.is_none_or(|room| room == shown_in);
                if is_wanted && session.ended().is_none() {
                    check::matches(session, &reading)
                } else {
                    Vec::new()
                }
            })
            .await?;
        result.matches = found.into_iter().flatten().collect();
        highest_first(&mut result.matches, |found| found.certainty);
        Ok(result)
    }

    /// What the boards of some rooms say together, or of all; also of rooms that are over.
    pub(super) async fn analysis(&self, rooms: &[RoomId]) -> Result<AnalysisView, Failure> {
        let (engine, now_ms) = self.with_open(|open| (open.engine.clone(), open.now_ms()))?;
        let wanted = rooms.to_vec();
        let learned = engine
            .rooms(move |session| {
                let is_wanted = wanted.is_empty() || wanted.contains(&view::lies_in(session).0);
                is_wanted.then(|| Learned::of(session, now_ms))
            })
            .await?;
        let learned: Vec<Learned> = learned.into_iter().flatten().collect();
        Ok(view::analysis(&learned))
    }

    pub(super) async fn admit(&self, room: RoomId, devices: Vec<DeviceId>) -> Result<(), Failure> {
        self.engine()?.commit(room, Wish::Admit(devices)).await?;
        Ok(())
    }

    /// Waves somebody who asks to be let in aside.
    pub(super) async fn dismiss(&self, room: RoomId, device: DeviceId) -> Result<(), Failure> {
        self.engine()?
            .change(room, move |session, _| {
                session.dismiss(device);
                Ok(())
            })
            .await?;
        Ok(())
    }

    pub(super) async fn remove(&self, room: RoomId, devices: Vec<DeviceId>) -> Result<(), Failure> {
        self.engine()?.commit(room, Wish::Remove(devices)).await?;
        Ok(())
    }

    /// Moves the end: at once if this device may sign alone, else by proposing it to the others.
    pub(super) async fn extend(&self, room: RoomId, closes_at_ms: u64) -> Result<(), Failure> {
        let engine = self.engine()?;
        let change = CharterChange::close_at(closes_at_ms);
        let quorum = engine
            .view(room, |session| session.charter().quorum)
            .await?;
        if quorum == 1 {
            engine.commit(room, Wish::Amend(Box::new(change))).await?;
        } else {
            engine
                .change(room, move |session, now_ms| {
                    session.propose_amendment(&change, now_ms)
                })
                .await?;
        }
        Ok(())
    }

    /// Signs an amendment; the device puts it in force by itself when its quorum is there.
    pub(super) async fn sign(&self, room: RoomId, amendment: Fingerprint) -> Result<(), Failure> {
        self.engine()?
            .change(room, move |session, _| session.sign_amendment(amendment))
            .await?;
        Ok(())
    }

    /// Kept until there is a connection, and until somebody's device lets this one go.
    pub(super) async fn leave(&self, room: RoomId) -> Result<(), Failure> {
        Ok(self.engine()?.leave(room).await?)
    }

    pub(super) async fn position(&self, room: RoomId, spot: Spot) -> Result<(), Failure> {
        let position = spot
            .position()
            .ok_or_else(|| Failure::new("no-such-place"))?;
        let at_ms = self.with_open(|open| open.now_ms())?;
        let event = Event::Position(LivePosition { position, at_ms });
        Ok(self.engine()?.ephemeral(room, event).await?)
    }

    pub(super) async fn share(
        &self,
        room: RoomId,
        share: Share,
        mut bytes: Vec<u8>,
        chosen: Option<RoomId>,
    ) -> Result<DocumentId, Failure> {
        let engine = self.engine()?;
        let target = share.target;
        let place = self.place(room, move |places| places.of_share(target, chosen));
        let place = place.await?;
        let progress = |done, all| self.progress(done, all);
        let shared = documents::share(&engine, place, &share, &mut bytes, progress).await;
        let (document, _) = shared?;
        Ok(document)
    }

    pub(super) async fn document(
        &self,
        room: RoomId,
        document: DocumentId,
    ) -> Result<Vec<u8>, Failure> {
        let engine = self.engine()?;
        let place = self.place(room, move |places| places.of_document(document));
        let place = place.await?;
        let shared = documents::shared(&engine, place, document).await?;
        let mut bytes = Vec::new();
        let take = |part: &[u8]| {
            bytes.extend_from_slice(part);
            Ok(())
        };
        let progress = |done, all| self.progress(done, all);
        documents::fetch(&engine, place, &shared, take, progress).await?;
        Ok(bytes)
    }

    fn progress(&self, done: u64, all: u64) {
        self.tell(&json!({ "push": "progress", "done": done, "all": all }));
    }
}

/// What a document shows.
pub(super) fn target(text: Option<&str>) -> Result<Option<TargetId>, Failure> {
    text.map(|text| text.parse().map_err(|_| Failure::malformed()))
        .transpose()
}
