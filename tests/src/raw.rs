//! A connection without a client behind it.

use entente_protocol::{
    ClientControl, ClientFrame, ErrorCode, Hello, HubControl, HubFrame, PROTOCOL_VERSION,
    SUBPROTOCOL, WEBSOCKET_PATH, hello_bytes,
};
use entente_room::Identity;
use entente_trust::DeviceSigner;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::HubProcess;

/// How long the hub may take to answer.
const PATIENCE: core::time::Duration = core::time::Duration::from_secs(20);

/// A good hello on a connection with this nonce.
pub(crate) fn hello(
    hub: &HubProcess,
    nonce: [u8; 32],
    signer: &DeviceSigner,
    chain: &[Vec<u8>],
) -> Hello {
    let mut hello = Hello {
        version: PROTOCOL_VERSION,
        nonce,
        hub_name: hub.address.to_string().into_bytes().into(),
        chain: chain.iter().map(|der| der.clone().into()).collect(),
        signature: Vec::new().into(),
    };
    hello.signature = signer.sign_bytes(&hello_bytes(&hello)).to_vec().into();
    hello
}

/// A device that keeps to no rules.
pub struct Raw {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    nonce: [u8; 32],
}

impl Raw {
    /// Connects and takes the challenge.
    pub async fn connect(hub: &HubProcess) -> Self {
        let mut request = format!("ws://{}{WEBSOCKET_PATH}", hub.address)
            .into_client_request()
            .unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let Some(Ok(Message::Binary(bytes))) = socket.next().await else {
            panic!("challenge")
        };
        let HubFrame::Challenge(challenge) = HubFrame::decode(&bytes).unwrap() else {
            panic!("challenge")
        };
        Self {
            socket,
            nonce: challenge.nonce,
        }
    }

    /// Connects and says a good hello.
    pub async fn greet(hub: &HubProcess, identity: &Identity) -> Self {
        let mut raw = Self::connect(hub).await;
        let hello = raw.hello(hub, identity.signer(), identity.accreditation().chain());
        raw.frame(&ClientFrame::Hello(hello)).await;
        let ready = raw.control().await;
        assert!(matches!(ready, HubControl::Ready { .. }), "{ready:?}");
        raw
    }

    /// A good hello.
    #[must_use]
    pub fn hello(&self, hub: &HubProcess, signer: &DeviceSigner, chain: &[Vec<u8>]) -> Hello {
        hello(hub, self.nonce, signer, chain)
    }

    /// Any message.
    pub async fn send(&mut self, message: Message) {
        // The hub may close while a very large message is still being sent.
        let sending = tokio::time::timeout(PATIENCE, self.socket.send(message)).await;
        let _ = sending.expect("the hub reads or closes");
    }

    /// A binary frame.
    pub async fn frame(&mut self, frame: &ClientFrame) {
        self.send(Message::Binary(frame.encode().unwrap().into()))
            .await;
    }

    /// The next binary or text message.
    pub async fn next(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the hub says something") {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return message,
                other => panic!("a message was expected, not {other:?}"),
            }
        }
    }

    /// The next control message; anything else fails the test.
    pub async fn control(&mut self) -> HubControl {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the hub says something") {
                Some(Ok(Message::Text(text))) => return HubControl::decode(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("a control message was expected, not {other:?}"),
            }
        }
    }

    /// The next control message, which must be a refusal.
    pub async fn refusal(&mut self) -> ErrorCode {
        match self.control().await {
            HubControl::Refused { code, .. } => code,
            other => panic!("a refusal was expected, not {other:?}"),
        }
    }

    /// A control message, and the answer.
    pub async fn ask(&mut self, control: &ClientControl) -> HubControl {
        self.send(Message::Text(control.encode().into())).await;
        self.control().await
    }

    /// Still served?
    pub async fn is_alive(&mut self) -> bool {
        let answer = self.ask(&ClientControl::Rooms { request: 77 }).await;
        matches!(answer, HubControl::Rooms { request: 77, .. })
    }
}
