//! A visible member between the room and a TAK server: places of targets and members go onto its map as far as they may,
//! and what is told there comes into the room as hits and sightings. Only with the consent of the charter's quorum; the
//! agent says in the room that it is there.

mod cot;
mod link;
mod mirror;
mod sightings;

use std::collections::BTreeMap;
use std::time::Duration;

use entente_device::platform;
use entente_protocol::RoomId;
use entente_protocol::limits::MAX_TEXT_BYTES;
use entente_room::{Bridge, Event, Handling, Notice, Session, Sighting, TargetId};
use entente_trust::{Consents, Role};
use serde::Serialize;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, watch};

use super::feed::{Feed, FeedError, Report};
use super::lines::LineReader;
use super::source::Input;
use crate::connection::backoff_ms;
use crate::engine::{Engine, EngineError, EngineEvent};
use crate::{now_ms, random_bytes};
use cot::CotEvent;
use link::Heard;
use mirror::{Mirror, Wanted, is_ours, wanted};
use sightings::source;

pub(super) use sightings::CotReader;

pub use link::{TakFiles, TakServer, TakServerError};

/// How often the map is looked at, beside each time that something happens in the room.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// The longest that a server may take for what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a server may take to hang up when it is told that there is no more.
const FAREWELL: Duration = Duration::from_secs(5);

/// Events of the server that wait to be looked at.
const HEARD_QUEUE: usize = 256;

/// How a TAK agent is run.
#[derive(Debug, Clone)]
pub struct TakOptions {
    /// The server.
    pub server: TakServer,
    /// Files of TLS.
    pub files: TakFiles,
    /// The strictest handling code that may leave.
    pub handling: Handling,
    /// Matches that are less sure than this are passed over, percent.
    pub min_certainty: u8,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TakCounts {
    /// Events sent to the server.
    pub sent: u64,
    /// Events of others that came from it.
    pub heard: u64,
    /// Of these, sightings of targets that stand on its map.
    pub sightings: u64,
    /// What came and was no event.
    pub bad: u64,
    /// Times that the connection was lost, or could not be made.
    pub lost: u64,
}

/// Why a TAK agent ended.
#[derive(Debug, thiserror::Error)]
pub enum TakError {
    /// The device sits as somebody else than an agent, or not at all.
    #[error(
        "only a device that is accredited as an agent, and sits, may carry things out of a room"
    )]
    NotAgent,
    /// The charter does not consent, or no longer does.
    #[error("the charter does not consent to a TAK agent: its coordinators must amend it")]
    NoConsent,
    /// The feed into the room.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The room.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A running TAK agent.
pub struct Tak {
    engine: Engine,
    room: RoomId,
    options: TakOptions,
    counts: TakCounts,
    mirror: Mirror,
    /// Targets by the uids under which they stand on the map.
    targets: BTreeMap<String, TargetId>,
    stop: watch::Receiver<bool>,
}

/// Why a connection is over.
enum Ended {
    Lost(String),
    Over,
}

impl Tak {
    /// Checks that the device may and the charter consents, and says in the room that it begins. It ends in order when
    /// `stop` becomes true.
    ///
    /// # Errors
    /// See [`TakError`]; nothing has left the room then, and nothing was connected.
    pub async fn start(
        engine: Engine,
        room: RoomId,
        options: TakOptions,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, TakError> {
        if engine.view(room, Session::role).await? != Some(Role::Agent) {
            return Err(TakError::NotAgent);
        }
        let tak = Self {
            engine,
            room,
            options,
            counts: TakCounts::default(),
            mirror: Mirror::default(),
            targets: BTreeMap::new(),
            stop,
        };
        if !tak.has_consent().await? {
            return Err(TakError::NoConsent);
        }
        tak.announce(true).await?;
        Ok(tak)
    }

    /// Runs until it is told to stop, the room is over, or the consent is taken back; then nothing of ours stands on the
    /// map any more, if the server is there.
    ///
    /// # Errors
    /// See [`TakError`].
    pub async fn run(
        &mut self,
        mut report: impl FnMut(Report) + Clone,
    ) -> Result<TakCounts, TakError> {
        let (lines, queue) = mpsc::channel(HEARD_QUEUE);
        let min_certainty = self.options.min_certainty;
        let (engine, room) = (self.engine.clone(), self.room);
        let reader = LineReader::of_tak();
        let mut feed = Feed::over(engine, room, reader, queue, min_certainty).await?;
        let mirrored = {
            let of_feed = report.clone();
            let feeding = feed.run(of_feed);
            let mirroring = self.mirror_all(&lines, &mut report);
            tokio::pin!(feeding, mirroring);
            tokio::select! {
                done = &mut mirroring => done,
                fed = &mut feeding => fed.map(|_| ()).map_err(TakError::from),
            }
        };
        // What those in the room see last is that nothing is carried any more; whatever came of it.
        let is_over = self
            .engine
            .view(self.room, |it| it.ended().is_some())
            .await?;
        if !is_over {
            self.announce(false).await?;
        }
        mirrored.map(|()| self.counts)
    }

    async fn has_consent(&self) -> Result<bool, EngineError> {
        let look = |session: &Session| {
            session.charter().terms.consents().includes(Consents::TAK) && session.ended().is_none()
        };
        self.engine.view(self.room, look).await
    }

    /// Those in the room hear it from the agent itself.
    async fn announce(&self, on: bool) -> Result<(), EngineError> {
        let bridge = Bridge {
            to: Bridge::TAK.to_owned(),
            name: self.options.server.to_string(),
            on,
        };
        let said = self.engine.say(self.room, Event::Bridge(bridge));
        said.await.map(|_| ())
    }

    /// One connection after the other.
    async fn mirror_all(
        &mut self,
        lines: &mpsc::Sender<Input>,
        report: &mut impl FnMut(Report),
    ) -> Result<(), TakError> {
        let mut attempt = 0;
        loop {
            if !self.may_go_on().await? {
                return Ok(());
            }
            let reason = match link::connect(&self.options.server, &self.options.files).await {
                Ok((reading, mut writing)) => {
                    attempt = 0;
                    let (to, heard) = mpsc::channel(HEARD_QUEUE);
                    let listening = tokio::spawn(link::listen(reading, to));
                    self.mirror.forget_times();
                    let ended = self.mirror_one(&mut writing, heard, lines).await;
                    listening.abort();
                    match ended? {
                        Ended::Over => return Ok(()),
                        Ended::Lost(reason) => reason,
                    }
                }
                Err(reason) => reason,
            };
            self.counts.lost += 1;
            report(Report::Lost(reason));
            // Without randomness the wait is merely less random.
            let random = random_bytes::<8>().map_or(0, u64::from_be_bytes);
            let mut stop = self.stop.clone();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {}
                () = platform::sleep(backoff_ms(attempt, random)) => {}
            }
            attempt = attempt.saturating_add(1);
        }
    }

    /// False when it was told to stop, or the room is over.
    async fn may_go_on(&self) -> Result<bool, TakError> {
        if *self.stop.borrow() {
            return Ok(false);
        }
        if self.has_consent().await? {
            return Ok(true);
        }
        let is_over = self
            .engine
            .view(self.room, |it| it.ended().is_some())
            .await?;
        if is_over {
            Ok(false)
        } else {
            Err(TakError::NoConsent)
        }
    }

    async fn mirror_one(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        mut heard: mpsc::Receiver<Heard>,
        lines: &mpsc::Sender<Input>,
    ) -> Result<Ended, TakError> {
        let mut events = self.engine.events();
        let mut look = tokio::time::interval(LOOK_INTERVAL);
        let mut stop = self.stop.clone();
        loop {
            let going_on = self.may_go_on().await;
            // What stands on the map goes from there, whatever the reason.
            let wanted = if matches!(going_on, Ok(true)) {
                self.wanted().await?
            } else {
                Vec::new()
            };
            let sent = self.send(to, wanted).await;
            if !matches!(going_on, Ok(true)) {
                farewell(to, &mut heard).await;
            }
            if !going_on? {
                return Ok(Ended::Over);
            }
            if let Err(reason) = sent {
                return Ok(Ended::Lost(reason));
            }
            // What others tell is no reason to look at the board again.
            let mut has_changed = false;
            while !has_changed {
                tokio::select! {
                    event = heard.recv() => match event {
                        None => return Ok(Ended::Lost("end".to_owned())),
                        Some(Heard::End(reason)) => return Ok(Ended::Lost(reason)),
                        Some(Heard::Bad) => {
                            self.counts.bad += 1;
                            // The feed tells people of it.
                            let _ = lines.send(Input::Unreadable).await;
                        }
                        Some(Heard::Event(event, xml)) => self.hear(&event, xml, lines).await?,
                    },
                    changed = changed(&mut events, self.room) => {
                        if let Changed::Joined = changed? {
                            self.announce(true).await?;
                        }
                        has_changed = true;
                    }
                    _ = stop.wait_for(|stop| *stop) => has_changed = true,
                    _ = look.tick() => has_changed = true,
                }
            }
        }
    }

    async fn wanted(&mut self) -> Result<Vec<CotEvent>, EngineError> {
        let handling = self.options.handling;
        let look = move |session: &Session| wanted(session, handling, now_ms());
        let Wanted { events, targets } = self.engine.view(self.room, look).await?;
        self.targets = targets;
        Ok(events)
    }

    async fn send(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        wanted: Vec<CotEvent>,
    ) -> Result<(), String> {
        let mut bytes = Vec::new();
        for event in self.mirror.to(wanted, now_ms()) {
            bytes.extend(event.write().map_err(|error| error.to_string())?);
            bytes.push(b'\n');
            self.counts.sent += 1;
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let write = async {
            to.write_all(&bytes).await?;
            to.flush().await
        };
        match tokio::time::timeout(WRITE_TIMEOUT, write).await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(_) => Err("the server does not read".to_owned()),
        }
    }

    /// A sighting of a target that stands on the map, or something for the feed.
    async fn hear(
        &mut self,
        event: &CotEvent,
        xml: String,
        lines: &mpsc::Sender<Input>,
    ) -> Result<(), TakError> {
        if is_ours(&event.uid) {
            return Ok(());
        }
        self.counts.heard += 1;
        let mut links = event.links.iter();
        let target = links.find_map(|uid| self.targets.get(uid)).copied();
        let Some(target) = target.filter(|_| event.position.is_some()) else {
            // A feed that has ended is told of by itself.
            let _ = lines.send(Input::Line(xml)).await;
            return Ok(());
        };
        let mut note = source(event);
        let mut end = note.len().min(MAX_TEXT_BYTES);
        while !note.is_char_boundary(end) {
            end -= 1;
        }
        note.truncate(end);
        let sighting = Event::Sighting(Sighting {
            target,
            // Nothing can have been seen in the future.
            seen_at_ms: event.time_ms.min(now_ms()),
            position: event.position,
            note,
        });
        self.counts.sightings += 1;
        match self.engine.say(self.room, sighting).await {
            Ok(_) | Err(EngineError::Rejected(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Lets the server read the last that it is sent: who closes a connection with something unread takes back what is under
/// way.
async fn farewell(to: &mut (impl AsyncWrite + Unpin), heard: &mut mpsc::Receiver<Heard>) {
    let end = async {
        if to.shutdown().await.is_ok() {
            while !matches!(heard.recv().await, None | Some(Heard::End(_))) {}
        }
    };
    // One that does not hang up is left alone.
    let _ = tokio::time::timeout(FAREWELL, end).await;
}

/// What has happened in the room.
enum Changed {
    Something,
    /// Somebody came who may not have heard of the agent.
    Joined,
}

async fn changed(
    events: &mut broadcast::Receiver<EngineEvent>,
    wanted: RoomId,
) -> Result<Changed, EngineError> {
    loop {
        match events.recv().await {
            Ok(EngineEvent::Room { room, notice }) if room == wanted => {
                return Ok(match notice {
                    Notice::SeatAdded { .. } => Changed::Joined,
                    _ => Changed::Something,
                });
            }
            Ok(EngineEvent::Stopped { .. }) | Err(RecvError::Closed) => {
                return Err(EngineError::Stopped);
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return Ok(Changed::Something),
        }
    }
}
