//! The task of one connection.

use core::pin::Pin;
use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::{ClientControl, HubControl, HubFrame, limits};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio::sync::{mpsc, oneshot};

use super::handle::{Answer, Connection, Frame, Outgoing};
use super::{Incoming, RequestError};
use crate::platform::{Gone, Message, Socket, Surroundings};

/// Requests that wait for the socket.
const REQUEST_QUEUE: usize = 256;

/// Requests written in one flush at most.
const MAX_FLUSH: usize = 64;

/// How often in a row, `IDLE_TIMEOUT_MS` apart, the same request may be found without an answer. A slow network has much to
/// bring before it.
const MAX_LOOKS: u32 = 4;

/// How long the network may take to accept a goodbye.
const GOODBYE_TIMEOUT_MS: u64 = 2_000;

/// In order, so that when a connection ends those who wait learn it in the order in which they asked.
type Waiting = BTreeMap<u32, oneshot::Sender<Result<Answer, RequestError>>>;

/// The oldest request without an answer.
#[derive(Default)]
struct Debt {
    oldest: Option<u32>,
    looks: u32,
}

impl Debt {
    /// Looks at it anew. A hub that leaves a request unanswered for so long has forgotten it; on another connection it is
    /// made again.
    fn is_too_old(&mut self, oldest: Option<u32>) -> bool {
        let is_same = oldest.is_some() && oldest == self.oldest;
        self.looks = if is_same {
            self.looks.saturating_add(1)
        } else {
            0
        };
        self.oldest = oldest;
        self.looks >= MAX_LOOKS
    }
}

struct Actor {
    sink: Pin<Box<dyn Sink<Message, Error = Gone> + Send>>,
    waiting: Waiting,
    next_request: u32,
    incoming: mpsc::Sender<Incoming>,
    around: Arc<dyn Surroundings>,
    /// Nothing can be written any more; then nothing must be, not even a goodbye.
    is_cut: bool,
}

pub(super) fn spawn(
    around: Arc<dyn Surroundings>,
    socket: Socket,
    incoming: mpsc::Sender<Incoming>,
) -> Connection {
    let (requests, queue) = mpsc::channel(REQUEST_QUEUE);
    let Socket { sink, stream } = socket;
    let actor = Actor {
        sink,
        waiting: Waiting::new(),
        next_request: 1,
        incoming,
        around: around.clone(),
        is_cut: false,
    };
    around.spawn(Box::pin(run(actor, stream, queue)));
    Connection { requests }
}

async fn run(
    mut actor: Actor,
    mut stream: Pin<Box<dyn Stream<Item = Message> + Send>>,
    mut queue: mpsc::Receiver<Outgoing>,
) {
    // A browser shows no pings of WebSocket to a page, and sends none: what keeps the connection alive
    // here, and shows that it is, are questions for the time.
    let mut ping = actor.around.sleep(limits::PING_INTERVAL_MS);
    let mut patience = actor.around.sleep(limits::IDLE_TIMEOUT_MS);
    let mut was_heard = false;
    let mut debt = Debt::default();
    let mut batch = Vec::with_capacity(MAX_FLUSH);
    loop {
        // What the device has to say goes first, then what the hub says, then keeping alive.
        let step = tokio::select! {
            biased;
            () = actor.incoming.closed() => Err(Gone),
            count = queue.recv_many(&mut batch, MAX_FLUSH) => {
                if count == 0 { Err(Gone) } else { actor.write(&mut batch).await }
            }
            message = stream.next() => match message {
                Some(message) => {
                    was_heard = true;
                    actor.read(message).await
                }
                None => Err(Gone),
            },
            () = &mut patience => {
                patience = actor.around.sleep(limits::IDLE_TIMEOUT_MS);
                let is_owed = debt.is_too_old(actor.waiting.keys().next().copied());
                if core::mem::take(&mut was_heard) && !is_owed { Ok(()) } else { Err(Gone) }
            }
            () = &mut ping => {
                ping = actor.around.sleep(limits::PING_INTERVAL_MS);
                actor.ask_for_time().await
            }
        };
        if step.is_err() {
            break;
        }
    }
    let Actor {
        mut sink,
        around,
        is_cut,
        waiting,
        incoming,
        ..
    } = actor;
    // First of all those learn it who wait: the fate of their requests is unknown, and another connection is needed. A
    // network that swallows everything would hold up a goodbye for minutes.
    drop((waiting, incoming, queue, stream));
    if !is_cut {
        tokio::select! {
            _ = sink.close() => {}
            () = around.sleep(GOODBYE_TIMEOUT_MS) => {}
        }
    }
}

impl Actor {
    fn request(&mut self) -> u32 {
        let request = self.next_request;
        self.next_request = self.next_request.wrapping_add(1).max(1);
        request
    }

    /// Nobody waits for the answer.
    async fn ask_for_time(&mut self) -> Result<(), Gone> {
        let request = self.request();
        let control = ClientControl::Time { request };
        let sent = self.sink.send(Message::Text(control.encode())).await;
        self.is_cut |= sent.is_err();
        sent
    }

    async fn write(&mut self, batch: &mut Vec<Outgoing>) -> Result<(), Gone> {
        let too_long = self.around.sleep(limits::IDLE_TIMEOUT_MS);
        let written = tokio::select! {
            written = self.write_all(batch) => written,
            () = too_long => Err(Gone),
        };
        self.is_cut |= written.is_err();
        written
    }

    async fn write_all(&mut self, batch: &mut Vec<Outgoing>) -> Result<(), Gone> {
        for outgoing in batch.drain(..) {
            let request = self.request();
            let message = match (outgoing.make)(request) {
                Frame::Control(control) => Message::Text(control.encode()),
                Frame::Binary(frame) => match frame.encode() {
                    Ok(bytes) => Message::Binary(bytes),
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
            self.sink.feed(message).await?;
        }
        self.sink.flush().await
    }

    async fn read(&mut self, message: Message) -> Result<(), Gone> {
        match message {
            Message::Binary(bytes) => {
                self.frame(HubFrame::decode(&bytes).map_err(|_| Gone)?)
                    .await
            }
            Message::Text(text) => {
                self.control(HubControl::decode(&text).map_err(|_| Gone)?)
                    .await
            }
        }
    }

    async fn frame(&mut self, frame: HubFrame) -> Result<(), Gone> {
        let request = match &frame {
            HubFrame::KeyPackages(reply) => reply.request,
            HubFrame::GroupInfo(reply) => reply.request,
            HubFrame::Directory(reply) => reply.request,
            HubFrame::BlobChunk(reply) => reply.request,
            HubFrame::AuditRows(reply) => reply.request,
            _ => {
                return match frame {
                    HubFrame::Delivery(delivery) => self.pass(Incoming::Delivery(delivery)).await,
                    HubFrame::Ephemeral(one) => self.pass(Incoming::Ephemeral(one)).await,
                    HubFrame::Welcome(welcome) => self.pass(Incoming::Welcome(welcome)).await,
                    HubFrame::JoinRequest(join) => self.pass(Incoming::JoinRequest(join)).await,
                    _ => Err(Gone),
                };
            }
        };
        self.answer(request, Ok(Answer::Frame(frame)));
        Ok(())
    }

    async fn control(&mut self, control: HubControl) -> Result<(), Gone> {
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
            HubControl::Ready { .. } => Err(Gone),
        }
    }

    fn answer(&mut self, request: u32, answer: Result<Answer, RequestError>) {
        if let Some(waiting) = self.waiting.remove(&request) {
            // Nobody waits any more: then nobody misses it.
            let _ = waiting.send(answer);
        }
    }

    async fn pass(&mut self, incoming: Incoming) -> Result<(), Gone> {
        self.incoming.send(incoming).await.map_err(|_| Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_never_answered_is_noticed() {
        let mut debt = Debt::default();
        for _ in 0..3 {
            assert!(!debt.is_too_old(None));
        }
        for oldest in 1..20 {
            assert!(!debt.is_too_old(Some(oldest)), "answered meanwhile");
        }
        for _ in 1..MAX_LOOKS {
            assert!(!debt.is_too_old(Some(19)));
        }
        assert!(debt.is_too_old(Some(19)));
        assert!(!debt.is_too_old(Some(20)));
    }
}
