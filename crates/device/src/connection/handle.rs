//! Requests to a hub.

use entente_protocol::{
    AskToJoin, AuditRow, BlobId, ClientControl, ClientFrame, CommitBundle, DeviceId, Directory,
    EphemeralSend, GroupInfoReply, HubControl, HubFrame, JoinRequest, KeyPackageOf,
    OpenCompartment, OpenRoom, Propose, PublishKeyPackages, PushEndpoint, PutBlob, RoomId,
    RoomSummary, SendMessage, TakeKeyPackages,
};
use tokio::sync::{mpsc, oneshot};

use super::RequestError;

/// A request on its way to the socket.
pub(super) struct Outgoing {
    pub(super) make: Box<dyn FnOnce(u32) -> Frame + Send>,
    pub(super) answer: Option<oneshot::Sender<Result<Answer, RequestError>>>,
}

pub(super) enum Frame {
    Binary(ClientFrame),
    Control(ClientControl),
}

/// The frame that answers a request.
pub(super) enum Answer {
    Control(HubControl),
    Frame(HubFrame),
}

/// A message got its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Its sequence number.
    pub seq: u64,
    /// The hub's time of acceptance, Unix milliseconds.
    pub time_ms: u64,
    /// It had it before.
    pub duplicate: bool,
}

/// A room is being delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Following {
    /// Highest sequence number at this moment.
    pub head: u64,
    /// MLS epoch.
    pub epoch: u64,
    /// Highest message number that the hub has of this device.
    pub last_number: u64,
}

/// A handle of a connection; cheap to clone.
#[derive(Clone)]
pub struct Connection {
    pub(super) requests: mpsc::Sender<Outgoing>,
}

type Pending = oneshot::Receiver<Result<Answer, RequestError>>;

impl Connection {
    /// Whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.requests.is_closed()
    }

    /// Hands a request to the socket, in the order of the calls; the answer comes later.
    async fn start(&self, make: impl FnOnce(u32) -> Frame + Send + 'static) -> Pending {
        let (answer, pending) = oneshot::channel();
        // If the connection is gone the answer is dropped with the request, and reads as lost.
        let _ = self
            .requests
            .send(Outgoing {
                make: Box::new(make),
                answer: Some(answer),
            })
            .await;
        pending
    }

    async fn ask(
        &self,
        make: impl FnOnce(u32) -> Frame + Send + 'static,
    ) -> Result<Answer, RequestError> {
        self.start(make)
            .await
            .await
            .unwrap_or(Err(RequestError::Lost))
    }

    async fn ask_accepted(
        &self,
        make: impl FnOnce(u32) -> ClientFrame + Send + 'static,
    ) -> Result<Accepted, RequestError> {
        accepted(
            self.start(move |request| Frame::Binary(make(request)))
                .await,
        )
        .await
    }

    /// Opens a room.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn open_room(&self, open: OpenRoom) -> Result<Accepted, RequestError> {
        self.ask_accepted(move |request| ClientFrame::OpenRoom(OpenRoom { request, ..open }))
            .await
    }

    /// Opens a compartment of a room.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn open_compartment(&self, open: OpenCompartment) -> Result<Accepted, RequestError> {
        self.ask_accepted(move |request| {
            ClientFrame::OpenCompartment(OpenCompartment { request, ..open })
        })
        .await
    }

    /// Sends a commit bundle.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn commit(&self, bundle: CommitBundle) -> Result<Accepted, RequestError> {
        self.ask_accepted(move |request| ClientFrame::Commit(CommitBundle { request, ..bundle }))
            .await
    }

    /// Sends a proposal.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn propose(&self, propose: Propose) -> Result<Accepted, RequestError> {
        self.ask_accepted(move |request| ClientFrame::Propose(Propose { request, ..propose }))
            .await
    }

    /// Sends a message; it is on its way when this returns, and the future gives the answer.
    pub async fn send(
        &self,
        send: SendMessage,
    ) -> impl Future<Output = Result<Accepted, RequestError>> + Send + use<> {
        let make = move |request| Frame::Binary(ClientFrame::Send(SendMessage { request, ..send }));
        accepted(self.start(make).await)
    }

    /// Sends an ephemeral message; whether it arrives is not known.
    pub async fn ephemeral(&self, send: EphemeralSend) {
        let make = Box::new(|_| Frame::Binary(ClientFrame::Ephemeral(send)));
        // Ephemeral: if the connection is gone, so is the message.
        let _ = self.requests.send(Outgoing { make, answer: None }).await;
    }

    /// Asks the hub for its time.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn time(&self) -> Result<u64, RequestError> {
        let make = |request| Frame::Control(ClientControl::Time { request });
        match self.ask(make).await? {
            Answer::Control(HubControl::Time { time_ms, .. }) => Ok(time_ms),
            _ => Err(RequestError::Lost),
        }
    }

    /// Uploads a chunk of a blob; returns how many chunks are stored, from the first on.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn put_blob(&self, put: PutBlob) -> Result<u32, RequestError> {
        let make = move |request| Frame::Binary(ClientFrame::PutBlob(PutBlob { request, ..put }));
        stored(self.ask(make).await?)
    }

    /// How many chunks of a blob are stored, from the first on.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn blob(&self, room: RoomId, blob: BlobId) -> Result<u32, RequestError> {
        let make = move |request| {
            Frame::Control(ClientControl::Blob {
                request,
                room,
                blob,
            })
        };
        stored(self.ask(make).await?)
    }

    /// A chunk of a blob.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn get_blob(
        &self,
        room: RoomId,
        blob: BlobId,
        chunk: u32,
    ) -> Result<Vec<u8>, RequestError> {
        let make = move |request| {
            Frame::Control(ClientControl::GetBlob {
                request,
                room,
                blob,
                chunk,
            })
        };
        match self.ask(make).await? {
            Answer::Frame(HubFrame::BlobChunk(reply)) => Ok(reply.bytes.into()),
            _ => Err(RequestError::Lost),
        }
    }

    /// Follows a room.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn follow(&self, room: RoomId, after: u64) -> Result<Following, RequestError> {
        let make = move |request| {
            Frame::Control(ClientControl::Follow {
                request,
                room,
                after,
            })
        };
        match self.ask(make).await? {
            Answer::Control(HubControl::Following {
                head,
                epoch,
                last_number,
                ..
            }) => Ok(Following {
                head,
                epoch,
                last_number,
            }),
            _ => Err(RequestError::Lost),
        }
    }

    /// The rooms in which this device has a seat.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn rooms(&self) -> Result<Vec<RoomSummary>, RequestError> {
        match self
            .ask(|request| Frame::Control(ClientControl::Rooms { request }))
            .await?
        {
            Answer::Control(HubControl::Rooms { rooms, .. }) => Ok(rooms),
            _ => Err(RequestError::Lost),
        }
    }

    /// The state of a room, to resync.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn group_info(&self, room: RoomId) -> Result<GroupInfoReply, RequestError> {
        let make = move |request| Frame::Control(ClientControl::GroupInfo { request, room });
        match self.ask(make).await? {
            Answer::Frame(HubFrame::GroupInfo(reply)) => Ok(reply),
            _ => Err(RequestError::Lost),
        }
    }

    /// Rows of the hub's audit log that are about a room which this device coordinates, above one of them.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn audit(&self, room: RoomId, after: u64) -> Result<Vec<AuditRow>, RequestError> {
        let make = move |request| {
            Frame::Control(ClientControl::Audit {
                request,
                room,
                after,
            })
        };
        match self.ask(make).await? {
            Answer::Frame(HubFrame::AuditRows(reply)) => Ok(reply.rows),
            _ => Err(RequestError::Lost),
        }
    }

    /// Asks for waiting welcomes; they come as [`super::Incoming::Welcome`] before this returns.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn welcomes(&self) -> Result<(), RequestError> {
        self.ask(|request| Frame::Control(ClientControl::Welcomes { request }))
            .await
            .map(|_| ())
    }

    /// Tells the hub that a welcome is stored safely.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn welcome_taken(&self, room: RoomId) -> Result<(), RequestError> {
        let make = move |request| Frame::Control(ClientControl::WelcomeTaken { request, room });
        self.ask(make).await.map(|_| ())
    }

    /// Accreditation chains of the devices of a country, or of all.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn directory(&self, country: Option<String>) -> Result<Directory, RequestError> {
        let make = move |request| Frame::Control(ClientControl::Directory { request, country });
        match self.ask(make).await? {
            Answer::Frame(HubFrame::Directory(directory)) => Ok(directory),
            _ => Err(RequestError::Lost),
        }
    }

    /// Says where the hub may knock while this device is away, or that it may not.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn push_subscribe(&self, endpoint: Option<PushEndpoint>) -> Result<(), RequestError> {
        let make =
            move |request| Frame::Control(ClientControl::PushSubscribe { request, endpoint });
        self.ask(make).await.map(|_| ())
    }

    /// Asks those who may admit this device to let it into a room.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn ask_to_join(&self, join: JoinRequest) -> Result<(), RequestError> {
        let make =
            move |request| Frame::Binary(ClientFrame::AskToJoin(AskToJoin { request, join }));
        self.ask(make).await.map(|_| ())
    }

    /// Publishes key packages.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn publish_key_packages(
        &self,
        once: Vec<Vec<u8>>,
        last_resort: Option<Vec<u8>>,
    ) -> Result<(), RequestError> {
        let make = move |request| {
            Frame::Binary(ClientFrame::PublishKeyPackages(PublishKeyPackages {
                request,
                key_packages: once.into_iter().map(Into::into).collect(),
                last_resort: last_resort.map(Into::into),
            }))
        };
        self.ask(make).await.map(|_| ())
    }

    /// Takes a key package of each device.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn take_key_packages(
        &self,
        ciphersuite: u16,
        devices: Vec<DeviceId>,
    ) -> Result<Vec<KeyPackageOf>, RequestError> {
        let make = move |request| {
            let take = TakeKeyPackages {
                request,
                ciphersuite,
                devices,
            };
            Frame::Binary(ClientFrame::TakeKeyPackages(take))
        };
        match self.ask(make).await? {
            Answer::Frame(HubFrame::KeyPackages(reply)) => Ok(reply.key_packages),
            _ => Err(RequestError::Lost),
        }
    }
}

async fn accepted(pending: Pending) -> Result<Accepted, RequestError> {
    match pending.await.unwrap_or(Err(RequestError::Lost))? {
        Answer::Control(HubControl::Accepted {
            seq,
            time_ms,
            duplicate,
            ..
        }) => Ok(Accepted {
            seq,
            time_ms,
            duplicate,
        }),
        _ => Err(RequestError::Lost),
    }
}

impl core::fmt::Debug for Connection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Connection(closed: {})", self.is_closed())
    }
}

fn stored(answer: Answer) -> Result<u32, RequestError> {
    match answer {
        Answer::Control(HubControl::BlobStored { stored, .. }) => Ok(stored),
        _ => Err(RequestError::Lost),
    }
}
