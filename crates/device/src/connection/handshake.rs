//! Challenge, hello, ready.

use entente_protocol::{
    ClientFrame, Hello, HubControl, HubFrame, PROTOCOL_VERSION, hello_bytes, limits,
};
use entente_room::Identity;
use futures_util::{SinkExt as _, StreamExt as _};
use tls_codec::VLBytes;

use super::{ConnectError, Greeting};
use crate::HubUrl;
use crate::platform::{self, Message, Socket, Surroundings};

pub(super) async fn run(
    around: &dyn Surroundings,
    hub: &HubUrl,
    identity: &Identity,
) -> Result<(Socket, Greeting), ConnectError> {
    let end = around.sleep(limits::HELLO_TIMEOUT_MS);
    platform::before(end, greet(around, hub, identity))
        .await
        .unwrap_or_else(|| Err(ConnectError::Unreachable("no answer in time".to_owned())))
}

async fn greet(
    around: &dyn Surroundings,
    hub: &HubUrl,
    identity: &Identity,
) -> Result<(Socket, Greeting), ConnectError> {
    let mut socket = around
        .dial(hub.clone())
        .await
        .map_err(ConnectError::Unreachable)?;
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
        .sink
        .send(Message::Binary(frame))
        .await
        .map_err(|_| closed())?;
    match control(&mut socket).await? {
        HubControl::Ready {
            time_ms,
            key_packages,
            welcomes,
            ..
        } => {
            let offset = i128::from(time_ms) - i128::from(around.now_ms());
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

fn closed() -> ConnectError {
    ConnectError::Unreachable("connection closed".to_owned())
}

async fn next(socket: &mut Socket) -> Result<Message, ConnectError> {
    socket.stream.next().await.ok_or_else(closed)
}

async fn binary(socket: &mut Socket) -> Result<HubFrame, ConnectError> {
    match next(socket).await? {
        Message::Binary(bytes) => HubFrame::decode(&bytes).map_err(|_| ConnectError::Protocol),
        Message::Text(text) => match HubControl::decode(&text) {
            Ok(HubControl::Refused { code, .. }) => Err(ConnectError::Refused(code)),
            _ => Err(ConnectError::Protocol),
        },
    }
}

async fn control(socket: &mut Socket) -> Result<HubControl, ConnectError> {
    match next(socket).await? {
        Message::Text(text) => HubControl::decode(&text).map_err(|_| ConnectError::Protocol),
        Message::Binary(_) => Err(ConnectError::Protocol),
    }
}
