//! Challenge, hello, ready.

use std::time::Duration;

use entente_protocol::{
    ClientFrame, Hello, HubControl, HubFrame, PROTOCOL_VERSION, SUBPROTOCOL, hello_bytes, limits,
};
use entente_room::Identity;
use futures_util::{SinkExt as _, StreamExt as _};
use tls_codec::VLBytes;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{ConnectError, Greeting, socket_config};
use crate::{HubUrl, now_ms};

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) async fn run(
    hub: &HubUrl,
    identity: &Identity,
) -> Result<(Socket, Greeting), ConnectError> {
    let patience = Duration::from_millis(limits::HELLO_TIMEOUT_MS);
    tokio::time::timeout(patience, greet(hub, identity))
        .await
        .map_err(|_| ConnectError::Unreachable("no answer in time".to_owned()))?
}

async fn greet(hub: &HubUrl, identity: &Identity) -> Result<(Socket, Greeting), ConnectError> {
    let unreachable =
        |error: tokio_tungstenite::tungstenite::Error| ConnectError::Unreachable(error.to_string());
    let mut request = hub.websocket().into_client_request().map_err(unreachable)?;
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static(SUBPROTOCOL),
    );
    let (mut socket, _) = connect_async_with_config(request, Some(socket_config()), true)
        .await
        .map_err(unreachable)?;
    let HubFrame::Challenge(challenge) = binary(&mut socket).await? else {
        return Err(ConnectError::Protocol);
    };
    if challenge.version != PROTOCOL_VERSION {
        return Err(ConnectError::Protocol);
    }
    let hello = hello(hub, identity, challenge.nonce);
    let frame = ClientFrame::Hello(hello)
        .encode()
        .map_err(|_| ConnectError::Protocol)?;
    socket
        .send(Message::Binary(frame.into()))
        .await
        .map_err(unreachable)?;
    match control(&mut socket).await? {
        HubControl::Ready {
            time_ms,
            key_packages,
            welcomes,
            ..
        } => {
            let offset = i128::from(time_ms) - i128::from(now_ms());
            let clock_offset_ms = i64::try_from(offset).unwrap_or_default();
            Ok((
                socket,
                Greeting {
                    clock_offset_ms,
                    key_packages,
                    welcomes,
                },
            ))
        }
        HubControl::Refused { code, .. } => Err(ConnectError::Refused(code)),
        _ => Err(ConnectError::Protocol),
    }
}

fn hello(hub: &HubUrl, identity: &Identity, nonce: [u8; 32]) -> Hello {
    let chain = identity.accreditation().chain();
    let mut hello = Hello {
        version: PROTOCOL_VERSION,
        nonce,
        hub_name: hub.name().as_bytes().to_vec().into(),
        chain: chain.iter().map(|der| VLBytes::new(der.clone())).collect(),
        signature: VLBytes::new(Vec::new()),
    };
    hello.signature = identity
        .signer()
        .sign_bytes(&hello_bytes(&hello))
        .to_vec()
        .into();
    hello
}

async fn next(socket: &mut Socket) -> Result<Message, ConnectError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(message)) => return Ok(message),
            Some(Err(error)) => return Err(ConnectError::Unreachable(error.to_string())),
            None => return Err(ConnectError::Unreachable("connection closed".to_owned())),
        }
    }
}

async fn binary(socket: &mut Socket) -> Result<HubFrame, ConnectError> {
    match next(socket).await? {
        Message::Binary(bytes) => HubFrame::decode(&bytes).map_err(|_| ConnectError::Protocol),
        Message::Text(text) => match HubControl::decode(&text) {
            Ok(HubControl::Refused { code, .. }) => Err(ConnectError::Refused(code)),
            _ => Err(ConnectError::Protocol),
        },
        _ => Err(ConnectError::Protocol),
    }
}

async fn control(socket: &mut Socket) -> Result<HubControl, ConnectError> {
    match next(socket).await? {
        Message::Text(text) => HubControl::decode(&text).map_err(|_| ConnectError::Protocol),
        _ => Err(ConnectError::Protocol),
    }
}
