//! A worker of a browser. What belongs to JavaScript stays in tasks of this file; others hold the ends
//! of channels.

use core::cell::Cell;
use core::pin::Pin;
use core::task::{Context, Poll};

use entente_protocol::SUBPROTOCOL;
use futures_util::{Sink, Stream, StreamExt as _};
use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BinaryType, MessageEvent, Response, WebSocket};

use super::{Gone, HttpError, Later, Message, Reply, Socket, checked};
use crate::HubUrl;

thread_local! {
    /// When the last message came.
    static RECEIVED: Cell<f64> = const { Cell::new(0.0) };
}

/// When the last message came from a hub, milliseconds since the worker began: for measurements.
#[must_use]
pub fn last_received_ms() -> f64 {
    RECEIVED.get()
}

/// Messages that wait for the connection's task.
const INCOMING_QUEUE: usize = 4_096;

/// The longest that a short HTTP request takes, milliseconds.
const HTTP_TIMEOUT_MS: u64 = 20_000;

/// Bytes that wait in the browser for the network before more are taken.
const MAX_BUFFERED_BYTES: u32 = 1024 * 1024;

/// How often that is looked at while it is full, milliseconds.
const BUFFER_PAUSE_MS: u64 = 20;

/// Runs a task beside the others.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    spawn_local(task);
}

/// Calls a function of the worker's global scope.
fn call_global(name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let global = js_sys::global();
    let function: Function = Reflect::get(&global, &name.into())?.dyn_into()?;
    let arguments: Array = arguments.iter().collect();
    function.apply(&global, &arguments)
}

fn reason(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>();
    message.map_or_else(|| "refused".to_owned(), |error| error.message().into())
}

/// Waits.
#[must_use]
pub fn sleep(wait_ms: u64) -> Later<'static, ()> {
    let (done, waiting) = oneshot::channel::<()>();
    let wait_ms = i32::try_from(wait_ms).unwrap_or(i32::MAX);
    let wake = Closure::once_into_js(move || {
        // Nobody waits any more.
        let _ = done.send(());
    });
    // Without timers nothing goes on; then what waits is woken at once.
    let _ = call_global("setTimeout", &[wake, wait_ms.into()]);
    Box::pin(async move {
        let _ = waiting.await;
    })
}

/// Hands messages to the socket's task.
struct Outgoing(mpsc::UnboundedSender<Message>);

impl Sink<Message> for Outgoing {
    type Error = Gone;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        Poll::Ready(if self.0.is_closed() {
            Err(Gone)
        } else {
            Ok(())
        })
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Gone> {
        self.0.send(message).map_err(|_| Gone)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.poll_ready(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        Poll::Ready(Ok(()))
    }
}

/// What comes, until the socket closes.
struct Incoming(mpsc::Receiver<Message>);

impl Stream for Incoming {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.0.poll_recv(cx)
    }
}

/// Opens a WebSocket to a hub.
///
/// # Errors
/// That it could not be; a browser does not say why.
pub async fn dial(hub: &HubUrl) -> Result<Socket, String> {
    let url = hub.websocket();
    let (opened, is_open) = oneshot::channel();
    let (to_hub, outgoing) = mpsc::unbounded_channel();
    let (incoming, from_hub) = mpsc::channel(INCOMING_QUEUE);
    spawn_local(run(url, opened, outgoing, incoming));
    is_open
        .await
        .unwrap_or_else(|_| Err("connection closed".to_owned()))?;
    Ok(Socket {
        sink: Box::pin(Outgoing(to_hub)),
        stream: Box::pin(Incoming(from_hub).fuse()),
    })
}

/// The task of one WebSocket: it lives until the hub closes it, or nobody holds its other end.
async fn run(
    url: String,
    opened: oneshot::Sender<Result<(), String>>,
    mut outgoing: mpsc::UnboundedReceiver<Message>,
    incoming: mpsc::Sender<Message>,
) {
    let socket = match WebSocket::new_with_str(&url, SUBPROTOCOL) {
        Ok(socket) => socket,
        Err(error) => {
            let _ = opened.send(Err(reason(&error)));
            return;
        }
    };
    socket.set_binary_type(BinaryType::Arraybuffer);
    let (close, mut closed) = mpsc::channel::<()>(1);
    let mut opened = Some(opened);
    let on_open = Closure::<dyn FnMut()>::new(move || {
        if let Some(opened) = opened.take() {
            let _ = opened.send(Ok(()));
        }
    });
    let overflow = close.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        RECEIVED.set(event.time_stamp());
        let data = event.data();
        let message = match data.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => Message::Binary(Uint8Array::new(buffer).to_vec()),
            None => Message::Text(data.as_string().unwrap_or_default()),
        };
        // A full queue: the engine is too slow, and comes back by its cursor.
        if incoming.try_send(message).is_err() {
            let _ = overflow.try_send(());
        }
    });
    let on_close = Closure::<dyn FnMut()>::new(move || {
        let _ = close.try_send(());
    });
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    loop {
        let message = tokio::select! {
            biased;
            _ = closed.recv() => break,
            message = outgoing.recv() => match message {
                Some(message) => message,
                None => break,
            },
        };
        while socket.buffered_amount() > MAX_BUFFERED_BYTES
            && socket.ready_state() == WebSocket::OPEN
        {
            sleep(BUFFER_PAUSE_MS).await;
        }
        let sent = match &message {
            Message::Text(text) => socket.send_with_str(text),
            Message::Binary(bytes) => socket.send_with_u8_array(bytes),
        };
        if sent.is_err() {
            break;
        }
    }
    socket.set_onopen(None);
    socket.set_onmessage(None);
    socket.set_onclose(None);
    let _ = socket.close();
    // The channel to the connection ends with the closures.
}

/// Posts to a hub.
///
/// # Errors
/// See [`HttpError`].
pub async fn post(hub: &HubUrl, path: &str, body: Vec<u8>) -> Result<Reply, HttpError> {
    request(hub.http(path), Some(body)).await
}

/// Asks a hub.
///
/// # Errors
/// See [`HttpError`].
pub async fn get(hub: &HubUrl, path: &str) -> Result<Reply, HttpError> {
    request(hub.http(path), None).await
}

async fn request(url: String, body: Option<Vec<u8>>) -> Result<Reply, HttpError> {
    let (done, answer) = oneshot::channel();
    spawn_local(async move {
        let _ = done.send(fetch(&url, body).await.map_err(|error| reason(&error)));
    });
    let reply = super::within(HTTP_TIMEOUT_MS, answer).await;
    match reply {
        Some(Ok(Ok(reply))) => checked(reply),
        Some(Ok(Err(words))) => Err(HttpError::Unreachable(words)),
        Some(Err(_)) | None => Err(HttpError::Unreachable("no answer in time".to_owned())),
    }
}

async fn fetch(url: &str, body: Option<Vec<u8>>) -> Result<Reply, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"credentials".into(), &"omit".into())?;
    Reflect::set(&options, &"cache".into(), &"no-store".into())?;
    if let Some(body) = body {
        Reflect::set(&options, &"method".into(), &"POST".into())?;
        let body = Uint8Array::from(body.as_slice());
        Reflect::set(&options, &"body".into(), &body)?;
    }
    let promise: Promise = call_global("fetch", &[url.into(), options.into()])?.dyn_into()?;
    let response: Response = JsFuture::from(promise).await?.dyn_into()?;
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Reply {
        status: response.status(),
        body: Uint8Array::new(&buffer).to_vec(),
    })
}
