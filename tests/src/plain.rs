//! A TCP connection to a hub, and whatever bytes somebody likes to send on it.

use std::net::SocketAddr;
use std::time::Duration;

use entente_protocol::{ClientFrame, HubControl, HubFrame, SUBPROTOCOL, WEBSOCKET_PATH};
use entente_room::Identity;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::raw::hello;
use crate::{HubProcess, within};

/// Opcodes of RFC 6455 §11.8.
pub mod opcode {
    /// The next part of a message.
    pub const CONTINUATION: u8 = 0;
    /// UTF-8.
    pub const TEXT: u8 = 1;
    /// Bytes.
    pub const BINARY: u8 = 2;
    /// The end.
    pub const CLOSE: u8 = 8;
    /// Is somebody there?
    pub const PING: u8 = 9;
    /// Yes.
    pub const PONG: u8 = 10;
}

/// First byte of a frame that ends its message.
pub const FIN: u8 = 0x80;

/// A connection without any library.
pub struct Plain {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A frame with the mask that clients must use; `first` is FIN, reserved bits and opcode.
#[must_use]
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        length @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    frame.extend(masked.map(|(byte, mask)| byte ^ mask));
    frame
}

impl Plain {
    /// Connects.
    pub async fn connect(hub: SocketAddr) -> Self {
        Self::over(TcpStream::connect(hub).await.unwrap())
    }

    /// Connects from an address of this machine, such as 127.0.0.7.
    pub async fn connect_from(from: &str, hub: SocketAddr) -> std::io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(from.parse().unwrap(), 0))?;
        Ok(Self::over(socket.connect(hub).await?))
    }

    fn over(stream: TcpStream) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    /// Sends bytes; false if the hub takes none any more.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        within(self.stream.write_all(bytes)).await.is_ok()
    }

    /// The head of an answer over HTTP.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.unread.drain(..end + 4).collect();
                return String::from_utf8(head).unwrap().to_ascii_lowercase();
            }
            assert!(self.more().await, "the hub has ended the connection");
        }
    }

    /// The same; none if the hub has ended the connection.
    pub async fn try_head(&mut self) -> Option<String> {
        while !self.unread.windows(4).any(|four| four == b"\r\n\r\n") {
            if !self.more().await {
                return None;
            }
        }
        Some(self.head().await)
    }

    /// Passes over the body that a head has announced.
    pub async fn body(&mut self, head: &str) {
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |text| text.parse().unwrap());
        while self.unread.len() < length {
            assert!(self.more().await, "the body is whole");
        }
        self.unread.drain(..length);
    }

    /// What has come as text; none at the end.
    pub async fn text(&mut self) -> Option<String> {
        if self.unread.is_empty() && !self.more().await {
            return None;
        }
        let bytes = core::mem::take(&mut self.unread);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Asks for an upgrade with more headers; returns the head of the answer.
    pub async fn upgrade(&mut self, more: &str) -> String {
        self.try_upgrade(more).await.expect("the hub answers")
    }

    async fn try_upgrade(&mut self, more: &str) -> Option<String> {
        let request = format!(
            "GET {WEBSOCKET_PATH} HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n{more}\r\n"
        );
        self.send(request.as_bytes()).await;
        self.try_head().await
    }

    /// A WebSocket whose challenge has come; returns the challenge's nonce.
    pub async fn challenged(&mut self) -> [u8; 32] {
        self.try_challenged().await.expect("a challenge")
    }

    async fn try_challenged(&mut self) -> Option<[u8; 32]> {
        let head = self.try_upgrade("").await?;
        if !head.starts_with("http/1.1 101") {
            return None;
        }
        let (_, payload) = self.frame().await?;
        match HubFrame::decode(&payload).unwrap() {
            HubFrame::Challenge(challenge) => Some(challenge.nonce),
            other => panic!("{other:?}"),
        }
    }

    /// A WebSocket on which the hello was good.
    pub async fn greet(hub: &HubProcess, identity: &Identity) -> Self {
        let mut plain = Self::connect(hub.address).await;
        let ready = plain.try_greet(hub, identity).await;
        assert!(matches!(ready, Some(HubControl::Ready { .. })), "{ready:?}");
        plain
    }

    /// Asks for an upgrade and says hello; returns the answer, none if it was not let in at the door.
    pub async fn try_greet(&mut self, hub: &HubProcess, identity: &Identity) -> Option<HubControl> {
        let nonce = self.try_challenged().await?;
        let hello = hello(
            hub,
            nonce,
            identity.signer(),
            identity.accreditation().chain(),
        );
        let hello = ClientFrame::Hello(hello).encode().unwrap();
        self.send(&masked(FIN | opcode::BINARY, &hello)).await;
        self.try_control().await
    }

    /// The next frame, opcode and payload; none if the hub has ended the connection without one.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((frame, length)) = parsed(&self.unread) {
                self.unread.drain(..length);
                return Some(frame);
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next control message; pings are passed over.
    pub async fn control(&mut self) -> HubControl {
        self.try_control().await.expect("the hub says something")
    }

    /// The same; none if the hub has ended the connection.
    async fn try_control(&mut self) -> Option<HubControl> {
        loop {
            match self.frame().await? {
                (opcode::TEXT, text) => {
                    return Some(HubControl::decode(core::str::from_utf8(&text).unwrap()).unwrap());
                }
                (opcode::PING, _) => {}
                other => panic!("a control message was expected, not {other:?}"),
            }
        }
    }

    /// The code with which the hub closes; none if it just ends the connection. What it says before is passed over.
    pub async fn close_code(&mut self) -> Option<u16> {
        while let Some((opcode, payload)) = self.frame().await {
            if opcode == opcode::CLOSE {
                return payload.first_chunk().map(|code| u16::from_be_bytes(*code));
            }
        }
        None
    }

    /// Waits until the hub has ended the connection, whatever it says before.
    pub async fn ended(&mut self) {
        while self.more().await {
            self.unread.clear();
        }
    }

    /// Whether the hub has ended the connection, looked at without waiting.
    pub fn is_ended(&mut self) -> bool {
        let mut byte = [0];
        match self.stream.try_read(&mut byte) {
            Ok(0) => true,
            Ok(_) => {
                self.unread.push(byte[0]);
                false
            }
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }

    async fn more(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        let patience = Duration::from_secs(120);
        let read = tokio::time::timeout(patience, self.stream.read(&mut buffer)).await;
        match read.expect("the hub says something, or ends the connection") {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.unread.extend_from_slice(&buffer[..count]);
                true
            }
        }
    }
}

/// A frame of a hub, which masks nothing: opcode, payload, and how long it is.
fn parsed(bytes: &[u8]) -> Option<((u8, Vec<u8>), usize)> {
    let (length, start) = match bytes.get(1)? {
        126 => (
            usize::from(u16::from_be_bytes(*bytes[2..].first_chunk()?)),
            4,
        ),
        127 => {
            let length = u64::from_be_bytes(*bytes[2..].first_chunk()?);
            (usize::try_from(length).unwrap(), 10)
        }
        short => (usize::from(*short), 2),
    };
    let payload = bytes.get(start..start + length)?;
    Some(((bytes[0] & 0x0f, payload.to_vec()), start + length))
}
