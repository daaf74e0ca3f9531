//! Processes with threads: tokio, tungstenite, ureq.

use std::time::Duration;

use entente_protocol::{SUBPROTOCOL, limits};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::connect_async_tls_with_config;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::tls;
use super::{Gone, HttpError, Later, Message, Reply, Socket, checked};
use crate::HubUrl;

/// The longest that a short HTTP request takes.
const HTTP_TIMEOUT: Duration = Duration::from_secs(20);

/// Runs a task beside the others.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Waits.
#[must_use]
pub fn sleep(wait_ms: u64) -> Later<'static, ()> {
    Box::pin(tokio::time::sleep(Duration::from_millis(wait_ms)))
}

/// Opens a WebSocket to a hub.
///
/// # Errors
/// What the operating system says.
pub async fn dial(hub: &HubUrl) -> Result<Socket, String> {
    let words = |error: tungstenite::Error| error.to_string();
    let mut request = hub.websocket().into_client_request().map_err(words)?;
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static(SUBPROTOCOL),
    );
    let tls = hub.is_tls().then(tls::connector).transpose()?;
    let (socket, _) = connect_async_tls_with_config(request, Some(config()), true, tls)
        .await
        .map_err(words)?;
    let (sink, stream) = socket.split();
    let sink = sink
        .sink_map_err(|_| Gone)
        .with(|message| core::future::ready(Ok::<_, Gone>(outgoing(message))));
    let stream = stream
        .take_while(|message| core::future::ready(message.is_ok()))
        .filter_map(|message| core::future::ready(message.ok().and_then(incoming)));
    Ok(Socket {
        sink: Box::pin(sink),
        stream: Box::pin(stream),
    })
}

fn outgoing(message: Message) -> tungstenite::Message {
    match message {
        Message::Text(text) => tungstenite::Message::Text(text.into()),
        Message::Binary(bytes) => tungstenite::Message::Binary(bytes.into()),
    }
}

/// Pings are answered below; after a close nothing more comes.
fn incoming(message: tungstenite::Message) -> Option<Message> {
    match message {
        tungstenite::Message::Text(text) => Some(Message::Text(text.as_str().to_owned())),
        tungstenite::Message::Binary(bytes) => Some(Message::Binary(bytes.into())),
        _ => None,
    }
}

fn config() -> WebSocketConfig {
    let largest = limits::MAX_FRAME_BYTES + limits::FRAME_SLACK_BYTES;
    WebSocketConfig::default()
        .read_buffer_size(limits::SOCKET_BUFFER_BYTES)
        .max_message_size(Some(largest))
        .max_frame_size(Some(largest))
}

/// Posts to a hub.
///
/// # Errors
/// See [`HttpError`].
pub async fn post(hub: &HubUrl, path: &str, body: Vec<u8>) -> Result<Reply, HttpError> {
    let url = hub.http(path);
    let agent = agent(hub);
    blocking(move || agent.post(&url).send(&body)).await
}

/// Asks a hub.
///
/// # Errors
/// See [`HttpError`].
pub async fn get(hub: &HubUrl, path: &str) -> Result<Reply, HttpError> {
    let url = hub.http(path);
    let agent = agent(hub);
    blocking(move || agent.get(&url).call()).await
}

/// Posts to any address, without following redirections; gives the status. Whoever answers is believed by TLS, if the
/// address is of `https`.
///
/// # Errors
/// [`HttpError::Unreachable`].
pub async fn post_to(
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    timeout: Duration,
) -> Result<u16, HttpError> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(timeout))
        .tls_config(tls::for_http());
    let agent: ureq::Agent = config.build().into();
    let sent = tokio::task::spawn_blocking(move || {
        let mut request = agent.post(&url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send(&body).map(|reply| reply.status().as_u16())
    });
    let unreachable = |error: &dyn core::fmt::Display| HttpError::Unreachable(error.to_string());
    match sent.await {
        Ok(status) => status.map_err(|error| unreachable(&error)),
        Err(error) => Err(unreachable(&error)),
    }
}

fn agent(hub: &HubUrl) -> ureq::Agent {
    let mut config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(HTTP_TIMEOUT));
    if hub.is_tls() {
        config = config.tls_config(tls::for_http());
    }
    config.build().into()
}

type Response = ureq::http::Response<ureq::Body>;

async fn blocking(
    work: impl FnOnce() -> Result<Response, ureq::Error> + Send + 'static,
) -> Result<Reply, HttpError> {
    let unreachable = |error: ureq::Error| HttpError::Unreachable(error.to_string());
    let read = move || {
        let mut response = work().map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(limits::MAX_FRAME_BYTES as u64)
            .read_to_vec()
            .map_err(unreachable)?;
        Ok(Reply { status, body })
    };
    let reply = tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| HttpError::Unreachable(error.to_string()))??;
    checked(reply)
}
