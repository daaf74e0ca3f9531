//! The engine from outside.

use std::sync::Arc;

use entente_protocol::{DeviceId, RoomId};
use entente_room::{Boards, Event, Session, SessionError};
use entente_trust::{Accreditation, Authority, CharterAuthority, Country, Terms};
use tokio::sync::{broadcast, mpsc, oneshot};

use super::actor;
use super::commit_job::Wish;
use super::slot::Predicate;
use super::time::Clock;
use super::{EngineError, EngineEvent};
use crate::HubUrl;
use crate::connection::Connection;
use crate::enrol::EnrolledDevice;
use crate::platform::{Here, Surroundings};

/// Requests that wait for the engine.
pub(super) const COMMAND_QUEUE: usize = 256;

/// What a new room shall be.
#[derive(Clone)]
pub struct RoomSpec {
    /// Name of the operation; secret.
    pub title: String,
    /// The playbook's JSON, or nothing; secret.
    pub playbook: String,
    /// Whether it is an exercise; secret.
    pub exercise: bool,
    /// MLS ciphersuite.
    pub ciphersuite: u16,
    /// Start of the time box, Unix milliseconds.
    pub opens_at_ms: u64,
    /// End of the time box, Unix milliseconds.
    pub closes_at_ms: u64,
    /// Hard maximum of the end, Unix milliseconds.
    pub latest_close_ms: u64,
    /// The authorities and the highest role that each may give.
    pub authorities: Vec<CharterAuthority>,
    /// Coordinators beside this device.
    pub coordinators: Vec<DeviceId>,
    /// How many coordinators must sign an amendment.
    pub quorum: u8,
    /// How long the hub keeps what was said, and what is agreed to.
    pub terms: Terms,
}

/// What the hub may know too.
impl core::fmt::Debug for RoomSpec {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RoomSpec")
            .field("ciphersuite", &self.ciphersuite)
            .field("opens_at_ms", &self.opens_at_ms)
            .field("closes_at_ms", &self.closes_at_ms)
            .finish_non_exhaustive()
    }
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, EngineError>>;

type Look = Box<dyn FnOnce(Option<&Session>) + Send>;
type Change = Box<dyn FnOnce(Option<(&mut Session, u64)>) + Send>;
type LookAtBoards = Box<dyn FnOnce(Option<Boards<'_>>) + Send>;
type LookAtAll = Box<dyn FnOnce(&mut dyn Iterator<Item = &Session>) + Send>;

pub(super) enum Command {
    Open {
        spec: Box<RoomSpec>,
        reply: Reply<RoomId>,
    },
    OpenCompartment {
        room: RoomId,
        countries: Vec<Country>,
        reply: Reply<RoomId>,
    },
    Commit {
        room: RoomId,
        wish: Wish,
        reply: Reply<u64>,
    },
    Say {
        room: RoomId,
        event: Box<Event>,
        accepted: oneshot::Sender<()>,
        reply: Reply<u64>,
    },
    Change {
        room: RoomId,
        change: Change,
    },
    View {
        room: RoomId,
        look: Look,
    },
    Rooms {
        look: LookAtAll,
    },
    Boards {
        room: RoomId,
        look: LookAtBoards,
    },
    Until {
        room: RoomId,
        predicate: Predicate,
        reply: oneshot::Sender<()>,
    },
    CaughtUp {
        reply: oneshot::Sender<()>,
    },
    Directory {
        country: Option<String>,
        reply: Reply<Vec<Accreditation>>,
    },
    Ephemeral {
        room: RoomId,
        event: Box<Event>,
        reply: Reply<()>,
    },
    Measure {
        reply: Reply<Clock>,
    },
    Trust {
        authority: Box<Authority>,
        reply: Reply<()>,
    },
    Connection {
        reply: oneshot::Sender<Option<Connection>>,
    },
    Remember {
        key: Vec<u8>,
        value: Option<Vec<u8>>,
        reply: Reply<()>,
    },
    Recall {
        key: Vec<u8>,
        reply: Reply<Option<Vec<u8>>>,
    },
    AskToJoin {
        room: RoomId,
        reply: Reply<()>,
    },
    StopAsking {
        room: RoomId,
        reply: oneshot::Sender<()>,
    },
    Asked {
        reply: oneshot::Sender<Vec<(RoomId, u64)>>,
    },
    Resync {
        room: RoomId,
    },
    Disconnect,
    Stop {
        reply: oneshot::Sender<()>,
    },
}

/// A handle of a running engine; cheap to clone. The engine stops when the last is dropped.
#[derive(Clone)]
pub struct Engine {
    commands: mpsc::Sender<Command>,
    events: broadcast::Sender<EngineEvent>,
    device: DeviceId,
}

impl Engine {
    /// Starts the engine of a device; it connects by itself. Rooms whose time was over are closed
    /// before anything else.
    ///
    /// # Errors
    /// [`EngineError`] if the stored state can't be loaded.
    pub async fn start(device: EnrolledDevice, hub: Option<HubUrl>) -> Result<Self, EngineError> {
        Self::start_in(Arc::new(Here), device, hub).await
    }

    /// The same, in other surroundings than those of this process.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub async fn start_in(
        around: Arc<dyn Surroundings>,
        device: EnrolledDevice,
        hub: Option<HubUrl>,
    ) -> Result<Self, EngineError> {
        let (events, _) = broadcast::channel(super::EVENT_QUEUE);
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let id = device.identity.device();
        actor::spawn(around, device, hub, queue, events.clone()).await?;
        Ok(Self {
            commands,
            events,
            device: id,
        })
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Events from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
        self.events.subscribe()
    }

    async fn ask<T>(
        &self,
        make: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(make(reply))
            .await
            .map_err(|_| EngineError::Stopped)?;
        answer.await.map_err(|_| EngineError::Stopped)
    }

    /// Opens a room; it is open at the hub when this returns.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn open_room(&self, spec: RoomSpec) -> Result<RoomId, EngineError> {
        self.ask(|reply| Command::Open {
            spec: Box::new(spec),
            reply,
        })
        .await?
    }

    /// Opens a compartment of a room for some of its countries, this device's among them: the room is told that there is one
    /// more, and not which. It is open at the hub when this returns.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn open_compartment(
        &self,
        room: RoomId,
        countries: Vec<Country>,
    ) -> Result<RoomId, EngineError> {
        self.ask(|reply| Command::OpenCompartment {
            room,
            countries,
            reply,
        })
        .await?
    }

    /// Looks at a room and at the compartments of it in which this device sits, as one.
    ///
    /// # Errors
    /// [`EngineError::UnknownRoom`], [`EngineError::Stopped`].
    pub async fn boards<T: Send + 'static>(
        &self,
        room: RoomId,
        look: impl FnOnce(Boards<'_>) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        self.ask(|reply| Command::Boards {
            room,
            look: Box::new(move |boards| {
                let _ = reply.send(boards.map(look));
            }),
        })
        .await?
        .ok_or(EngineError::UnknownRoom)
    }

    /// Makes a commit; returns its sequence number when it has taken effect here.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn commit(&self, room: RoomId, wish: Wish) -> Result<u64, EngineError> {
        self.ask(|reply| Command::Commit { room, wish, reply })
            .await?
    }

    /// Says something; returns when everybody has it in their order (as the hub delivered it back).
    ///
    /// # Errors
    /// See [`EngineError`].
    pub async fn say(&self, room: RoomId, event: Event) -> Result<u64, EngineError> {
        let (accepted, _) = oneshot::channel();
        let event = Box::new(event);
        self.ask(|reply| Command::Say {
            room,
            event,
            accepted,
            reply,
        })
        .await?
    }

    /// Puts something into the outbox and returns as soon as it is stored there; the future that
    /// it returns is done when it was delivered.
    ///
    /// # Errors
    /// [`EngineError::Stopped`]; other errors come from the inner future.
    pub async fn queue(
        &self,
        room: RoomId,
        event: Event,
    ) -> Result<oneshot::Receiver<Result<u64, EngineError>>, EngineError> {
        let (accepted, is_stored) = oneshot::channel();
        let (reply, delivered) = oneshot::channel();
        let event = Box::new(event);
        let command = Command::Say {
            room,
            event,
            accepted,
            reply,
        };
        self.commands
            .send(command)
            .await
            .map_err(|_| EngineError::Stopped)?;
        // If it was refused instead, the inner future says why.
        let _ = is_stored.await;
        Ok(delivered)
    }

    /// Sends an event that is not stored and may be lost: a live position.
    ///
    /// # Errors
    /// [`EngineError::Offline`] without a connection; others see [`EngineError`].
    pub async fn ephemeral(&self, room: RoomId, event: Event) -> Result<(), EngineError> {
        let event = Box::new(event);
        self.ask(|reply| Command::Ephemeral { room, event, reply })
            .await?
    }

    /// The connection of this moment, for requests beside the rooms; none while there is none.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn connection(&self) -> Result<Option<Connection>, EngineError> {
        self.ask(|reply| Command::Connection { reply }).await
    }

    /// Keeps something in the device's sealed store, or forgets it.
    ///
    /// # Errors
    /// [`EngineError::Store`], [`EngineError::Stopped`].
    pub async fn remember(&self, key: Vec<u8>, value: Option<Vec<u8>>) -> Result<(), EngineError> {
        self.ask(|reply| Command::Remember { key, value, reply })
            .await?
    }

    /// What was kept in the device's sealed store.
    ///
    /// # Errors
    /// [`EngineError::Store`], [`EngineError::Stopped`].
    pub async fn recall(&self, key: Vec<u8>) -> Result<Option<Vec<u8>>, EngineError> {
        self.ask(|reply| Command::Recall { key, reply }).await?
    }

    /// Measures the hub's clock against this device's. Everything that was handed to the socket
    /// before has reached the hub when this returns.
    ///
    /// # Errors
    /// [`EngineError::Offline`], [`EngineError::Stopped`].
    pub async fn clock(&self) -> Result<Clock, EngineError> {
        self.ask(|reply| Command::Measure { reply }).await?
    }

    /// Changes a session; what it put into its outbox goes out by itself. The closure also gets the
    /// time, Unix milliseconds.
    ///
    /// # Errors
    /// Those of the change; [`EngineError::UnknownRoom`], [`EngineError::Stopped`].
    pub async fn change<T: Send + 'static>(
        &self,
        room: RoomId,
        change: impl FnOnce(&mut Session, u64) -> Result<T, SessionError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let changed = self
            .ask(|reply| Command::Change {
                room,
                change: Box::new(move |slot| {
                    let _ = reply.send(slot.map(|(session, now_ms)| change(session, now_ms)));
                }),
            })
            .await?;
        Ok(changed.ok_or(EngineError::UnknownRoom)??)
    }

    /// Looks at a session.
    ///
    /// # Errors
    /// [`EngineError::UnknownRoom`], [`EngineError::Stopped`].
    pub async fn view<T: Send + 'static>(
        &self,
        room: RoomId,
        look: impl FnOnce(&Session) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        self.ask(|reply| Command::View {
            room,
            look: Box::new(move |session| {
                let _ = reply.send(session.map(look));
            }),
        })
        .await?
        .ok_or(EngineError::UnknownRoom)
    }

    /// Looks at every session that the device has.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn rooms<T: Send + 'static>(
        &self,
        mut look: impl FnMut(&Session) -> T + Send + 'static,
    ) -> Result<Vec<T>, EngineError> {
        self.ask(|reply| Command::Rooms {
            look: Box::new(move |sessions| {
                let _ = reply.send(sessions.map(&mut look).collect());
            }),
        })
        .await
    }

    /// Waits until something is true of a room, which may not be known yet.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn until(
        &self,
        room: RoomId,
        predicate: impl FnMut(&Session) -> bool + Send + 'static,
    ) -> Result<(), EngineError> {
        self.ask(|reply| Command::Until {
            room,
            predicate: Box::new(predicate),
            reply,
        })
        .await
    }

    /// Waits until the hub was reached, invitations were taken, and all open rooms have applied what
    /// the hub had.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn caught_up(&self) -> Result<(), EngineError> {
        self.ask(|reply| Command::CaughtUp { reply }).await
    }

    /// Devices that the hub knows, of a country or of all; each accreditation was checked.
    ///
    /// # Errors
    /// [`EngineError::Offline`], [`EngineError::Refused`].
    pub async fn directory(
        &self,
        country: Option<String>,
    ) -> Result<Vec<Accreditation>, EngineError> {
        self.ask(|reply| Command::Directory { country, reply })
            .await?
    }

    /// Trusts a partner's authority from now on; invitations that waited for that are taken.
    ///
    /// # Errors
    /// [`EngineError::Store`], [`EngineError::Stopped`].
    pub async fn trust(&self, authority: Authority) -> Result<(), EngineError> {
        let authority = Box::new(authority);
        self.ask(|reply| Command::Trust { authority, reply })
            .await?
    }

    /// Asks those who may admit this device to let it into a room, and again from time to time until one does.
    /// Returns when the hub has passed it on; at once without a connection, or if the device sits there already.
    ///
    /// # Errors
    /// [`EngineError::Refused`]: with `no_seat` if there is no such room or nobody there could admit this device.
    /// Nothing is asked then.
    pub async fn ask_to_join(&self, room: RoomId) -> Result<(), EngineError> {
        self.ask(|reply| Command::AskToJoin { room, reply }).await?
    }

    /// Asks for a room no more.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn stop_asking(&self, room: RoomId) -> Result<(), EngineError> {
        self.ask(|reply| Command::StopAsking { room, reply }).await
    }

    /// Rooms that this device asks to be let into, and since when, Unix milliseconds.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn asked(&self) -> Result<Vec<(RoomId, u64)>, EngineError> {
        self.ask(|reply| Command::Asked { reply }).await
    }

    /// Gives up this device's seat: the others are told as soon as there is a connection, and one of their devices carries it
    /// out ([`Session::ended`] tells when).
    ///
    /// # Errors
    /// [`EngineError::Session`] if the room has ended, or nobody else sits there; [`EngineError::UnknownRoom`], [`EngineError::Stopped`].
    pub async fn leave(&self, room: RoomId) -> Result<(), EngineError> {
        self.change(room, |session, _| session.want_to_leave())
            .await
    }

    /// Brings a room back by external commit.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn resync(&self, room: RoomId) -> Result<(), EngineError> {
        self.commands
            .send(Command::Resync { room })
            .await
            .map_err(|_| EngineError::Stopped)
    }

    /// Drops the connection, as a bad network would; the engine comes back by itself.
    ///
    /// # Errors
    /// [`EngineError::Stopped`].
    pub async fn disconnect(&self) -> Result<(), EngineError> {
        self.commands
            .send(Command::Disconnect)
            .await
            .map_err(|_| EngineError::Stopped)
    }

    /// Stops the engine; the device's directory is free when this returns.
    pub async fn stop(&self) {
        // If it has stopped already, so much the better.
        let _ = self.ask(|reply| Command::Stop { reply }).await;
    }
}

impl core::fmt::Debug for Engine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Engine({})", self.device)
    }
}
