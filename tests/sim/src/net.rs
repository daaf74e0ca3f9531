//! The network as devices reach it: sockets whose other ends are queues in the simulation's hands.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use entente_device::platform::{Gone, Message, Socket};
use futures_util::{Sink, Stream};

use crate::executor::lock;

/// A connection between a device and the hub.
pub(crate) type LinkId = u64;

/// What devices have done since it was last asked.
#[derive(Default)]
pub(crate) struct News {
    /// They dial.
    pub(crate) dialled: Vec<(LinkId, usize)>,
    /// They send.
    pub(crate) sent: Vec<(LinkId, Message)>,
    /// They have dropped their end.
    pub(crate) dropped: Vec<LinkId>,
}

#[derive(Default)]
struct End {
    answer: Option<bool>,
    inbox: VecDeque<Message>,
    is_over: bool,
    waker: Option<Waker>,
}

#[derive(Default)]
struct State {
    next: LinkId,
    ends: BTreeMap<LinkId, End>,
    news: News,
}

/// All sockets.
#[derive(Default)]
pub(crate) struct Net(Mutex<State>);

impl Net {
    pub(crate) fn take_news(&self) -> News {
        core::mem::take(&mut lock(&self.0).news)
    }

    fn change(&self, link: LinkId, change: impl FnOnce(&mut End)) {
        let waker = {
            let mut state = lock(&self.0);
            let Some(end) = state.ends.get_mut(&link) else {
                return;
            };
            change(end);
            end.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whoever dialled gets through, or does not.
    pub(crate) fn answer(&self, link: LinkId, is_there: bool) {
        self.change(link, |end| end.answer = Some(is_there));
    }

    /// Something has come from the hub.
    pub(crate) fn deliver(&self, link: LinkId, message: Message) {
        self.change(link, |end| end.inbox.push_back(message));
    }

    /// The connection is over for the device, once it has read what has come.
    pub(crate) fn end(&self, link: LinkId) {
        self.change(link, |end| end.is_over = true);
    }

    /// Opens a socket for a device.
    pub(crate) async fn dial(self: Arc<Self>, device: usize) -> Result<Socket, String> {
        let link = {
            let mut state = lock(&self.0);
            let link = state.next;
            state.next += 1;
            state.ends.insert(link, End::default());
            state.news.dialled.push((link, device));
            link
        };
        let out = Out { net: self, link };
        let is_there = core::future::poll_fn(|context| out.poll(context, |end| end.answer)).await;
        if !is_there {
            return Err("no answer".to_owned());
        }
        let stream = In {
            net: out.net.clone(),
            link,
        };
        Ok(Socket {
            sink: Box::pin(out),
            stream: Box::pin(stream),
        })
    }
}

/// A device's writing end; the connection ends with it.
struct Out {
    net: Arc<Net>,
    link: LinkId,
}

impl Out {
    fn poll<T>(&self, context: &mut Context<'_>, look: impl FnOnce(&End) -> Option<T>) -> Poll<T> {
        let mut state = lock(&self.net.0);
        let Some(end) = state.ends.get_mut(&self.link) else {
            return Poll::Pending;
        };
        match look(end) {
            Some(found) => Poll::Ready(found),
            None => {
                end.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    fn is_over(&self) -> bool {
        let state = lock(&self.net.0);
        state.ends.get(&self.link).is_none_or(|end| end.is_over)
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        let mut state = lock(&self.net.0);
        let end = state.ends.remove(&self.link);
        state.news.dropped.push(self.link);
        drop(state);
        drop(end);
    }
}

impl Sink<Message> for Out {
    type Error = Gone;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        Poll::Ready(if self.is_over() { Err(Gone) } else { Ok(()) })
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Gone> {
        lock(&self.net.0).news.sent.push((self.link, message));
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.poll_ready(context)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        Poll::Ready(Ok(()))
    }
}

/// A device's reading end.
struct In {
    net: Arc<Net>,
    link: LinkId,
}

impl Stream for In {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let mut state = lock(&self.net.0);
        let Some(end) = state.ends.get_mut(&self.link) else {
            return Poll::Ready(None);
        };
        if let Some(message) = end.inbox.pop_front() {
            return Poll::Ready(Some(message));
        }
        if end.is_over {
            return Poll::Ready(None);
        }
        end.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
