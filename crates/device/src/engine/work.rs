//! Requests under way: the engine never waits for an answer, it goes on reading.

use std::pin::Pin;

use entente_protocol::{CommitBundle, DeviceId, ErrorCode, GroupInfoReply, KeyPackageOf, RoomId};
use entente_room::Session;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::handle::Reply;
use super::time::{Clock, Sample};
use crate::connection::{
    Accepted, ConnectError, Connection, Following, Greeting, Incoming, RequestError,
};

/// What became of a request.
pub(super) enum Work {
    Connected(Result<(Connection, mpsc::Receiver<Incoming>, Greeting), ConnectError>),
    Following(Asked, Result<Following, RequestError>),
    Sent {
        room: RoomId,
        number: u64,
        /// In which it was sealed.
        epoch: u64,
        result: Result<Accepted, RequestError>,
    },
    KeyPackages {
        room: RoomId,
        result: Result<Vec<KeyPackageOf>, RequestError>,
    },
    Committed {
        room: RoomId,
        number: u64,
        result: Result<Accepted, RequestError>,
    },
    GroupInfo {
        room: RoomId,
        attempt: u64,
        result: Result<GroupInfoReply, RequestError>,
    },
    /// The last state of a room that the hub has closed.
    LastState {
        room: RoomId,
        /// What the hub said of it.
        code: ErrorCode,
        result: Result<GroupInfoReply, RequestError>,
    },
    Resynced {
        room: RoomId,
        attempt: u64,
        next: Box<Session>,
        result: Result<Accepted, RequestError>,
    },
    /// A request to join was passed on, or not.
    Asked {
        room: RoomId,
        result: Result<(), RequestError>,
    },
    /// All waiting welcomes have come.
    WelcomesIn,
    /// A batch of key packages of a suite is at the hub, or was refused.
    Published {
        ciphersuite: u16,
        is_there: bool,
    },
    /// How the hub's clock and this device's differ.
    Clock {
        samples: Vec<Sample>,
        reply: Option<Reply<Clock>>,
    },
    /// Nothing more to do, whatever the answer was.
    Done,
}

/// What the hub was asked to deliver.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) room: RoomId,
    /// How far this device has come.
    pub(super) cursor: u64,
    /// Everything after this place.
    pub(super) after: u64,
}

pub(super) type Works = FuturesUnordered<Pin<Box<dyn Future<Output = Work> + Send>>>;

pub(super) fn follow(
    connection: &Connection,
    asked: Asked,
) -> impl Future<Output = Work> + Send + 'static {
    let connection = connection.clone();
    async move {
        let following = connection.follow(asked.room, asked.after).await;
        Work::Following(asked, following)
    }
}

pub(super) fn commit(
    connection: &Connection,
    bundle: CommitBundle,
) -> impl Future<Output = Work> + Send + 'static {
    let connection = connection.clone();
    let (room, number) = (bundle.room, bundle.number);
    async move {
        Work::Committed {
            room,
            number,
            result: connection.commit(bundle).await,
        }
    }
}

pub(super) fn key_packages(
    connection: &Connection,
    room: RoomId,
    ciphersuite: u16,
    devices: Vec<DeviceId>,
) -> impl Future<Output = Work> + Send + 'static {
    let connection = connection.clone();
    async move {
        let result = connection.take_key_packages(ciphersuite, devices).await;
        Work::KeyPackages { room, result }
    }
}
