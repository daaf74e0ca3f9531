//! The task of one connection.

use std::collections::HashMap;
use std::time::Duration;

use entente_protocol::{HubControl, HubFrame, limits};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

use super::handle::{Answer, Connection, Frame, Outgoing};
use super::handshake::Socket;
use super::{Incoming, RequestError};

/// Requests that wait for the socket.
const REQUEST_QUEUE: usize = 256;

/// Requests written in one flush at most.
const MAX_FLUSH: usize = 64;

type Waiting = HashMap<u32, oneshot::Sender<Result<Answer, RequestError>>>;

struct Actor {
    sink: SplitSink<Socket, Message>,
    waiting: Waiting,
    next_request: u32,
    incoming: mpsc::Sender<Incoming>,
}

/// The connection is over.
struct Ended;

pub(super) fn spawn(socket: Socket, incoming: mpsc::Sender<Incoming>) -> Connection {
    let (requests, queue) = mpsc::channel(REQUEST_QUEUE);
    let (sink, stream) = socket.split();
    let actor = Actor {
        sink,
        waiting: Waiting::new(),
        next_request: 1,
        incoming,
    };
    tokio::spawn(run(actor, stream, queue));
    Connection { requests }
}

async fn run(
    mut actor: Actor,
    mut stream: SplitStream<Socket>,
    mut queue: mpsc::Receiver<Outgoing>,
) {
    let mut ping = tokio::time::interval(Duration::from_millis(limits::PING_INTERVAL_MS));
    ping.reset();
    let patience = Duration::from_millis(limits::IDLE_TIMEOUT_MS);
    let mut batch = Vec::with_capacity(MAX_FLUSH);
    loop {
        // What the device has to say goes first, then what the hub says, then keeping alive.
        let step = tokio::select! {
            biased;
            () = actor.incoming.closed() => Err(Ended),
            count = queue.recv_many(&mut batch, MAX_FLUSH) => {
                if count == 0 { Err(Ended) } else { actor.write(&mut batch).await }
            }
            message = tokio::time::timeout(patience, stream.next()) => match message {
                Ok(Some(Ok(message))) => actor.read(message).await,
                Ok(Some(Err(_)) | None) | Err(_) => Err(Ended),
            },
            _ = ping.tick() => {
                let ping = Message::Ping(Default::default());
                actor.sink.send(ping).await.map_err(|_| Ended)
            }
        };
        if step.is_err() {
            break;
        }
    }
    // Dropping the waiting answers tells their askers that the fate of the request is unknown.
    let _ = actor.sink.close().await;
}

impl Actor {
    async fn write(&mut self, batch: &mut Vec<Outgoing>) -> Result<(), Ended> {
        for outgoing in batch.drain(..) {
            let request = self.next_request;
            self.next_request = self.next_request.wrapping_add(1).max(1);
            let message = match (outgoing.make)(request) {
                Frame::Control(control) => Message::Text(control.encode().into()),
                Frame::Binary(frame) => match frame.encode() {
                    Ok(bytes) => Message::Binary(bytes.into()),
                    Err(_) => {
                        if let Some(answer) = outgoing.answer {
                            let _ = answer.send(Err(RequestError::TooLarge));
                        }
                        continue;
                    }
                },
            };
            if let Some(answer) = outgoing.answer {
                self.waiting.insert(request, answer);
            }
            self.sink.feed(message).await.map_err(|_| Ended)?;
        }
        self.sink.flush().await.map_err(|_| Ended)
    }

    async fn read(&mut self, message: Message) -> Result<(), Ended> {
        match message {
            Message::Binary(bytes) => {
                self.frame(HubFrame::decode(&bytes).map_err(|_| Ended)?)
                    .await
            }
            Message::Text(text) => {
                self.control(HubControl::decode(&text).map_err(|_| Ended)?)
                    .await
            }
            Message::Close(_) => Err(Ended),
            _ => Ok(()),
        }
    }

    async fn frame(&mut self, frame: HubFrame) -> Result<(), Ended> {
        let request = match &frame {
            HubFrame::KeyPackages(reply) => reply.request,
            HubFrame::GroupInfo(reply) => reply.request,
            HubFrame::Directory(reply) => reply.request,
            HubFrame::BlobChunk(reply) => reply.request,
            _ => {
                return match frame {
                    HubFrame::Delivery(delivery) => self.pass(Incoming::Delivery(delivery)).await,
                    HubFrame::Ephemeral(one) => self.pass(Incoming::Ephemeral(one)).await,
                    HubFrame::Welcome(welcome) => self.pass(Incoming::Welcome(welcome)).await,
                    _ => Err(Ended),
                };
            }
        };
        self.answer(request, Ok(Answer::Frame(frame)));
        Ok(())
    }

    async fn control(&mut self, control: HubControl) -> Result<(), Ended> {
        match control {
            HubControl::Refused {
                request: Some(request),
                code,
                detail,
                retry_after_ms,
                ..
            } => {
                let refused = RequestError::Refused {
                    code,
                    detail,
                    retry_after_ms,
                };
                self.answer(request, Err(refused));
                Ok(())
            }
            HubControl::Refused {
                request: None,
                code,
                ..
            } => self.pass(Incoming::Refused(code)).await,
            HubControl::CaughtUp { room, seq } => self.pass(Incoming::CaughtUp(room, seq)).await,
            HubControl::Unfollowed { room, code } => {
                self.pass(Incoming::Unfollowed(room, code)).await
            }
            HubControl::Done { request }
            | HubControl::Accepted { request, .. }
            | HubControl::Following { request, .. }
            | HubControl::Time { request, .. }
            | HubControl::BlobStored { request, .. }
            | HubControl::Rooms { request, .. } => {
                self.answer(request, Ok(Answer::Control(control)));
                Ok(())
            }
            HubControl::Ready { .. } => Err(Ended),
        }
    }

    fn answer(&mut self, request: u32, answer: Result<Answer, RequestError>) {
        if let Some(waiting) = self.waiting.remove(&request) {
            // Nobody waits any more: then nobody misses it.
            let _ = waiting.send(answer);
        }
    }

    async fn pass(&self, incoming: Incoming) -> Result<(), Ended> {
        self.incoming.send(incoming).await.map_err(|_| Ended)
    }
}
