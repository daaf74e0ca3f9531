//! Messages as they lie on the wire (RFC 6455 §5.2): encoded once, shared by all who get them.

use bytes::Bytes;
use entente_protocol::{FrameError, HubControl, HubFrame};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

/// The longest head of a frame that a server sends.
const MAX_HEAD_BYTES: usize = 10;

/// Whole WebSocket frames, one behind the other; cheap to clone.
#[derive(Clone)]
pub(crate) struct Wire {
    bytes: Bytes,
    frames: usize,
}

impl Wire {
    /// A frame of the protocol.
    ///
    /// # Errors
    /// As [`HubFrame::encode`].
    pub(crate) fn encode(frame: &HubFrame) -> Result<Self, FrameError> {
        Ok(Self::binary(&frame.encode()?))
    }

    /// A frame of the protocol that is encoded already.
    pub(crate) fn binary(message: &[u8]) -> Self {
        Self::one(OpCode::Data(Data::Binary), message)
    }

    pub(super) fn control(control: &HubControl) -> Self {
        Self::one(OpCode::Data(Data::Text), control.encode().as_bytes())
    }

    pub(super) fn ping() -> Self {
        Self::one(OpCode::Control(Control::Ping), &[])
    }

    pub(super) fn pong(said: &[u8]) -> Self {
        Self::one(OpCode::Control(Control::Pong), said)
    }

    pub(super) fn close(code: CloseCode) -> Self {
        Self::one(
            OpCode::Control(Control::Close),
            &u16::from(code).to_be_bytes(),
        )
    }

    /// Several as one.
    pub(crate) fn join(wires: &[Self]) -> Self {
        let mut bytes = Vec::with_capacity(wires.iter().map(Self::len).sum());
        for wire in wires {
            bytes.extend_from_slice(&wire.bytes);
        }
        Self {
            bytes: bytes.into(),
            frames: wires.iter().map(Self::frames).sum(),
        }
    }

    fn one(opcode: OpCode, payload: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(MAX_HEAD_BYTES + payload.len());
        let header = FrameHeader {
            opcode,
            ..FrameHeader::default()
        };
        // Nothing fails that writes into memory.
        let _ = header.format(payload.len() as u64, &mut bytes);
        bytes.extend_from_slice(payload);
        Self {
            bytes: bytes.into(),
            frames: 1,
        }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How many there are.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

    use super::*;

    /// What the library's own client reads from it.
    fn read(wire: &Wire) -> Vec<Message> {
        let stream = std::io::Cursor::new(wire.bytes().to_vec());
        let mut socket = WebSocket::from_raw_socket(Stream(stream), Role::Client, None);
        std::iter::from_fn(|| socket.read().ok()).collect()
    }

    /// Reads what there is, and swallows what is written.
    struct Stream(std::io::Cursor<Vec<u8>>);

    impl std::io::Read for Stream {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl std::io::Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Of each form of length, alone and behind one another.
    #[test]
    fn another_implementation_reads_what_was_written() {
        let payloads: Vec<Vec<u8>> = [0, 1, 125, 126, 65_535, 65_536, 300_000]
            .map(|length| vec![7; length])
            .into();
        let wires: Vec<Wire> = payloads.iter().map(|bytes| Wire::binary(bytes)).collect();
        let expected: Vec<Message> = payloads.into_iter().map(Message::binary).collect();
        for (wire, message) in wires.iter().zip(&expected) {
            assert_eq!(wire.frames(), 1);
            assert_eq!(read(wire), std::slice::from_ref(message));
        }
        let joined = Wire::join(&wires);
        assert_eq!(joined.frames(), wires.len());
        assert_eq!(read(&joined), expected);
    }

    #[test]
    fn what_is_no_data_is_read_too() {
        let done = HubControl::Done { request: 7 };
        assert_eq!(read(&Wire::control(&done)), [Message::text(done.encode())]);
        assert_eq!(read(&Wire::ping()), [Message::Ping(Bytes::new())]);
        let pong = Message::Pong(Bytes::from_static(b"here"));
        assert_eq!(read(&Wire::pong(b"here")), [pong]);
        let closed = read(&Wire::close(CloseCode::Policy));
        assert!(
            matches!(&closed[..], [Message::Close(Some(frame))] if frame.code == CloseCode::Policy),
            "{closed:?}"
        );
    }
}
